### Members and invitations.

members-text = Люди, у которых есть доступ к организации, и их роли.
members-closed = Регистрация на этом сервере закрыта: приглашать нельзя, а отправленные приглашения не работают.
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
members-nobody-found = Участники не найдены
members-nobody-found-text = Нет участников, у которых имя или адрес почты содержит «{ $query }».
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

member-disablement-heading = Отключить участника «{ $name }»?
member-disablement-text = Все сеансы участника завершатся, войти снова он не сможет. Его API-ключи работать не будут. Включить участника можно в любое время.
member-disablement-submit = Да, отключить

member-role-heading = Роль участника «{ $name }»
member-role-own-hint = После смены роли вам придётся войти снова. Вернуть себе роль владельца вы не сможете.
member-role-hint = После смены роли участнику придётся войти снова. Права его API-ключей изменятся сразу.
member-role-submit = Сменить роль

member-removal-heading = Удалить участника «{ $name }»?
member-removal-text = Все сеансы участника сразу завершатся, доступ к организации он потеряет. Отменить это нельзя, но участника можно пригласить снова.
member-removal-no-keys = У участника нет API-ключей, которые нужно отозвать или передать.
member-removal-keys = { $count ->
    [one] У участника { $count } API-ключ.
    [few] У участника { $count } API-ключа.
   *[many] У участника { $count } API-ключей.
}
member-removal-key-used = Он использовался за последние 24 часа.
member-removal-keys-used = { $count ->
    [one] За последние 24 часа использовался { $count } из них.
    [few] За последние 24 часа использовались { $count } из них.
   *[many] За последние 24 часа использовались { $count } из них.
}
member-removal-heir-of-key = Что сделать с ключом
member-removal-heir-of-keys = Что сделать с ключами
member-removal-heir-hint = Всё, что использует отозванный ключ, сразу перестанет работать. Переданный ключ сохранит токен и будет работать с правами нового владельца. Все, у кого есть копия ключа, смогут пользоваться им и дальше. Возможно, копия есть и у этого участника ({ $name }).
member-removal-unconfirmed = Неподтверждённые ключи отзываются в любом случае.
member-removal-revoke-key = Отозвать ключ
member-removal-revoke-keys = Отозвать ключи
member-removal-hand-over = Передать участнику
member-removal-submit = Да, удалить

invitation-pending = Ожидающие приглашения
invitation-invited-by = Кто пригласил
invitation-expires = Истекает
invitation-not-good = Приглашение больше не работает: { $name } не может назначать эту роль.
invitation-mail-failed = Письмо не доставлено. Проверьте адрес или создайте новое приглашение и отправьте ссылку сами.
invitation-revoke = Отозвать<span class="vh"> приглашение для { $email }</span>

invitation-new-heading = Пригласить участника
invitation-by-mail-hint = Latchkey отправит приглашение на этот адрес. Вы также сможете скопировать ссылку и отправить её сами.
invitation-by-hand-hint = Вы получите ссылку, которую нужно отправить этому человеку.
invitation-lifetime-hint = Приглашение сработает один раз в течение семи дней.
invitation-submit = Пригласить

invitation-reveal-heading = Скопируйте ссылку-приглашение
invitation-reveal-text = Ссылка для <strong>{ $email }</strong> больше не появится. Скопируйте её сейчас и отправьте получателю.
invitation-reveal-mailed = Приглашение также придёт на этот адрес по почте.
invitation-reveal-mail-refused = Письмо не отправлено: в очереди слишком много писем. Отправьте ссылку сами.
invitation-reveal-replaced = Прежнее приглашение для этого адреса отозвано и больше не работает.
invitation-link = Ссылка-приглашение
invitation-reveal-hint = По этой ссылке можно один раз присоединиться с ролью «{ $role }» до <time datetime="{ $iso }" title="{ $title }">{ $date }</time>.
invitation-copied = Скопировано.
invitation-copy-refused = Браузер не разрешил копирование. Ссылка выделена: нажмите Ctrl+C (⌘C на Mac).
invitation-have-copied = Ссылка скопирована
invitation-reveal-keep-open = Отметьте «Ссылка скопирована» и нажмите «Готово» или отзовите приглашение.
invitation-reveal-not-copied = Отметьте, что ссылка скопирована, или отзовите приглашение.
invitation-discard = Отозвать приглашение
invitation-done = Готово

invitation-confirmation-heading = Вы скопировали ссылку?
invitation-confirmation-text = Ссылку для <strong>{ $email }</strong> нельзя показать ещё раз. Если вы её не скопировали, отзовите приглашение и создайте новое.
invitation-confirmation-mailed-text = Ссылку для <strong>{ $email }</strong> нельзя показать ещё раз, но приглашение также придёт на этот адрес по почте. Если нужна другая ссылка, отзовите приглашение и создайте новое.
invitation-not-copied = Поставьте отметку, если скопировали ссылку

invitation-form-used-text = По ней создано одно приглашение — для <strong>{ $email }</strong>. Ссылка показывалась только один раз. Если вы её не скопировали, пригласите ещё раз: новая ссылка заменит прежнюю.
invitation-form-used-gone-text = Приглашения, созданного этой формой, больше нет. Второе не создано.
invitation-back-to-members = К списку участников
invitation-again = Пригласить ещё раз

invitation-revocation-heading = Отозвать приглашение?
invitation-revocation-text = Приглашение для <strong>{ $email }</strong> (роль «{ $role }») перестанет работать. Пригласить этого человека можно будет снова.
invitation-revocation-submit = Да, отозвать
