### The frame around all pages, words that many pages share, home and the settings.

home = Главная
settings = Настройки
api-keys = API-ключи
members = Участники
projects = Проекты
your-account = Ваша учётная запись
sign-out = Выйти
navigation-main = Основная навигация
breadcrumbs = Путь к странице
skip-to-content = Перейти к содержанию
undo = Вернуть
dismiss-message = Скрыть сообщение
no-answer = Latchkey не ответил. Проверьте соединение и попробуйте ещё раз.
went-wrong = Что-то пошло не так. Обновите страницу и попробуйте ещё раз.
error-mark = Ошибка:
error-request-id = Если обратитесь за помощью, назовите номер запроса:
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
check-keys-from-your-service = Проверка ключей из вашего сервиса
read-how = Как это сделать
settings-api-keys = Создавайте ключи, с которыми ваши сервисы обращаются к организации, смотрите, когда они использовались, и удаляйте их.
settings-verification = Фрагменты для nginx, Caddy, Traefik, Envoy и вашего кода и что означают ответы.
settings-members = Кто входит в организацию и в какой роли; приглашения.
settings-projects = Ящики для ключей, которые связаны между собой: приложение, клиент, команда.
signed-in-as = Вы вошли как

home-see-all-api-keys = Все API-ключи
home-expiring-soon = Скоро истекают
home-no-key-expires = { $days ->
    [one] В ближайший { $days } день ни один ключ не истекает.
    [few] В ближайшие { $days } дня ни один ключ не истекает.
   *[many] В ближайшие { $days } дней ни один ключ не истекает.
}
home-recently-used = Недавно использованы
home-no-key-used = Ещё ни один ключ не использован.

form-used-heading = Эта форма уже была отправлена
