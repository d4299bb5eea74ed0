### Права в API организации и у кого они есть.

api-permissions = Права
api-permissions-text = Что можно делать в вашем API. Latchkey сообщает вашему сервису права каждого ключа.
settings-api-permissions = Определите, что можно делать в вашем API и каким ролям это разрешено.
api-permissions-views = Права и роли
api-permissions-roles = Роли
api-permissions-create-several = Создать несколько
api-permissions-count = Прав: { $count } из { $max }
api-permissions-found = { $count ->
    [one] Найдено { $count } право
    [few] Найдено { $count } права
   *[many] Найдено { $count } прав
}
api-permissions-search-label = Поиск прав
api-permissions-search-placeholder = Название или описание
api-permissions-nothing-found = Ничего не найдено
api-permissions-nothing-found-text = Ни в названиях, ни в описаниях нет «{ $query }».
api-permissions-none = Прав пока нет
api-permissions-none-text = Право, например <code translate="no">invoices:read</code>, определяет, что можно делать в вашем API. Назначьте права ролям. У ключа права его владельца или только те, что выбраны для ключа. Latchkey перечисляет их в ответе вашему сервису:

api-permission-held-by = У кого есть
api-permission-held-by-nobody = Ни у кого
api-permission-edit = Изменить<span class="vh"> { $name }</span>
api-permission-remove = Удалить<span class="vh"> { $name }</span>

api-permission-new-heading = Создать право
api-permission-name-hint = Части строчными буквами через двоеточие, например invoices:read. Изменить название потом нельзя.
api-permission-description-hint = Коротко, что разрешает это право. Необязательно.
api-permission-roles-hint = Это можно изменить позже.
api-permission-create = Создать
api-permission-create-another = Создать и добавить ещё
api-permission-done = Готово
api-permission-save = Сохранить
api-permissions-several-heading = Создать несколько прав
api-permissions-lines = Права
api-permissions-lines-hint = По одному в строке: название, пробел и описание. В организации может быть не больше { $max } прав.
api-permissions-lines-placeholder = invoices:read Смотреть счета
api-permissions-several-submit = Создать права
api-permission-description-heading = Описание права { $name }
api-permission-description-conflict = Пока вы редактировали, описание изменилось. Ваше ещё не сохранено. Чтобы заменить им новое, сохраните ещё раз.
api-permission-description-now = Описание сейчас: { $description }
api-permission-description-none-now = Сейчас описания нет.

api-permission-removal-heading = Удалить { $name }?
api-permission-removal-nothing = Этого права нет ни у ролей, ни у участников, ни у ключей.
api-permission-removal-text = Роли, участники и ключи сразу потеряют это право. Ваш сервис начнёт отклонять запросы, для которых оно нужно. Отменить удаление нельзя.
api-permission-removal-used = { $count ->
    [one] { $count } из этих ключей использовался за последние 30 дней.
    [few] { $count } из этих ключей использовались за последние 30 дней.
   *[many] { $count } из этих ключей использовались за последние 30 дней.
}
api-permission-removal-holders = { $count ->
    [one] Есть у { $count } участника
    [few] Есть у { $count } участников
   *[many] Есть у { $count } участников
}
api-permission-removal-roles = Назначено ролям: { $roles }
api-permission-removal-wildcard-roles = Назначено ролям по шаблону: { $roles }
api-permission-removal-people = { $count ->
    [one] Назначено { $count } участнику сверх роли: { $names }
    [few] Назначено { $count } участникам сверх роли: { $names }
   *[many] Назначено { $count } участникам сверх роли: { $names }
}
api-permission-removal-named = { $count ->
    [one] Выбрано для { $count } ключа
    [few] Выбрано для { $count } ключей
   *[many] Выбрано для { $count } ключей
}
api-permission-removal-by-wildcard = { $count ->
    [one] Есть у { $count } ключа по шаблону
    [few] Есть у { $count } ключей по шаблону
   *[many] Есть у { $count } ключей по шаблону
}
api-permission-removal-inherited = { $count ->
    [one] Есть у { $count } ключа от владельца
    [few] Есть у { $count } ключей от владельцев
   *[many] Есть у { $count } ключей от владельцев
}
api-permission-removal-confirm = Удалить это право у всех
api-permission-removal-submit = Да, удалить

api-permissions-roles-heading = Права ролей
api-permissions-roles-text = Права роли есть у каждого участника с этой ролью. Шаблон, например <code translate="no">invoices:*</code>, включает и права, которые вы создадите позже.
api-grants-wildcard = Все права, в том числе будущие
api-grants-save = Сохранить
api-grants-save-hint = Если люди или ключи что-то потеряют, вы увидите, сколько их, ещё до сохранения. Возможно, понадобится пароль.
api-grants-conflict = Права изменили, пока вы их редактировали
api-grants-conflict-text = Ваши изменения не сохранены. Ниже роли, которые отличаются. Сохраните форму ещё раз, чтобы заменить их права, или сначала исправьте её.
api-grants-conflict-present = Есть сейчас, но не у вас в форме
api-grants-conflict-typed = Есть у вас в форме, но не сейчас
api-grants-lost-text = Пока ничего не сохранено. Будут отобраны права:
api-grants-lost = { $permissions }
api-grants-lost-by-role = { $role }: { $permissions }
api-grants-lost-more = и ещё { $count }
api-grants-lost-people = { $count ->
    [one] { $count } человек.
    [few] { $count } человека.
   *[many] { $count } человек.
}
api-grants-lost-keys = { $count ->
    [one] { $count } ключ, за последние 30 дней использовались: { $used }.
    [few] { $count } ключа, за последние 30 дней использовались: { $used }.
   *[many] { $count } ключей, за последние 30 дней использовались: { $used }.
}
api-grants-lost-yes = Да, отобрать

member-api-permissions = Дополнительные права в API
member-api-permissions-change = Изменить
member-api-permissions-heading = Права в API: { $name }
member-api-permissions-text = Выберите, что участник может делать в вашем API сверх прав роли { $role }. Права его ключей изменятся сразу.
member-api-permissions-of-role = От роли
member-api-permissions-conflict = Эти права только что изменил кто-то другой. Ничего не сохранено: проверьте выбор и сохраните ещё раз.

flash-api-permission-created = Право { $name } создано.
flash-api-permissions-created = { $count ->
    [one] Создано { $count } право.
    [few] Создано { $count } права.
   *[many] Создано { $count } прав.
}
flash-api-permission-described = Описание права { $name } изменено.
flash-api-permission-removed = Право { $name } удалено.
flash-api-permission-removed-from-keys = { $count ->
    [one] Оно было выбрано для { $count } ключа и больше ему не даётся.
    [few] Оно было выбрано для { $count } ключей и больше им не даётся.
   *[many] Оно было выбрано для { $count } ключей и больше им не даётся.
}
flash-role-api-grants-changed = Права ролей сохранены. Права ключей изменились сразу.
flash-member-api-grants-changed = Права участника { $name } в API сохранены. Права его ключей изменились сразу.
flash-api-grants-unchanged = Ничего не изменено: у ролей уже эти права.

fault-api-permission-name = Используйте только строчные латинские буквы, цифры, _ и -, а между частями двоеточие, например invoices:read
fault-api-permission-name-reserved = Это слово зарезервировано. Введите другое название
fault-api-permission-name-taken = Право с таким названием уже есть
fault-api-permissions-too-many = { $left ->
    [0] В организации может быть не больше { $max } прав. Сначала удалите одно из них
   *[other] В организации может быть не больше { $max } прав: можно создать ещё { $left }
}
fault-api-permission-lines-empty = Введите хотя бы одно право
fault-api-permission-removal = Поставьте отметку, чтобы удалить это право у всех

event-api-permission-created = Создано право { $subject } в API
event-api-permission-changed = Изменено описание права { $subject }
event-api-permission-removed = Удалено право { $subject } в API
event-role-api-grants-changed = Изменены права роли { $role } в API
event-member-api-grants-changed = Изменены дополнительные права в API: { $subject }
event-granted = Назначено
event-taken-away = Отобрано
event-keys-changed = Ключей потеряло право
