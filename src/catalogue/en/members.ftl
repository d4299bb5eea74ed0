### Members and invitations.

invitation-reveal-heading = Copy the invitation link
invitation-new-heading = Invite a member
invitation-confirmation-heading = Have you copied the link?
invitation-revocation-heading = Revoke the invitation?

invitation-reveal-keep-open = Tick “I have copied the link” and press Done, or discard it.
invitation-copied = Copied.
invitation-copy-refused = Your browser did not allow copying. The link is selected: press Ctrl+C (⌘C on a Mac).
