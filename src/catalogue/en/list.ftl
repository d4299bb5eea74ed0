### The list of keys: search, filters, order, the menu of a row, acts on many, export.

list-search = Search
list-search-keys = Search keys
list-search-hint = Name, key ID, last 4, or a whole key
list-scope = Scope
list-all-statuses = All statuses
list-all-scopes = All scopes
list-expires-within = Expires within
list-unused-for = Not used for
list-any-time = Any time
list-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
list-none-of-organization-matches = The organization has keys, but none that fits this search and these filters.
list-none-of-mine-matches = You have keys, but none that fits this search and these filters.
list-owner-unknown = Nobody who has keys has this name.
list-owner-unclear = Several people fit: choose one of them below.
list-nobody = Nobody found
list-nobody-text = Type a part of the name or the email address of somebody who has keys.
list-who = Whose keys?
list-token-found = This is the key that you searched for.
list-token-not-found = No key that you may see has this token.
list-token-of-other-secret = The key ID is that of this key, but the rest of the token is not: it is an old token of this key, or a made-up one.
list-first-page = First
list-last-page = Last
list-is-active = { $name } is active
list-actions-of = Actions for { $name }
list-view = View
list-rename = Rename
list-edit = Edit
list-disable = Disable
list-enable = Enable
list-revoke = Revoke
list-select-to-act = Select keys in the table to do something to all of them.
# The sign # becomes the number of all, and ## of those on other pages.
list-selected-elsewhere = # selected, ## of them on other pages
list-all-selected = All matching keys are selected: { $count }
list-select-matching = Select all { $count } matching
list-select-none = Clear selection
list-too-many-match = More than { $limit } keys match
list-too-many-match-text = At most { $limit } keys can be changed at once: filter the list until fewer match.
list-count-changed = { $count ->
    [one] Other keys match than before: { $count } now. Nothing was changed. Check the list, then confirm again.
   *[other] Other keys match than before: { $count } now. Nothing was changed. Check the list, then confirm again.
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
