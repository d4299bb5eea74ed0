### The permissions of the organization’s own API, and who holds them.

api-permissions = Permissions
api-permissions-text = What callers of your own API may do. Latchkey tells your service what each key may do.
settings-api-permissions = Define what callers of your own API may do, and which roles may do it.
api-permissions-views = Permissions and roles
api-permissions-roles = Roles
api-permissions-create-several = Create several
api-permissions-count = { $count } of { $max } permissions
api-permissions-found = { $count ->
    [one] { $count } permission found
   *[other] { $count } permissions found
}
api-permissions-search-label = Search permissions
api-permissions-search-placeholder = Name or description
api-permissions-nothing-found = No permissions found
api-permissions-nothing-found-text = No name or description contains “{ $query }”.
api-permissions-none = No permissions yet
api-permissions-none-text = A permission such as <code translate="no">invoices:read</code> says what a caller of your own API may do. Grant permissions to roles. A key has the permissions of its owner, or the part that you select for it. Latchkey’s answer to your service names them:

api-permission-held-by = Held by
api-permission-held-by-nobody = Nobody
api-permission-edit = Edit<span class="vh"> { $name }</span>
api-permission-remove = Remove<span class="vh"> { $name }</span>

api-permission-new-heading = Create permission
api-permission-name-hint = Lowercase parts joined by colons, such as invoices:read. The name cannot be changed later.
api-permission-description-hint = What it allows, in a few words. Optional.
api-permission-roles-hint = You can change this later.
api-permission-create = Create
api-permission-create-another = Create and add another
api-permission-done = Done
api-permission-save = Save
api-permissions-several-heading = Create several permissions
api-permissions-lines = Permissions
api-permissions-lines-hint = One on each line: the name, a space, and what it allows. At most { $max } in an organization.
api-permissions-lines-placeholder = invoices:read See invoices
api-permissions-several-submit = Create permissions
api-permission-description-heading = Description of { $name }
api-permission-description-conflict = The description was changed while you were editing. Yours is not saved yet. To overwrite the other one, save again.
api-permission-description-now = Description now: { $description }
api-permission-description-none-now = There is no description now.

api-permission-removal-heading = Remove { $name }?
api-permission-removal-nothing = No role, member or API key has this permission.
api-permission-removal-text = It is removed from roles, members and API keys immediately. Your service then refuses requests that need it. This cannot be undone.
api-permission-removal-used = { $count ->
    [one] { $count } of the keys that lose it was used in the last 30 days.
   *[other] { $count } of the keys that lose it were used in the last 30 days.
}
api-permission-removal-holders = { $count ->
    [one] { $count } person has it
   *[other] { $count } people have it
}
api-permission-removal-roles = Granted to roles: { $roles }
api-permission-removal-wildcard-roles = Granted to roles by a wildcard: { $roles }
api-permission-removal-people = { $count ->
    [one] Granted beside the role to { $count } member: { $names }
   *[other] Granted beside the role to { $count } members: { $names }
}
api-permission-removal-named = { $count ->
    [one] { $count } key has it by name
   *[other] { $count } keys have it by name
}
api-permission-removal-by-wildcard = { $count ->
    [one] { $count } key has it by a wildcard
   *[other] { $count } keys have it by a wildcard
}
api-permission-removal-inherited = { $count ->
    [one] { $count } key has it because its owner does
   *[other] { $count } keys have it because their owners do
}
api-permission-removal-confirm = Remove it from all of them
api-permission-removal-submit = Yes, remove

api-permissions-roles-heading = Permissions of roles
api-permissions-roles-text = Every member with a role holds its permissions. A wildcard such as <code translate="no">invoices:*</code> includes permissions that you create later.
api-grants-wildcard = All of them, and those created later
api-grants-save = Save
api-grants-save-hint = If people or keys lose something, you see how many before anything is saved. You may be asked for your password.
api-grants-conflict = The permissions were changed while you were editing
api-grants-conflict-text = Your changes were not saved. These roles differ. Save the form again to overwrite them, or change it first.
api-grants-conflict-present = Granted now, but not by you
api-grants-conflict-typed = Granted by you, but not now
api-grants-lost-text = Nothing is saved yet. These permissions are taken away:
api-grants-lost = { $permissions }
api-grants-lost-by-role = { $role }: { $permissions }
api-grants-lost-more = and { $count } more
api-grants-lost-people = { $count ->
    [one] { $count } person.
   *[other] { $count } people.
}
api-grants-lost-keys = { $count ->
    [one] { $count } key, used in the last 30 days: { $used }.
   *[other] { $count } keys, used in the last 30 days: { $used }.
}
api-grants-lost-yes = Yes, take them away

member-api-permissions = Extra API permissions
member-api-permissions-change = Change
member-api-permissions-heading = API permissions of { $name }
member-api-permissions-text = Select what this member may do in your API beside the permissions of the role { $role }. Their keys change immediately.
member-api-permissions-of-role = From the role
member-api-permissions-conflict = Somebody changed these permissions in the meantime. Nothing was saved: check your selection, then save it again.

flash-api-permission-created = The permission { $name } was created.
flash-api-permissions-created = { $count ->
    [one] { $count } permission was created.
   *[other] { $count } permissions were created.
}
flash-api-permission-described = The description of { $name } was changed.
flash-api-permission-removed = The permission { $name } was removed.
flash-api-permission-removed-from-keys = { $count ->
    [one] { $count } key had it by name and no longer has it.
   *[other] { $count } keys had it by name and no longer have it.
}
flash-role-api-grants-changed = The permissions of roles were saved. Keys follow immediately.
flash-member-api-grants-changed = The API permissions of { $name } were saved. Their keys follow immediately.
flash-api-grants-unchanged = Nothing was changed: roles already have these permissions.

fault-api-permission-name = Use only lowercase letters, digits, _ and -, with colons between parts, such as invoices:read
fault-api-permission-name-reserved = This name is reserved. Enter another one
fault-api-permission-name-taken = A permission with this name already exists
fault-api-permissions-too-many = { $left ->
    [0] An organization can have at most { $max } permissions. Remove one before you create another
   *[other] An organization can have at most { $max } permissions: you can create { $left } more
}
fault-api-permission-lines-empty = Enter at least one permission
fault-api-permission-removal = Tick the box to confirm that it is removed from all of them

event-api-permission-created = Created the permission { $subject } of your API
event-api-permission-changed = Changed the description of the permission { $subject }
event-api-permission-removed = Removed the permission { $subject } of your API
event-role-api-grants-changed = Changed the API permissions of the role { $role }
event-member-api-grants-changed = Changed the extra API permissions of { $subject }
event-granted = Granted
event-taken-away = Taken away
event-keys-changed = Keys that lost it
