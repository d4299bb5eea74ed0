### What a page says about what was just done.

flash-welcome = Welcome. { $organization } is set up, and you are its Owner. Next, create your first API key.
flash-api-key-confirmed = API key “{ $name }” is active.
flash-api-key-discarded = API key “{ $name }” was discarded. It never worked.
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
flash-api-key-disabled = API key “{ $name }” is disabled. Whatever uses it is refused.
flash-api-key-disabled-until = API key “{ $name }” is disabled until { $until }. Whatever uses it is refused.
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
    [one] { $count } other stayed as it was.
   *[other] { $count } others stayed as they were.
}
flash-nothing-to-change = Nothing was changed: in their present state this does nothing to the selected keys.
flash-no-api-key-selected = Nothing was changed: no key was selected. Tick the keys first.
flash-no-api-key-to-delete = There is nothing to delete: you have no API keys.
flash-organization-has-no-api-key = There is nothing to delete: your organization has no API keys.

flash-renamed = Your name was changed.
flash-theme-changed = The pages look as you have chosen.
flash-language-changed = The pages speak the language that you have chosen.
flash-email-changed = Your email address was changed. Sign in with { $email } from now on.
flash-password-changed = Your password was changed. You are signed out everywhere else.
flash-session-ended = That browser is signed out.
flash-no-other-session = You were signed in nowhere else.
flash-other-sessions-ended = { $count ->
    [one] Your other session was ended.
   *[other] Your { $count } other sessions were ended.
}

flash-member-invited = { $email } is invited. The link works once, within seven days.
flash-invitation-ended = The invitation of { $email } has ended, and its link works no more. Invite them again.
flash-invitation-revoked = The invitation of { $email } was revoked. Its link works no more.
flash-member-role-changed = { $name } has the role { $role } now, and has to sign in again.
flash-member-disabled = { $name } is disabled: signed out everywhere, and none of their API keys works.
flash-member-enabled = { $name } is active again, and their API keys work as before.
flash-member-removed = { $name } was removed.
flash-keys-handed-over = { $count ->
    [one] { $count } key went to { $heir }.
   *[other] { $count } keys went to { $heir }.
}
flash-keys-revoked = { $count ->
    [one] { $count } key revoked.
   *[other] { $count } keys revoked.
}

flash-project-archived = Project “{ $name }” is archived. It takes no new keys; those that it has go on working.
flash-project-created = Project “{ $name }” was created.
flash-project-renamed = The project is called “{ $name }” now.
flash-project-restored = Project “{ $name }” takes new keys again.
flash-integrations-stopped = { $count ->
    [one] Integrations that use it have stopped working.
   *[other] Integrations that use them have stopped working.
}
flash-some-integrations-stopped = { $count ->
    [one] { $count } of them was active: integrations that use it have stopped working.
   *[other] { $count } of them were active: integrations that use them have stopped working.
}
