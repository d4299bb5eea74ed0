### Making keys under the rules of the organization; the key that the system makes; buttons in the rows of the list.

creation-optional = необязательно
creation-expiration = На какой срок
creation-expiration-days = { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
creation-expiration-never = Бессрочно
creation-expiration-custom = Своя дата
creation-more-options = Дополнительно
creation-more-fields-web = { $count ->
    [one] Ещё { $count } поле для веб-ключей
    [few] Ещё { $count } поля для веб-ключей
   *[many] Ещё { $count } полей для веб-ключей
}
creation-more-fields-mobile = { $count ->
    [one] Ещё { $count } поле для мобильных ключей
    [few] Ещё { $count } поля для мобильных ключей
   *[many] Ещё { $count } полей для мобильных ключей
}
creation-parts = ID ключа и секрет
creation-the-key-id = ID ключа
creation-try = Спросить этот сервер
creation-try-failed = Сервер не ответил. Попробуйте ещё раз.
creation-try-pending = Пока вы не отметите флажок и не нажмёте «Готово», ответ будет KEY_NOT_CONFIRMED.
creation-expiration-hint = Ключ действует до конца этого дня (UTC). Самая поздняя дата: { $latest }.
creation-expiration-optional-hint = Без даты ключ работает, пока его не отзовут или не удалят. Дату всё же лучше выбрать: тогда забытый ключ рано или поздно перестанет действовать. Ключ действует до конца выбранного дня (UTC). Самая поздняя дата: { $latest }.
creation-only-scope = Назначение: { $scope }. { $text }.
creation-status-hint = Ключ можно создать отключённым и включить позже.
creation-with-options = С параметрами…
creation-made-system = Создан системой

creation-reveal-once = Секрет ключа <strong>{ $name }</strong> больше не будет показан. Скопируйте его сейчас, храните в надёжном месте и никому не передавайте.
creation-reveal-viewable = Скопируйте ключ <strong>{ $name }</strong> и храните в надёжном месте. Чтобы увидеть его снова, откройте ключ и нажмите «Показать».
creation-reveal-keep-open = Скопируйте ключ и нажмите «Готово».
creation-works-now = Ключ уже работает, срок действия не ограничен.
creation-works-now-until = Ключ уже работает. Последний день действия: <time datetime="{ $iso }" title="{ $title }">{ $date }</time>.
creation-leaving = Если уйти с этой страницы, ключ останется, но увидеть его секрет больше не получится.
creation-made-disabled = Ключ отключён: он заработает, когда вы его включите.
creation-the-secret = секрет
creation-form-made-viewable = Вы уже отправили эту форму, и по ней создан ключ <strong>{ $name }</strong>. Второй ключ не создан. Чтобы увидеть токен снова, откройте ключ и нажмите «Показать».
creation-form-made-replaceable = Вы уже отправили эту форму, и по ней создан ключ <strong>{ $name }</strong>. Второй ключ не создан. Секрет был показан один раз, после первой отправки формы. Если вы его не видели, откажитесь от этого ключа и создайте новый: вы получите новый секрет.
creation-form-made-used = Вы уже отправили эту форму, и по ней создан ключ <strong>{ $name }</strong>. Второй ключ не создан. Секрет был показан один раз, после первой отправки формы.
creation-see-key = Открыть ключ
creation-discard-and-create = Отказаться от этого ключа и создать новый

creation-never-used = Никогда
creation-created-on = создан { $date }

creation-row-view = Открыть { $name }
creation-row-show = Показать { $name }
creation-row-copy = Копировать { $name }
creation-row-edit = Изменить { $name }
creation-row-revoke = Отозвать { $name }
creation-show = Показать
creation-copy = Копировать

creation-system-deletion = Система сразу создаст вместо него новый ключ с другим токеном.
creation-system-bulk-deletion = { $count ->
    [one] { $count } из них создан системой. Взамен сразу появится столько же новых, с другими токенами.
    [few] { $count } из них созданы системой. Взамен сразу появится столько же новых, с другими токенами.
   *[many] { $count } из них созданы системой. Взамен сразу появится столько же новых, с другими токенами.
}
creation-system-all-deletion = Взамен ключей, созданных системой, сразу появятся новые, с другими токенами.
creation-all-deletion-of-organization = { $people ->
    [one] Будут удалены ключи <strong>{ $people } человека</strong>, и всё, что их использует, сразу перестанет работать. Отменить это нельзя.
    [few] Будут удалены ключи <strong>{ $people } человек</strong>, и всё, что их использует, сразу перестанет работать. Отменить это нельзя.
   *[many] Будут удалены ключи <strong>{ $people } человек</strong>, и всё, что их использует, сразу перестанет работать. Отменить это нельзя.
}
creation-system-not-revoked = { $count ->
    [1] Ключ, созданный системой, отозвать нельзя. Его можно удалить: система сразу создаст новый.
    [one] { $count } ключ создан системой, отозвать такие ключи нельзя. Вместо отзыва выберите удаление: система сразу создаст новые.
    [few] { $count } ключа созданы системой, отозвать такие ключи нельзя. Вместо отзыва выберите удаление: система сразу создаст новые.
   *[many] { $count } ключей созданы системой, отозвать такие ключи нельзя. Вместо отзыва выберите удаление: система сразу создаст новые.
}
creation-system-removal = Ключ, созданный системой, будет отозван в любом случае.

flash-api-key-made-disabled = API-ключ «{ $name }» создан отключённым. Он заработает, когда вы его включите.
flash-system-keys-made-anew = { $count ->
    [one] Система создала взамен { $count } новый ключ.
    [few] Система создала взамен { $count } новых ключа.
   *[many] Система создала взамен { $count } новых ключей.
}
error-system-api-key = Этот ключ создан системой
error-system-api-key-text = Ничего не изменено: ключ, созданный системой, отозвать нельзя. Удалите его: он перестанет работать, а система сразу создаст новый.
