### Tokens that are kept, encrypted, so that their owners can see them again.

token-show = Show
token-copy = Copy
token-hide = Hide
token-show-heading = Show the token of { $name }?
token-question-text = Anyone with the token can use the key, so make sure nobody can see your screen. Latchkey records in the key’s history that you viewed the token.
token-shown-heading = The token of { $name }
token-shown-text = { $seconds ->
    [one] Anyone with this token can use the key. The token is hidden again after { $seconds } second.
   *[other] Anyone with this token can use the key. The token is hidden again after { $seconds } seconds.
}
token-copied = Copied. Keep it in a safe place.
error-token-not-shown = The token cannot be shown
error-token-pending = The copy of this key was never confirmed, so it does not work yet. You can see its token after you confirm the copy.
error-token-ended = This key has expired or was revoked, so its token is no longer valid. If you still need a key, create a new one.
error-token-not-kept = Latchkey does not store the token of this key. If you have lost it, create a new key.
error-token-master-key-missing = The master key that encrypted this token is missing from the server. The API key was not changed. Ask the person who runs this server to run “latchkey doctor”.
error-token-damaged = The encrypted token in the database is damaged, so Latchkey cannot decrypt it. The key was not changed. Tell the person who runs this server, or create a new key.
error-token-form-used = This page has already shown the token. To see it again, open the key and select Show.
