### The list of keys: search, filters, order, the menu of a row, acts on many, export.

list-search = Search
list-search-keys = Search keys
list-search-hint = Name, key ID, last 4 or token
list-filter = Filter
list-filters-set = Active filters
list-remove-filter = Remove filter
list-copy-id = Copy key ID { $id }
list-id-copied = Key ID copied
list-scope = Scope
list-all-statuses = All statuses
list-all-scopes = All scopes
list-expires-within = Expires within
list-unused-for = Not used for
list-any-time = Any time
list-permissions = Permissions of your API
list-any-permissions = Any
list-permissions-unused = Some not used for { $days } days
list-permissions-hint = Latchkey looks for unused permissions once a day.
list-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
list-none-of-organization-matches = No key in your organization matches this search and these filters. Change them, or see all keys.
list-none-of-mine-matches = None of your keys matches this search and these filters. Change them, or see all keys.
list-owner-unknown = No key owner has this name or email address.
list-owner-unclear = Several people match. Select one of them below.
list-nobody = No key owners found
list-nobody-text = Type part of the name or email address of a person with keys.
list-who = Whose keys?
list-token-found = This is the key you searched for.
list-token-not-found = None of the keys you can see has this token.
list-token-of-other-secret = The key ID belongs to this key, but the rest of the token does not. It may be an old token of this key, or it may be mistyped or forged.
list-first-page = First
list-last-page = Last
list-is-active = { $name } is active
list-actions-of = Actions for { $name }
list-view = View
list-rename = Rename
list-edit = Edit
list-rotate = Rotate
list-disable = Disable
list-enable = Enable
list-revoke = Revoke
list-select-to-act = Select keys in the table to change several at once.
# The sign # becomes the number of all, and ## of those on other pages.
list-selected-elsewhere = # selected, ## of them on other pages
list-all-selected = All matching keys are selected: { $count }
list-select-matching = Select all { $count } matching
list-select-none = Clear selection
list-too-many-match = More than { $limit } keys match
list-too-many-match-text = You can change at most { $limit } keys at once. Filter the list until fewer keys match.
list-count-changed = { $count ->
    [one] The list has changed: { $count } key matches now. Nothing was changed. Check the list, then confirm again.
   *[other] The list has changed: { $count } keys match now. Nothing was changed. Check the list, then confirm again.
}
list-and-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
list-export = Export
# The format is csv or json.
list-export-as = { $format ->
    [csv] As CSV, for spreadsheets
   *[json] As JSON, for programs
}

# Before a number.
api-key-default-name = API key
# A class, not displayed. With "long-dates" a date may take two lines in a table with many columns.
