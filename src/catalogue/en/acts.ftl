### Questions before keys are switched off or on, or revoked; and what they will stop.

act-disable-heading = { $count ->
    [1] Disable “{ $name }”?
   *[other] Disable { $count } keys?
}
act-enable-heading = { $count ->
    [1] Enable “{ $name }”?
   *[other] Enable { $count } keys?
}
act-revoke-heading = { $count ->
    [1] Revoke “{ $name }”?
   *[other] Revoke { $count } keys?
}
act-disable-text = { $count ->
    [1] Requests with this key will be refused immediately, until the key is enabled again.
   *[other] Requests with these keys will be refused immediately, until the keys are enabled again.
}
act-enable-text = { $count ->
    [1] The key will work again immediately.
   *[other] The keys will work again immediately.
}
act-revoke-text = { $count ->
    [1] Everything that uses this key stops working immediately. This cannot be undone. The key stays in the list as revoked.
   *[other] Everything that uses these keys stops working immediately. This cannot be undone. The keys stay in the list as revoked.
}
act-never-used = never used, created { $date }
act-untouched = { $count ->
    [one] { $count } of the selected keys will not change because of its status.
   *[other] { $count } of the selected keys will not change because of their status.
}
act-pause = For how long
act-pause-hint = Disable a key for a short time to find out what still uses it.
act-pause-open = Until it is enabled again
act-pause-hour = For 1 hour
act-pause-day = For 24 hours
act-pause-week = For 7 days
act-reason = Reason
act-reason-hint = Optional. Anyone who can see the key can read the reason.
act-disable-yes = Yes, disable
act-enable-yes = Yes, enable
act-revoke-yes = Yes, revoke

impact-used-one = This key was used in the last 24 hours.
impact-used = { $count ->
    [one] { $count } of them was used in the last 24 hours.
   *[other] { $count } of them were used in the last 24 hours.
}
impact-used-by = Used by
impact-no-address = Unknown address
impact-reported-by = as reported by { $address }
act-revoke-inactive-text = { $count ->
    [1] This key is not active, so revoking it does not stop anything. This cannot be undone. The key stays in the list as revoked.
   *[other] None of these keys is active, so revoking them does not stop anything. This cannot be undone. The keys stay in the list as revoked.
}
