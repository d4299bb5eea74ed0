### Members and invitations.

members-text = Кто входит в эту организацию и в какой роли.
members-closed = Регистрация на этом сервере закрыта: никого нельзя пригласить, и ни одно приглашение не работает.
members-invite = Пригласить
members-search-label = Поиск участников
members-search-placeholder = Имя или почта
members-search = Найти
members-show-all = Показать всех
members-on-page = { $count ->
    [one] { $count } человек, страница { $page } из { $pages }
    [few] { $count } человека, страница { $page } из { $pages }
   *[many] { $count } человек, страница { $page } из { $pages }
}
members-found = { $count ->
    [one] Найден { $count } человек
    [few] Найдено { $count } человека
   *[many] Найдено { $count } человек
}
members-found-on-page = { $count ->
    [one] Найден { $count } человек, страница { $page } из { $pages }
    [few] Найдено { $count } человека, страница { $page } из { $pages }
   *[many] Найдено { $count } человек, страница { $page } из { $pages }
}
members-nobody-found = Никто не найден
members-nobody-found-text = Ни у кого из участников нет «<bdi>{ $query }</bdi>» в имени или адресе почты.
members-show-all-members = Показать всех участников

members-last-sign-in = Последний вход
members-keys = Ключи
members-status = Статус
members-active = Активен
members-disabled = Отключён
members-you = Вы
members-never = Ещё не было
members-change-role = Сменить роль<span class="vh">: { $name }</span>
members-disable = Отключить<span class="vh">: { $name }</span>
members-enable = Включить<span class="vh">: { $name }</span>
members-remove = Удалить<span class="vh">: { $name }</span>
members-pages = Страницы списка участников
members-previous = Назад
members-next = Вперёд

member-disablement-title = Отключить участника «{ $name }»?
member-disablement-heading = Отключить участника «<bdi>{ $name }</bdi>»?
member-disablement-text = Все сеансы этого участника сразу завершатся, войти снова будет нельзя, и ни один из его API-ключей не будет работать. Включить участника можно в любое время.
member-disablement-submit = Да, отключить

member-role-title = Роль участника «{ $name }»
member-role-heading = Роль участника «<bdi>{ $name }</bdi>»
member-role-own-hint = С другой ролью вам придётся войти снова, а вернуть себе роль владельца самостоятельно вы не сможете.
member-role-hint = С другой ролью участнику придётся войти снова, а права его API-ключей изменятся сразу.
member-role-submit = Сменить роль

member-removal-title = Удалить участника «{ $name }»?
member-removal-heading = Удалить участника «<bdi>{ $name }</bdi>»?
member-removal-text = Все сеансы этого участника сразу завершатся, и доступа к организации больше не будет. Отменить это нельзя, но можно пригласить человека снова.
member-removal-no-keys = Действующих API-ключей у участника нет.
member-removal-keys = { $count ->
    [one] У участника { $count } ключ.
    [few] У участника { $count } ключа.
   *[many] У участника { $count } ключей.
}
member-removal-key-used = Он использовался за последние 24 часа.
member-removal-keys-used = { $count ->
    [one] За последние 24 часа использовался { $count } из них.
    [few] За последние 24 часа использовались { $count } из них.
   *[many] За последние 24 часа использовались { $count } из них.
}
member-removal-heir-of-key = Что сделать с ключом
member-removal-heir-of-keys = Что сделать с ключами
member-removal-heir-hint = Всё, что использует отозванный ключ, сразу перестанет работать. Переданный ключ сохраняет токен и продолжает работать с правами нового владельца — у всех, у кого есть его копия. Возможно, она есть и у этого участника ({ $name }).
member-removal-unconfirmed = Ключи без подтверждения отзываются в любом случае.
member-removal-revoke-key = Отозвать его
member-removal-revoke-keys = Отозвать их
member-removal-hand-over = Передать
member-removal-submit = Да, удалить

invitation-pending = Ожидающие приглашения
invitation-invited-by = От кого
invitation-expires = Истекает
invitation-not-good = Больше не работает: { $name } теперь не может предлагать эту роль.
invitation-mail-failed = Письмо не удалось доставить. Проверьте адрес или пригласите ещё раз и отправьте ссылку сами.
invitation-revoke = Отозвать<span class="vh"> приглашение для { $email }</span>

invitation-new-heading = Пригласить участника
invitation-by-mail-hint = Ссылка придёт на этот адрес, и вы сможете её скопировать.
invitation-by-hand-hint = Вы получите ссылку, чтобы отправить её этому человеку.
invitation-lifetime-hint = Она сработает один раз в течение семи дней.
invitation-submit = Пригласить

invitation-reveal-heading = Скопируйте ссылку-приглашение
invitation-reveal-text = Ссылка для <strong>{ $email }</strong> показывается только сейчас. Скопируйте её и отправьте по назначению.
invitation-reveal-mailed = Письмо с ней уже отправлено на этот адрес.
invitation-reveal-mail-refused = Письмо не отправлено: слишком много писем ждут очереди. Отправьте ссылку сами.
invitation-reveal-replaced = Прежнее приглашение для этого адреса отозвано. Работает только эта ссылка.
invitation-link = Ссылка-приглашение
invitation-reveal-hint = Кто её откроет, сможет один раз присоединиться в роли «{ $role }» до <time datetime="{ $iso }" title="{ $title }">{ $date }</time>.
invitation-copied = Скопировано.
invitation-copy-refused = Браузер не разрешил копирование. Ссылка выделена: нажмите Ctrl+C (⌘C на Mac).
invitation-have-copied = Ссылка скопирована
invitation-reveal-keep-open = Отметьте «Ссылка скопирована» и нажмите «Готово» или отзовите приглашение.
invitation-reveal-not-copied = Отметьте, что ссылка скопирована, или отзовите приглашение.
invitation-discard = Отозвать приглашение
invitation-done = Готово

invitation-confirmation-heading = Вы скопировали ссылку?
invitation-confirmation-text = Ссылку для <strong>{ $email }</strong> нельзя показать ещё раз. Если нужна другая, отзовите это приглашение и пригласите снова.
invitation-confirmation-mailed-text = Ссылку для <strong>{ $email }</strong> нельзя показать ещё раз, но письмо с ней уже отправлено. Если нужна другая, отзовите это приглашение и пригласите снова.
invitation-not-copied = Отметьте, если ссылка скопирована

invitation-form-used-text = Она создала приглашение для <strong>{ $email }</strong>, и только его. Ссылка была показана лишь в первом ответе. Если вы её не скопировали, пригласите ещё раз: новая ссылка заменит прежнюю.
invitation-form-used-gone-text = Приглашения, которое она создала, больше нет. Второе не создано.
invitation-back-to-members = Назад к участникам
invitation-again = Пригласить ещё раз

invitation-revocation-heading = Отозвать приглашение?
invitation-revocation-text = Для <strong>{ $email }</strong> создано приглашение в роли «{ $role }». Отправленная ссылка перестанет работать; пригласить можно будет снова.
invitation-revocation-submit = Да, отозвать
