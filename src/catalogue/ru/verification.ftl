### The page about checking keys.

verification-lead = К вашему сервису приходит запрос с API-ключом. Latchkey по адресу <code data-testid="server-url">{ $url }</code> отвечает, действителен ли ключ.
verification-address-unknown = С других машин { $url } недоступен. Подставьте вместо него адрес этого сервера и попросите администратора задать LATCHKEY_BASE_URL.
verification-contents = На этой странице
verification-look-up = Справка

verification-curl = Попробуйте с curl
verification-curl-token = Поместите токен в переменную <code>TOKEN</code>. Он начинается с <code>lk_</code>.
verification-curl-status = Статус всегда 200, что бы ни было с ключом: смотрите на <code>valid</code> и пропускайте, только если там <code>true</code>.
verification-curl-answers = На токен, которого нет ни у одного ключа, ответ такой: <code>{"{"}"valid":false,"code":"NOT_FOUND"{"}"}</code>. Если ключ не относится к проекту, <code>project</code> равен <code>null</code>; так же <code>expires_at</code>, если ключ бессрочный. <code>scope</code> — это <code>server</code>, <code>web</code>, <code>mobile</code> или <code>analytics</code>. Имён и адресов людей в ответах нет.
verification-title-shell = Командная строка
verification-title-answer = Ответ

verification-presenting = Как предъявить ключ
verification-presenting-text = Клиент предъявляет ключ в одном из трёх заголовков.
verification-presenting-own = Если ключ приходит в <code>X-API-Key</code>, ваше приложение может использовать <code>Authorization</code> для себя: чужое содержимое этого заголовка Latchkey не учитывает. Запрос с двумя разными токенами отклоняется.
verification-header = Заголовок
verification-basic = <code>Authorization: Basic …</code>, где пользователь — ID ключа, а пароль — секрет, как в <code>curl --user KEY_ID:SECRET</code>. Пользователем или паролем может быть и весь токен: <code>curl --user x:TOKEN</code>
verification-presenting-body = <code>POST /v1/verify</code> принимает токен и в теле JSON: <code>{"{"}"token": "TOKEN"{"}"}</code>. Из адреса запроса Latchkey токен не читает: адреса попадают в журналы.

verification-organization = Укажите, чьи ключи вы принимаете
verification-organization-text = На одном сервере может быть несколько организаций. Указывайте свою в каждом запросе: <code data-testid="organization-id">{ $id }</code>. Так сделано во всех примерах. На ключ другой организации Latchkey отвечает так же, как на неизвестный.
verification-organization-verify = <code>"organization": "{ $id }"</code> в теле запроса или <code>?organization={ $id }</code> в адресе
verification-organization-introspect = Поле или параметр <code>organization</code>. Без него берётся организация ключа, который предъявил спрашивающий.
verification-organization-others = Чтобы принимать ключи нескольких организаций, повторите параметр или передайте список в теле запроса. <code>any</code> принимает любой ключ на этом сервере, в том числе чужой. Если организация не указана, принимаются только ключи организации по умолчанию. Это первая организация на сервере, если администратор сервера не выбрал другую.

verification-proxies = Проверка на прокси
verification-proxies-text = Прокси спрашивает <code>/v1/forward-auth</code> о каждом запросе, без его тела. При ответе 200 запрос идёт дальше к вашему сервису с заголовками, которые говорят, чей это ключ; при любом другом ваш сервис запроса не видит.
verification-headers = Заголовки
verification-headers-list = <code>X-Latchkey-Key-Id</code>, <code>X-Latchkey-Owner-Id</code>, <code>X-Latchkey-Organization-Id</code>, <code>X-Latchkey-Project-Id</code> (пустой, если ключ не относится к проекту), <code>X-Latchkey-Role</code>, <code>X-Latchkey-Permissions</code> (через пробел), <code>X-Latchkey-Expires-At</code> (отсутствует, если ключ бессрочный)
verification-safe = Для безопасности нужны три условия:
verification-safe-reachable = Ваш сервис доступен только через прокси. Иначе эти заголовки мог бы подставить кто угодно.
verification-safe-headers = Прокси отбрасывает заголовки <code>X-Latchkey-…</code>, которые присылает клиент. Фрагменты ниже так и делают.
verification-safe-addresses = Latchkey считает неверные токены по адресу, с которого они приходят. Фрагменты передают этот адрес; укажите адрес вашего прокси в <code>LATCHKEY_TRUSTED_PROXIES</code>, чтобы Latchkey ему доверял.
verification-proxy-answers-follow = Что получает клиент от прокси:
verification-proxy-answers = Что получает клиент от прокси
verification-when = Когда
verification-when-no-key = Ключа нет, или он недействителен
verification-when-no-permission = Ключ действителен, но у него нет права или он для других страниц, сетей или приложений
verification-when-two-keys = В запросе два разных ключа
verification-when-429 = Latchkey отвечает 429
verification-when-503 = Latchkey отвечает 503
verification-when-no-answer = Latchkey не отвечает
verification-nginx = Если в location есть свои строки <code>proxy_set_header</code>, внешние в нём не действуют: повторите там все.
verification-caddy = <code>route</code> сохраняет порядок: сначала удаляются поддельные заголовки, затем запрос идёт к Latchkey.
verification-traefik = Для файлового провайдера. Маршрутизатор, в котором не указан middleware, открыт для всех.
verification-title-traefik = Динамическая конфигурация
verification-envoy = Порядок фильтров важен: сначала удаляются поддельные заголовки, затем запрос идёт к Latchkey.
verification-title-envoy = Фильтры и кластер

verification-languages = Проверка в вашем коде
verification-languages-text = Каждый пример — целая программа: она отвечает на запросы на порту 3000 и приветствует тех, у кого действительный ключ. Возьмите из неё <code>verify</code>. Ключ читается из <code>Authorization: Bearer</code> или <code>X-API-Key</code>. На недействительный ключ все примеры отвечают 401, на ключ без нужного права 403, а если Latchkey не может ответить — 503.

verification-codes = Что означают коды
verification-codes-text = Причину узнаёт только тот, у кого верный секрет.
verification-codes-caption = Что означают коды и как отвечает каждый адрес
verification-code = Код
verification-active = активен
verification-not-active = не активен
verification-codes-note = <code>/v1/forward-auth</code> сообщает код в заголовке <code>X-Latchkey-Code</code>. На неверно составленный запрос каждый адрес отвечает статусом от 400 до 415 и описанием ошибки (RFC 9457), где сказано, что не так.

verification-permissions = Как потребовать право
verification-permissions-text = Ключу можно то же, что его владельцу, или выбранную для ключа часть этого. Чтобы пропускать только ключи с определённым правом, укажите его. В прокси добавьте <code>&amp;permission=api_keys.see_all</code> к адресу из примера, в Envoy — <code>;permission=api_keys.see_all</code> к префиксу. В тело запроса добавьте <code>"permission": "api_keys.see_all"</code>. Неизвестный параметр или поле Latchkey отклоняет. Вот названия прав:

verification-introspection = Интроспекция токенов
verification-introspection-text = Для шлюзов и фреймворков, которые поддерживают RFC 7662. Клиент предъявляет собственный ключ, здесь в <code>OWN_TOKEN</code>, владелец которого — владелец организации или администратор. Клиенты OAuth передают ID ключа как <code>client_id</code> и токен как <code>client_secret</code>, способом <code>client_secret_basic</code> или <code>client_secret_post</code>. Иначе ответ будет 401 с <code>invalid_client</code> или 403. О недействительном ключе сообщается только <code>{"{"}"active":false{"}"}</code>.

verification-failure = Если ответа нет
verification-failure-503 = <strong>Не пропускайте никого</strong>, пока Latchkey не ответил, что ключ действителен. 503 означает, что база данных недоступна и ответить не может никто.
verification-failure-429 = 429 означает, что с одного адреса пришло слишком много неверных токенов. Подождите столько секунд, сколько указано в <code>Retry-After</code>. На недавно проверенные ключи Latchkey всё равно отвечает.
verification-failure-cache = <strong>Не храните положительные ответы.</strong> Latchkey отвечает из памяти, поэтому спрашивать каждый раз быстро. Удалённый ключ перестаёт работать при следующем вопросе, а если у нескольких серверов общая база данных, то в течение четверти секунды; ключ, ответ о котором вы храните, работает, пока вы его храните.
verification-tested = Тесты Latchkey выполняют фрагменты для curl, nginx, Caddy, Node.js и Python ровно в таком виде. Фрагменты для Traefik, Envoy и Go они не выполняют: проверьте их, прежде чем полагаться на них.

verification-restrictions = Ключи с ограничениями
verification-restrictions-text = Ключ можно ограничить веб-страницами, сетями или приложениями, для которых он предназначен. Сообщайте, откуда его предъявили: <strong>без этого ключ с ограничением отклоняется.</strong>
verification-restrictions-caption = Что сообщать для ключей с ограничениями
verification-restricted-to = Ограничение
verification-in-the-body = /v1/verify, в теле
verification-in-the-headers = /v1/forward-auth, в заголовках
verification-trusted-domains = Доверенные домены<small>Назначение «Веб»</small>
verification-allowed-networks = Разрешённые сети<small>Назначения «Сервер» и «Аналитика»</small>
verification-app-identifiers = Идентификаторы приложений<small>Назначение «Мобильное»</small>
verification-origin-header = <code>Origin</code>, а без него источник из <code>Referer</code>
verification-address-header = Адрес, с которого обратились к прокси: он передаёт его в <code>X-Forwarded-For</code>
verification-app-headers = <code>X-App-Identifier</code>, <code>X-Ios-Bundle-Identifier</code> или <code>X-Android-Package</code> вместе с <code>X-Android-Cert</code>
verification-domains-match = Домен без порта означает порт своей схемы, домен без схемы — http и https; <code>localhost:*</code> — любой порт. <code>*.example.com</code> — все узлы ниже этого домена, но не он сам.
verification-apps-match = Приложение — это его идентификатор или пакет. После пакета Android через пробел идёт отпечаток SHA-256 его сертификата: одно имя пакета может взять кто угодно. <code>X-Android-Cert</code> тоже должен быть этим SHA-256.
verification-networks-match = Адреса IPv4, записанные как IPv6 (<code>::ffff:192.0.2.7</code>), считаются тем, чем являются.
verification-restrictions-introspection = Интроспекция токена не спрашивает, откуда предъявили ключ: ключ с ограничением неактивен.
verification-guard = <strong>Домены и приложения — защита от случайностей, а не замок.</strong> Браузер говорит правду о странице, а программа с ключом может назвать что угодно. Они не дают другим использовать ваш ключ на своих страницах. Сети надёжны настолько, насколько надёжно то, что ваш сервис или прокси говорит о вызывающем.
verification-cors = Web-ключи в браузере
verification-cors-preflight = Прежде чем страница другого сайта обратится к вашему сервису, браузер посылает предварительный запрос: <code>OPTIONS</code> с <code>Origin</code> и <code>Access-Control-Request-Method</code>, без ключа. <code>/v1/forward-auth</code> отвечает 204, если этому источнику доверяет хотя бы один активный Web-ключ, иначе 403. Фрагменты для nginx, Caddy и Envoy направляют такие запросы туда; ваш сервис их не видит.
verification-cors-answers = Когда страница с доверенного домена предъявляет свой Web-ключ, в ответе Latchkey есть <code>Access-Control-Allow-Origin</code>. Эти фрагменты добавляют его к ответу вашего сервиса, чтобы страница могла его прочитать. Cookie не разрешаются.
verification-cors-traefik = Traefik отвечает на предварительные запросы по собственному списку: укажите в нём те же страницы.
verification-cors-own = Если ваш сервис сам обрабатывает CORS, уберите эти строки и пропускайте к нему запросы <code>OPTIONS</code> без ключа. Прокси, который только спрашивает о предварительном запросе и называет его метод в <code>X-Forwarded-Method</code> или <code>X-Original-Method</code>, получает 401.
