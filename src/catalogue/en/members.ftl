### Members and invitations.

members-text = People who can sign in to this organization, and their roles.
members-closed = Registration is closed on this server: you cannot invite anyone, and pending invitations do not work.
members-invite = Invite member
members-search-label = Search members
members-search-placeholder = Name or email
members-search = Search
members-show-all = Show all
members-on-page = { $count ->
    [one] { $count } person, page { $page } of { $pages }
   *[other] { $count } people, page { $page } of { $pages }
}
members-found = { $count ->
    [one] { $count } person found
   *[other] { $count } people found
}
members-found-on-page = { $count ->
    [one] { $count } person found, page { $page } of { $pages }
   *[other] { $count } people found, page { $page } of { $pages }
}
members-nobody-found = No members found
members-nobody-found-text = No member’s name or email address contains “{ $query }”.
members-show-all-members = Show all members

members-last-sign-in = Last sign-in
members-keys = Keys
members-status = Status
members-active = Active
members-disabled = Disabled
members-you = You
members-never = Never
members-change-role = Change role<span class="vh"> of { $name }</span>
members-disable = Disable<span class="vh"> { $name }</span>
members-enable = Enable<span class="vh"> { $name }</span>
members-remove = Remove<span class="vh"> { $name }</span>
members-pages = Pages of members
members-previous = Previous
members-next = Next

member-disablement-heading = Disable { $name }?
member-disablement-text = This member will be signed out everywhere and cannot sign in again. None of their API keys will work. You can enable the member again at any time.
member-disablement-submit = Yes, disable

member-role-heading = Role of { $name }
member-role-own-hint = If you change your role, you must sign in again. You cannot make yourself an Owner again.
member-role-hint = If you change the role, this member must sign in again. The permissions of their API keys change immediately.
member-role-submit = Change role

member-removal-heading = Remove { $name }?
member-removal-text = This member will be signed out everywhere and lose access to the organization immediately. This cannot be undone, but you can invite them again.
member-removal-no-keys = They have no API keys to revoke or hand over.
member-removal-keys = { $count ->
    [one] They have { $count } API key.
   *[other] They have { $count } API keys.
}
member-removal-key-used = It was used in the last 24 hours.
member-removal-keys-used = { $count ->
    [one] { $count } of them was used in the last 24 hours.
   *[other] { $count } of them were used in the last 24 hours.
}
member-removal-heir-of-key = What happens to the key
member-removal-heir-of-keys = What happens to the keys
member-removal-heir-hint = Everything that uses a revoked key stops working immediately. A key that you hand over keeps its token and works with the permissions of its new owner. Anyone with a copy can still use it, perhaps including { $name }.
member-removal-unconfirmed = Keys that were never confirmed are always revoked.
member-removal-revoke-key = Revoke the key
member-removal-revoke-keys = Revoke the keys
member-removal-hand-over = Hand over to
member-removal-submit = Yes, remove

invitation-pending = Pending invitations
invitation-invited-by = Invited by
invitation-expires = Expires
invitation-not-good = This invitation no longer works: { $name } cannot assign this role.
invitation-mail-failed = The email could not be delivered. Check the address, or invite this person again and send the link yourself.
invitation-revoke = Revoke<span class="vh"> the invitation for { $email }</span>

invitation-new-heading = Invite a member
invitation-by-mail-hint = Latchkey will email the invitation to this address. You can also copy a link and send it yourself.
invitation-by-hand-hint = You will get a link to send to this person.
invitation-lifetime-hint = The invitation works once and expires after seven days.
invitation-submit = Invite

invitation-reveal-heading = Copy the invitation link
invitation-reveal-text = The link for <strong>{ $email }</strong> will not be displayed again. Copy it now and send it to them.
invitation-reveal-mailed = Latchkey also emails them the invitation.
invitation-reveal-mail-refused = Latchkey did not email the invitation because too many emails are waiting. Send the link yourself.
invitation-reveal-replaced = The earlier invitation for this address was revoked and no longer works.
invitation-link = Invitation link
invitation-reveal-hint = Anyone with this link can join with the role { $role }. It works once, until <time datetime="{ $iso }" title="{ $title }">{ $date }</time>.
invitation-copied = Copied.
invitation-copy-refused = Your browser did not allow copying. The link is selected: press Ctrl+C (⌘C on a Mac).
invitation-have-copied = I have copied the link
invitation-reveal-keep-open = Tick “I have copied the link” and press Done, or discard the invitation.
invitation-reveal-not-copied = Tick the box to confirm that you have copied the link, or discard the invitation.
invitation-discard = Discard this invitation
invitation-done = Done

invitation-confirmation-heading = Have you copied the link?
invitation-confirmation-text = The link for <strong>{ $email }</strong> cannot be displayed again. If you did not copy it, discard this invitation and invite them again.
invitation-confirmation-mailed-text = The link for <strong>{ $email }</strong> cannot be displayed again, but Latchkey also emails them the invitation. If you need another link, discard this invitation and invite them again.
invitation-not-copied = Tick the box if you have copied the link

invitation-form-used-text = It created one invitation, for <strong>{ $email }</strong>. The link was displayed only once. If you did not copy it, invite them again: the new link replaces the old one.
invitation-form-used-gone-text = The invitation it created no longer exists. No second invitation was created.
invitation-back-to-members = Back to members
invitation-again = Invite again

invitation-revocation-heading = Revoke the invitation?
invitation-revocation-text = The invitation for <strong>{ $email }</strong> (role { $role }) will no longer work. You can invite them again.
invitation-revocation-submit = Yes, revoke
