### Projects.

projects-text = Складывайте связанные между собой ключи в один проект. Сервисы, которые проверяют ключ, узнают его проект.
projects-none = Проектов пока нет
projects-none-text = Проект — это ящик для ключей: приложение, клиент, команда. Когда появится первый, его предложит форма создания ключа.
project-live-keys = Действующие ключи
project-created = Создан
project-status = Статус
project-open = Открыт
project-archived = В архиве
project-see-keys = <bdi>{ $name }</bdi><span class="vh">: посмотреть ключи</span>
project-rename = Переименовать
project-rename-named = Переименовать проект «{ $name }»
project-archive = В архив
project-archive-named = В архив: проект «{ $name }»
project-restore = Восстановить
project-restore-named = Восстановить проект «{ $name }»

project-new-heading = Создать проект
project-name-heading = Переименовать проект

project-archival-title = Отправить «{ $name }» в архив?
project-archival-heading = Отправить «<bdi>{ $name }</bdi>» в архив?
project-archival-text = Проект не будет принимать новых ключей, и при создании ключа его больше не предложат.
project-archival-keys = { $count ->
    [one] В проекте <strong>{ $count } ключ</strong>: архивация не мешает работе.
    [few] В проекте <strong>{ $count } ключа</strong>: архивация не мешает работе.
   *[many] В проекте <strong>{ $count } ключей</strong>: архивация не мешает работе.
}
project-archival-many-keys = В нём <strong>более { $count } ключей</strong>, они продолжат работать.
project-archival-no-keys = Действующих ключей в нём нет.
project-archival-restore = Восстановить проект можно в любое время.
project-archival-submit = Да, в архив
