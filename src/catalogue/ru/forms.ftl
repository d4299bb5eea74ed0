### The forms of a key: making, editing and renaming it; and what its page says of that.

key-form-scope = Назначение
key-form-scope-server = Сервер
key-form-scope-server-text = Между машинами, хранится в секрете
key-form-scope-web = Веб
key-form-scope-web-text = В веб-страницах, где его прочтёт любой
key-form-scope-mobile = Мобильное
key-form-scope-mobile-text = В приложениях, где его найдёт любой
key-form-scope-analytics = Аналитика
key-form-scope-analytics-text = Для программ, читающих показатели и выгрузки
key-form-trusted-domains = Доверенные домены
key-form-trusted-domains-hint = По одному на строке, например example.com, *.example.com или localhost:3000. Пустое поле разрешает любой домен. Это защита от чужих страниц, а не секрет: программа может назвать любой домен.
key-form-app-identifiers = Идентификаторы приложений
key-form-app-identifiers-hint = По одному на строке, например com.example.app, для Android — с отпечатком SHA-256 его сертификата. Пустое поле разрешает любое приложение. Это защита от чужих приложений, а не секрет: программа может назваться любым.
key-form-allowed-networks = Разрешённые сети
key-form-allowed-networks-hint = По одной на строке, например 192.0.2.7 или 2001:db8::/32. Пустое поле разрешает любой адрес.
key-form-permissions = Права
key-form-permissions-hint = Ключ никогда не может больше, чем может в этот момент его владелец.
key-form-inherit = Все мои
key-form-inherit-of = Все, какие есть у владельца: { $owner }
key-form-choose = Только некоторые
key-form-chosen = Права на выбор

permission-see-own-api-keys = Видеть ключи своего владельца
permission-create-api-keys = Создавать ключи
permission-manage-own-api-keys = Изменять и удалять ключи своего владельца
permission-see-all-api-keys = Видеть все ключи организации
permission-manage-all-api-keys = Изменять и удалять все ключи организации
permission-verify-api-keys = Проверять чужие ключи
permission-see-members = Видеть участников
permission-manage-members = Приглашать, изменять и удалять участников
permission-manage-owners = Назначать и снимать владельцев организации
permission-manage-policy = Изменять правила для ключей
permission-manage-projects = Создавать, переименовывать и архивировать проекты
permission-see-own-usage = Видеть, как используются ключи своего владельца
permission-see-all-usage = Видеть, как используются все ключи
permission-see-own-audit-events = Видеть, что делал владелец ключа
permission-see-audit-log = Читать журнал аудита
permission-export-audit-log = Выгружать журнал аудита

key-form-edit-heading = Изменить «{ $name }»
key-form-edit-text = Сам ключ и его назначение, «{ $scope }», остаются прежними: всё, что использует ключ, продолжит работать с ним.
key-form-save = Сохранить
key-form-conflict = Этот ключ тем временем изменили
key-form-conflict-text = Из ваших изменений ничего не сохранено. Сравните, при желании поправьте форму ниже и сохраните ещё раз: тогда будет так, как в форме.
key-form-conflict-caption = Что у ключа сейчас и что ввели вы
key-form-conflict-field = Поле
key-form-conflict-present = Сейчас
key-form-conflict-typed = У вас
key-form-conflict-empty = Пусто
key-form-name-heading = Переименовать ключ
key-form-name-hint = Всё, что использует ключ, продолжит работать с ним.

key-form-rename = Переименовать
key-form-edit = Изменить
key-form-disable = Отключить
key-form-enable = Включить
key-form-revoke = Отозвать
key-form-restrictions = Ограничения
key-form-unrestricted = Нет: ключ можно использовать откуда угодно
key-form-created-by = Кто создал
key-form-disabled = Отключён с
key-form-until = до
key-form-revoked = Отозван
key-form-permissions-inherited = Все права владельца
key-form-permissions-none = Никаких
key-form-may-nothing-chosen = Ничего: ему не дали никаких прав
key-form-may-nothing-left = Ничего: у владельца больше нет ни одного из этих прав
key-form-caller = Откуда
key-form-first-used = Впервые
key-form-callers-caption = Последние места, откуда использовали ключ, не более { $count }

flash-api-key-edited = API-ключ «{ $name }» изменён.
flash-api-key-renamed = API-ключ теперь называется «{ $name }».

error-api-key-revoked = Этот ключ отозван
error-api-key-revoked-text = Ничего не изменено: отозванный ключ остаётся как есть. Создайте вместо него новый.
