### Registration, sign-in, one’s own account and its password.

password = Password
new-password = New password
current-password = Current password
password-hint = At least 12 characters. A few unrelated words make a good one.
password-wrong = That is not your password
your-name = Your name

registration-heading = Create your account
registration-invited = <strong>{ $invited_by }</strong> invites you to <strong>{ $organization }</strong>. Your role there will be { $role }.
registration-address-unproven = An account in another organization uses this address, but nobody has proven that it is theirs. When you create your account here, that one can no longer sign in. If it is yours, first choose “Forgot password” on the sign-in page: that proves the address.
registration-first = You will own this organization: you can create its API keys and decide who else may.
registration-email-hint = You will sign in with it.
registration-submit = Create account
registration-setup-code-wrong = Enter the setup code that the server printed when it started
setup-code = Setup code
setup-code-hint = The server printed it in its log when it started.
organization-name = Organization name

sign-in-heading = Sign in
sign-in-submit = Sign in
sign-in-create-account = Create an account
sign-in-registered = If there was no account for this address yet, there is one now. Sign in.
sign-in-password-set = Your new password is set. Sign in with it.
sign-in-signed-out = You are signed out.
sign-in-to-go-on = Sign in to go on.
sign-in-refused = Email or password is not right.
sign-in-throttled = Too many attempts. { $wait }
sign-in-throttled-long = Somebody may be guessing the password. You get in sooner from a browser or a place where you have signed in before.
sign-in-throttled-long-mailed = Somebody may be guessing the password. You get in sooner from a browser or a place where you have signed in before, or with a link for a new password.

password-proof-heading = Confirm it is you
password-proof-text = Type your password to go on. You will not be asked again for 10 minutes.
password-proof-of-form-text = Type your password to carry this out. What you entered is kept. You will not be asked again for 10 minutes.
password-proof-submit = Continue

password-reset-heading = Forgot your password?
password-reset-text = We send a link to your email address. It opens a page where you choose a new password.
password-reset-submit = Send the link
password-reset-requested-heading = Look into your mailbox
password-reset-requested = If there is an account with that address, a mail with a link is on its way to it. The link works once, for one hour.
password-reset-no-mail = No mail after a few minutes? Look among the spam, or <a href="/password-reset">ask again</a> with the address that you sign in with.
password-reset-without-mail = This server sends no mail. Ask the person who runs it for a link: they make one with this command.
password-reset-back = Back to the sign-in

new-password-heading = Choose a new password
new-password-text = For <strong>{ $email }</strong>. All browsers in which you are signed in will be signed out.
new-password-submit = Set the password

account-profile = Profile
your-name-hint = Your organization sees it beside your keys and in its audit log.
account-save-name = Save name
account-appearance = Appearance
theme = Theme
theme-hint = In every browser that you sign in with.
account-theme-browser = Follow the browser
account-theme-light = Light
account-theme-dark = Dark
account-theme-unknown = Choose one of the themes
account-save-theme = Save theme
account-sign-in = Sign-in
account-present-email = You sign in with <strong>{ $email }</strong>.
account-change-email = Change email
account-password-text = A new one signs you out everywhere else.
account-change-password = Change password
account-sessions-text = The browsers in which you are signed in.
account-see-sessions = See sessions

email-heading = Change your email address
new-email-hint = You will sign in with it from now on. Links for a new password go there.
email-notice = That address is told of the change.

password-heading = Change your password
password-text = You stay signed in here, and are signed out everywhere else.
password-notice = A mail tells you of the change.

sessions-heading = Sessions
sessions-text = The browsers in which you are signed in. A session ends by itself after 8 hours without use, and after 7 days in all.
sessions-end-others = Sign out everywhere else
session-browser = Browser
session-address = Address
session-began = Began
session-last-seen = Last seen
session-this-one = This one
session-now = Now
session-lately = In the last 5 minutes
session-browser-on-system = { $browser } on { $system }
session-browser-unknown = Unknown browser
session-agent-unknown = It does not say what it is.
session-address-unknown = Unknown
session-end = End<span class="vh"> the session of { $browser }</span>

language = Language
language-hint = Of the pages and of mails to you.
language-of-the-browser = That of the browser
save-language = Save language
