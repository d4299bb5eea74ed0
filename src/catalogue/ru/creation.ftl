### Making keys under the rules of the organization; the key that the system makes; buttons in the rows of the list.

creation-optional = необязательно
creation-expiration-hint = Ключ действует до конца этого дня (UTC). Самая поздняя дата: { $latest }.
creation-expiration-optional-hint = Без даты ключ не истекает и работает, пока его не отзовут или не удалят. Дату всё же лучше выбрать: тогда забытый ключ не останется опасным надолго. Ключ действует до конца этого дня (UTC), не позже { $latest }.
creation-only-scope = Назначение: { $scope }. { $text }.
creation-status-hint = Ключ можно создать и отключённым, а включить позже.
creation-with-options = С параметрами…
creation-made-system = Создан системой

creation-reveal-once = Секрет ключа <strong>{ $name }</strong> больше не будет показан. Скопируйте его сейчас, храните в надёжном месте и никому не передавайте.
creation-reveal-viewable = Скопируйте ключ <strong>{ $name }</strong> и храните в надёжном месте. Его можно увидеть и позже: откройте ключ и выберите «Показать».
creation-reveal-keep-open = Скопируйте ключ и нажмите «Готово».
creation-works-now = Ключ уже работает и не истекает.
creation-works-now-until = Ключ уже работает. Последний день действия: <time datetime="{ $iso }" title="{ $title }">{ $date }</time>.
creation-leaving = Если уйти с этой страницы, ключ останется, но его секрет больше никто не увидит.
creation-made-disabled = Ключ отключён: он заработает, когда вы его включите.
creation-the-secret = секрет
creation-form-made-viewable = По этой форме создан ключ <strong>{ $name }</strong>, второй ключ не создан. Его токен можно увидеть снова: откройте ключ и выберите «Показать».
creation-form-made-replaceable = По этой форме создан ключ <strong>{ $name }</strong>, второй ключ не создан. Секрет был показан только в первом ответе. Если вы его не видели, откажитесь от этого ключа и создайте его заново: вы получите новый секрет.
creation-form-made-used = По этой форме создан ключ <strong>{ $name }</strong>, второй ключ не создан. Секрет был показан только в первом ответе.
creation-see-key = Открыть ключ
creation-discard-and-create = Отказаться от этого ключа и создать заново

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
creation-system-all-deletion = Ключи, созданные системой, сразу создаются заново, с другими токенами.
creation-all-deletion-of-organization = { $people ->
    [one] Удаляются ключи <strong>{ $people } человека</strong>, и всё, что их использует, сразу перестаёт работать. Отменить это нельзя.
    [few] Удаляются ключи <strong>{ $people } человек</strong>, и всё, что их использует, сразу перестаёт работать. Отменить это нельзя.
   *[many] Удаляются ключи <strong>{ $people } человек</strong>, и всё, что их использует, сразу перестаёт работать. Отменить это нельзя.
}
creation-system-not-revoked = { $count ->
    [1] Ключ, созданный системой, отозвать нельзя. Удалите его: новый будет создан сразу.
    [one] { $count } ключ, созданный системой, отозвать нельзя. Вместо отзыва выберите удаление: новые будут созданы сразу.
    [few] { $count } ключа, созданных системой, отозвать нельзя. Вместо отзыва выберите удаление: новые будут созданы сразу.
   *[many] { $count } ключей, созданных системой, отозвать нельзя. Вместо отзыва выберите удаление: новые будут созданы сразу.
}
creation-system-removal = Ключ, созданный системой, отзывается в любом случае.

flash-api-key-made-disabled = API-ключ «{ $name }» создан отключённым. Он заработает, когда вы его включите.
flash-system-keys-made-anew = { $count ->
    [one] Система создала взамен { $count } новый ключ.
    [few] Система создала взамен { $count } новых ключа.
   *[many] Система создала взамен { $count } новых ключей.
}
error-system-api-key = Этот ключ создан системой
error-system-api-key-text = Ничего не изменено: отозвать его нельзя. Удалите его: он перестанет работать, а новый будет создан сразу.
