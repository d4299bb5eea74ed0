### API keys: list, creation, details, ends.

api-keys-of-organization = В вашей организации: { $keys }.
api-keys-own-limit-reached = У вас { $used } из { $limit ->
    [one] { $limit } ключа
    [few] { $limit } ключей
   *[many] { $limit } ключей
}: удалите ключ, чтобы освободить место для другого.
api-keys-used = { $used } из { $limit ->
    [one] { $limit } ключа
    [few] { $limit } ключей
   *[many] { $limit } ключей
} · Каждый действует с теми правами, которые есть у вас в этот момент.
api-keys-limit-reached = { $used } из { $limit ->
    [one] { $limit } ключа
    [few] { $limit } ключей
   *[many] { $limit } ключей
}. Удалите ключ, чтобы освободить место для другого.
api-keys-none-to-delete = Удалять нечего: ключей нет.
api-keys-delete-all = Удалить все ключи
api-keys-views = Какие ключи показать
api-keys-mine = Мои ключи
api-keys-all-of-organization = Все ключи организации
api-keys-filters = Фильтр ключей
api-keys-everybody = Все
api-keys-owner-removed = { $name } (нет в организации)
api-keys-all-projects = Все проекты
api-keys-project-archived = { $name } (в архиве)
api-keys-apply-filters = Применить
api-keys-clear-filters = Сбросить
api-keys-found = Найдено: { $keys }
api-keys-none-matches = Ничего не найдено
api-keys-see-all = Показать все ключи
api-keys-empty-organization = API-ключей ещё ни у кого нет
api-keys-empty-organization-text = Здесь будут ключи всех участников вашей организации и время их последнего использования.
api-keys-empty = API-ключей ещё нет
api-keys-empty-text = С API-ключом сервис, скрипт или задание действует от вашего имени без вашего пароля. Заведите для каждого свой ключ: тогда один можно удалить, не останавливая остальные.
api-keys-create-first = Создать первый ключ
api-keys-may-not-create = Ваша роль не позволяет создавать ключи. Попросите ключ у владельца или администратора вашей организации.
api-keys-how-checked = Как ваш сервис проверяет ключи
api-keys-select-all = Выбрать все ключи на странице
api-keys-pages = Страницы списка API-ключей
api-keys-previous = Назад
api-keys-next = Вперёд
api-keys-selection = Выбранные ключи
api-keys-delete-selected = Удалить выбранные
# The sign # becomes the number.
api-keys-selected = Выбрано: #

api-key-hint = Ключ
api-key-status = Статус
api-key-created = Создан
api-key-expires = Истекает
api-key-last-used = Использован
api-key-never-expires = Никогда
api-key-no-project = Без проекта
api-key-select = Выбрать { $name }
api-key-is-new = Новый
api-key-delete = Удалить
api-key-delete-named = Удалить { $name }
api-key-pending = Этот ключ не работает, и показать его секрет ещё раз нельзя. Удалите ключ и создайте новый; иначе он будет удалён через 24 часа после создания.
api-key-of-organization-pending = Этот ключ не работает, и показать его секрет ещё раз нельзя. Он будет удалён через 24 часа после создания, если его не подтвердят.

api-key-new-heading = Создать API-ключ
api-key-limit-reached = { $limit ->
    [1] У вас уже есть ключ, больше иметь нельзя. Удалите его, затем создайте этот.
    [one] У вас уже { $limit } ключ, больше иметь нельзя. Удалите один, затем создайте этот.
    [few] У вас уже { $limit } ключа, больше иметь нельзя. Удалите один, затем создайте этот.
   *[many] У вас уже { $limit } ключей, больше иметь нельзя. Удалите один, затем создайте этот.
}
description = Описание
description-hint = Где он будет использоваться? Можно оставить пустым.
api-key-expiration-date = Срок действия
api-key-expiration-date-hint = Ключ действует до конца этого дня (UTC). Не более года: до { $latest }.
api-key-form-made-confirmed = По этой форме создан ключ <strong>{ $name }</strong>, второй ключ не создан. Вы подтвердили, что скопировали его секрет.
api-key-form-made-gone = Ключа, созданного по этой форме, больше нет. Второй ключ не создан.

api-key-reveal-heading = Скопируйте API-ключ
api-key-reveal-once = Ключ <strong>{ $name }</strong> показан единственный раз. Скопируйте его сейчас и храните в надёжном месте.
api-key-reveal-keep-open = Отметьте «Ключ скопирован» и нажмите «Готово» или откажитесь от ключа.
api-key-token = API-ключ
api-key-lookup = ID ключа
api-key-secret = Секрет
api-key-copied = Скопировано. Храните его в надёжном месте.
api-key-copy-refused = Браузер не разрешил копирование. Ключ выделен: нажмите Ctrl+C (⌘C на Mac).
api-key-works-once-confirmed = Ключ заработает, как только вы подтвердите, что он скопирован.
api-key-works-once-confirmed-until = Ключ заработает, как только вы подтвердите, что он скопирован. Последний день действия: <time datetime="{ $iso }" title="{ $title }">{ $date }</time>.
api-key-confirmation-heading = Вы скопировали ключ?
api-key-confirmation-text = Ключ <strong>{ $name }</strong> не работает, пока вы не подтвердите, что скопировали его. Показать его ещё раз нельзя: если он не скопирован, откажитесь от него и создайте новый.
api-key-have-copied = Ключ скопирован
api-key-tick-or-discard = Отметьте, что ключ скопирован, или откажитесь от него.
api-key-tick-if-copied = Отметьте, если ключ скопирован
api-key-discard = Отказаться от ключа
api-key-done = Готово

api-key-look-note = Владелец этого ключа: { $owner }. Ваш просмотр записан в журнал аудита.
api-key-about = Об этом ключе
api-key-the-lookup = ID ключа
api-key-last4 = Окончание
api-key-reference = ID записи
api-key-the-reference = ID записи
api-key-confirmed = Подтверждён
api-key-not-confirmed = Ещё нет: ключ не работает
api-key-used-from = с адреса { $address }
api-key-used-by = через { $agent }
api-key-may-now = Права сейчас
api-key-may-nothing = Никаких, пока ключ не работает
api-key-use = Использование
api-key-no-use = { $days ->
    [one] За последний { $days } день этот ключ никто не предъявлял.
    [few] За последние { $days } дня этот ключ никто не предъявлял.
   *[many] За последние { $days } дней этот ключ никто не предъявлял.
}
api-key-use-caption = { $days ->
    [one] Сколько раз этот ключ предъявляли за последний { $days } день
    [few] Сколько раз этот ключ предъявляли за последние { $days } дня
   *[many] Сколько раз этот ключ предъявляли за последние { $days } дней
}
api-key-day = День (UTC)
api-key-history = История
api-key-no-history = Об этом ключе ничего не записано.
api-key-history-caption = { $count ->
    [one] Последнее { $count } событие этого ключа
    [few] Последние { $count } события этого ключа
   *[many] Последние { $count } событий этого ключа
}
api-key-event-what = Что
api-key-event-who = Кто
api-key-event-when = Когда

api-key-deletion-title = Удалить «{ $name }»?
api-key-deletion-heading = Удалить «<bdi>{ $name }</bdi>»?
api-key-deletion-text = Всё, что использует этот ключ, сразу перестанет работать. Отменить это нельзя.
api-key-deletion-pending = Копию этого ключа никто не подтвердил, поэтому он нигде не используется. Показать его секрет ещё раз нельзя.
api-key-yes-delete = Да, удалить
api-keys-deletion-heading = { $count ->
    [one] Удалить { $count } ключ?
    [few] Удалить { $count } ключа?
   *[many] Удалить { $count } ключей?
}
api-keys-deletion-text = { $count ->
    [1] Всё, что использует этот ключ, сразу перестанет работать. Отменить это нельзя.
   *[other] Всё, что использует эти ключи, сразу перестанет работать. Отменить это нельзя.
}
api-keys-to-delete = Ключи, которые будут удалены
api-key-of-owner = Владелец: <bdi>{ $name }</bdi>
api-key-last-used-then = использован <time datetime="{ $iso }" title="{ $title }">{ $text }</time>
api-keys-only-one-used-lately = Он использовался в последние 24 часа.
api-keys-used-lately = { $count ->
    [one] { $count } из них использовался в последние 24 часа.
    [few] { $count } из них использовались в последние 24 часа.
   *[many] { $count } из них использовались в последние 24 часа.
}
api-keys-all-deletion-heading = { $count ->
    [1] Удалить ваш единственный ключ?
   *[other] Удалить все ваши ключи: { $count }?
}
api-keys-all-deletion-of-organization-heading = { $count ->
    [1] Удалить единственный ключ организации?
   *[other] Удалить все ключи организации: { $count }?
}
api-keys-all-deletion-text = { $count ->
    [1] Ваш ключ будет удалён, и всё, что его использует, сразу перестанет работать. Ключи других участников организации останутся. Отменить это нельзя.
   *[other] Все ваши ключи будут удалены, и всё, что их использует, сразу перестанет работать. Ключи других участников организации останутся. Отменить это нельзя.
}
api-keys-only-one-of-organization-deletion-text = Ключ будет удалён, и всё, что его использует, сразу перестанет работать. В организации не останется ни одного ключа. Отменить это нельзя.
api-keys-all-deletion-of-organization-text = { $people ->
    [one] Ключи <strong>{ $people } человека</strong> будут удалены, и всё, что их использует, сразу перестанет работать. В организации не останется ни одного ключа. Отменить это нельзя.
    [few] Ключи <strong>{ $people } человек</strong> будут удалены, и всё, что их использует, сразу перестанет работать. В организации не останется ни одного ключа. Отменить это нельзя.
   *[many] Ключи <strong>{ $people } человек</strong> будут удалены, и всё, что их использует, сразу перестанет работать. В организации не останется ни одного ключа. Отменить это нельзя.
}
# What has to be typed; all_deletion.rs understands it.
api-keys-all-deletion-phrase = { $count ->
    [one] удалить { $count } ключ
    [few] удалить { $count } ключа
   *[many] удалить { $count } ключей
}
api-keys-all-deletion-of-organization-phrase = { $count ->
    [one] удалить { $count } ключ организации
    [few] удалить { $count } ключа организации
   *[many] удалить { $count } ключей организации
}
api-keys-type-phrase = Для подтверждения введите «{ $phrase }»
api-keys-count-changed = { $count ->
    [one] Теперь у вас { $count } ключ. Ничего не удалено. Чтобы удалить всё, введите «{ $phrase }»
    [few] Теперь у вас { $count } ключа. Ничего не удалено. Чтобы удалить всё, введите «{ $phrase }»
   *[many] Теперь у вас { $count } ключей. Ничего не удалено. Чтобы удалить всё, введите «{ $phrase }»
}
api-keys-count-of-organization-changed = { $count ->
    [one] Теперь в организации { $count } ключ. Ничего не удалено. Чтобы удалить всё, введите «{ $phrase }»
    [few] Теперь в организации { $count } ключа. Ничего не удалено. Чтобы удалить всё, введите «{ $phrase }»
   *[many] Теперь в организации { $count } ключей. Ничего не удалено. Чтобы удалить всё, введите «{ $phrase }»
}
api-keys-deletion-inactive-text = { $count ->
    [1] Сейчас этим ключом ничто не может пользоваться. Отменить удаление нельзя.
   *[other] Сейчас этими ключами ничто не может пользоваться. Отменить удаление нельзя.
}
