### The forms of a key: making, editing and renaming it; and what its page says of that.

key-form-scope = Scope
key-form-scope-server = Server
key-form-scope-server-text = Between machines, kept secret
key-form-scope-web = Web
key-form-scope-web-text = In web pages, where anybody can read it
key-form-scope-mobile = Mobile
key-form-scope-mobile-text = In apps, where anybody can find it
key-form-scope-analytics = Analytics
key-form-scope-analytics-text = For programs that read figures and exports
key-form-trusted-domains = Trusted domains
key-form-trusted-domains-hint = One on a line, such as example.com, *.example.com or localhost:3000. Empty allows every domain. A guard against other people’s pages, and no secret: a program can claim any domain.
key-form-app-identifiers = App identifiers
key-form-app-identifiers-hint = One on a line, such as com.example.app, for Android with the SHA-256 fingerprint of its certificate behind it. Empty allows every app. A guard against other people’s apps, and no secret: a program can claim to be any app.
key-form-allowed-networks = Allowed networks
key-form-allowed-networks-hint = One on a line, such as 192.0.2.7 or 2001:db8::/32. Empty allows every address.
key-form-permissions = Permissions
key-form-permissions-hint = A key can never do more than its owner may at that moment.
key-form-inherit = All of mine
key-form-inherit-of = All that { $owner } has
key-form-choose = Only some
key-form-chosen = Permissions to choose from

permission-see-own-api-keys = See its owner’s keys
permission-create-api-keys = Create keys
permission-manage-own-api-keys = Change and delete its owner’s keys
permission-see-all-api-keys = See all keys of the organization
permission-manage-all-api-keys = Change and delete all keys of the organization
permission-verify-api-keys = Check keys of other people
permission-see-members = See the members
permission-manage-members = Invite, change and remove members
permission-manage-owners = Make and remove Owners
permission-manage-policy = Change the rules for keys
permission-manage-projects = Create, rename and archive projects
permission-see-own-usage = See how its owner’s keys are used
permission-see-all-usage = See how all keys are used
permission-see-own-audit-events = See what its owner did
permission-see-audit-log = Read the audit log
permission-export-audit-log = Export the audit log

key-form-edit-heading = Edit “{ $name }”
key-form-edit-text = The key itself and its scope, { $scope }, stay as they are: whatever uses the key goes on with it.
key-form-save = Save changes
key-form-conflict = This key was changed meanwhile
key-form-conflict-text = Nothing of yours was saved. Compare, change the form below if you wish, and save again: what the form says then holds.
key-form-conflict-caption = What the key says now, and what you typed
key-form-conflict-field = Field
key-form-conflict-present = Now
key-form-conflict-typed = Yours
key-form-conflict-empty = Empty
key-form-name-heading = Rename the key
key-form-name-hint = Whatever uses the key goes on with it.

key-form-rename = Rename
key-form-edit = Edit
key-form-disable = Disable
key-form-enable = Enable
key-form-revoke = Revoke
key-form-restrictions = Restrictions
key-form-unrestricted = None: it can be used from anywhere
key-form-created-by = Created by
key-form-disabled = Disabled since
key-form-until = until
key-form-revoked = Revoked
key-form-permissions-inherited = All of its owner’s
key-form-permissions-none = None
key-form-may-nothing-chosen = Nothing: it was given no permission
key-form-may-nothing-left = Nothing: its owner has none of these permissions any more
key-form-caller = From
key-form-first-used = First used
key-form-callers-caption = The last { $count } places that used this key

flash-api-key-edited = API key “{ $name }” was changed.
flash-api-key-renamed = The API key is called “{ $name }” now.

error-api-key-revoked = This key was revoked
error-api-key-revoked-text = Nothing was changed: a revoked key stays as it is. Create a new key instead.
