### Projects.

projects-text = Group keys by application, customer or team. Verification answers include the key’s project.
projects-none = No projects yet
projects-none-text = Create your first project. You can then select it when you create or edit a key.
project-live-keys = Current keys
project-created = Created
project-status = Status
project-open = Open
project-archived = Archived
project-see-keys = { $name }<span class="vh">: view its keys</span>
project-rename = Rename
project-rename-named = Rename { $name }
project-archive = Archive
project-archive-named = Archive { $name }
project-restore = Restore
project-restore-named = Restore { $name }

project-new-heading = Create project
project-name-heading = Rename project

project-archival-heading = Archive “{ $name }”?
project-archival-text = You will not be able to add keys to this project.
project-archival-keys = { $count ->
    [one] It has <strong>{ $count } key</strong>. Archiving does not change how it works.
   *[other] It has <strong>{ $count } keys</strong>. Archiving does not change how they work.
}
project-archival-many-keys = It has <strong>more than { $count } keys</strong>. Archiving does not change how they work.
project-archival-no-keys = It has no current keys.
project-archival-restore = You can restore it at any time.
project-archival-submit = Yes, archive
project-history-named = History of { $name }
