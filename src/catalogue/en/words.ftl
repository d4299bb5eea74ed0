### What the code knows by type: roles, states, times, faults of fields.

month-january = Jan
month-february = Feb
month-march = Mar
month-april = Apr
month-may = May
month-june = Jun
month-july = Jul
month-august = Aug
month-september = Sep
month-october = Oct
month-november = Nov
month-december = Dec

just-now = just now
minutes-ago = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
hours-ago = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
days-ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
valid-through = Valid through { $date }, 23:59 UTC
at-by-agent = { $at }, by { $agent }
used-today = { $uses } today
refused-today = { $refusals } refused today
used-and-refused-today = { $uses } today, { $refusals } refused

try-again-in-a-second = Try again in a second.
try-again-in-seconds = { $count ->
    [one] Try again in { $count } second.
   *[other] Try again in { $count } seconds.
}
try-again-in-minutes = { $count ->
    [one] Try again in { $count } minute.
   *[other] Try again in { $count } minutes.
}

count-of-keys = { $count ->
    [one] { $count } key
   *[other] { $count } keys
}
count-of-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}

more-than = more than { $count }
more-than-keys = More than { $count } keys

role-owner = Owner
role-administrator = Administrator
role-support = Support
role-analytics = Analytics
role-member = Member
role-owner-description = May do everything, also to other Owners.
role-administrator-description = Manages people and API keys, but not Owners.
role-support-description = Sees every API key and every member of the organization, and changes nothing.
role-analytics-description = Sees every API key of the organization and its use, and changes nothing.
role-member-description = Sees only the API keys of their own.

status-pending = Not confirmed
status-active = Active
status-disabled = Disabled
status-expired = Expired
status-revoked = Revoked
status-expires-today = Expires today
status-expires-tomorrow = Expires tomorrow
status-expires-in-days = { $count ->
    [one] Expires in { $count } day
   *[other] Expires in { $count } days
}

code-valid = The key is good.
code-not-found = There is no such key, or the secret is another one. Nobody is told which.
code-key-not-confirmed = Nobody has confirmed yet that the key was copied.
code-disabled = The key is switched off.
code-expired = The key was valid until its expiration date.
code-revoked = The key was ended for good.
code-owner-inactive = The account of the person who made the key is switched off.
code-origin-not-allowed = The key is for other web pages, or your question did not say which page it is.
code-network-not-allowed = The key is for other networks, or your question did not say the caller’s address.
code-app-not-allowed = The key is for other apps, or your question did not say which app it is.
code-insufficient-permissions = The key is good, but it or its owner does not have the permission that you asked for.
code-rate-limited = Too many wrong tokens came from one address. Ask again after a second.

outcome-valid = Good
outcome-not-found = Wrong secret
outcome-key-not-confirmed = Not confirmed
outcome-disabled = Disabled
outcome-expired = Expired
outcome-revoked = Revoked
outcome-owner-inactive = Owner inactive
outcome-origin-not-allowed = Other page
outcome-network-not-allowed = Other network
outcome-app-not-allowed = Other app
outcome-insufficient-permissions = Not permitted
outcome-rate-limited = Throttled

event-api-key-created = Created the key
event-api-key-confirmed = Confirmed that the key was copied
event-api-key-edited = Edited the key
event-api-key-renamed = Renamed the key
event-api-key-disabled = Disabled the key
event-api-key-enabled = Enabled the key
event-api-key-viewed = Looked at this page
event-api-key-revoked = Revoked the key
event-api-key-handed-over = Handed the key over, as its owner was removed
event-api-key-deleted = Deleted the key
event-api-key-purged = Removed the key, which nobody had confirmed in time

fault-name-empty = Enter a name
fault-description-empty = Enter a description
fault-organization-name-empty = Enter the name of your organization
fault-person-name-empty = Enter your name
fault-too-long = { $what ->
    [description] The description can have at most { $max } characters
    [reason] The reason can have at most { $max } characters
    [person] Your name can have at most { $max } characters
   *[name] The name can have at most { $max } characters
}
fault-forbidden-character = { $what ->
    [description] The description contains invisible or control characters: type it instead of pasting it
    [reason] The reason contains invisible or control characters: type it instead of pasting it
    [person] Your name contains invisible or control characters: type it instead of pasting it
   *[name] The name contains invisible or control characters: type it instead of pasting it
}
fault-api-key-name-taken = { $status ->
    [pending] The key “{ $name }”, which waits for its confirmation, already has this name. Choose another name
    [disabled] The disabled key “{ $name }” already has this name. Choose another name
    [expired] The expired key “{ $name }” still has this name. Choose another name, or delete that key to free it
    [revoked] The revoked key “{ $name }” still has this name. Choose another name, or delete that key to free it
   *[active] The active key “{ $name }” already has this name. Choose another name
}
fault-project-name-taken = There is a project of that name already, perhaps an archived one. Capital letters and extra spaces make no difference.
fault-email = Enter an email address like name@example.org
fault-email-taken = Enter another email address: this one cannot be used
fault-language = Choose one of the languages
fault-api-key-expired = The key has expired and keeps its date: create a new key instead
fault-scope = Choose what the key is for
fault-restriction-of-other-scope = { $kind ->
    [app_identifiers] App identifiers are for keys of the scope Mobile: empty this field, or choose that scope
    [allowed_networks] Allowed networks are for keys of the scope Server or Analytics: empty this field, or choose that scope
   *[trusted_domains] Trusted domains are for keys of the scope Web: empty this field, or choose that scope
}
fault-restriction-too-many = { $max ->
    [one] At most { $max } line, and these are more
   *[other] At most { $max } lines, and these are more
}
fault-restriction-line = Line { $line }, “{ $entry }”: { $reason }
fault-domain-name = enter a domain such as example.com, *.example.com or localhost:3000, and an IPv6 address in brackets
fault-domain-scheme = only http:// or https:// can stand before a domain
fault-domain-more-than-an-origin = enter the domain without what comes after it, not even a slash, and without a user
fault-domain-port = a port is a number from 1 to 65535, or * for any of them
fault-domain-wildcard = a star can only stand at the beginning, before a name of two parts or more, as in *.example.com
fault-app-name = enter the app’s bundle or package, such as com.example.app
fault-app-fingerprint = after the package comes the SHA-256 fingerprint of its certificate, 64 hexadecimal digits
fault-network = enter an IP address, or a network such as 192.0.2.0/24 or 2001:db8::/32
fault-permissions-contradictory = Choose either all of the permissions or some of them
fault-permissions-unknown = Choose permissions of the list
fault-permissions-not-held = Choose only permissions that you have yourself
fault-role = Choose a role
fault-member-already = There is a member with this email address already
fault-heir = Choose somebody of the list to hand the keys to
fault-project = Choose another project, or none: the one that you chose takes no new keys
fault-expiration-missing = Choose an expiration date
fault-expiration-malformed = Enter a date that exists, as year, month and day, such as 2027-01-31
fault-expiration-in-the-past = The expiration date is in the past: choose { $earliest } or later
fault-expiration-too-late = The expiration date is too late: choose { $latest } or earlier
fault-password-too-short = { $min ->
    [one] Use at least { $min } character
   *[other] Use at least { $min } characters
}
fault-password-too-long = { $max ->
    [one] Use at most { $max } character
   *[other] Use at most { $max } characters
}
fault-password-common = That is close to a password that many people use, and is tried first. Use several unrelated words
fault-password-personal = That is made of your own name, address or organization. Use several unrelated words
fault-password-pattern = That is easy to guess: it repeats, counts or follows the keyboard. Use several unrelated words
fault-api-key-name-taken-meanwhile = Another key already has this name. Choose another name
fault-unrestricted = { $kind ->
    [app_identifiers] Enter the apps that may use this key. Anybody can find it in an app: without a list, every app can use it. If you want that, tick the box below
   *[trusted_domains] Enter the websites that may use this key. Anybody can read it in a page: without a list, every website can use it. If you want that, tick the box below
}
