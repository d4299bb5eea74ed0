### Registration, sign-in, one’s own account and its password.

registration-heading = Создайте учётную запись
sign-in-heading = Вход
password-proof-heading = Подтвердите, что это вы
sessions-heading = Сеансы
email-heading = Сменить адрес почты
password-heading = Сменить пароль
new-password-heading = Выберите новый пароль
password = Пароль
setup-code = Код установки
setup-code-hint = Сервер напечатал его в журнале при запуске.
organization-name = Название организации
your-name = Ваше имя
registration-email-hint = С ним вы будете входить.
password-hint = Не менее 12 символов. Хорошо подходят несколько не связанных слов.
your-name-hint = Ваша организация видит его рядом с вашими ключами и в журнале аудита.
theme = Тема
theme-hint = В каждом браузере, в котором вы входите.
current-password = Текущий пароль
new-password = Новый пароль
new-email-hint = Теперь вы будете входить с ним. На него придут ссылки для нового пароля.

language = Язык
language-hint = Страниц и писем к вам.
language-of-the-browser = Как в браузере
save-language = Сохранить язык
