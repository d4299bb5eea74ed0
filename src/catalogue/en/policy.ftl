### The policy of an organization, and what a change of it touches.

policy-heading = API key policy
policy-text = Rules for all API keys in the organization. Changes apply to everyone immediately.
policy-settings-text = Who can create keys, how long keys last, and which tokens can be seen again.
policy-export = Download as TOML
policy-setting = Setting
policy-on = On
policy-off = Off

policy-presets = Start from a preset
policy-preset-use = Fill in<span class="vh"> the form</span>
policy-preset-present = Current
policy-begun-from = The form below is filled in with “{ $preset }”. Nothing is saved yet.
policy-preset-copy-confirmed = Copy confirmed
policy-preset-copy-confirmed-text = Administrators create keys for up to a year. Each key is shown once and starts working when its owner confirms that they copied it.
policy-preset-key-and-secret = Key and secret
policy-preset-key-and-secret-text = Up to ten keys per person, each created with one click and shown with its secret.
policy-preset-scoped-projects = Scoped projects
policy-preset-scoped-projects-text = Everyone creates keys for web pages, apps and analytics, groups them in projects, and can see them at any time.
policy-preset-personal-default = Personal default
policy-preset-personal-default-text = Everyone has a key created by the system, can create more, and can see them at any time.
policy-preset-token-vault = Token vault
policy-preset-token-vault-text = Administrators create tokens and can see them again.

policy-people = People
policy-who-may-create = Who can create keys
policy-who-administrators = Owners and Administrators
policy-who-administrators-text = Others keep and can see the keys they have, but cannot change them.
policy-who-everyone = Everyone
policy-who-everyone-text = Each person creates and manages their own keys.
policy-max-keys = Keys per person
policy-max-keys-hint = How many keys one person can have at a time. Expired keys, revoked keys and the key created by the system do not count.
policy-system-key = A key from the system for everyone
policy-system-key-hint = The system creates it at the next sign-in, and again if it is deleted. Its owner can always see it again.

policy-life = Key lifetime
policy-max-lifetime = Maximum lifetime, in days
policy-max-lifetime-hint = The latest expiration date that can be set, counted from the day on which somebody sets it.
policy-default-lifetime = Default lifetime, in days
policy-default-lifetime-hint = The expiration date that the form suggests. Leave empty to suggest none, if keys without an expiration date are allowed.
policy-allow-no-expiry = Allow keys without an expiration date
policy-allow-no-expiry-hint = Such a key works until it is revoked or deleted. Latchkey sends no reminders about it.
policy-reminders = Reminders, in days before the expiration date
policy-reminders-hint = Latchkey emails the owner of the key, if a mail server is set up. For example: 30, 7, 1. They count for rotations too. Leave empty for no reminders.
policy-revoke-unused = Days without use before a key is revoked
policy-revoke-unused-hint = A revoked key cannot be restored. The first keys are revoked 30 days after you set or shorten this. Leave empty to keep unused keys.

policy-tokens = Tokens
policy-viewable = Tokens that owners can see again
policy-viewable-never = None
policy-viewable-never-text = Each token is shown once and is not stored.
policy-viewable-web-and-mobile = Tokens of web and mobile keys
policy-viewable-web-and-mobile-text = They are in pages and apps, where others can read them anyway. Latchkey stores them encrypted.
policy-viewable-all = All tokens
policy-viewable-all-text = Latchkey stores them encrypted. Only the owner can see a token, after entering their password.
policy-rotation-overlap = Hours that the former token works after a rotation
policy-rotation-overlap-hint = The form proposes this time. 0 means that the former token ends as soon as the new one is confirmed.
policy-max-rotation-overlap = Most hours that the former token may work
policy-max-rotation-overlap-hint = Up to 720 hours, which is 30 days. A rotation that is under way keeps its time.
policy-fault-rotation-overlap = Enter a whole number from { $min } to { $max }
policy-fault-rotation-overlap-longest = Enter at most as many hours as the former token may work
policy-require-copy = A key works only after its owner confirms that they copied it
policy-require-copy-hint = Without this, a key works immediately.

policy-pages = Creating and listing keys
policy-scopes = Scopes of new keys
policy-scopes-hint = If you select only one, the form does not ask for a scope.
policy-one-click = Create keys with one click
policy-one-click-hint = “Create key” immediately creates a key with the name, date and scope that the form suggests. The form stays available, and opens if a web or mobile key would be unrestricted.
policy-row-buttons = Buttons in each row of the list
policy-row-buttons-hint = In addition to the menu, which has all of them.
policy-button-view = View
policy-button-show = Show
policy-button-copy = Copy
policy-button-edit = Edit
policy-button-revoke = Revoke
policy-button-delete = Delete

policy-api = Your API
policy-token-prefix = Prefix of new tokens
policy-token-prefix-hint = People and leak scanners recognize your tokens by it: acme makes tokens such as acme_…. 2 to 16 lower-case letters and digits. Tokens made before keep working.
policy-environments = Environments
policy-environments-hint = One to five names, one per line, such as live and test. With several, each new key belongs to one, and its token says which. Forms propose the first. Keys made before you add others are live.
policy-attributes = Fields of keys
policy-attributes-hint = For people who manage all keys. Your services get the values with each verification.
policy-attribute-external-id = External ID, such as the customer’s ID in your system
policy-attribute-metadata = Metadata, a JSON object
policy-attribute-limits = Limits: a rate limit and a quota instead of those below
policy-networks = Allowed networks of the organization
policy-networks-hint = IP addresses or networks such as 10.0.0.0/8, one per line. All keys are refused elsewhere, and a key’s own networks still apply. Token introspection then reports every token as not active. Leave empty to allow every network.
policy-refuse-browsers = Refuse server keys in browsers
policy-refuse-browsers-hint = A server key that a browser presents has leaked into a page. It is answered with BROWSER_NOT_ALLOWED.
policy-rate-limit = Rate limit of each key
policy-rate-limit-hint = The most valid verifications in any period of this length. Latchkey answers further ones with RATE_LIMITED. Changes apply to all keys immediately. Leave empty for no limit.
policy-rate-limit-period = Period of the rate limit
policy-rate-limit-burst = Burst
policy-rate-limit-burst-hint = The most verifications in any one second. Leave empty for no such limit.
policy-quota = Quota of each key
policy-quota-hint = The most valid verifications in a calendar day or month, in UTC. Latchkey answers further ones with QUOTA_EXCEEDED. Leave empty for no quota.
policy-quota-period = Period of the quota
policy-period-second = Second
policy-period-minute = Minute
policy-period-hour = Hour
policy-period-day = Day
policy-period-calendar-day = Calendar day
policy-period-calendar-month = Calendar month

policy-save = Save policy
policy-save-hint = If the change affects existing keys or people, you see how many before anything is saved. You may be asked for your password.

policy-conflict = The policy was changed while you were editing
policy-conflict-text = Your changes were not saved. The settings below differ. Save the form again to overwrite them, or change it first.

policy-fault-max-lifetime = Enter a whole number of days from { $min } to { $max }
policy-fault-default-lifetime = Enter a whole number of days, at most the maximum lifetime
policy-fault-default-lifetime-missing = Enter a number of days, or allow keys without an expiration date
policy-fault-max-keys = Enter a whole number from { $min } to { $max }
policy-fault-no-scope = Select at least one scope
policy-fault-burst = Enter at most the rate limit, or leave the field empty
policy-fault-limit = Enter a whole number from { $min } to { $max }, or leave the field empty
policy-fault-reminders = Enter up to { $count } whole numbers from { $min } to { $max }, separated by commas
policy-fault-disuse = Enter a whole number of days from { $min } to { $max }, or leave the field empty

policy-fault-token-prefix = Enter 2 to 16 lower-case letters and digits
policy-fault-token-prefix-reserved = “{ $text }” is the beginning of other tokens or IDs. Enter another prefix
policy-fault-environment = “{ $text }” is not an environment. Enter 1 to 16 lower-case letters, digits and hyphens, beginning with a letter
policy-fault-ambiguous-environments = Two environments have the same name but for hyphens. Tokens leave hyphens out
policy-fault-environments = Enter { $min } to { $max } environments
policy-fault-environment-in-use = { $count ->
    [one] Keep { $environment }: { $count } key has this environment, and a key keeps its environment
   *[other] Keep { $environment }: { $count } keys have this environment, and a key keeps its environment
}
policy-fault-network = “{ $text }” is not an IP address or a network such as 10.0.0.0/8
policy-fault-networks = Enter at most { $max } networks

policy-dry-run-heading = What this change affects
policy-dry-run-text = Nothing is saved yet. No key stops working now.
policy-dry-run-again = The numbers have changed. Nothing was saved: check them, then confirm again.
policy-dry-run-too-many = This would shorten the lifetime of more than { $limit } keys, which is the limit for one change. Nothing was saved. Leave the keys as they are, or first delete keys that are no longer needed.
policy-dry-run-yes = Yes, save the policy
policy-leave = Leave them as they are
policy-shorten = Shorten them, with 30 days’ notice
policy-shorten-text = Each key gets the latest expiration date that the new policy allows for its creation date, but works at least through { $until }. A key that expires before then keeps its date.
policy-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
policy-days-genitive = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
policy-impact-long-lived = { $count ->
    [one] { $count } key lives longer than { $days }
   *[other] { $count } keys live longer than { $days }
}
policy-impact-endless = { $count ->
    [one] { $count } key never expires
   *[other] { $count } keys never expire
}
policy-impact-tokens-erased = { $count ->
    [one] { $count } token that can be seen now will be erased. The key keeps working.
   *[other] { $count } tokens that can be seen now will be erased. The keys keep working.
}
policy-impact-over-limit = { $count ->
    [one] { $count } person has more than { $limit }. They keep them, but cannot create more.
   *[other] { $count } people have more than { $limit }. They keep them, but cannot create more.
}
policy-impact-losing-keys = { $count ->
    [one] { $count } person can no longer create or manage their own keys. The keys keep working.
   *[other] { $count } people can no longer create or manage their own keys. The keys keep working.
}
policy-impact-scope = { $count ->
    [one] { $count } key has the scope { $scope }, which is no longer offered. The key keeps working.
   *[other] { $count } keys have the scope { $scope }, which is no longer offered. The keys keep working.
}
policy-impact-unused = { $count ->
    [one] { $count } key has not been used for { $days }. If it stays unused, Latchkey revokes it from { $from } on.
   *[other] { $count } keys have not been used for { $days }. If they stay unused, Latchkey revokes them from { $from } on.
}
policy-impact-getting-system-key = { $count ->
    [one] { $count } person gets a key from the system at their next sign-in.
   *[other] { $count } people get a key from the system at their next sign-in.
}
policy-impact-system-keys-left = { $count ->
    [one] { $count } key created by the system stays, as an ordinary key.
   *[other] { $count } keys created by the system stay, as ordinary keys.
}
policy-impact-outside-networks = { $count ->
    [one] { $count } key was last used from outside the allowed networks. It will be refused there.
   *[other] { $count } keys were last used from outside the allowed networks. They will be refused there.
}
policy-impact-limited = { $count ->
    [one] { $count } key gets a stricter rate limit or quota at once.
   *[other] { $count } keys get a stricter rate limit or quota at once.
}
policy-impact-used-by-browsers = { $count ->
    [one] { $count } server key was last used by a browser. Browsers will be refused with it.
   *[other] { $count } server keys were last used by a browser. Browsers will be refused with them.
}

flash-policy-changed = The policy was saved and applies now.
flash-policy-changed-and-shortened = { $count ->
    [one] The policy was saved and applies now. { $count } key expires earlier than before.
   *[other] The policy was saved and applies now. { $count } keys expire earlier than before.
}
flash-policy-unchanged = Nothing was changed: the policy already has these settings.

mail-api-key-expires-subject = { $days ->
    [one] API key “{ $name }” expires in { $days } day
   *[other] API key “{ $name }” expires in { $days } days
}
mail-api-key-expires-today-subject = API key “{ $name }” expires today
mail-api-key-expires-tomorrow-subject = API key “{ $name }” expires tomorrow
mail-api-key-expires-text = Your API key “{ $name }” in { $organization }, which ends in { $hint }, works until { $until }. After that, everything that uses it stops working.
mail-api-key-expires-link = Open the key
mail-api-key-expires-what-to-do = If you still need the key, set a later expiration date or replace it with a new key before then. You receive this email because you own the key.
