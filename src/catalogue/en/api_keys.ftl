### API keys: list, creation, details, ends.

api-keys-of-organization = { $keys } in your organization.
api-keys-own-limit-reached = You have { $used } of { $limit } keys yourself: delete one of them to make room for another.
api-keys-used = { $used } of { $limit } keys · Each acts with your permissions as they are at that moment.
api-keys-limit-reached = { $used } of { $limit } keys. Delete a key to make room for another.
api-keys-none-to-delete = There are no keys to delete.
api-keys-delete-all = Delete all keys
api-keys-views = Views
api-keys-mine = My keys
api-keys-all-of-organization = All keys in the organization
api-keys-filters = Filter keys
api-keys-everybody = Everybody
api-keys-owner-removed = { $name } (removed)
api-keys-all-projects = All projects
api-keys-project-archived = { $name } (archived)
api-keys-apply-filters = Filter
api-keys-clear-filters = Clear
api-keys-found = { $keys } found
api-keys-none-matches = No key matches
api-keys-see-all = See all keys
api-keys-empty-organization = Nobody has API keys yet
api-keys-empty-organization-text = Here you will see the keys of everybody in your organization, and when they were last used.
api-keys-empty = No API keys yet
api-keys-empty-text = An API key lets a service, a script or a job act for you without your password. Give each its own key, so that you can end one without stopping the others.
api-keys-create-first = Create your first key
api-keys-may-not-create = Your role may not create keys. Ask an owner or an administrator of your organization for one.
api-keys-how-checked = How your service checks keys
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
api-key-pending = This key does not work, and its secret cannot be shown again. Delete it and create a new one; otherwise it is removed 24 hours after it was created.
api-key-of-organization-pending = This key does not work, and its secret cannot be shown again. Otherwise it is removed 24 hours after it was created.

api-key-new-heading = Create API key
api-key-limit-reached = You already have { $limit } keys, which is the most you may have. Delete one, then create this one.
description = Description
description-hint = Where will it be used? You may leave this empty.
api-key-expiration-date = Expiration date
api-key-expiration-date-hint = Valid through the end of that day, UTC. At most one year: until { $latest }.
api-key-form-made-confirmed = This form created the key <strong>{ $name }</strong>, and no second one. You confirmed that you copied its secret.
api-key-form-made-gone = The key that this form created is no longer there. No second one was created.

api-key-reveal-heading = Copy your API key
api-key-reveal-once = This is the only time that the key <strong>{ $name }</strong> is shown. Copy it now and keep it in a safe place.
api-key-reveal-keep-open = Tick “I have copied the key” and press Done, or discard it.
api-key-token = API key
api-key-lookup = Key ID
api-key-secret = Secret
api-key-copied = Copied. Keep it in a safe place.
api-key-copy-refused = Your browser did not allow copying. The key is selected: press Ctrl+C (⌘C on a Mac).
api-key-works-once-confirmed = The key works once you have confirmed the copy.
api-key-works-once-confirmed-until = The key works once you have confirmed the copy, and expires on <time datetime="{ $iso }" title="{ $title }">{ $date }</time>.
api-key-confirmation-heading = Have you copied the key?
api-key-confirmation-text = The key <strong>{ $name }</strong> does not work until you confirm that you have copied it. It cannot be shown again: if you did not copy it, discard it and create a new one.
api-key-have-copied = I have copied the key
api-key-tick-or-discard = Tick the box to confirm that you have copied the key, or discard it.
api-key-tick-if-copied = Tick the box if you have copied the key
api-key-discard = Discard this key
api-key-done = Done

api-key-look-note = This key belongs to { $owner }. That you looked at it is in the audit log.
api-key-about = About this key
api-key-the-lookup = the key ID
api-key-last4 = Ends in
api-key-reference = Reference
api-key-the-reference = the reference
api-key-confirmed = Confirmed
api-key-not-confirmed = Not yet: the key does not work
api-key-used-from = from { $address }
api-key-used-by = by { $agent }
api-key-may-now = May now
api-key-may-nothing = Nothing, as long as it does not work
api-key-use = Use
api-key-no-use = Nobody has presented this key in the last { $days } days.
api-key-use-caption = How often this key was presented in the last { $days } days
api-key-day = Day (UTC)
api-key-history = History
api-key-no-history = Nothing is written about this key.
api-key-history-caption = The last { $count } things that happened to this key
api-key-event-what = What
api-key-event-who = Who
api-key-event-when = When

api-key-deletion-title = Delete “{ $name }”?
api-key-deletion-heading = Delete “<bdi>{ $name }</bdi>”?
api-key-deletion-text = Whatever uses this key stops working at once. This cannot be undone.
api-key-deletion-pending = The copy of this key was never confirmed, so nothing uses it. Its secret cannot be shown again.
api-key-yes-delete = Yes, delete
api-keys-deletion-heading = { $count ->
    [one] Delete { $count } key?
   *[other] Delete { $count } keys?
}
api-keys-deletion-text = { $count ->
    [one] Whatever uses this key stops working at once. This cannot be undone.
   *[other] Whatever uses these keys stops working at once. This cannot be undone.
}
api-keys-to-delete = Keys to delete
api-key-of-owner = of <bdi>{ $name }</bdi>
api-key-last-used-then = last used <time datetime="{ $iso }" title="{ $title }">{ $text }</time>
api-keys-only-one-used-lately = It was used in the last 24 hours.
api-keys-used-lately = { $count ->
    [one] { $count } of them was used in the last 24 hours.
   *[other] { $count } of them were used in the last 24 hours.
}
api-keys-all-deletion-heading = { $count ->
    [one] Delete my only key?
   *[other] Delete all my { $count } keys?
}
api-keys-all-deletion-of-organization-heading = { $count ->
    [one] Delete the only key of the organization?
   *[other] Delete all { $count } keys of the organization?
}
api-keys-all-deletion-text = { $count ->
    [one] Your key is deleted, and whatever uses it stops working at once. Keys of other people in your organization stay. This cannot be undone.
   *[other] All your keys are deleted, and whatever uses them stops working at once. Keys of other people in your organization stay. This cannot be undone.
}
api-keys-only-one-of-organization-deletion-text = The key is deleted, and whatever uses it stops working at once. No key of the organization is left. This cannot be undone.
api-keys-all-deletion-of-organization-text = { $people ->
    [one] The keys of <strong>{ $people } person</strong> are deleted, and whatever uses them stops working at once. No key of the organization is left. This cannot be undone.
   *[other] The keys of <strong>{ $people } people</strong> are deleted, and whatever uses them stops working at once. No key of the organization is left. This cannot be undone.
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
    [one] You have { $count } key now. Nothing was deleted. Type “{ $phrase }” to delete it
   *[other] You have { $count } keys now. Nothing was deleted. Type “{ $phrase }” to delete them all
}
api-keys-count-of-organization-changed = { $count ->
    [one] The organization has { $count } key now. Nothing was deleted. Type “{ $phrase }” to delete it
   *[other] The organization has { $count } keys now. Nothing was deleted. Type “{ $phrase }” to delete them all
}
api-keys-deletion-inactive-text = { $count ->
    [one] Nothing can use this key now. Deleting it cannot be undone.
   *[other] Nothing can use these keys now. Deleting them cannot be undone.
}
