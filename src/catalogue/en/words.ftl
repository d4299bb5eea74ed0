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
role-owner-description = Has full access and can manage other Owners.
role-administrator-description = Can manage members and API keys, but not Owners.
role-support-description = Can view all API keys and members of the organization, but cannot change anything.
role-analytics-description = Can view all API keys of the organization and their usage, but cannot change anything.
role-member-description = Can view only their own API keys.

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

code-valid = The key is valid.
code-not-found = The key does not exist, or the secret is wrong. The answer never says which.
code-key-not-confirmed = The key’s creator has not confirmed that they copied it.
code-disabled = The key is disabled.
code-expired = The key has expired, or this token has ended after a rotation.
code-revoked = The key was revoked.
code-owner-inactive = The account of the key’s owner is disabled.
code-browser-not-allowed = A browser presented a server key, and the organization’s policy refuses that. The key has leaked into a page.
code-origin-not-allowed = The web page’s origin is not one of the key’s trusted domains, or the request did not include an origin.
code-network-not-allowed = The caller’s address is not in the allowed networks of the key or of the organization, or the request did not include an address.
code-app-not-allowed = The app is not one of the key’s app identifiers, or the request did not include an app.
code-environment-not-allowed = The key belongs to another environment than the one asked for.
code-insufficient-permissions = The key is valid, but the key or its owner does not have the requested permission.
code-rate-limited = The key has used up its rate limit. With status 429 from every endpoint: too many wrong tokens came from one address.
code-quota-exceeded = The key has used up its quota of this day or month.

outcome-valid = Valid
outcome-not-found = Wrong secret
outcome-key-not-confirmed = Not confirmed
outcome-disabled = Disabled
outcome-expired = Expired
outcome-revoked = Revoked
outcome-owner-inactive = Owner disabled
outcome-browser-not-allowed = In a browser
outcome-origin-not-allowed = Wrong origin
outcome-network-not-allowed = Wrong network
outcome-app-not-allowed = Wrong app
outcome-environment-not-allowed = Wrong environment
outcome-insufficient-permissions = Not permitted
outcome-rate-limited = Rate limited
outcome-quota-exceeded = Quota used up

fault-name-empty = Enter a name
fault-description-empty = Enter a description
fault-organization-name-empty = Enter the name of your organization
fault-person-name-empty = Enter your name
fault-too-long = { $what ->
    [description] The description can have at most { $max } characters
    [external-id] The external ID can have at most { $max } characters
    [reason] The reason can have at most { $max } characters
    [person] Your name can have at most { $max } characters
   *[name] The name can have at most { $max } characters
}
fault-forbidden-character = { $what ->
    [description] The description contains invisible or control characters: type it instead of pasting it
    [external-id] The external ID contains invisible or control characters: type it instead of pasting it
    [reason] The reason contains invisible or control characters: type it instead of pasting it
    [person] Your name contains invisible or control characters: type it instead of pasting it
   *[name] The name contains invisible or control characters: type it instead of pasting it
}
fault-api-key-name-taken = { $status ->
    [pending] The unconfirmed key “{ $name }” already has this name. Choose another name
    [disabled] The disabled key “{ $name }” already has this name. Choose another name
    [expired] The expired key “{ $name }” still has this name. Choose another name, or delete that key first
    [revoked] The revoked key “{ $name }” still has this name. Choose another name, or delete that key first
   *[active] The active key “{ $name }” already has this name. Choose another name
}
fault-project-name-taken = A project with this name already exists and may be archived. Choose a name that differs in more than capital letters or spaces
fault-email = Enter an email address like name@example.org
fault-email-taken = This email address cannot be used. Enter another one
fault-language = Select a language
fault-api-key-expired = The key has expired, so its date cannot be changed. Create a new key instead
fault-scope = Select a scope
fault-restriction-of-other-scope = { $kind ->
    [app_identifiers] App identifiers apply only to keys with the scope Mobile. Clear this field, or select that scope
    [allowed_networks] Allowed networks apply only to keys with the scope Server or Analytics. Clear this field, or select one of these scopes
   *[trusted_domains] Trusted domains apply only to keys with the scope Web. Clear this field, or select that scope
}
fault-restriction-too-many = { $max ->
    [one] Enter at most { $max } line
   *[other] Enter at most { $max } lines
}
fault-restriction-line = Line { $line }, “{ $entry }”: { $reason }
fault-domain-name = enter a domain such as example.com, *.example.com or localhost:3000, and an IPv6 address in brackets
fault-domain-scheme = start the domain with http:// or https://, or with neither
fault-domain-more-than-an-origin = enter only the domain, without a path, a slash or a user name
fault-domain-port = enter a port from 1 to 65535, or * for any port
fault-domain-wildcard = use * only at the start, before a name of two or more parts, as in *.example.com
fault-app-name = enter the app’s bundle ID or package name, such as com.example.app
fault-app-fingerprint = after the package name, enter the SHA-256 fingerprint of the certificate: 64 hexadecimal digits
fault-network = enter an IP address, or a network such as 192.0.2.0/24 or 2001:db8::/32
fault-permissions-contradictory = Select either all permissions or only some of them
fault-permissions-unknown = Select permissions from the list
fault-permissions-not-held = Select only permissions that you have
fault-permissions-not-held-by-owner = Select only permissions that the owner of the key has
fault-role = Select a role
fault-member-already = A member with this email address already exists
fault-heir = Select a member from the list, or revoke the keys
fault-project = You cannot add keys to this project. Select another one or none
fault-expiration-missing = Enter an expiration date
fault-expiration-malformed = Enter a real date as year, month and day, such as 2027-01-31
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
fault-password-common = This is similar to a common password. Use several unrelated words
fault-password-personal = This is based on your name, email address or organization. Use several unrelated words
fault-password-pattern = This is easy to guess: it repeats, counts or follows the keyboard. Use several unrelated words
fault-api-key-name-taken-meanwhile = Another key already has this name. Choose another name
fault-unrestricted = { $kind ->
    [app_identifiers] Enter the apps that may use this key. Anyone can extract the key from an app, so without a list any app can use it. To allow this, tick the box below
   *[trusted_domains] Enter the websites that may use this key. Anyone can read the key in a web page, so without a list any website can use it. To allow this, tick the box below
}

chart-table = Show as a table
chart-day = Day (UTC)
chart-summary = Requests by day from { $from } to { $until }, at most { $most } on one day
chart-valid = Valid
chart-refused = Refused
