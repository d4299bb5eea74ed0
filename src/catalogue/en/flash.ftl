### What a page says about what was just done.

flash-welcome = Welcome. { $organization } is set up, and you are its Owner. Next, create your first API key.
flash-api-key-confirmed = API key “{ $name }” is active.
flash-how-checked = How your service checks it
flash-api-key-discarded = API key “{ $name }” was discarded. It was never active.
flash-api-key-deleted = API key “{ $name }” was deleted.
flash-api-keys-deleted = { $count ->
    [one] { $count } key deleted.
   *[other] { $count } keys deleted.
}
flash-all-api-keys-deleted = { $count ->
    [one] Your only API key was deleted.
   *[other] All your API keys were deleted: { $count } keys.
}
flash-organizations-api-keys-deleted = { $count ->
    [one] The only API key of your organization was deleted.
   *[other] All API keys of your organization were deleted: { $count } keys.
}
flash-api-key-disabled = API key “{ $name }” is disabled. Requests with this key are refused.
flash-api-key-disabled-until = API key “{ $name }” is disabled until { $until }. Requests with this key are refused until then.
flash-api-key-rotated = API key “{ $name }” has a new token. The former one works until { $until }.
flash-rotation-discarded = The new token of “{ $name }” was discarded. Nothing has changed for the current one.
flash-overlap-ended = The former token of “{ $name }” no longer works.
flash-api-key-enabled = API key “{ $name }” is active again.
flash-api-key-revoked = API key “{ $name }” was revoked.
flash-api-keys-disabled = { $count ->
    [one] { $count } key disabled.
   *[other] { $count } keys disabled.
}
flash-api-keys-enabled = { $count ->
    [one] { $count } key enabled.
   *[other] { $count } keys enabled.
}
flash-api-keys-revoked = { $count ->
    [one] { $count } key revoked.
   *[other] { $count } keys revoked.
}
flash-others-untouched = { $count ->
    [one] { $count } other key was not changed.
   *[other] { $count } other keys were not changed.
}
flash-nothing-to-change = Nothing was changed. This action does not apply to the status of the selected keys.
flash-no-api-key-selected = Nothing was changed because no keys were selected. Select keys and try again.
flash-no-api-key-to-delete = You have no API keys to delete.
flash-organization-has-no-api-key = Your organization has no API keys to delete.

flash-account-unchanged = No changes to save.
flash-renamed = Your name was changed.
flash-theme-changed = Your theme was changed.
flash-language-changed = Your language was changed.
flash-email-changed = Your email address was changed. From now on, sign in with { $email }.
flash-password-changed = Your password was changed. You are signed out in all other browsers.
flash-session-ended = The session was ended.
flash-no-other-session = You have no other sessions.
flash-other-sessions-ended = { $count ->
    [one] Your other session was ended.
   *[other] Your { $count } other sessions were ended.
}

flash-member-invited = { $email } was invited. The invitation works once and expires after seven days.
flash-invitation-ended = The invitation for { $email } has ended and no longer works. Invite them again.
flash-invitation-revoked = The invitation for { $email } was revoked and no longer works.
flash-member-role-changed = { $name } now has the role { $role } and must sign in again.
flash-member-disabled = { $name } is disabled. They are signed out everywhere, and their API keys do not work.
flash-member-enabled = { $name } is active again. Their API keys work as before.
flash-member-removed = { $name } was removed.
flash-keys-handed-over = { $count ->
    [one] { $count } key was handed over to { $heir }.
   *[other] { $count } keys were handed over to { $heir }.
}
flash-keys-revoked = { $count ->
    [one] { $count } key revoked.
   *[other] { $count } keys revoked.
}

flash-project-archived = Project “{ $name }” was archived. You cannot add keys to it. Its existing keys work as before.
flash-project-created = Project “{ $name }” was created.
flash-project-renamed = The project is now called “{ $name }”.
flash-project-restored = Project “{ $name }” was restored. You can add keys to it again.
flash-integrations-stopped = { $count ->
    [one] Integrations that use it have stopped working.
   *[other] Integrations that use them have stopped working.
}
flash-some-integrations-stopped = { $count ->
    [one] { $count } of them was active: integrations that use it have stopped working.
   *[other] { $count } of them were active: integrations that use them have stopped working.
}
