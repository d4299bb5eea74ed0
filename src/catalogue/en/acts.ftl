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
    [1] Whatever uses this key is refused at once, until the key is enabled again.
   *[other] Whatever uses these keys is refused at once, until they are enabled again.
}
act-enable-text = { $count ->
    [1] Whatever uses this key works again at once.
   *[other] Whatever uses these keys works again at once.
}
act-revoke-text = { $count ->
    [1] Whatever uses this key stops working at once. This cannot be undone. The key stays in the list as revoked.
   *[other] Whatever uses these keys stops working at once. This cannot be undone. The keys stay in the list as revoked.
}
act-never-used = never used, created { $date }
act-untouched = { $count ->
    [one] { $count } of the selected keys stays as it is: this does not apply to its status.
   *[other] { $count } of the selected keys stay as they are: this does not apply to their status.
}
act-pause = For how long
act-pause-hint = A short pause tells who still uses a key.
act-pause-open = Until somebody enables it
act-pause-hour = For 1 hour
act-pause-day = For 24 hours
act-pause-week = For 7 days
act-reason = Reason
act-reason-hint = You may leave this empty. Whoever sees the key can read it.
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
    [1] Nothing can use this key now. Revoking it cannot be undone. The key stays in the list as revoked.
   *[other] Nothing can use these keys now. Revoking them cannot be undone. The keys stay in the list as revoked.
}
