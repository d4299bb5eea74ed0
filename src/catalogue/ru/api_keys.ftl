### API keys: list, creation, details, ends.

api-keys-own-limit-reached = Ваших ключей: { $used } из { $limit }. Чтобы создать новый, удалите один из своих.
api-keys-used = { $used } из { $limit ->
    [one] { $limit } ключа
    [few] { $limit } ключей
   *[many] { $limit } ключей
} · Прав у ключа не больше, чем у вас в момент использования.
api-keys-limit-reached = { $used } из { $limit ->
    [one] { $limit } ключа
    [few] { $limit } ключей
   *[many] { $limit } ключей
}. Чтобы создать новый, удалите один из них.
api-keys-none-to-delete = Ключей нет, удалять нечего.
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
api-keys-none-matches = Подходящих ключей нет
api-keys-see-all = Показать все ключи
api-keys-empty-organization = В организации пока нет API-ключей
api-keys-empty-organization-text = Здесь появятся ключи всех участников организации и время их последнего использования.
api-keys-empty = У вас пока нет API-ключей
api-keys-empty-text = С API-ключом сервис, скрипт или задание работает от вашего имени без вашего пароля. Создайте для каждого отдельный ключ: тогда можно удалить один, не остановив остальные.
api-keys-first-purpose = Что будет использовать этот ключ?
api-keys-create-first = Создать первый ключ
api-keys-may-not-create = Ваша роль не позволяет создавать ключи. Если ключ нужен, обратитесь к владельцу или администратору организации.
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
api-key-pending = Ключ не работает: вы не подтвердили, что скопировали его. Показать секрет ещё раз нельзя: смените токен, чтобы получить новый, или удалите ключ. Неподтверждённый ключ будет удалён автоматически через 24 часа после создания.
api-key-of-organization-pending = Ключ не работает: владелец не подтвердил, что скопировал его. Показать секрет ещё раз нельзя. Неподтверждённый ключ будет удалён автоматически через 24 часа после создания.

api-key-new-heading = Создать API-ключ
api-key-limit-reached = { $limit ->
    [1] Вам доступен только один ключ. Удалите его, а потом создайте этот.
    [one] Достигнут предел: { $limit } ключ. Удалите один из ключей, а потом создайте этот.
    [few] Достигнут предел: { $limit } ключа. Удалите один из ключей, а потом создайте этот.
   *[many] Достигнут предел: { $limit } ключей. Удалите один из ключей, а потом создайте этот.
}
description = Описание
description-hint = Где будет использоваться ключ? Поле можно оставить пустым.
api-key-expiration-date = Срок действия
api-key-expiration-date-hint = Ключ действует до конца этого дня (UTC), но не дольше года: до { $latest }.
api-key-form-made-confirmed = Вы уже отправили эту форму, и по ней создан ключ <strong>{ $name }</strong>. Второй ключ не создан. Вы подтвердили, что скопировали секрет.
api-key-form-made-gone = Вы уже отправили эту форму. Созданного по ней ключа больше нет, второй ключ не создан.

api-key-reveal-heading = Скопируйте API-ключ
api-key-reveal-once = Ключ <strong>{ $name }</strong> показывается только один раз. Скопируйте его сейчас и храните в надёжном месте.
api-key-reveal-keep-open = Отметьте «Ключ скопирован» и нажмите «Готово» или откажитесь от ключа.
api-key-token = API-ключ
api-key-lookup = ID ключа
api-key-secret = Секрет
api-key-copied = Скопировано. Храните ключ в надёжном месте.
api-key-copy-refused = Браузер не разрешил копирование. Текст выделен: нажмите Ctrl+C (⌘C на Mac).
api-key-works-once-confirmed = Ключ заработает, когда вы подтвердите, что скопировали его.
api-key-works-once-confirmed-until = Ключ заработает, когда вы подтвердите, что скопировали его. Последний день действия: <time datetime="{ $iso }" title="{ $title }">{ $date }</time>.
api-key-confirmation-heading = Вы скопировали ключ?
api-key-confirmation-text = Ключ <strong>{ $name }</strong> не работает, пока вы не подтвердите, что скопировали его. Показать его ещё раз нельзя: если вы его не скопировали, откажитесь от него и создайте новый.
api-key-have-copied = Ключ скопирован
api-key-tick-or-discard = Отметьте, что ключ скопирован, или откажитесь от ключа.
api-key-tick-if-copied = Отметьте, если ключ скопирован. Иначе откажитесь от ключа
api-key-discard = Отказаться от ключа
api-key-done = Готово

api-key-look-note = Владелец этого ключа: { $owner }. Ваш просмотр записан в журнал аудита.
api-key-about = Об этом ключе
api-key-the-lookup = ID ключа
api-key-confirmed = Подтверждён
api-key-not-confirmed = Ещё нет: ключ не работает
api-key-used-from = с адреса { $address }
api-key-used-by = через { $agent }
api-key-may-now = Текущие права
api-key-may-nothing = Нет, пока ключ не работает
api-key-use = Использование
api-key-no-use = { $days ->
    [one] Не использовался за последний { $days } день.
    [few] Не использовался за последние { $days } дня.
   *[many] Не использовался за последние { $days } дней.
}
api-key-requests = Запросы за { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
api-key-permissions-count = { $count ->
    [one] { $count } право
    [few] { $count } права
   *[many] { $count } прав
}
api-key-no-use-text = Отправьте запрос с этим ключом сервису, который проверяет ключи. Через несколько секунд он появится здесь.
api-key-history = История
api-key-no-history = Событий пока нет.
api-key-history-caption = { $count ->
    [one] Последнее { $count } событие
    [few] Последние { $count } события
   *[many] Последние { $count } событий
}

api-key-deletion-heading = Удалить «{ $name }»?
api-key-deletion-text = Всё, что использует этот ключ, сразу перестанет работать. Отменить это нельзя.
api-key-deletion-pending = Копирование этого ключа не подтвердили, поэтому он никогда не работал. Показать секрет ещё раз нельзя.
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
api-keys-to-delete = Ключи на удаление
api-key-of-owner = владелец: { $name }
api-key-last-used-then = использован <time datetime="{ $iso }" title="{ $title }">{ $text }</time>
api-keys-only-one-used-lately = Ключ использовался в последние 24 часа.
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
    [1] Ваш ключ будет удалён, и всё, что его использует, сразу перестанет работать. Ключи других участников останутся. Отменить это нельзя.
   *[other] Все ваши ключи будут удалены, и всё, что их использует, сразу перестанет работать. Ключи других участников останутся. Отменить это нельзя.
}
api-keys-only-one-of-organization-deletion-text = Ключ будет удалён, и всё, что его использует, сразу перестанет работать. Ключей в организации не останется. Отменить это нельзя.
api-keys-all-deletion-of-organization-text = { $people ->
    [one] Будут удалены ключи <strong>{ $people } человека</strong>, и всё, что их использует, сразу перестанет работать. Ключей в организации не останется. Отменить это нельзя.
    [few] Будут удалены ключи <strong>{ $people } человек</strong>, и всё, что их использует, сразу перестанет работать. Ключей в организации не останется. Отменить это нельзя.
   *[many] Будут удалены ключи <strong>{ $people } человек</strong>, и всё, что их использует, сразу перестанет работать. Ключей в организации не останется. Отменить это нельзя.
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
    [1] Ничего не удалено: число ваших ключей изменилось, теперь ключ один. Чтобы удалить его, введите «{ $phrase }»
    [one] Ничего не удалено: число ваших ключей изменилось, теперь у вас { $count } ключ. Чтобы удалить все, введите «{ $phrase }»
    [few] Ничего не удалено: число ваших ключей изменилось, теперь у вас { $count } ключа. Чтобы удалить все, введите «{ $phrase }»
   *[many] Ничего не удалено: число ваших ключей изменилось, теперь у вас { $count } ключей. Чтобы удалить все, введите «{ $phrase }»
}
api-keys-count-of-organization-changed = { $count ->
    [1] Ничего не удалено: число ключей изменилось, теперь в организации один ключ. Чтобы удалить его, введите «{ $phrase }»
    [one] Ничего не удалено: число ключей изменилось, теперь в организации { $count } ключ. Чтобы удалить все, введите «{ $phrase }»
    [few] Ничего не удалено: число ключей изменилось, теперь в организации { $count } ключа. Чтобы удалить все, введите «{ $phrase }»
   *[many] Ничего не удалено: число ключей изменилось, теперь в организации { $count } ключей. Чтобы удалить все, введите «{ $phrase }»
}
api-keys-deletion-inactive-text = { $count ->
    [1] Ключ не активен, поэтому от его удаления ничего не остановится. Отменить удаление нельзя.
   *[other] Активных ключей среди выбранных нет, поэтому от их удаления ничего не остановится. Отменить удаление нельзя.
}
