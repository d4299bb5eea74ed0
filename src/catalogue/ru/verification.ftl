### The page about checking keys.

verification-lead = Когда к вашему сервису приходит запрос с API-ключом, спросите Latchkey по адресу <code data-testid="server-url">{ $url }</code>, действителен ли ключ.
verification-address-unknown = С других машин { $url } недоступен. Подставьте вместо него адрес этого сервера и попросите администратора задать LATCHKEY_BASE_URL.
verification-contents = На этой странице
verification-look-up = Справка

verification-curl = Попробуйте с curl
verification-curl-token = Запишите токен в переменную <code>TOKEN</code>. Он начинается с <code>{ $label }_</code>.
verification-curl-status = Статус всегда 200, даже если ключ недействителен. Смотрите на <code>valid</code> и пропускайте запрос, только если там <code>true</code>.
verification-curl-answers = Если такого токена нет ни у одного ключа, ответ такой: <code>{"{"}"valid":false,"code":"NOT_FOUND"{"}"}</code>. Если ключ не относится к проекту, <code>project</code> равен <code>null</code>, а у бессрочного ключа — и <code>expires_at</code>. <code>scope</code> — это <code>server</code>, <code>web</code>, <code>mobile</code> или <code>analytics</code>. Имён и адресов почты в ответах нет.
verification-curl-tokens = После ротации у ключа какое-то время два токена. Поле <code>token</code> говорит, какой из них у клиента: <code>current</code> — текущий, <code>previous</code> — прежний, который действует до <code>token_ends_at</code>. Так клиент может вовремя заменить свой токен.
verification-title-shell = Командная строка
verification-title-answer = Ответ

verification-presenting = Как предъявить ключ
verification-presenting-text = Клиент предъявляет ключ в одном из трёх заголовков.
verification-presenting-own = Если ключ приходит в <code>X-API-Key</code>, ваше приложение может использовать <code>Authorization</code> для своих целей: если там не токен Latchkey, его содержимое не учитывается. Запрос с двумя разными токенами отклоняется.
verification-header = Заголовок
verification-basic = <code>Authorization: Basic …</code>, где имя пользователя — ID ключа, а пароль — секрет, как в <code>curl --user KEY_ID:SECRET</code>. Именем или паролем может быть и весь токен: <code>curl --user x:TOKEN</code>
verification-presenting-body = <code>POST /v1/verify</code> принимает токен и в теле JSON: <code>{"{"}"token": "TOKEN"{"}"}</code>. Из URL Latchkey токен не читает: адреса попадают в журналы.

verification-organization = Укажите свою организацию
verification-organization-text = На одном сервере может быть несколько организаций. Указывайте свою в каждом запросе: <code data-testid="organization-id">{ $id }</code>. Так сделано во всех примерах. На ключ другой организации Latchkey отвечает так же, как на неизвестный.
verification-organization-verify = <code>"organization": "{ $id }"</code> в теле запроса или <code>?organization={ $id }</code> в адресе
verification-organization-introspect = Поле или параметр <code>organization</code>. Без него берётся организация ключа, с которым пришёл сам запрос.
verification-organization-others = Чтобы принимать ключи нескольких организаций, повторите параметр или передайте список в теле запроса. <code>any</code> принимает любой ключ на этом сервере, в том числе чужой. Если организация не указана, принимаются только ключи организации по умолчанию. Это первая организация на сервере, если его администратор не выбрал другую.

verification-proxies = Проверка на прокси
verification-proxies-text = Прокси спрашивает <code>/v1/forward-auth</code> о каждом запросе, без его тела. Если ответ 200, запрос идёт дальше к вашему сервису с заголовками, по которым видно, чей это ключ. При любом другом ответе запрос до сервиса не дойдёт.
verification-headers = Заголовки
verification-headers-list = <code>X-Latchkey-Key-Id</code>, <code>X-Latchkey-Owner-Id</code>, <code>X-Latchkey-Organization-Id</code>, <code>X-Latchkey-Project-Id</code> (пустой, если ключ не относится к проекту), <code>X-Latchkey-Role</code>, <code>X-Latchkey-Permissions</code> (через пробел), <code>X-Latchkey-Expires-At</code> (отсутствует, если ключ бессрочный), <code>X-Latchkey-Token</code> (<code>current</code> или <code>previous</code>), <code>X-Latchkey-Token-Ends-At</code> (пустой для текущего токена)
verification-headers-environment = <code>X-Latchkey-Environment</code>
verification-headers-external-id = <code>X-Latchkey-External-Id</code> (символы вне ASCII закодированы через %; пустой, если ID нет)
verification-safe = Для безопасности нужны три условия:
verification-safe-reachable = Ваш сервис доступен только через прокси. Иначе эти заголовки мог бы подставить кто угодно.
verification-safe-headers = Прокси отбрасывает заголовки <code>X-Latchkey-…</code>, которые присылает клиент. Фрагменты ниже так и делают.
verification-safe-addresses = Latchkey считает неверные токены по адресу клиента. Фрагменты передают этот адрес. Укажите адрес прокси в <code>LATCHKEY_TRUSTED_PROXIES</code>, чтобы Latchkey ему доверял.
verification-proxy-answers-follow = Что получает клиент от прокси:
verification-proxy-answers = Что получает клиент от прокси
verification-when = Когда
verification-when-no-key = Ключа нет, или он недействителен
verification-when-no-permission = Ключ действителен, но у него нет нужного права или он ограничен другими страницами, сетями или приложениями
verification-when-two-keys = В запросе два разных ключа
verification-when-429 = Latchkey отвечает 429
verification-when-503 = Latchkey отвечает 503
verification-when-no-answer = Latchkey недоступен
verification-when-too-late = Latchkey не отвечает 2 секунды
verification-nginx = Если в location есть свои строки <code>proxy_set_header</code>, внешние в нём не действуют: повторите там все.
verification-caddy = <code>route</code> сохраняет порядок: Caddy сначала удаляет поддельные заголовки, затем спрашивает Latchkey.
verification-traefik = Для файлового провайдера. Маршрутизатор, в котором не указан middleware, не защищён.
verification-title-traefik = Динамическая конфигурация
verification-envoy = Порядок фильтров важен: Envoy должен сначала удалить поддельные заголовки, затем спросить Latchkey.
verification-title-envoy = Фильтры и кластер

verification-languages = Проверка в вашем коде
verification-languages-text = Каждый пример — законченная программа: она отвечает на запросы на порту 3000 и приветствует тех, у кого действительный ключ. Скопируйте из неё <code>verify</code>. Ключ читается из <code>Authorization: Bearer</code> или <code>X-API-Key</code>. Если ключ недействителен, примеры отвечают 401, если у него нет нужного права — 403, а если Latchkey не может ответить — 503.
verification-languages-limits = Если ключ исчерпал лимит, примеры отвечают 429 с заголовком <code>Retry-After</code>.

verification-codes = Что означают коды
verification-codes-text = Latchkey сообщает причину, только если секрет верный. Отклоняйте ключ и при любом другом коде: список может пополниться.
verification-codes-caption = Что означают коды и как отвечает каждый адрес
verification-code = Код
verification-active = активен
verification-not-active = не активен
verification-codes-note = <code>/v1/forward-auth</code> возвращает код в заголовке <code>X-Latchkey-Code</code>. На некорректный запрос каждый адрес отвечает статусом от 400 до 415 и описанием ошибки (RFC 9457).

verification-permissions = Как потребовать право
verification-permissions-text = У ключа права его владельца или только те, что выбраны для ключа. Чтобы принимать только ключи с определённым правом, укажите его в запросе. В прокси добавьте <code>&amp;permission={ $name }</code> к адресу из примера. В Envoy добавьте <code>;permission={ $name }</code> к префиксу. В тело запроса добавьте <code>"permission": "{ $name }"</code>. Неизвестные параметры и поля Latchkey отклоняет.
verification-permissions-all = Вот все права:
verification-permissions-answer = Чтобы потребовать несколько прав, повторите параметр или передайте список в поле <code>"permissions"</code>. В ответе <code>permissions</code> — все права ключа: сначала права самого Latchkey, затем права вашего API. В <code>X-Latchkey-Permissions</code> — только права вашего API.
verification-permissions-of-api = Права вашего API:
verification-permissions-count = { $count ->
    [one] { $count } право
    [few] { $count } права
   *[many] { $count } прав
}
verification-permissions-of-latchkey = Права самого Latchkey:

verification-environments = Как потребовать среду
verification-environments-text = Каждый ключ относится к одной среде. Её название — в поле <code>environment</code> ответа. Чтобы принимать ключи только одной среды, добавьте в прокси <code>&amp;environment={ $name }</code> к адресу. В Envoy добавьте <code>;environment={ $name }</code> к префиксу. В тело запроса добавьте <code>"environment": "{ $name }"</code>. Ключи других сред получат код <code>ENVIRONMENT_NOT_ALLOWED</code>.
verification-environment-tokens = Токены начинаются с <code>{ $label }_</code>

verification-attributes = Внешний ID и метаданные
verification-external-id-text = <code>external_id</code> — ID клиента в вашей собственной системе или <code>null</code>. В <code>X-Latchkey-External-Id</code> символы вне ASCII закодированы через %. Раскодируйте его, прежде чем сравнивать.
verification-metadata-text = <code>metadata</code> — объект JSON этого ключа или <code>null</code>. Он есть только в ответе <code>/v1/verify</code>.

verification-limits = Лимиты запросов и квоты
verification-limits-cost = Каждый запрос с действительным ключом расходует 1 из лимитов ключа. Если запрос стоит больше, добавьте <code>"cost": 5</code> в тело запроса или <code>&amp;cost=5</code> к адресу. С нулевой стоимостью ничего не расходуется.
verification-limits-answer = Поля <code>rate_limit</code> и <code>quota</code> в ответе говорят, сколько запросов осталось и через сколько секунд их станет больше. Если такого лимита у ключа нет, поле равно <code>null</code>.
verification-limits-refused = Ключ, который исчерпал лимит, получает код <code>RATE_LIMITED</code> или <code>QUOTA_EXCEEDED</code>. <code>/v1/forward-auth</code> тогда отвечает 429 с <code>Retry-After</code>, а фрагменты передают и то и другое клиенту. Делайте так же в своём коде.
verification-limits-headers = Сколько осталось, клиенты узнают из заголовков <code>RateLimit</code> и <code>RateLimit-Policy</code> (проект стандарта IETF). Фрагменты для nginx и Envoy добавляют их к каждому ответу, а фрагменты для Caddy и Traefik — только к ответу 429.

verification-introspection = Интроспекция токенов
verification-introspection-text = Для шлюзов и фреймворков, которые поддерживают RFC 7662. Клиент предъявляет собственный ключ, здесь в <code>OWN_TOKEN</code>. Владелец этого ключа должен быть владельцем организации или администратором. Клиенты OAuth передают ID ключа как <code>client_id</code> и токен как <code>client_secret</code>, способом <code>client_secret_basic</code> или <code>client_secret_post</code>. Без действительного ключа клиент получит 401 с <code>invalid_client</code>, без такой роли — 403. Если проверяемый ключ недействителен, весь ответ — <code>{"{"}"active":false{"}"}</code>.

verification-failure = Если Latchkey не отвечает
verification-failure-503 = <strong>Отклоняйте запрос</strong>, если Latchkey не ответил, что ключ действителен. 503 означает, что база данных недоступна и проверить ключ нельзя.
verification-failure-429 = 429 означает, что с одного адреса пришло слишком много неверных токенов. Подождите столько секунд, сколько указано в <code>Retry-After</code>. О недавно проверенных ключах Latchkey отвечает и в это время.
verification-failure-cache = <strong>Не кешируйте положительные ответы.</strong> У Latchkey есть свой кеш, поэтому спрашивать каждый раз быстро. Удалённый ключ перестаёт работать при следующем запросе, а если у нескольких серверов общая база данных — в течение четверти секунды. Если кешировать ответ, ключ будет работать, пока вы храните этот ответ.
verification-tested = Тесты Latchkey выполняют фрагменты для curl, nginx, Caddy, Node.js и Python в точности как здесь. Фрагменты для Traefik, Envoy и Go они не выполняют, поэтому сначала проверьте их сами.

verification-restrictions = Ключи с ограничениями
verification-restrictions-text = Ключ можно ограничить определёнными веб-страницами, сетями или приложениями. Сообщайте Latchkey, откуда предъявили ключ. <strong>Иначе ключ с ограничением будет отклонён.</strong>
verification-restrictions-caption = Что передавать для ключей с ограничениями
verification-restricted-to = Ограничение
verification-in-the-body = /v1/verify, в теле
verification-in-the-headers = /v1/forward-auth, в заголовках
verification-trusted-domains = Доверенные домены<small>Назначение «Веб»</small>
verification-allowed-networks = Разрешённые сети<small>Назначения «Сервер» и «Аналитика»</small>
verification-app-identifiers = Идентификаторы приложений<small>Назначение «Мобильное»</small>
verification-origin-header = <code>Origin</code>, а без него источник из <code>Referer</code>
verification-address-header = Адрес клиента прокси, который прокси передаёт в <code>X-Forwarded-For</code>
verification-app-headers = <code>X-App-Identifier</code>, <code>X-Ios-Bundle-Identifier</code> или <code>X-Android-Package</code> вместе с <code>X-Android-Cert</code>
verification-domains-match = Домен без порта означает стандартный порт своей схемы, домен без схемы — http и https. <code>localhost:*</code> — любой порт. <code>*.example.com</code> — все узлы ниже example.com, но не сам example.com.
verification-apps-match = Приложение — это его идентификатор или пакет. После пакета Android через пробел идёт отпечаток SHA-256 его сертификата: имя пакета может взять кто угодно. В <code>X-Android-Cert</code> должен быть тот же отпечаток SHA-256.
verification-networks-match = Адреса IPv4, записанные как IPv6 (<code>::ffff:192.0.2.7</code>), Latchkey считает адресами IPv4.
verification-restrictions-introspection = Интроспекция токена не учитывает, откуда предъявили ключ, поэтому ключ с ограничением для неё неактивен.
verification-guard = <strong>Домены и приложения — это ограда, а не замок.</strong> Браузер честно сообщает адрес страницы, но программа с ключом может назвать что угодно. Ограничения не дают другим использовать ваш ключ на своих страницах. Сети надёжны настолько, насколько надёжно то, что ваш сервис или прокси сообщает о клиенте.
verification-cors = Веб-ключи в браузере
verification-cors-preflight = Прежде чем страница другого сайта обратится к вашему сервису, браузер отправляет предварительный запрос: <code>OPTIONS</code> с <code>Origin</code> и <code>Access-Control-Request-Method</code>, без ключа. <code>/v1/forward-auth</code> отвечает 204, если этому источнику доверяет активный веб-ключ, иначе 403. Фрагменты для nginx, Caddy и Envoy направляют предварительные запросы туда, поэтому ваш сервис их не видит.
verification-cors-answers = Когда страница с доверенного домена предъявляет свой веб-ключ, в ответе Latchkey есть <code>Access-Control-Allow-Origin</code>. Эти фрагменты добавляют его к ответу вашего сервиса, чтобы страница могла его прочитать. Cookie не разрешены.
verification-cors-traefik = Traefik отвечает на предварительные запросы по своему списку: укажите в нём те же страницы.
verification-cors-own = Если ваш сервис сам обрабатывает CORS, уберите эти строки и пропускайте к нему запросы <code>OPTIONS</code> без ключа. Прокси, который спрашивает о предварительном запросе и указывает его метод в <code>X-Forwarded-Method</code> или <code>X-Original-Method</code>, получит 401.

verification-leaks = Как найти утечки
verification-leaks-text = Это регулярное выражение находит токены вашей организации. Добавьте его в сканер утечек ваших репозиториев или ищите в коде и журналах командой grep -E. Токены, созданные с прежним началом, начинаются с него.
verification-leaks-found = Последние шесть символов — контрольная сумма, поэтому сканер отличит токен от случайного текста. Нашли токен — вставьте его в поиск по списку ключей: Latchkey покажет, чей это ключ, и не сохранит секрет ни в адресах, ни в журналах. Затем смените токен или отзовите ключ.
