### The list of keys: search, filters, order, the menu of a row, acts on many, export.

list-search = Найти
list-search-keys = Поиск ключей
list-search-hint = Название, ID ключа, последние 4 знака или токен
list-filter = Фильтры
list-filters-set = Выбранные фильтры
list-remove-filter = Убрать фильтр
list-copy-id = Копировать ID ключа { $id }
list-id-copied = ID ключа скопирован
list-scope = Назначение
list-all-statuses = Любой статус
list-all-scopes = Любое назначение
list-expires-within = Истекает в течение
list-unused-for = Не использовался
list-any-time = Любой срок
list-permissions = Права вашего API
list-any-permissions = Любые
list-permissions-unused = Есть не использованные { $days } дней
list-permissions-hint = Неиспользуемые права Latchkey ищет раз в день.
list-days = { $count ->
    [one] { $count } день
    [few] { $count } дня
   *[many] { $count } дней
}
list-none-of-organization-matches = В организации нет ключей, подходящих под поиск и фильтры. Измените условия или посмотрите все ключи.
list-none-of-mine-matches = У вас нет ключей, подходящих под поиск и фильтры. Измените условия или посмотрите все ключи.
list-owner-unknown = Нет владельца ключей с таким именем или адресом почты.
list-owner-unclear = Подходит несколько человек. Выберите одного из них ниже.
list-nobody = Владелец не найден
list-nobody-text = Введите часть имени или адреса почты человека, у которого есть ключи.
list-who = Чьи ключи?
list-token-found = Это ключ, который вы искали.
list-token-not-found = Среди доступных вам ключей нет ключа с таким токеном.
list-token-of-other-secret = ID принадлежит этому ключу, но остальная часть токена другая. Возможно, это прежний токен этого ключа, опечатка или подделка.
list-first-page = В начало
list-last-page = В конец
list-is-active = Ключ { $name } активен
list-actions-of = Действия с ключом { $name }
list-view = Открыть
list-rename = Переименовать
list-edit = Изменить
list-rotate = Сменить токен
list-disable = Отключить
list-enable = Включить
list-revoke = Отозвать
list-select-to-act = Отметьте ключи в таблице, чтобы изменить сразу несколько.
# The sign # becomes the number of all, and ## of those on other pages.
list-selected-elsewhere = Выбрано: #, из них на других страницах: ##
list-all-selected = Выбраны все подходящие ключи: { $count }
list-select-matching = Выбрать все подходящие: { $count }
list-select-none = Снять выбор
list-too-many-match = Подходит более { $limit } ключей
list-too-many-match-text = За один раз можно изменить не больше { $limit } ключей. Уточните фильтр.
list-count-changed = { $count ->
    [one] Список изменился: теперь подходит { $count } ключ. Ничего не изменено. Проверьте список и подтвердите ещё раз.
    [few] Список изменился: теперь подходят { $count } ключа. Ничего не изменено. Проверьте список и подтвердите ещё раз.
   *[many] Список изменился: теперь подходит { $count } ключей. Ничего не изменено. Проверьте список и подтвердите ещё раз.
}
list-and-more = { $count ->
    [one] и ещё { $count } ключ
    [few] и ещё { $count } ключа
   *[many] и ещё { $count } ключей
}
list-export = Экспорт
# The format is csv or json.
list-export-as = { $format ->
    [csv] В CSV, для таблиц
   *[json] В JSON, для программ
}

# Before a number.
api-key-default-name = API-ключ
# A class, not displayed. With "long-dates" a date may take two lines in a table with many columns.
