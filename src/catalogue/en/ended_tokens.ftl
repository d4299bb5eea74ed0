### Tokens that somebody presents after their end.

ended-token-heading = An ended token is still used
ended-token-text = These requests were refused. Something still has a token from before a rotation: give it the current one.
ended-token-text-revoked = These requests were refused, because this key was revoked. Give another key to what still needs one.
ended-token-text-deleted = Something still uses a token of this key. These requests were refused.
ended-token-caption = Who presented a token after its end, the latest first
ended-token = Token
ended-token-today = Refused today
ended-token-last = Last refused
ended-token-uses-today = { $count ->
    [one] { $count } refused today
   *[other] { $count } refused today
}

mail-ended-token-subject = An ended token of the API key “{ $name }” is still used
mail-ended-token-rotated-text = Something still uses the token …{ $hint } of your API key “{ $name }” in { $organization }. That token has ended after a rotation, so Latchkey refused the request.
mail-ended-token-revoked-text = Something still uses your API key “{ $name }” (…{ $hint }) in { $organization }. The key was revoked, so Latchkey refused the request.
mail-ended-token-deleted-text = Something still uses your API key “{ $name }” (…{ $hint }) in { $organization }. The key was deleted, so Latchkey refused the request.
mail-ended-token-from = The last request came on { $at } from { $address }, with the user agent { $agent }. { $count ->
    [0] None has come since midnight UTC.
    [one] It was the only one since midnight UTC.
   *[other] There were { $count } since midnight UTC.
}
mail-ended-token-unknown = unknown
mail-ended-token-what-to-do = If this is a service of yours, give it a valid token. If you do not know it, somebody else may have a copy of the token. Latchkey sends this email at most once a day for each key, and changes nothing by itself.
mail-ended-token-link = See where the requests come from
