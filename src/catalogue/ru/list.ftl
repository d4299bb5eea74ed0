### The list of keys: search, filters, order, the menu of a row, acts on many, export.

list-search = Найти
list-search-keys = Поиск ключей
list-search-hint = Название, ID, последние 4 знака или весь ключ
list-scope = Назначение
list-scope-server = Сервер
list-scope-web = Веб
list-scope-mobile = Мобильное
list-scope-analytics = Аналитика
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
