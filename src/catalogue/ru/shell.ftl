### The frame around all pages, words that many pages share, home and the settings.

home = Главная
settings = Настройки
api-keys = API-ключи
members = Участники
projects = Проекты
your-account = Ваша учётная запись
sign-out = Выйти
navigation-main = Основная навигация
rail-verification = Проверка ключей
rail-policy = Политика
rail-account = Учётная запись
breadcrumbs = Путь к странице
skip-to-content = Перейти к содержанию
undo = Отменить
dismiss-message = Скрыть сообщение
no-answer = Latchkey не ответил. Проверьте соединение и попробуйте ещё раз.
went-wrong = Что-то пошло не так. Обновите страницу и попробуйте ещё раз.
error-mark = Ошибка:
error-request-id = Если обратитесь за помощью, укажите номер запроса:
there-is-a-problem = Есть ошибка

name = Название
person-name = Имя
email = Почта
role = Роль
owner = Владелец
project = Проект
organization = Организация
open = Открыть
cancel = Отмена
dialog-unsaved = Введённое не сохранено. Чтобы не сохранять, закройте окно ещё раз.
back-to-form = Вернуться к форме
copy = Копировать
copied = Скопировано
removed = Удалён
create-key = Создать ключ
show = Показать
hide = Скрыть
password-toggled = пароль
copy-refused-text = Браузер не разрешил копирование. Текст выделен: нажмите Ctrl+C (⌘C на Mac).
the-snippet = фрагмент { $name }
snippet-of = Фрагмент { $name }

for-developers = Для разработчиков
check-keys-from-your-service = Проверка ключей в вашем сервисе
read-how = Открыть руководство
settings-api-keys = Создавайте API-ключи для своих сервисов, следите за их использованием и удаляйте ненужные.
settings-verification = Готовые фрагменты для nginx, Caddy, Traefik, Envoy и вашего кода, а также значение каждого ответа.
settings-members = Приглашайте людей, меняйте их роли и удаляйте участников.
settings-projects = Группируйте ключи по приложению, клиенту или команде.
signed-in-as = Вы вошли как

form-used-heading = Эта форма уже была отправлена
kept-form-note = Сеанс завершился, поэтому ничего не отправлено. Вот что вы ввели: проверьте и отправьте ещё раз.
kept-form-too-large = Сеанс завершился, поэтому ничего не отправлено. Текст слишком длинный, сохранить его не удалось: введите его ещё раз.
