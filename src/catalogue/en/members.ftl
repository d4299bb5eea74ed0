### Members and invitations.

members-text = Who signs in to this organization, and as what.
members-closed = Registration is closed on this server: nobody can be invited, and no invitation works.
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
members-nobody-found = Nobody found
members-nobody-found-text = No member has “<bdi>{ $query }</bdi>” in their name or email address.
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

member-disablement-title = Disable { $name }?
member-disablement-heading = Disable <bdi>{ $name }</bdi>?
member-disablement-text = They are signed out everywhere at once and cannot sign in, and none of their API keys works. You can enable them again at any time.
member-disablement-submit = Yes, disable

member-role-title = Role of { $name }
member-role-heading = Role of <bdi>{ $name }</bdi>
member-role-own-hint = With another role you have to sign in again, and cannot take Owner back by yourself.
member-role-hint = With another role they have to sign in again, and what their API keys may do changes at once.
member-role-submit = Change role

member-removal-title = Remove { $name }?
member-removal-heading = Remove <bdi>{ $name }</bdi>?
member-removal-text = They are signed out everywhere at once and are no longer a member. This cannot be undone, but they can be invited again.
member-removal-no-keys = They have no API keys that work.
member-removal-keys = { $count ->
    [one] They have { $count } key.
   *[other] They have { $count } keys.
}
member-removal-key-used = It was used in the last 24 hours.
member-removal-keys-used = { $count ->
    [one] { $count } of them was used in the last 24 hours.
   *[other] { $count } of them were used in the last 24 hours.
}
member-removal-heir-of-key = What becomes of the key
member-removal-heir-of-keys = What becomes of the keys
member-removal-heir-hint = Whatever uses a revoked key stops working at once. A key that is handed over keeps its token and goes on working, with the permissions of its new owner: so it does for everybody who has a copy of it, perhaps { $name } too.
member-removal-unconfirmed = Keys that were never confirmed are revoked in any case.
member-removal-revoke-key = Revoke it
member-removal-revoke-keys = Revoke them
member-removal-hand-over = Hand over to
member-removal-submit = Yes, remove

invitation-pending = Pending invitations
invitation-invited-by = Invited by
invitation-expires = Expires
invitation-not-good = Works no more: { $name } may not offer this role now.
invitation-mail-failed = The mail could not be delivered. Check the address, or invite again and send the link yourself.
invitation-revoke = Revoke<span class="vh"> the invitation of { $email }</span>

invitation-new-heading = Invite a member
invitation-by-mail-hint = The link is mailed to this address, and you can copy it.
invitation-by-hand-hint = You get a link to send to this person.
invitation-lifetime-hint = It works once, within seven days.
invitation-submit = Invite

invitation-reveal-heading = Copy the invitation link
invitation-reveal-text = This is the only time that the link for <strong>{ $email }</strong> is shown. Copy it now and send it to them.
invitation-reveal-mailed = It is also on its way to them by mail.
invitation-reveal-mail-refused = It was not mailed, since too many mails are waiting. Send the link yourself.
invitation-reveal-replaced = An earlier invitation for this address was revoked. Only this link works.
invitation-link = Invitation link
invitation-reveal-hint = Whoever opens it can join in the role { $role }, once, until <time datetime="{ $iso }" title="{ $title }">{ $date }</time>.
invitation-copied = Copied.
invitation-copy-refused = Your browser did not allow copying. The link is selected: press Ctrl+C (⌘C on a Mac).
invitation-have-copied = I have copied the link
invitation-reveal-keep-open = Tick “I have copied the link” and press Done, or discard it.
invitation-reveal-not-copied = Tick the box to confirm that you have copied the link, or discard the invitation.
invitation-discard = Discard this invitation
invitation-done = Done

invitation-confirmation-heading = Have you copied the link?
invitation-confirmation-text = The link for <strong>{ $email }</strong> cannot be shown again. If you need another one, discard this invitation and invite them again.
invitation-confirmation-mailed-text = The link for <strong>{ $email }</strong> cannot be shown again, but is on its way to them by mail. If you need another one, discard this invitation and invite them again.
invitation-not-copied = Tick the box if you have copied the link

invitation-form-used-text = It invited <strong>{ $email }</strong>, and nobody else. The link was shown in the first answer only. If you have not copied it, invite them again: the new link replaces the old one.
invitation-form-used-gone-text = The invitation that it made is no longer there. No second one was made.
invitation-back-to-members = Back to the members
invitation-again = Invite again

invitation-revocation-heading = Revoke the invitation?
invitation-revocation-text = <strong>{ $email }</strong> was invited in the role { $role }. The link they have works no more; you can invite them again.
invitation-revocation-submit = Yes, revoke
