### Registration, sign-in, one’s own account and its password.

password = Пароль
new-password = Новый пароль
current-password = Текущий пароль
password-hint = Не менее 12 символов. Хорошо подходят несколько не связанных слов.
password-wrong = Это не ваш пароль
your-name = Ваше имя

registration-heading = Создайте учётную запись
registration-invited = <strong>{ $invited_by }</strong> приглашает вас в организацию <strong>{ $organization }</strong>. Ваша роль в ней: «{ $role }».
registration-address-unproven = С этим адресом есть учётная запись в другой организации, но никто не подтвердил, что адрес принадлежит ему. Когда вы создадите учётную запись здесь, войти в ту будет нельзя. Если она ваша, сначала выберите «Забыли пароль?» на странице входа: так вы подтвердите адрес.
registration-first = Вы станете владельцем организации: сможете создавать её API-ключи и решать, кому ещё это можно.
registration-email-hint = С этим адресом вы будете входить.
registration-submit = Создать учётную запись
registration-setup-code-wrong = Введите код установки, который сервер напечатал при запуске
setup-code = Код установки
setup-code-hint = Сервер напечатал его в журнале при запуске.
organization-name = Название организации

sign-in-heading = Вход
sign-in-submit = Войти
sign-in-create-account = Создать учётную запись
sign-in-registered = Если учётной записи с этим адресом ещё не было, теперь она есть. Войдите.
sign-in-password-set = Новый пароль установлен. Войдите с ним.
sign-in-signed-out = Вы вышли из системы.
sign-in-to-go-on = Войдите, чтобы продолжить.
sign-in-refused = Неверная почта или пароль.
sign-in-throttled = Слишком много попыток. { $wait }
sign-in-throttled-long = Возможно, кто-то подбирает пароль. Быстрее войти можно из браузера или места, откуда вы уже входили.
sign-in-throttled-long-mailed = Возможно, кто-то подбирает пароль. Быстрее войти можно из браузера или места, откуда вы уже входили, или по ссылке для нового пароля.

password-proof-heading = Подтвердите, что это вы
password-proof-text = Введите пароль, чтобы продолжить. В ближайшие 10 минут он больше не понадобится.
password-proof-of-form-text = Введите пароль, чтобы выполнить это действие. Введённое сохранено. В ближайшие 10 минут пароль больше не понадобится.
password-proof-submit = Продолжить

password-reset-heading = Забыли пароль?
password-reset-text = Мы отправим вам письмо со ссылкой на страницу, где можно выбрать новый пароль.
password-reset-submit = Отправить ссылку
password-reset-requested-heading = Проверьте почту
password-reset-requested = Если есть учётная запись с таким адресом, на него уже отправлено письмо со ссылкой. Ссылка сработает один раз в течение часа.
password-reset-no-mail = Письма нет уже несколько минут? Поищите его в спаме или <a href="/password-reset">запросите ещё раз</a> с адресом, с которым вы входите.
password-reset-without-mail = Этот сервер не отправляет почту. Попросите ссылку у того, кто им управляет: её создаёт эта команда.
password-reset-back = Вернуться ко входу

new-password-heading = Выберите новый пароль
new-password-text = Для <strong>{ $email }</strong>. Сеансы во всех браузерах будут завершены.
new-password-submit = Установить пароль

account-profile = Профиль
your-name-hint = Ваша организация видит его рядом с вашими ключами и в журнале аудита.
account-save-name = Сохранить имя
account-appearance = Внешний вид
theme = Тема
theme-hint = В каждом браузере, в котором вы входите.
account-theme-browser = Как в браузере
account-theme-light = Светлая
account-theme-dark = Тёмная
account-theme-unknown = Выберите одну из тем
account-save-theme = Сохранить тему
account-sign-in = Вход
account-present-email = Вы входите с адресом <strong>{ $email }</strong>.
account-change-email = Сменить почту
account-password-text = После смены вы останетесь в системе только здесь.
account-change-password = Сменить пароль
account-sessions-text = Браузеры, в которых вы вошли.
account-see-sessions = Показать сеансы

email-heading = Смена адреса почты
new-email-hint = Теперь вы будете входить с этим адресом. На него придут ссылки для нового пароля.
email-notice = На этот адрес придёт сообщение о смене.

password-heading = Смена пароля
password-text = Здесь вы останетесь в системе, а все другие сеансы будут завершены.
password-notice = О смене вам сообщит письмо.

sessions-heading = Сеансы
sessions-text = Браузеры, в которых вы вошли. Сеанс завершается сам после 8 часов без использования и через 7 дней в любом случае.
sessions-end-others = Выйти во всех других
session-browser = Браузер
session-address = Адрес
session-began = Начат
session-last-seen = Активность
session-this-one = Этот
session-now = Сейчас
session-lately = В последние 5 минут
session-browser-on-system = { $browser } на { $system }
session-browser-unknown = Неизвестный браузер
session-agent-unknown = Он не сообщает, что это такое.
session-address-unknown = Неизвестен
session-end = Завершить<span class="vh"> сеанс в { $browser }</span>

language = Язык
language-hint = Страниц и писем к вам.
language-of-the-browser = Как в браузере
save-language = Сохранить язык
