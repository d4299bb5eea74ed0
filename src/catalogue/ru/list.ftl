### The list of keys: search, filters, order, the menu of a row, acts on many, export.

list-search = Найти
list-search-keys = Поиск ключей
list-search-hint = Название, ID, последние 4 знака или весь ключ
list-scope = Назначение
list-all-statuses = Любой статус
list-all-scopes = Любое назначение
list-expires-within = Истекает в течение
list-unused-for = Не использовался
list-any-time = Любой срок
list-days = { $count ->
    [one] { $count } день
    [few] { $count } дня
   *[many] { $count } дней
}
list-none-of-organization-matches = Ключи в организации есть, но под этот поиск и фильтр не подходит ни один.
list-none-of-mine-matches = Ключи у вас есть, но под этот поиск и фильтр не подходит ни один.
list-owner-unknown = Никого с таким именем среди владельцев ключей нет.
list-owner-unclear = Подходят несколько человек: выберите одного из них ниже.
list-nobody = Никто не найден
list-nobody-text = Введите часть имени или адреса электронной почты того, у кого есть ключи.
list-who = Чьи ключи?
list-token-found = Это ключ, который вы искали.
list-token-not-found = Ни у одного ключа, который вам виден, нет такого токена.
list-token-of-other-secret = ID принадлежит этому ключу, но остальная часть токена другая: это прежний токен этого ключа или выдуманный.
list-first-page = В начало
list-last-page = В конец
list-is-active = Ключ { $name } активен
list-actions-of = Действия с ключом { $name }
list-view = Открыть
list-rename = Переименовать
list-edit = Изменить
list-disable = Отключить
list-enable = Включить
list-revoke = Отозвать
list-select-to-act = Отметьте ключи в таблице, чтобы сделать что-то сразу со всеми.
# The sign # becomes the number of all, and ## of those on other pages.
list-selected-elsewhere = Выбрано: #, из них на других страницах: ##
list-all-selected = Выбраны все подходящие ключи: { $count }
list-select-matching = Выбрать все подходящие: { $count }
list-select-none = Снять выбор
list-too-many-match = Подходит больше { $limit } ключей
list-too-many-match-text = За один раз можно изменить не больше { $limit } ключей: уточните фильтр.
list-count-changed = { $count ->
    [one] Подходят уже другие ключи: теперь { $count } ключ. Ничего не изменено. Проверьте список и подтвердите ещё раз.
    [few] Подходят уже другие ключи: теперь { $count } ключа. Ничего не изменено. Проверьте список и подтвердите ещё раз.
   *[many] Подходят уже другие ключи: теперь { $count } ключей. Ничего не изменено. Проверьте список и подтвердите ещё раз.
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
