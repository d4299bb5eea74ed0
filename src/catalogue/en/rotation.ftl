### Rotating a key: a new token takes over, and the former one works until the end of an overlap.

rotation-heading = Rotate “{ $name }”?
rotation-text = You get a new token for this key. The current one (…{ $hint }) stays valid until you confirm that you copied the new one. After that it works for the time you choose here.
rotation-text-pending = Nobody confirmed that they copied the token of this key, so the key does not work. You get a new token in its place.
rotation-overlap = The current token keeps working for
rotation-overlap-hint = Time to replace the token wherever it is used. You can end it earlier.
rotation-overlap-none = No time: it ends as soon as you confirm
rotation-overlap-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
rotation-overlap-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
rotation-overlap-too-long = Choose a shorter time. The longest one is: { $most }.
rotation-rotate = Rotate
rotation-waiting = A new token was created { $ago } and is not confirmed yet. If you go on, it is discarded.
rotation-form-used = You already sent this form, and the new token was displayed once. If you did not copy it, rotate again. The current token still works.
rotation-overlapping = The former token of this key works until { $until }. A key has at most two tokens, so end the former one before you rotate again.

rotation-reveal-heading = Copy the new token
rotation-reveal-once = This is the only time the new token of <strong>{ $name }</strong> is shown. Copy it now and keep it in a safe place.
rotation-reveal-keep-open = Tick “I have copied the key” and press Done, or discard the new token.
rotation-takes-over = The new token works once you confirm that you have copied it. Until then, nothing changes for the current one.
rotation-discard = Discard the new token
rotation-replaced-heading = This token was replaced
rotation-replaced-text = The token that you copied does not work: somebody discarded it or rotated the key again in the meantime. The key itself was not changed by your confirmation.

rotation-completion-heading = End the former token of “{ $name }”?
rotation-completion-text = The former token (…{ $hint }) stops working at once. Without this, it works until { $until }.
rotation-completion-in-use = It was last used { $ago }. What still uses it stops working.
rotation-completion-unused = Nobody has used it since the rotation.
rotation-completion-yes = Yes, end it now

mail-rotated-by-other-subject = API key “{ $name }” has a new token
mail-rotated-by-other-text = { $rotated_by } rotated your API key “{ $name }” in { $organization } and has its new token. The former token, which ends in { $hint }, works until { $until }.
mail-rotated-by-other-what-to-do = Ask them for the new token, and replace the former one wherever you use it. You receive this email because you own the key.

tokens = Tokens
token-current = Current token
token-former = Former token
token-pending = New token, not confirmed
token-made = Created
token-ends = Ends
token-ended = Ended
token-rotated-by = Created by
token-uses-today = Requests today
token-last-used = Last used
token-never-used = Not used
token-still-used = The former token was used { $ago } and ends { $until }. Replace it where it is used.
token-still-used-from = The former token was used { $ago } from { $address } and ends { $until }. Replace it there.
token-quiet = Nobody has used the former token for a day. You can end it now.
token-pending-text = It works once the person who created it confirms the copy. Its secret cannot be shown again: if it was not copied, rotate again.
token-end-overlap = End overlap now
