### Tokens that are kept, encrypted, so that their owners can see them again.

token-show = Show
token-copy = Copy
token-hide = Hide
token-show-heading = Show the token of { $name }?
token-question-text = Whoever has the token can use the key: see to it that nobody watches your screen. That you looked is written into the history of the key.
token-shown-heading = The token of { $name }
token-shown-text = { $seconds ->
    [one] Whoever has this token can use the key. It is hidden again after { $seconds } second.
   *[other] Whoever has this token can use the key. It is hidden again after { $seconds } seconds.
}
token-copied = Copied. Paste it where it is kept safe.
event-api-key-token-shown = Looked at the token of the key
error-token-not-shown = The token cannot be shown
error-token-pending = The copy of this key was never confirmed. Its token can be shown once it is.
error-token-ended = The key expired or was revoked: its token is worth nothing any more.
error-token-not-kept = The token of this key is not kept in a form that can be read.
error-token-master-key-missing = The master key that this token is encrypted with is missing on the server. The key itself was not changed. Tell whoever runs the server: “latchkey doctor” says more.
error-token-damaged = The encrypted token in the database was changed and does not open. The key itself was not changed. Tell whoever runs the server.
error-token-form-used = This page has shown the token already. Open the key to show it again.
