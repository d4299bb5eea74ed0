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
role-owner-description = Полный доступ, в том числе управление другими владельцами.
role-administrator-description = Управляет участниками и API-ключами, но не владельцами.
role-support-description = Просматривает все API-ключи и всех участников организации. Ничего не может менять.
role-analytics-description = Просматривает все API-ключи организации и их использование. Ничего не может менять.
role-member-description = Просматривает только собственные API-ключи.

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
code-not-found = Ключа нет, или секрет неверный. Что именно, ответ не сообщает.
code-key-not-confirmed = Создатель ключа ещё не подтвердил, что скопировал его.
code-disabled = Ключ отключён.
code-expired = Срок действия ключа истёк, или этот токен отключён после ротации.
code-revoked = Ключ отозван.
code-owner-inactive = Учётная запись владельца ключа отключена.
code-browser-not-allowed = Серверный ключ прислал браузер, а политика организации это запрещает. Ключ попал на страницу.
code-origin-not-allowed = Источник веб-страницы не входит в доверенные домены ключа, или источника нет в запросе.
code-network-not-allowed = Адрес вызывающего не входит в разрешённые сети ключа или организации, или адреса нет в запросе.
code-app-not-allowed = Приложение не входит в список приложений ключа, или приложения нет в запросе.
code-environment-not-allowed = Ключ относится не к той среде, которая указана в запросе.
code-insufficient-permissions = Ключ действителен, но у него или у его владельца нет запрошенного права.
code-rate-limited = Ключ исчерпал ограничение частоты. Если любой адрес API отвечает кодом 429, с одного адреса пришло слишком много неверных токенов.
code-quota-exceeded = Ключ исчерпал квоту на этот день или месяц.

outcome-valid = Действителен
outcome-not-found = Неверный секрет
outcome-key-not-confirmed = Не подтверждён
outcome-disabled = Отключён
outcome-expired = Истёк
outcome-revoked = Отозван
outcome-owner-inactive = Владелец отключён
outcome-browser-not-allowed = Из браузера
outcome-origin-not-allowed = Другой источник
outcome-network-not-allowed = Другая сеть
outcome-app-not-allowed = Другое приложение
outcome-environment-not-allowed = Другая среда
outcome-insufficient-permissions = Не хватает прав
outcome-rate-limited = Превышен лимит
outcome-quota-exceeded = Квота исчерпана

fault-name-empty = Введите название
fault-description-empty = Введите описание
fault-organization-name-empty = Введите название вашей организации
fault-person-name-empty = Введите ваше имя
fault-too-long = { $what ->
    [description] Описание может содержать не более { $max } символов
    [external-id] Внешний ID может содержать не более { $max } символов
    [reason] Причина может содержать не более { $max } символов
    [person] Ваше имя может содержать не более { $max } символов
   *[name] Название может содержать не более { $max } символов
}
fault-forbidden-character = { $what ->
    [description] В описании есть невидимые или управляющие символы: введите его, а не вставляйте
    [external-id] Во внешнем ID есть невидимые или управляющие символы: введите его, а не вставляйте
    [reason] В причине есть невидимые или управляющие символы: введите её, а не вставляйте
    [person] В вашем имени есть невидимые или управляющие символы: введите его, а не вставляйте
   *[name] В названии есть невидимые или управляющие символы: введите его, а не вставляйте
}
fault-api-key-name-taken = { $status ->
    [pending] Так уже называется неподтверждённый ключ «{ $name }». Придумайте другое название
    [disabled] Так уже называется отключённый ключ «{ $name }». Придумайте другое название
    [expired] Так ещё называется истёкший ключ «{ $name }». Придумайте другое название или сначала удалите тот ключ
    [revoked] Так ещё называется отозванный ключ «{ $name }». Придумайте другое название или сначала удалите тот ключ
   *[active] Так уже называется активный ключ «{ $name }». Придумайте другое название
}
fault-project-name-taken = Проект с таким названием уже есть, возможно, в архиве. Придумайте название, которое отличается не только регистром и пробелами
fault-email = Введите адрес почты вида name@example.org
fault-email-taken = Этот адрес почты использовать нельзя. Введите другой
fault-language = Выберите язык
fault-api-key-expired = Ключ истёк, поэтому его срок действия изменить нельзя. Создайте новый ключ
fault-scope = Выберите назначение
fault-restriction-of-other-scope = { $kind ->
    [app_identifiers] Идентификаторы приложений подходят только ключам с назначением «Мобильное». Очистите поле или выберите это назначение
    [allowed_networks] Разрешённые сети подходят только ключам с назначением «Сервер» или «Аналитика». Очистите поле или выберите одно из этих назначений
   *[trusted_domains] Доверенные домены подходят только ключам с назначением «Веб». Очистите поле или выберите это назначение
}
fault-restriction-too-many = { $max ->
    [one] Введите не более { $max } строки
    [few] Введите не более { $max } строк
   *[many] Введите не более { $max } строк
}
fault-restriction-line = Строка { $line }, «{ $entry }»: { $reason }
fault-domain-name = введите домен, например example.com, *.example.com или localhost:3000, а адрес IPv6 — в скобках
fault-domain-scheme = перед доменом может стоять только http:// или https://
fault-domain-more-than-an-origin = введите только домен, без пути, косой черты и имени пользователя
fault-domain-port = введите порт от 1 до 65535 или * для любого порта
fault-domain-wildcard = используйте * только в начале, перед именем из двух и более частей, как в *.example.com
fault-app-name = введите идентификатор приложения, например com.example.app
fault-app-fingerprint = после имени пакета укажите отпечаток SHA-256 сертификата: 64 шестнадцатеричные цифры
fault-network = введите IP-адрес или сеть, например 192.0.2.0/24 или 2001:db8::/32
fault-permissions-contradictory = Выберите либо все права, либо только некоторые
fault-permissions-unknown = Выберите права из списка
fault-permissions-not-held = Выберите только те права, которые есть у вас
fault-permissions-not-held-by-owner = Выберите только те права, которые есть у владельца ключа
fault-role = Выберите роль
fault-member-already = Участник с таким адресом почты уже есть
fault-heir = Выберите участника из списка или отзовите ключи
fault-project = В этот проект нельзя добавлять ключи. Выберите другой или никакой
fault-expiration-missing = Введите срок действия
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
fault-password-common = Пароль похож на распространённый. Возьмите несколько не связанных слов
fault-password-personal = Пароль составлен из вашего имени, адреса почты или организации. Возьмите несколько не связанных слов
fault-password-pattern = Пароль легко угадать: в нём повторы, последовательности или соседние клавиши. Возьмите несколько не связанных слов
fault-api-key-name-taken-meanwhile = Так уже называется другой ключ. Придумайте другое название
fault-unrestricted = { $kind ->
    [app_identifiers] Укажите приложения, которым можно пользоваться ключом. Извлечь ключ из приложения может любой, поэтому без списка им сможет пользоваться любое приложение. Чтобы разрешить это, поставьте отметку ниже
   *[trusted_domains] Укажите сайты, которым можно пользоваться ключом. Прочитать ключ на веб-странице может любой, поэтому без списка им сможет пользоваться любой сайт. Чтобы разрешить это, поставьте отметку ниже
}

chart-table = Показать таблицей
chart-day = День (UTC)
chart-summary = Запросы по дням с { $from } по { $until }, не более { $most } в день
chart-valid = Принято
chart-refused = Отклонено
