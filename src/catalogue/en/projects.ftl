### Projects.

projects-text = Put keys that belong together into one project. Services that check a key learn its project.
projects-none = No projects yet
projects-none-text = A project is a drawer for keys: an application, a customer, a team. Once there is one, the form that creates a key offers it.
project-live-keys = Live keys
project-created = Created
project-status = Status
project-open = Open
project-archived = Archived
project-see-keys = <bdi>{ $name }</bdi><span class="vh">: see its keys</span>
project-rename = Rename
project-rename-named = Rename { $name }
project-archive = Archive
project-archive-named = Archive { $name }
project-restore = Restore
project-restore-named = Restore { $name }

project-new-heading = Create project
project-name-heading = Rename project

project-archival-title = Archive “{ $name }”?
project-archival-heading = Archive “<bdi>{ $name }</bdi>”?
project-archival-text = It takes no new keys and is no longer offered when somebody creates one.
project-archival-keys = { $count ->
    [one] It has <strong>{ $count } key</strong>, which continues to work.
   *[other] It has <strong>{ $count } keys</strong>, which continue to work.
}
project-archival-many-keys = It has <strong>more than { $count } keys</strong>, which continue to work.
project-archival-no-keys = It has no live keys.
project-archival-restore = You can restore it at any time.
project-archival-submit = Yes, archive
