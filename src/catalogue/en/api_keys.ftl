### API keys: list, creation, details, ends.

api-keys-own-limit-reached = Your own keys: { $used } of { $limit }. Delete one to make room for another.
api-keys-used = { $used } of { $limit ->
    [one] { $limit } key
   *[other] { $limit } keys
} · A key never has more permissions than you.
api-keys-limit-reached = { $used } of { $limit ->
    [one] { $limit } key
   *[other] { $limit } keys
}. Delete a key to make room for another.
api-keys-none-to-delete = There are no keys to delete.
api-keys-delete-all = Delete all keys
api-keys-views = Views
api-keys-mine = My keys
api-keys-all-of-organization = All keys in the organization
api-keys-filters = Filter keys
api-keys-everybody = Everyone
api-keys-owner-removed = { $name } (removed)
api-keys-all-projects = All projects
api-keys-project-archived = { $name } (archived)
api-keys-apply-filters = Apply filters
api-keys-clear-filters = Clear
api-keys-found = { $keys } found
api-keys-none-matches = No matching keys
api-keys-see-all = See all keys
api-keys-empty-organization = No API keys in your organization yet
api-keys-empty-organization-text = Keys that members of your organization create appear here, with the time they were last used.
api-keys-empty = No API keys yet
api-keys-empty-text = An API key lets a service, a script or a job act on your behalf without your password. Give each its own key, so that you can delete one without stopping the others.
api-keys-first-purpose = What will use this key?
api-keys-create-first = Create your first key
api-keys-may-not-create = Your role cannot create keys. If you need one, ask an Owner or Administrator of your organization.
api-keys-how-checked = How your service verifies keys
api-keys-select-all = Select all keys on this page
api-keys-pages = Pages of API keys
api-keys-previous = Previous
api-keys-next = Next
api-keys-selection = Selected keys
api-keys-delete-selected = Delete selected
# The sign # becomes the number.
api-keys-selected = # selected

api-key-hint = Key
api-key-status = Status
api-key-created = Created
api-key-expires = Expires
api-key-last-used = Last used
api-key-never-expires = Never
api-key-no-project = No project
api-key-select = Select { $name }
api-key-is-new = New
api-key-delete = Delete
api-key-delete-named = Delete { $name }
api-key-pending = This key does not work because you have not confirmed that you copied it. Its secret cannot be shown again: rotate the key to get a new token, or delete it. Latchkey deletes an unconfirmed key 24 hours after it was created.
api-key-of-organization-pending = This key does not work because its owner has not confirmed that they copied it. Its secret cannot be shown again. Latchkey deletes an unconfirmed key 24 hours after it was created.

api-key-new-heading = Create API key
api-key-limit-reached = { $limit ->
    [one] You have reached your limit of { $limit } key. Delete it, then create this one.
   *[other] You have reached your limit of { $limit } keys. Delete one, then create this one.
}
description = Description
description-hint = Where will this key be used? You can leave this empty.
api-key-expiration-date = Expiration date
api-key-expiration-date-hint = Valid through the end of that day, UTC. A key lasts at most one year: until { $latest }.
api-key-form-made-confirmed = You already sent this form, and it created the key <strong>{ $name }</strong>. No second key was created. You confirmed that you copied the secret.
api-key-form-made-gone = You already sent this form. The key it created no longer exists, and no second key was created.

api-key-reveal-heading = Copy your API key
api-key-reveal-once = This is the only time the key <strong>{ $name }</strong> is shown. Copy it now and keep it in a safe place.
api-key-reveal-keep-open = Tick “I have copied the key” and press Done, or discard the key.
api-key-token = API key
api-key-lookup = Key ID
api-key-secret = Secret
api-key-copied = Copied. Keep it in a safe place.
api-key-copy-refused = Your browser did not allow copying. The text is selected: press Ctrl+C (⌘C on a Mac).
api-key-works-once-confirmed = The key starts working when you confirm that you have copied it.
api-key-works-once-confirmed-until = The key starts working when you confirm that you have copied it. It expires on <time datetime="{ $iso }" title="{ $title }">{ $date }</time>.
api-key-confirmation-heading = Have you copied the key?
api-key-confirmation-text = The key <strong>{ $name }</strong> does not work until you confirm that you have copied it. It cannot be shown again: if you have not copied it, discard it and create a new one.
api-key-have-copied = I have copied the key
api-key-tick-or-discard = Tick the box to confirm that you have copied the key, or discard the key.
api-key-tick-if-copied = Tick the box if you have copied the key. Otherwise, discard the key
api-key-discard = Discard this key
api-key-done = Done

api-key-look-note = This key belongs to { $owner }. Your visit was recorded in the audit log.
api-key-about = About this key
api-key-the-lookup = the key ID
api-key-confirmed = Confirmed
api-key-not-confirmed = Not yet: the key does not work
api-key-used-from = from { $address }
api-key-used-by = by { $agent }
api-key-may-now = Current permissions
api-key-may-nothing = None while the key does not work
api-key-use = Usage
api-key-no-use = { $days ->
    [one] Not used in the last { $days } day.
   *[other] Not used in the last { $days } days.
}
api-key-requests = Requests in { $days } days
api-key-permissions-count = { $count ->
    [one] { $count } permission
   *[other] { $count } permissions
}
api-key-no-use-text = Send a request with this key to a service that checks keys. It appears here within seconds.
api-key-history = History
api-key-no-history = No activity yet.
api-key-history-caption = { $count ->
    [one] The last { $count } event
   *[other] The last { $count } events
}

api-key-deletion-heading = Delete “{ $name }”?
api-key-deletion-text = Everything that uses this key stops working immediately. This cannot be undone.
api-key-deletion-pending = The copy of this key was never confirmed, so the key has never worked. Its secret cannot be shown again.
api-key-yes-delete = Yes, delete
api-keys-deletion-heading = { $count ->
    [one] Delete { $count } key?
   *[other] Delete { $count } keys?
}
api-keys-deletion-text = { $count ->
    [one] Everything that uses this key stops working immediately. This cannot be undone.
   *[other] Everything that uses these keys stops working immediately. This cannot be undone.
}
api-keys-to-delete = Keys to delete
api-key-of-owner = owned by { $name }
api-key-last-used-then = last used <time datetime="{ $iso }" title="{ $title }">{ $text }</time>
api-keys-only-one-used-lately = It was used in the last 24 hours.
api-keys-used-lately = { $count ->
    [one] { $count } of them was used in the last 24 hours.
   *[other] { $count } of them were used in the last 24 hours.
}
api-keys-all-deletion-heading = { $count ->
    [one] Delete your only key?
   *[other] Delete all { $count } of your keys?
}
api-keys-all-deletion-of-organization-heading = { $count ->
    [one] Delete your organization’s only key?
   *[other] Delete all { $count } of your organization’s keys?
}
api-keys-all-deletion-text = { $count ->
    [one] This deletes your key. Everything that uses it stops working immediately. Other people’s keys are not affected. This cannot be undone.
   *[other] This deletes all your keys. Everything that uses them stops working immediately. Other people’s keys are not affected. This cannot be undone.
}
api-keys-only-one-of-organization-deletion-text = This deletes the key, and everything that uses it stops working immediately. Your organization will have no keys left. This cannot be undone.
api-keys-all-deletion-of-organization-text = { $people ->
    [one] This deletes the keys of <strong>{ $people } person</strong>, and everything that uses them stops working immediately. Your organization will have no keys left. This cannot be undone.
   *[other] This deletes the keys of <strong>{ $people } people</strong>, and everything that uses them stops working immediately. Your organization will have no keys left. This cannot be undone.
}
# What has to be typed; all_deletion.rs understands it.
api-keys-all-deletion-phrase = { $count ->
    [one] delete { $count } key
   *[other] delete { $count } keys
}
api-keys-all-deletion-of-organization-phrase = { $count ->
    [one] delete { $count } key of the organization
   *[other] delete { $count } keys of the organization
}
api-keys-type-phrase = Type “{ $phrase }” to confirm
api-keys-count-changed = { $count ->
    [one] Nothing was deleted: the number of your keys has changed, and you now have { $count } key. Type “{ $phrase }” to delete it
   *[other] Nothing was deleted: the number of your keys has changed, and you now have { $count } keys. Type “{ $phrase }” to delete all of them
}
api-keys-count-of-organization-changed = { $count ->
    [one] Nothing was deleted: the number of keys has changed, and your organization now has { $count } key. Type “{ $phrase }” to delete it
   *[other] Nothing was deleted: the number of keys has changed, and your organization now has { $count } keys. Type “{ $phrase }” to delete all of them
}
api-keys-deletion-inactive-text = { $count ->
    [one] This key is not active, so deleting it does not stop anything. This cannot be undone.
   *[other] None of these keys is active, so deleting them does not stop anything. This cannot be undone.
}
