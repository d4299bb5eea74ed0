### Pages that say why something cannot be done.

error-home = Go to the home page
error-sign-in = Sign in
error-get-a-new-link = Get a new link
error-back-to-api-keys = Back to your API keys
error-back-to-members = Back to the members
error-nothing-changed = Nothing was changed.

error-not-found = Page not found
error-not-found-text = There is nothing at this address, or nothing that you may see.
error-method-not-allowed = That is not possible here
error-method-not-allowed-text = This address does not take such a request.
error-forbidden = You may not do that
error-forbidden-text = Your role does not allow it. An Owner or Administrator of your organization can help.
error-signed-out = Please sign in
error-signed-out-text = Your session has ended.
error-proof-required = Please type your password
error-proof-required-text = This needs a recent proof that it is you.
error-forged = This form has expired
error-forged-text = Nothing was changed. Go back, reload the page and send the form again.
error-origin-hidden = Your browser hides where this form comes from
error-origin-hidden-text = Nothing was changed. Browsers do so when an extension, or a proxy in front of this server, changes the Referrer-Policy of these pages. Try without the extension, open these pages by https, or tell your administrator.
error-malformed = The request could not be understood
error-malformed-text = Nothing was changed. Go back, reload the page and try again.
error-too-large = That is too much at once
error-too-large-text = Nothing was changed. Send less text.
error-selection-not-found = The selection has changed
error-selection-not-found-text = { $selected ->
    [one] Nothing was changed. The selected key was not found: it was deleted meanwhile, or it is not yours. Go back, check the list and select again.
   *[other] Nothing was changed. Of the { $selected } keys that you selected, { $missing } could not be found: deleted meanwhile, or not yours. Go back, check the list and select again.
}
error-registration-closed = Registration is closed
error-registration-closed-text = This server has its organization already. Ask its Owner or an Administrator for an account.
error-rate-limited = Too many attempts
error-invitations-closed = Nobody can be invited
error-invitations-closed-text = Registration is closed on this server. Whoever runs it can open it with LATCHKEY_REGISTRATION=invite.
error-invitation-not-valid = This invitation is not valid
error-invitation-not-valid-text = It was used or revoked, or has expired, or a part of the link is missing. Ask whoever invited you for a new one.
error-invitation-accepted = This invitation was accepted
error-invitation-accepted-text = It cannot be revoked any more. If it brought a new member, you can remove them.
error-address-taken = This address already has an account
error-address-taken-text = You have an account in another organization with this address, and one address belongs to one account. Ask for an invitation to another address, or ask the other organization to remove your account. The invitation stays valid.
error-own-account = You cannot do this to yourself
error-own-account-text = Nobody disables or removes themselves, and only an Owner gives up their own role. Ask another Owner or Administrator.
error-last-owner = An organization needs an Owner
error-last-owner-text = Nothing was changed: this is the last Owner who can sign in. Make somebody else an Owner first.
error-too-many-exports = Too many exports are running
error-too-many-exports-text = Wait until one of the exports has ended, or cancel its download. Then try again.
error-try-again = Try again
error-busy = Too many people are signing in
error-busy-text = Nothing was changed. Try again in a few seconds.
error-unavailable = Latchkey cannot reach its database
error-unavailable-text = Nothing was changed. It will work again as soon as the database does: try again in a moment.
error-database-busy = The database is busy
error-database-busy-text = Nothing was changed. Latchkey waited for its database, but got no answer in time. Try again in a moment.
error-database-full = The disk of the server is full
error-database-full-text = Nothing was changed. You can still sign in and disable, revoke and delete keys. For everything else, ask the person who runs this server to make room.
error-database-read-only = Latchkey can only read at the moment
error-database-read-only-text = Nothing was changed. The database accepts no changes. Keys are still verified. Try again later.
error-database-damaged = The database is damaged
error-database-damaged-text = Nothing was changed, and no keys are verified. Tell the person who runs this server.
error-outcome-unknown = It is not known whether this was done
error-outcome-unknown-text = Latchkey lost its database at the very moment of the change. Look whether it has happened before you try again.
error-api-key-ended = This key has ended
error-api-key-ended-text = It expired or was revoked before the copy was confirmed. Delete it and create a new one.
error-password-reset-ended = This link works no more
error-password-reset-ended-text = It was used already, a newer one has replaced it, or its time is over. Nothing was changed.
error-no-cookie = Your browser did not keep a cookie
error-no-cookie-text = Nothing was changed. Allow cookies for this address. Safari keeps none over plain http: use https or another browser.
error-internal = Something went wrong
error-internal-text = Try again, and if it stays so, tell whoever runs this server the request id.
error-api-key-not-found = There is no such key
error-api-key-not-found-text = Nothing was changed. The key was deleted, or you may not see it.
error-api-key-gone = This key is no longer there
error-api-key-gone-by = Nothing was changed. { $person } deleted the key “{ $name }” on { $at }.
error-api-key-gone-by-you = Nothing was changed. You deleted the key “{ $name }” on { $at }.
error-api-key-gone-by-system = Nothing was changed. The key “{ $name }” was removed on { $at }, because nobody confirmed that it was copied.
