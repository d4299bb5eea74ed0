### Registration, sign-in, one’s own account and its password.

registration-heading = Create your account
sign-in-heading = Sign in
password-proof-heading = Confirm it is you
sessions-heading = Sessions
email-heading = Change your email address
password-heading = Change your password
new-password-heading = Choose a new password
password = Password
setup-code = Setup code
setup-code-hint = The server printed it in its log when it started.
organization-name = Organization name
your-name = Your name
registration-email-hint = You will sign in with it.
password-hint = At least 12 characters. A few unrelated words make a good one.
your-name-hint = Your organization sees it beside your keys and in its audit log.
theme = Theme
theme-hint = In every browser that you sign in with.
current-password = Current password
new-password = New password
new-email-hint = You will sign in with it from now on. Links for a new password go there.

language = Language
language-hint = Of the pages and of mails to you.
language-of-the-browser = That of the browser
save-language = Save language
