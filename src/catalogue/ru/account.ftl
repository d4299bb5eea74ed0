### Registration, sign-in, one’s own account and its password.

password = Пароль
new-password = Новый пароль
current-password = Текущий пароль
password-hint = Не менее 12 символов. Надёжный пароль легко составить из нескольких не связанных слов.
password-wrong = Неверный пароль. Попробуйте ещё раз
your-name = Ваше имя

registration-heading = Создайте учётную запись
registration-invited = <strong>{ $invited_by }</strong> приглашает вас в организацию <strong>{ $organization }</strong>. Ваша роль: «{ $role }».
registration-address-unproven = С этим адресом есть учётная запись в другой организации, но адрес там не подтверждён. Если вы создадите учётную запись здесь, войти в ту больше не получится. Если она ваша, сначала нажмите «Забыли пароль?» на странице входа: так вы подтвердите адрес.
registration-first = Вы станете владельцем организации: сможете создавать API-ключи и управлять участниками.
registration-email-hint = Понадобится для входа.
registration-submit = Создать учётную запись
registration-setup-code-wrong = Введите код установки из журнала сервера
setup-code = Код установки
setup-code-hint = Сервер выводит его в журнал при запуске.
organization-name = Название организации

sign-in-heading = Вход
sign-in-about = Latchkey создаёт, отслеживает и отзывает API-ключи вашей организации.
sign-in-submit = Войти
sign-in-create-account = Создать учётную запись
sign-in-registered = Если учётной записи с этим адресом не было, теперь она есть. Войдите, чтобы продолжить.
sign-in-password-set = Пароль изменён. Войдите с новым паролем.
sign-in-signed-out = Вы вышли из системы.
sign-in-to-go-on = Войдите, чтобы продолжить.
sign-in-refused = Неверная почта или пароль.
sign-in-throttled = Слишком много попыток. { $wait }
sign-in-throttled-long = Возможно, кто-то подбирает ваш пароль. Войти раньше можно из браузера или сети, откуда вы уже входили.
sign-in-throttled-long-mailed = Возможно, кто-то подбирает ваш пароль. Чтобы войти раньше, смените пароль по ссылке из письма или войдите из браузера или сети, откуда вы уже входили.

password-proof-heading = Подтвердите, что это вы
password-proof-text = Введите пароль, чтобы продолжить. В ближайшие 10 минут он больше не понадобится.
password-proof-of-form-text = Введите пароль, чтобы завершить действие. Введённые ранее данные сохранены. В ближайшие 10 минут пароль больше не понадобится.
password-proof-for-policy = Новая политика изменит правила для всех ключей и участников организации.
password-proof-for-members = Это действие меняет права других участников организации.
password-proof-for-token = Любой, кто увидит токен, сможет использовать ключ.
password-proof-for-api-keys = Ключи перестанут действовать навсегда, и интеграции с ними могут остановиться.
password-proof-for-api-permissions = Это действие меняет права ключей в вашем API.
password-proof-for-sensitive = Так ваша учётная запись защищена, даже если вы оставили браузер открытым.
password-proof-submit = Продолжить

password-reset-heading = Забыли пароль?
password-reset-text = Введите адрес почты. Latchkey пришлёт ссылку, чтобы задать новый пароль.
password-reset-submit = Отправить ссылку
password-reset-requested-heading = Проверьте почту
password-reset-requested = Если учётная запись с таким адресом есть, на него придёт ссылка. Она сработает один раз в течение часа.
password-reset-no-mail = Письмо не пришло через несколько минут? Проверьте папку со спамом или <a href="/password-reset">запросите ссылку ещё раз</a>, указав адрес, с которым вы входите.
password-reset-without-mail = Этот сервер не отправляет почту. Попросите его администратора создать ссылку этой командой:
password-reset-back = Вернуться ко входу

new-password-heading = Придумайте новый пароль
new-password-text = Для <strong>{ $email }</strong>. Сеансы во всех браузерах завершатся.
new-password-submit = Сохранить пароль

your-name-hint = Отображается рядом с вашими ключами и в журнале аудита организации.
account-save = Сохранить изменения
theme = Тема
theme-hint = Действует во всех браузерах, в которых вы входите.
account-theme-browser = Как в браузере
appearance-automatic = Авто
account-theme-light = Светлая
account-theme-dark = Тёмная
account-theme-unknown = Выберите тему
account-sign-in = Вход
account-present-email = Вы входите с адресом <strong>{ $email }</strong>.
account-change-email = Сменить почту
account-password-text = После смены пароля сеансы в других браузерах завершатся.
account-change-password = Сменить пароль
account-sessions-text = Браузеры, в которых вы вошли в систему.
account-see-sessions = Показать сеансы

email-heading = Смена адреса почты
new-email-hint = С этим адресом вы будете входить. На него будут приходить ссылки для смены пароля.
email-notice = На этот адрес придёт письмо об изменении.

password-heading = Смена пароля
password-text = Здесь вы останетесь в системе, сеансы в других браузерах завершатся.
password-notice = О смене пароля придёт письмо.

sessions-heading = Сеансы
sessions-text = Браузеры, в которых вы вошли в систему. Сеанс завершается через 8 часов без активности и не позже чем через 7 дней.
sessions-end-others = Завершить другие сеансы
session-browser = Браузер
session-address = Адрес
session-began = Начат
session-last-seen = Активность
session-this-one = Этот браузер
session-now = Сейчас
session-lately = За последние 5 минут
session-browser-on-system = { $browser } на { $system }
session-browser-unknown = Неизвестный браузер
session-agent-unknown = Браузер не сообщил своё название.
session-address-unknown = Неизвестен
session-end = Завершить<span class="vh"> сеанс в { $browser }</span>

language = Язык
language-hint = Для страниц и писем.
language-of-the-browser = Как в браузере
