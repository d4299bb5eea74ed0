### Projects.

projects-text = Группируйте ключи по приложению, клиенту или команде. Проект ключа указан в ответах на проверку.
projects-none = Проектов пока нет
projects-none-text = Создайте первый проект. Его можно будет выбрать при создании и изменении ключа.
project-live-keys = Действующие ключи
project-created = Создан
project-status = Статус
project-open = Открыт
project-archived = В архиве
project-see-keys = { $name }<span class="vh">: посмотреть ключи</span>
project-rename = Переименовать
project-rename-named = Переименовать проект «{ $name }»
project-archive = В архив
project-archive-named = В архив: проект «{ $name }»
project-restore = Восстановить
project-restore-named = Восстановить проект «{ $name }»

project-new-heading = Создать проект
project-name-heading = Переименовать проект

project-archival-heading = Отправить «{ $name }» в архив?
project-archival-text = Добавлять ключи в этот проект будет нельзя.
project-archival-keys = { $count ->
    [one] В проекте <strong>{ $count } ключ</strong>. На работу ключей архивация не влияет.
    [few] В проекте <strong>{ $count } ключа</strong>. На работу ключей архивация не влияет.
   *[many] В проекте <strong>{ $count } ключей</strong>. На работу ключей архивация не влияет.
}
project-archival-many-keys = В проекте <strong>более { $count } ключей</strong>. На работу ключей архивация не влияет.
project-archival-no-keys = Действующих ключей в проекте нет.
project-archival-restore = Восстановить проект можно в любое время.
project-archival-submit = Да, в архив
project-history-named = История проекта { $name }
