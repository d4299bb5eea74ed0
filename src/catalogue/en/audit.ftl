### The audit log: its page, and a sentence for every event.

audit-log = Audit log
audit-log-text = What people, programs and Latchkey did in your organization, newest first.
audit-chain-verified = The chain of events was verified
audit-chain-broken = The chain of events is broken. This was found
audit-chain-what-to-do = Ask the operator of this server to run the command <code>latchkey audit verify</code>.
audit-log-settings-text = See who did what, when and from where, and export it.
activity-heading = Your activity
activity-text = What you did, and what happened to your account and your keys.
member-acts = What this member did

audit-search = Search
audit-search-label = Search by name or ID
audit-search-hint = Key, person or project
audit-search-too-wide = This search matches many names, and only some of them were searched for. Type more of the name.
audit-filters = Filters of the audit log
audit-action = Event
audit-all-actions = All events
audit-kind = About
audit-all-kinds = Everything
audit-via = Done through
audit-all-ways = Any way
audit-actor = Person
audit-everybody = Anyone
audit-actor-unknown = Nobody in your organization has this name or email address.
audit-nobody = Nobody found
audit-nobody-text = Type part of the name or email address of a person.
audit-who = Whose activity?
audit-subject = Only about
audit-credential = Key used
audit-from = From (UTC)
audit-to = To (UTC)
audit-none = No events match
audit-none-text = Change the search or the filters, or see all events.
audit-see-all = See all events
audit-found = { $count ->
    [one] { $count } event
   *[other] { $count } events
}
audit-found-more = More than { $count } events

audit-group-key-changes = Keys created or changed
audit-group-key-ends = Keys disabled, revoked or deleted
audit-group-access = Tokens and keys viewed, exports
audit-group-sign-ins = Sign-ins
audit-group-accounts = Accounts and passwords
audit-group-members = Members and invitations
audit-group-projects = Projects
audit-group-organization = Policy and organization
audit-kind-api-key = API keys
audit-kind-api-permission = Permissions of your API
audit-kind-invitation = Invitations
audit-kind-organization = Organization
audit-kind-project = Projects
audit-kind-user = People
audit-via-session = Signed in
audit-via-api-key = API key
audit-via-server = Latchkey itself

event-when = When
event-what = What
event-who = Who
event-where = Where
event-details = Details
event-before = Before:
event-after = After:
event-time = Time
event-name = Event
event-subject-id = ID
event-request-id = Request ID
event-nothing = None
event-all = All events about this in the audit log
event-pages = Pages of events
event-newest = Newest
event-newer = Newer
event-older = Older
event-oldest = Oldest
event-by-command-line = Command line
event-by-visitor = Not signed in
event-by-server = Latchkey
event-by-unknown = Unknown
event-through-key = through the key { $key }
event-command = Command
event-system-user = System user
event-sudo-user = User who called sudo
event-keys-shortened = Keys with a shorter lifetime
event-tokens-erased = Stored tokens erased
event-sessions-ended = Sessions ended
event-keys-revoked = Keys revoked
event-keys-handed-over = Keys transferred
event-new-owner = New owner
event-last-characters = Last 4 characters of the token
event-addresses = Addresses

# An event of a later version: its name, and what it is about.
event-unknown = { $action }: { $subject }
event-api-key-created = Created the key { $subject }
event-api-key-confirmed = Confirmed that the key { $subject } was copied
event-api-key-edited = Edited the key { $subject }: { $fields }
event-api-key-renamed = Renamed the key { $before } to { $subject }
event-api-key-disabled = Disabled the key { $subject }
event-api-key-paused = Disabled the key { $subject } until { $until }
event-api-key-enabled = Enabled the key { $subject }
event-api-key-expired = The key { $subject } expired
event-api-key-reminder-sent = Emailed { $email } that the key { $subject } expires soon
event-api-key-expiry-shortened = Shortened the lifetime of the key { $subject } because the policy changed
event-api-key-token-shown = Viewed the token of the key { $subject }
event-api-key-viewed = Viewed the details of the key { $subject }
event-api-key-revoked = Revoked the key { $subject }
event-api-key-revoked-because = Revoked the key { $subject }: { $reason }
event-api-key-revoked-unused = { $count ->
    [one] Revoked the key { $subject } because it was not used for { $count } day
   *[other] Revoked the key { $subject } because it was not used for { $count } days
}
event-api-key-handed-over = Transferred the key { $subject } from { $before } to { $after }
event-api-key-rotation-started = Started to rotate the key { $subject }
event-api-key-rotated = Rotated the key { $subject }: the former token ends on { $until }
event-api-key-rotation-discarded = Discarded the new token of the key { $subject }
event-api-key-ended-token-used = Refused a token of the key { $subject } after its end
event-api-key-overlap-ended = Ended the former token of the key { $subject }
event-api-key-rotation-marked = Marked the key { $subject } for rotation by { $date }
event-api-key-rotation-reminder-sent = Emailed { $email } that the key { $subject } is due for rotation
event-api-key-overlap-reminder-sent = Emailed { $email } that the former token of the key { $subject } ends soon and is still used
event-audit-log-archived = Moved events { $first } to { $last } of the audit log to a file
event-api-key-deleted = Deleted the key { $subject }
event-api-key-purged = Deleted the key { $subject } because it was not confirmed in time
event-api-keys-exported = Exported API keys as { $format }
event-audit-log-exported = Exported the audit log as { $format }

event-invitation-created = Invited { $subject } with the role { $role }
event-invitation-accepted = Accepted the invitation for { $subject }
event-invitation-mail-failed = The mail server refused the invitation email to { $subject }
event-invitation-refused = Refused the invitation for { $subject }: another organization has an account with this address
event-invitation-revoked = Revoked the invitation for { $subject }
event-invitation-replaced = Replaced the invitation for { $subject } with a newer one

event-organization-created = Created the organization { $subject }
event-organization-default = Made { $subject } the default organization of this server
event-organization-not-default = Made another organization than { $subject } the default of this server
event-policy-changed = Changed the API key policy: { $fields }
event-master-key-rotated = Rotated the server’s master key
event-master-key-rotation-undone = Undid the rotation of the server’s master key
event-master-key-replaced = Replaced lost master keys of the server
event-master-keys-forgotten = Removed retired master keys of the server

event-project-created = Created the project { $subject }
event-project-renamed = Renamed the project { $before } to { $subject }
event-project-archived = Archived the project { $subject }
event-project-restored = Restored the project { $subject }

event-user-created = Created the account of { $subject } with the role { $role }
event-user-email-changed = Changed the email address of { $subject } from { $before } to { $after }
event-user-email-confirmed = Confirmed { $email } as the email address of { $subject }
event-user-email-released = Took the unconfirmed address { $email } from the account of { $subject }
event-user-password-changed = Changed the password of { $subject }
event-user-password-reset = Set a new password for { $subject } with a link
event-user-password-reset-requested = Requested a link for a new password for { $subject }
event-user-registration-refused = Tried to register with the email address of { $subject }
event-user-renamed = Changed the name { $before } to { $subject }
event-session-started = Signed in
event-session-started-new-device = Signed in with a new browser
event-session-ended = Signed out
event-session-ended-others = { $count ->
    [one] Signed out on all other devices: { $count } session
   *[other] Signed out on all other devices: { $count } sessions
}
event-session-ended-other = Ended another session, which began on { $began }
event-session-failures-began = { $count ->
    [one] { $count } wrong password for { $subject } in a short time
   *[other] { $count } wrong passwords for { $subject } in a short time
}
event-session-failures-ended = { $count ->
    [one] In all, { $count } wrong password for { $subject }
   *[other] In all, { $count } wrong passwords for { $subject }
}
event-session-password-confirmed = Typed the password again
event-member-disabled = Disabled the account of { $subject }
event-member-enabled = Enabled the account of { $subject }
event-member-removed = Removed { $subject } ({ $role }) from the organization
event-member-role-changed = Changed the role of { $subject } from { $before } to { $after }
