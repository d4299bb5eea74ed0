### Журнал аудита: его страница и предложение для каждого события.

audit-log = Журнал аудита
audit-log-text = Что делали люди, программы и Latchkey в вашей организации, сначала новое.
audit-chain-verified = Цепочка событий проверена
audit-chain-broken = Цепочка событий нарушена. Это обнаружено
audit-chain-what-to-do = Попросите оператора этого сервера выполнить команду <code>latchkey audit verify</code>.
audit-log-settings-text = Кто, что, когда и откуда сделал; журнал можно экспортировать.
activity-heading = Ваши действия
activity-text = Что вы делали и что происходило с вашей учётной записью и ключами.
member-acts = Что делал этот участник

audit-search = Поиск
audit-search-label = Поиск по имени или идентификатору
audit-search-hint = Ключ, человек или проект
audit-search-too-wide = Запросу соответствует слишком много имён, поиск шёл только по части из них. Введите больше букв.
audit-filters = Фильтры журнала аудита
audit-action = Событие
audit-all-actions = Все события
audit-kind = Объект
audit-all-kinds = Все объекты
audit-via = Способ
audit-all-ways = Любой
audit-actor = Человек
audit-everybody = Любой
audit-actor-unknown = В вашей организации нет человека с таким именем или адресом.
audit-nobody = Никто не найден
audit-nobody-text = Введите часть имени или адреса почты.
audit-who = Чьи действия?
audit-subject = Только об объекте
audit-credential = Через ключ
audit-from = С (UTC)
audit-to = По (UTC)
audit-none = Нет подходящих событий
audit-none-text = Измените запрос или фильтры либо откройте все события.
audit-see-all = Все события
audit-found = { $count ->
    [one] { $count } событие
    [few] { $count } события
   *[many] { $count } событий
}
audit-found-more = Больше { $count } событий

audit-group-key-changes = Создание и изменение ключей
audit-group-key-ends = Отключение, отзыв и удаление ключей
audit-group-access = Просмотр токенов и ключей, экспорт
audit-group-sign-ins = Вход и выход
audit-group-accounts = Учётные записи и пароли
audit-group-members = Участники и приглашения
audit-group-projects = Проекты
audit-group-organization = Политика и организация
audit-kind-api-key = API-ключи
audit-kind-api-permission = Права в вашем API
audit-kind-invitation = Приглашения
audit-kind-organization = Организация
audit-kind-project = Проекты
audit-kind-user = Люди
audit-via-session = Вход на сайт
audit-via-api-key = API-ключ
audit-via-server = Сам Latchkey

event-when = Когда
event-what = Что
event-who = Кто
event-where = Откуда
event-details = Подробности
event-before = Было:
event-after = Стало:
event-time = Время
event-name = Событие
event-subject-id = Идентификатор
event-request-id = Номер запроса
event-nothing = Нет
event-all = Все такие события в журнале аудита
event-pages = Страницы событий
event-newest = Самые новые
event-newer = Новее
event-older = Старее
event-oldest = Самые старые
event-by-command-line = Командная строка
event-by-visitor = Без входа
event-by-server = Latchkey
event-by-unknown = Неизвестно
event-through-key = через ключ { $key }
event-command = Команда
event-system-user = Пользователь системы
event-sudo-user = Кто вызвал sudo
event-keys-shortened = Ключей с сокращённым сроком
event-tokens-erased = Стёрто сохранённых токенов
event-sessions-ended = Завершено сеансов
event-keys-revoked = Отозвано ключей
event-keys-handed-over = Передано ключей
event-new-owner = Новый владелец
event-last-characters = Последние 4 знака токена
event-addresses = Адреса

# Событие более новой версии: его название и объект.
event-unknown = { $action }: { $subject }
event-api-key-created = Создан ключ { $subject }
event-api-key-confirmed = Подтверждено, что ключ { $subject } скопирован
event-api-key-edited = Изменён ключ { $subject }: { $fields }
event-api-key-renamed = Ключ { $before } переименован в { $subject }
event-api-key-disabled = Отключён ключ { $subject }
event-api-key-paused = Отключён ключ { $subject } до { $until }
event-api-key-enabled = Включён ключ { $subject }
event-api-key-expired = Истёк срок действия ключа { $subject }
event-api-key-reminder-sent = На адрес { $email } отправлено письмо: скоро истекает срок ключа { $subject }
event-api-key-expiry-shortened = Сокращён срок действия ключа { $subject }: изменилась политика
event-api-key-token-shown = Просмотрен токен ключа { $subject }
event-api-key-viewed = Просмотрены сведения о ключе { $subject }
event-api-key-revoked = Отозван ключ { $subject }
event-api-key-revoked-because = Отозван ключ { $subject }: { $reason }
event-api-key-revoked-unused = { $count ->
    [one] Отозван ключ { $subject }: не использовался { $count } день
    [few] Отозван ключ { $subject }: не использовался { $count } дня
   *[many] Отозван ключ { $subject }: не использовался { $count } дней
}
event-api-key-handed-over = Ключ { $subject } передан: раньше владел { $before }, теперь { $after }
event-api-key-rotation-started = Начата смена токена ключа { $subject }
event-api-key-rotated = Сменён токен ключа { $subject }: прежний действует до { $until }
event-api-key-rotation-discarded = Отброшен новый токен ключа { $subject }
event-api-key-ended-token-used = Отклонён токен ключа { $subject }, срок которого истёк
event-api-key-overlap-ended = Прежний токен ключа { $subject } завершён досрочно
event-api-key-rotation-marked = Назначена смена токена ключа { $subject } до { $date }
event-api-key-rotation-reminder-sent = На адрес { $email } отправлено письмо: пора сменить токен ключа { $subject }
event-api-key-overlap-reminder-sent = На адрес { $email } отправлено письмо: прежний токен ключа { $subject } скоро перестанет работать, но ещё используется
event-audit-log-archived = События журнала аудита с { $first } по { $last } перенесены в файл
event-api-key-deleted = Удалён ключ { $subject }
event-api-key-purged = Удалён ключ { $subject }: его вовремя не подтвердили
event-api-keys-exported = API-ключи экспортированы в формате { $format }
event-audit-log-exported = Журнал аудита экспортирован в формате { $format }

event-invitation-created = Отправлено приглашение { $subject } с ролью { $role }
event-invitation-accepted = Принято приглашение для { $subject }
event-invitation-mail-failed = Почтовый сервер не принял письмо с приглашением для { $subject }
event-invitation-refused = Отклонено приглашение для { $subject }: учётная запись с этим адресом есть в другой организации
event-invitation-revoked = Отозвано приглашение для { $subject }
event-invitation-replaced = Приглашение для { $subject } заменено новым

event-organization-created = Создана организация { $subject }
event-organization-default = { $subject } теперь организация этого сервера по умолчанию
event-organization-not-default = { $subject } больше не организация этого сервера по умолчанию
event-policy-changed = Изменена политика API-ключей: { $fields }
event-master-key-rotated = Сменён мастер-ключ сервера
event-master-key-rotation-undone = Отменена смена мастер-ключа сервера
event-master-key-replaced = Заменены утраченные мастер-ключи сервера
event-master-keys-forgotten = Удалены старые мастер-ключи сервера

event-project-created = Создан проект { $subject }
event-project-renamed = Проект { $before } переименован в { $subject }
event-project-archived = Проект { $subject } перенесён в архив
event-project-restored = Проект { $subject } возвращён из архива

event-user-created = Создана учётная запись { $subject } с ролью { $role }
event-user-email-changed = Изменён адрес почты { $subject }: был { $before }, стал { $after }
event-user-email-confirmed = Подтверждён адрес { $email } учётной записи { $subject }
event-user-email-released = Неподтверждённый адрес { $email } отвязан от учётной записи { $subject }
event-user-password-changed = Изменён пароль { $subject }
event-user-password-reset = По ссылке задан новый пароль { $subject }
event-user-password-reset-requested = Запрошена ссылка для нового пароля { $subject }
event-user-registration-refused = Попытка регистрации с адресом почты { $subject }
event-user-renamed = Имя { $before } изменено на { $subject }
event-session-started = Выполнен вход
event-session-started-new-device = Выполнен вход из нового браузера
event-session-ended = Выполнен выход
event-session-ended-others = { $count ->
    [one] Выполнен выход на всех других устройствах: { $count } сеанс
    [few] Выполнен выход на всех других устройствах: { $count } сеанса
   *[many] Выполнен выход на всех других устройствах: { $count } сеансов
}
event-session-ended-other = Завершён другой сеанс, начатый { $began }
event-session-failures-began = { $count ->
    [one] { $count } неверный пароль для { $subject } за короткое время
    [few] { $count } неверных пароля для { $subject } за короткое время
   *[many] { $count } неверных паролей для { $subject } за короткое время
}
event-session-failures-ended = { $count ->
    [one] Всего { $count } неверный пароль для { $subject }
    [few] Всего { $count } неверных пароля для { $subject }
   *[many] Всего { $count } неверных паролей для { $subject }
}
event-session-password-confirmed = Пароль введён повторно
event-member-disabled = Отключена учётная запись { $subject }
event-member-enabled = Включена учётная запись { $subject }
event-member-removed = Участник { $subject } ({ $role }) удалён из организации
event-member-role-changed = Изменена роль { $subject }: была { $before }, стала { $after }
