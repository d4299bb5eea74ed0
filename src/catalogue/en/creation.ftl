### Making keys under the rules of the organization; the key that the system makes; buttons in the rows of the list.

creation-optional = optional
creation-expiration-hint = Valid through the end of that day, UTC. The latest date is { $latest }.
creation-expiration-optional-hint = Without a date the key never expires and works until somebody ends it. Choose a date all the same: a key that is forgotten then does no harm for long. It is valid through the end of that day, UTC, at the latest { $latest }.
creation-only-scope = Scope: { $scope }. { $text }.
creation-status-hint = A key can also be made switched off, and be enabled later.
creation-with-options = With options…
creation-made-system = Created by system

creation-reveal-once = The secret of <strong>{ $name }</strong> will not be displayed again. Copy it now, keep it in a safe place, and give it to nobody.
creation-reveal-viewable = Copy the key <strong>{ $name }</strong> and keep it in a safe place. You can also see it again later: open the key and choose Show.
creation-reveal-keep-open = Copy the key, then press Done.
creation-works-now = The key works already, and never expires.
creation-works-now-until = The key works already, and expires on <time datetime="{ $iso }" title="{ $title }">{ $date }</time>.
creation-leaving = If you leave this page the key stays, but nobody can see its secret any more.
creation-made-disabled = The key is switched off: it works once you enable it.
creation-the-secret = the secret
creation-form-made-viewable = This form created the key <strong>{ $name }</strong>, and no second one. You can display its token again: open the key and choose Show.
creation-form-made-replaceable = This form created the key <strong>{ $name }</strong>, and no second one. Its secret was displayed only in the first answer. If you did not see it, discard the key and create it again: you get a new secret.
creation-form-made-used = This form created the key <strong>{ $name }</strong>, and no second one. Its secret was displayed only in the first answer.
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

creation-system-deletion = The system makes a new key in its place at once, with another token.
creation-system-bulk-deletion = { $count ->
    [one] { $count } of them is made by the system: a new one takes its place at once, with another token.
   *[other] { $count } of them are made by the system: new ones take their place at once, with other tokens.
}
creation-system-all-deletion = Keys that the system made are made anew at once, with other tokens.
creation-all-deletion-of-organization = { $people ->
    [one] The keys of <strong>{ $people } person</strong> are deleted, and whatever uses them stops working at once. This cannot be undone.
   *[other] The keys of <strong>{ $people } people</strong> are deleted, and whatever uses them stops working at once. This cannot be undone.
}
creation-system-not-revoked = { $count ->
    [one] { $count } key that the system made cannot be revoked. Delete it instead: a new one is made at once.
   *[other] { $count } keys that the system made cannot be revoked. Delete them instead: new ones are made at once.
}
creation-system-removal = The key that the system made is revoked in any case.

flash-api-key-made-disabled = API key “{ $name }” is there, switched off. It works once you enable it.
flash-system-keys-made-anew = { $count ->
    [one] The system has made { $count } new key in the place of its own.
   *[other] The system has made { $count } new keys in the place of its own.
}
error-system-api-key = This key was made by the system
error-system-api-key-text = Nothing was changed: it cannot be revoked. Delete it instead: it stops working, and a new one is made at once.
