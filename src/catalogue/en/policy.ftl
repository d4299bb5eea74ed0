### The policy of an organization, and what a change of it touches.

policy-heading = API key policy
policy-text = The rules for all API keys of the organization. They hold at once, for everybody.
policy-settings-text = Who may create keys, how long they live, whose tokens can be seen again.
policy-export = Download as TOML
policy-setting = Setting
policy-on = On
policy-off = Off

policy-presets = Begin from a preset
policy-preset-use = Fill in<span class="vh"> the form</span>
policy-preset-present = In force
policy-begun-from = The form below is filled with “{ $preset }”. Nothing is saved yet.
policy-preset-copy-confirmed = Copy confirmed
policy-preset-copy-confirmed-text = Administrators make keys for up to a year. Each is shown once, and works when its owner says that it was copied.
policy-preset-key-and-secret = Key and secret
policy-preset-key-and-secret-text = Everybody makes up to ten keys with one press, and gets a key and its secret.
policy-preset-scoped-projects = Scoped projects
policy-preset-scoped-projects-text = Everybody makes keys for pages, apps and analytics, in projects, and can see them at any time.
policy-preset-personal-default = Personal default
policy-preset-personal-default-text = Everybody has a key that the system made, may make others, and can see them at any time.
policy-preset-token-vault = Token vault
policy-preset-token-vault-text = Administrators keep tokens that they can look at again.

policy-people = People
policy-who-may-create = Who may create keys
policy-who-administrators = Owners and Administrators
policy-who-administrators-text = Others keep the keys they have and see them, but do not change them.
policy-who-everyone = Everyone
policy-who-everyone-text = Each person creates and manages keys of their own.
policy-max-keys = Keys for each person
policy-max-keys-hint = How many one person may have at a time. Expired and revoked keys are not counted, nor the one that the system made.
policy-system-key = A key from the system for everybody
policy-system-key-hint = Made at the next sign-in, always to be seen again by its owner, and made anew when it is deleted.

policy-life = How long keys live
policy-max-lifetime = Longest lifetime, in days
policy-max-lifetime-hint = The latest expiration date that one may choose, counted from the day of creation.
policy-default-lifetime = Proposed lifetime, in days
policy-default-lifetime-hint = The expiration date that the form begins with. Empty proposes none, where keys may have none.
policy-allow-no-expiry = Keys may have no expiration date
policy-allow-no-expiry-hint = Such a key works until somebody ends it. Nobody is reminded of it.
policy-reminders = Reminders, in days before the expiration date
policy-reminders-hint = The owner of a key gets a mail, where a mail server is set. For example 30, 7, 1; empty for none.
policy-revoke-unused = Revoke keys that nobody uses, after days
policy-revoke-unused-hint = Revoked is for ever. The first are revoked 30 days after you set or shorten this. Empty for never.

policy-tokens = Tokens
policy-viewable = Whose tokens their owners can see again
policy-viewable-never = No key’s
policy-viewable-never-text = Each token is shown once and kept nowhere.
policy-viewable-web-and-mobile = Those of web and mobile keys
policy-viewable-web-and-mobile-text = They are in pages and apps, where others read them anyway. Kept encrypted.
policy-viewable-all = Every key’s
policy-viewable-all-text = Kept encrypted. Only the owner sees one, after typing their password.
policy-require-copy = A key works only once its owner says that it was copied
policy-require-copy-hint = Without this a key works at once.

policy-pages = Creating keys, and the list
policy-scopes = What new keys may be for
policy-scopes-hint = With one choice only, nobody is asked.
policy-one-click = Create with one press
policy-one-click-hint = “Create key” makes one at once, with the name, date and scope that the form would propose. The form stays within reach, and opens where a web or mobile key would be unrestricted.
policy-row-buttons = Buttons in each row of the list
policy-row-buttons-hint = Beside the menu, which has all of them.
policy-button-view = View
policy-button-show = Show
policy-button-copy = Copy
policy-button-edit = Edit
policy-button-revoke = Revoke
policy-button-delete = Delete

policy-save = Save policy
policy-save-hint = When keys or people that are there are touched, you see how many before anything is saved.

policy-conflict = The policy was changed while you were editing
policy-conflict-text = Nothing of yours was saved. These settings differ. Send the form again to overwrite, or change it first.

policy-fault-max-lifetime = Enter a whole number of days from { $min } to { $max }
policy-fault-default-lifetime = Enter a whole number of days that is no more than the longest lifetime
policy-fault-default-lifetime-missing = Enter a number of days, or allow keys without an expiration date
policy-fault-max-keys = Enter a whole number from { $min } to { $max }
policy-fault-no-scope = Choose at least one
policy-fault-reminders = Enter up to { $count } whole numbers from { $min } to { $max }, with commas between them
policy-fault-disuse = Enter a whole number of days from { $min } to { $max }, or nothing

policy-dry-run-heading = What this change touches
policy-dry-run-text = Nothing is saved yet. No key ends now.
policy-dry-run-again = The numbers have changed meanwhile. Nothing was saved: look again.
policy-dry-run-too-many = More than { $limit } keys would be shortened, which is the most for one change. Leave them as they are, or end keys that nobody needs first. Nothing was saved.
policy-dry-run-yes = Yes, save the policy
policy-leave = Leave them as they are
policy-shorten = Shorten them, with 30 days’ notice
policy-shorten-text = Each then ends as late as the new policy allows for a key made when it was, but works through { $until } in any case. One that ends by then anyway keeps its date.
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
    [one] { $count } token that can be seen now will be erased. The key goes on working.
   *[other] { $count } tokens that can be seen now will be erased. The keys go on working.
}
policy-impact-over-limit = { $count ->
    [one] { $count } person has more than { $limit }: they keep them and can make no more.
   *[other] { $count } people have more than { $limit }: they keep them and can make no more.
}
policy-impact-losing-keys = { $count ->
    [one] { $count } person can no longer create or manage their own keys; the keys go on working.
   *[other] { $count } people can no longer create or manage their own keys; the keys go on working.
}
policy-impact-scope = { $count ->
    [one] { $count } key has the scope { $scope }, which is no longer offered: it goes on working.
   *[other] { $count } keys have the scope { $scope }, which is no longer offered: they go on working.
}
policy-impact-unused = { $count ->
    [one] { $count } key has not been used for { $days }: if it is still unused, it will be revoked from { $from } on.
   *[other] { $count } keys have not been used for { $days }: each that is still unused will be revoked from { $from } on.
}
policy-impact-getting-system-key = { $count ->
    [one] { $count } person gets a key from the system at their next sign-in.
   *[other] { $count } people get a key from the system at their next sign-in.
}
policy-impact-system-keys-left = { $count ->
    [one] { $count } key that the system made stays, as a key like others.
   *[other] { $count } keys that the system made stay, as keys like others.
}

flash-policy-changed = The policy is saved and holds from now on.
flash-policy-changed-and-shortened = { $count ->
    [one] The policy is saved and holds from now on. { $count } key ends earlier than before.
   *[other] The policy is saved and holds from now on. { $count } keys end earlier than before.
}
flash-policy-unchanged = The policy is this already. Nothing was changed.
event-api-key-expiry-shortened = Shortened the key’s life, as the policy was changed

mail-api-key-expires-subject = { $days ->
    [one] API key “{ $name }” expires in { $days } day
   *[other] API key “{ $name }” expires in { $days } days
}
mail-api-key-expires-today-subject = API key “{ $name }” expires today
mail-api-key-expires-tomorrow-subject = API key “{ $name }” expires tomorrow
mail-api-key-expires-text = Your API key “{ $name }” of { $organization }, which ends in { $hint }, works until { $until }. Whatever uses it stops working then.
mail-api-key-expires-link = See the key
mail-api-key-expires-what-to-do = If it is still needed, give it more time, or create a new key and put it in its place before that.
