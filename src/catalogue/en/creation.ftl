### Making keys under the rules of the organization; the key that the system makes; buttons in the rows of the list.

creation-optional = optional
creation-expiration = Expiration
creation-expiration-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
creation-expiration-never = Never
creation-expiration-custom = Custom date
creation-more-options = More options
creation-more-fields-web = { $count ->
    [one] { $count } more field for web keys
   *[other] { $count } more fields for web keys
}
creation-more-fields-mobile = { $count ->
    [one] { $count } more field for mobile keys
   *[other] { $count } more fields for mobile keys
}
creation-parts = Key ID and secret
creation-the-key-id = the key ID
creation-try = Ask this server now
creation-try-failed = This server did not answer. Try again.
creation-try-pending = Until you tick the box and select Done, the answer is KEY_NOT_CONFIRMED.
creation-expiration-hint = Valid through the end of that day, UTC. The latest date is { $latest }.
creation-expiration-optional-hint = Without a date, the key works until it is revoked or deleted. Choose a date all the same, so that a forgotten key does not stay valid. The key is valid through the end of that day, UTC. The latest date is { $latest }.
creation-only-scope = Scope: { $scope }. { $text }.
creation-status-hint = You can create the key disabled and enable it later.
creation-with-options = With options…
creation-made-system = Created by system

creation-reveal-once = The secret of <strong>{ $name }</strong> will not be displayed again. Copy it now, keep it in a safe place, and do not share it with anyone.
creation-reveal-viewable = Copy the key <strong>{ $name }</strong> and keep it in a safe place. To see it again later, open the key and select Show.
creation-reveal-keep-open = Copy the key, then press Done.
creation-works-now = The key already works and never expires.
creation-works-now-until = The key already works. It expires on <time datetime="{ $iso }" title="{ $title }">{ $date }</time>.
creation-leaving = If you leave this page, the key stays, but its secret cannot be shown again.
creation-made-disabled = The key is disabled. It works once you enable it.
creation-the-secret = the secret
creation-form-made-viewable = You already sent this form, and it created the key <strong>{ $name }</strong>. No second key was created. To see its token again, open the key and select Show.
creation-form-made-replaceable = You already sent this form, and it created the key <strong>{ $name }</strong>. No second key was created. Its secret was displayed once, after you first sent the form. If you did not see it, discard the key and create it again to get a new secret.
creation-form-made-used = You already sent this form, and it created the key <strong>{ $name }</strong>. No second key was created. Its secret was displayed once, after you first sent the form.
creation-see-key = Open the key
creation-discard-and-create = Discard this key and create it again

creation-never-used = Never
creation-created-on = created { $date }

creation-row-view = View { $name }
creation-row-show = Show { $name }
creation-row-copy = Copy { $name }
creation-row-edit = Edit { $name }
creation-row-revoke = Revoke { $name }
creation-show = Show
creation-copy = Copy

creation-system-deletion = The system immediately replaces it with a new key that has a different token.
creation-system-bulk-deletion = { $count ->
    [one] { $count } of them was created by the system. The system immediately replaces it with a new key that has a different token.
   *[other] { $count } of them were created by the system. The system immediately replaces them with new keys that have different tokens.
}
creation-system-all-deletion = The system immediately replaces keys that it created with new ones that have different tokens.
creation-all-deletion-of-organization = { $people ->
    [one] This deletes the keys of <strong>{ $people } person</strong>, and everything that uses them stops working immediately. This cannot be undone.
   *[other] This deletes the keys of <strong>{ $people } people</strong>, and everything that uses them stops working immediately. This cannot be undone.
}
creation-system-not-revoked = { $count ->
    [one] { $count } key was created by the system and cannot be revoked. Delete it instead: the system immediately creates a new one.
   *[other] { $count } keys were created by the system and cannot be revoked. Delete them instead: the system immediately creates new ones.
}
creation-system-removal = The key created by the system is revoked in any case.

flash-api-key-made-disabled = API key “{ $name }” was created disabled. It works once you enable it.
flash-system-keys-made-anew = { $count ->
    [one] The system created { $count } new key to replace its own.
   *[other] The system created { $count } new keys to replace its own.
}
error-system-api-key = This key was created by the system
error-system-api-key-text = Nothing was changed: keys created by the system cannot be revoked. Delete it instead: it stops working, and the system immediately creates a new one.
