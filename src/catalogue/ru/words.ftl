### What the code knows by type: roles, states, times, faults of fields.

month-january = янв.
month-february = февр.
month-march = мар.
month-april = апр.
month-may = мая
month-june = июн.
month-july = июл.
month-august = авг.
month-september = сент.
month-october = окт.
month-november = нояб.
month-december = дек.

just-now = только что
minutes-ago = { $count ->
    [one] { $count } минуту назад
    [few] { $count } минуты назад
   *[many] { $count } минут назад
}
hours-ago = { $count ->
    [one] { $count } час назад
    [few] { $count } часа назад
   *[many] { $count } часов назад
}
days-ago = { $count ->
    [one] { $count } день назад
    [few] { $count } дня назад
   *[many] { $count } дней назад
}
valid-through = Действует до { $date }, 23:59 UTC включительно
at-by-agent = { $at }, { $agent }
used-today = { $uses } сегодня
refused-today = { $refusals } отклонено сегодня
used-and-refused-today = { $uses } сегодня, { $refusals } отклонено

try-again-in-a-second = Повторите через секунду.
try-again-in-seconds = { $count ->
    [one] Повторите через { $count } секунду.
    [few] Повторите через { $count } секунды.
   *[many] Повторите через { $count } секунд.
}
try-again-in-minutes = { $count ->
    [one] Повторите через { $count } минуту.
    [few] Повторите через { $count } минуты.
   *[many] Повторите через { $count } минут.
}

count-of-keys = { $count ->
    [one] { $count } ключ
    [few] { $count } ключа
   *[many] { $count } ключей
}
count-of-people = { $count ->
    [one] { $count } человек
    [few] { $count } человека
   *[many] { $count } человек
}

more-than = более { $count }
more-than-keys = Более { $count } ключей

role-owner = Владелец
role-administrator = Администратор
role-support = Поддержка
role-analytics = Аналитика
role-member = Участник
role-owner-description = Может всё, в том числе управлять другими владельцами.
role-administrator-description = Управляет людьми и API-ключами, но не владельцами.
role-support-description = Видит все API-ключи и всех участников организации и ничего не меняет.
role-analytics-description = Видит все API-ключи организации и их использование и ничего не меняет.
role-member-description = Видит только собственные API-ключи.

status-pending = Не подтверждён
status-active = Активен
status-disabled = Отключён
status-expired = Истёк
status-revoked = Отозван
status-expires-today = Истекает сегодня
status-expires-tomorrow = Истекает завтра
status-expires-in-days = { $count ->
    [one] Остался { $count } день
    [few] Осталось { $count } дня
   *[many] Осталось { $count } дней
}

code-valid = Ключ действителен.
code-not-found = Такого ключа нет, или секрет другой. Что именно, не сообщается никому.
code-key-not-confirmed = Ещё никто не подтвердил, что ключ скопирован.
code-disabled = Ключ отключён.
code-expired = Срок действия ключа истёк.
code-revoked = Ключ отозван навсегда.
code-owner-inactive = Учётная запись владельца ключа отключена.
code-origin-not-allowed = Ключ предназначен для других веб-страниц, или в запросе не сказано, что это за страница.
code-network-not-allowed = Ключ предназначен для других сетей, или в запросе нет адреса вызывающего.
code-app-not-allowed = Ключ предназначен для других приложений, или в запросе не сказано, что это за приложение.
code-insufficient-permissions = Ключ действителен, но у него или у его владельца нет запрошенного права.
code-rate-limited = С одного адреса пришло слишком много неверных токенов. Повторите через секунду.

outcome-valid = Принят
outcome-not-found = Неверный секрет
outcome-key-not-confirmed = Не подтверждён
outcome-disabled = Отключён
outcome-expired = Истёк
outcome-revoked = Отозван
outcome-owner-inactive = Владелец отключён
outcome-origin-not-allowed = Другая страница
outcome-network-not-allowed = Другая сеть
outcome-app-not-allowed = Другое приложение
outcome-insufficient-permissions = Нет права
outcome-rate-limited = Ограничен

event-api-key-created = Создан ключ
event-api-key-confirmed = Подтверждено, что ключ скопирован
event-api-key-edited = Ключ изменён
event-api-key-renamed = Ключ переименован
event-api-key-disabled = Ключ отключён
event-api-key-enabled = Ключ включён
event-api-key-viewed = Просмотрена эта страница
event-api-key-revoked = Ключ отозван
event-api-key-handed-over = Ключ передан, так как его владелец удалён
event-api-key-deleted = Ключ удалён
event-api-key-purged = Ключ удалён: его вовремя не подтвердили

fault-name-empty = Введите название
fault-description-empty = Введите описание
fault-organization-name-empty = Введите название вашей организации
fault-person-name-empty = Введите ваше имя
fault-too-long = { $what ->
    [description] Описание может содержать не более { $max } символов
    [reason] Причина может содержать не более { $max } символов
    [person] Ваше имя может содержать не более { $max } символов
   *[name] Название может содержать не более { $max } символов
}
fault-forbidden-character = { $what ->
    [description] В описании есть невидимые или управляющие символы: введите его, а не вставляйте
    [reason] В причине есть невидимые или управляющие символы: введите её, а не вставляйте
    [person] В вашем имени есть невидимые или управляющие символы: введите его, а не вставляйте
   *[name] В названии есть невидимые или управляющие символы: введите его, а не вставляйте
}
fault-api-key-name-taken = { $status ->
    [pending] Это название уже носит ключ «{ $name }», который ещё не подтверждён. Выберите другое
    [disabled] Это название уже носит отключённый ключ «{ $name }». Выберите другое
    [expired] Это название всё ещё носит истёкший ключ «{ $name }». Выберите другое или удалите тот ключ, чтобы освободить название
    [revoked] Это название всё ещё носит отозванный ключ «{ $name }». Выберите другое или удалите тот ключ, чтобы освободить название
   *[active] Это название уже носит действующий ключ «{ $name }». Выберите другое
}
fault-project-name-taken = Проект с таким названием уже есть, возможно, в архиве. Регистр букв и лишние пробелы не различаются.
fault-email = Введите адрес почты вида name@example.org
fault-email-taken = Введите другой адрес почты: этот использовать нельзя
fault-language = Выберите один из языков
fault-api-key-expired = Ключ истёк, его срок изменить нельзя: создайте новый ключ
fault-scope = Выберите, для чего ключ
fault-restriction-of-other-scope = { $kind ->
    [app_identifiers] Идентификаторы приложений нужны ключам с назначением «Мобильное»: очистите поле или выберите это назначение
    [allowed_networks] Разрешённые сети нужны ключам с назначением «Сервер» или «Аналитика»: очистите поле или выберите это назначение
   *[trusted_domains] Доверенные домены нужны ключам с назначением «Веб»: очистите поле или выберите это назначение
}
fault-restriction-too-many = { $max ->
    [one] Не более { $max } строки, а здесь больше
    [few] Не более { $max } строк, а здесь больше
   *[many] Не более { $max } строк, а здесь больше
}
fault-restriction-line = Строка { $line }, «{ $entry }»: { $reason }
fault-domain-name = введите домен, например example.com, *.example.com или localhost:3000, а адрес IPv6 — в скобках
fault-domain-scheme = перед доменом может стоять только http:// или https://
fault-domain-more-than-an-origin = введите домен без того, что идёт после него, даже без косой черты, и без пользователя
fault-domain-port = порт — число от 1 до 65535 или * для любого
fault-domain-wildcard = звёздочка может стоять только в начале, перед именем из двух и более частей, как в *.example.com
fault-app-name = введите идентификатор приложения, например com.example.app
fault-app-fingerprint = после пакета идёт отпечаток SHA-256 его сертификата, 64 шестнадцатеричные цифры
fault-network = введите IP-адрес или сеть, например 192.0.2.0/24 или 2001:db8::/32
fault-permissions-contradictory = Выберите либо все права, либо некоторые из них
fault-permissions-unknown = Выберите права из списка
fault-permissions-not-held = Выберите только те права, которые есть у вас
fault-role = Выберите роль
fault-member-already = Участник с таким адресом почты уже есть
fault-heir = Выберите из списка, кому передать ключи
fault-project = Выберите другой проект или никакой: выбранный не принимает новых ключей
fault-expiration-missing = Выберите срок действия
fault-expiration-malformed = Введите существующую дату: год, месяц и день, например 2027-01-31
fault-expiration-in-the-past = Срок действия уже прошёл: выберите { $earliest } или позже
fault-expiration-too-late = Срок действия слишком далёк: выберите { $latest } или раньше
fault-password-too-short = { $min ->
    [one] Не менее { $min } символа
    [few] Не менее { $min } символов
   *[many] Не менее { $min } символов
}
fault-password-too-long = { $max ->
    [one] Не более { $max } символа
    [few] Не более { $max } символов
   *[many] Не более { $max } символов
}
fault-password-common = Это похоже на распространённый пароль, такие пробуют первыми. Возьмите несколько не связанных слов
fault-password-personal = Это составлено из вашего имени, адреса или организации. Возьмите несколько не связанных слов
fault-password-pattern = Это легко угадать: повторы, счёт или соседние клавиши. Возьмите несколько не связанных слов
fault-api-key-name-taken-meanwhile = Это название уже носит другой ключ. Выберите другое
fault-unrestricted = { $kind ->
    [app_identifiers] Укажите приложения, которым можно использовать ключ. В приложении его может найти каждый: без списка он подходит любому приложению. Если так и нужно, поставьте отметку ниже
   *[trusted_domains] Укажите сайты, которым можно использовать ключ. На странице его может прочитать каждый: без списка он подходит любому сайту. Если так и нужно, поставьте отметку ниже
}
