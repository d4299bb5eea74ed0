### Registration, sign-in, one’s own account and its password.

password = Password
new-password = New password
current-password = Current password
password-hint = Use at least 12 characters. Several unrelated words make a strong password.
password-wrong = This password is incorrect. Try again
your-name = Your name

registration-heading = Create your account
registration-invited = <strong>{ $invited_by }</strong> invited you to <strong>{ $organization }</strong>. Your role will be { $role }.
registration-address-unproven = An account in another organization uses this email address, but the address was never confirmed there. If you create an account here, that account can no longer sign in. If it is yours, first select “Forgot your password?” on the sign-in page. This confirms your address.
registration-first = You will be the Owner of this organization. You can create API keys and manage members.
registration-email-hint = You will use it to sign in.
registration-submit = Create account
registration-setup-code-wrong = Enter the setup code from the server log
setup-code = Setup code
setup-code-hint = The server prints it in its log when it starts.
organization-name = Organization name

sign-in-heading = Sign in
sign-in-about = Latchkey creates, monitors and revokes your organization’s API keys.
sign-in-submit = Sign in
sign-in-create-account = Create an account
sign-in-registered = If this email address had no account, it has one now. Sign in to continue.
sign-in-password-set = Your password was changed. Sign in with the new one.
sign-in-signed-out = You are signed out.
sign-in-to-go-on = Sign in to continue.
sign-in-refused = Incorrect email or password.
sign-in-throttled = Too many attempts. { $wait }
sign-in-throttled-long = Someone may be guessing your password. You can sign in sooner from a browser or network where you have signed in before.
sign-in-throttled-long-mailed = Someone may be guessing your password. You can sign in sooner from a browser or network where you have signed in before, or by resetting your password.

password-proof-heading = Confirm it is you
password-proof-text = Enter your password to continue. You will not be asked again for 10 minutes.
password-proof-of-form-text = Enter your password to complete this action. Your entries are kept. You will not be asked again for 10 minutes.
password-proof-for-policy = Saving the policy changes the rules for every key and person in the organization.
password-proof-for-members = This changes what other people can do in the organization.
password-proof-for-token = Anyone who sees the token can use the key.
password-proof-for-api-keys = This ends API keys for good and can stop integrations that use them.
password-proof-for-api-permissions = This changes what API keys may do in your own API.
password-proof-for-sensitive = This protects your account if you leave your browser open.
password-proof-submit = Continue

password-reset-heading = Forgot your password?
password-reset-text = Enter your email address. Latchkey will send you a link to set a new password.
password-reset-submit = Send link
password-reset-requested-heading = Check your email
password-reset-requested = If an account uses this email address, a link is on its way. The link works once and expires in one hour.
password-reset-no-mail = No email after a few minutes? Check your spam folder, or <a href="/password-reset">request another link</a> for the address you sign in with.
password-reset-without-mail = This server cannot send email. Ask the person who runs it to create a link with this command:
password-reset-back = Back to sign-in

new-password-heading = Choose a new password
new-password-text = For <strong>{ $email }</strong>. You will be signed out in all browsers.
new-password-submit = Set password

your-name-hint = Displayed next to your keys and in your organization’s audit log.
account-save = Save changes
theme = Theme
theme-hint = Applies in every browser where you sign in.
account-theme-browser = Same as browser
appearance-automatic = Automatic
account-theme-light = Light
account-theme-dark = Dark
account-theme-unknown = Select a theme
account-sign-in = Sign-in
account-present-email = You sign in with <strong>{ $email }</strong>.
account-change-email = Change email
account-password-text = Changing your password signs you out in all other browsers.
account-change-password = Change password
account-sessions-text = The browsers where you are signed in.
account-see-sessions = See sessions

email-heading = Change your email address
new-email-hint = You will sign in with this address. Password reset links will be sent to it.
email-notice = Latchkey will notify this address of the change.

password-heading = Change your password
password-text = You will stay signed in here and be signed out in all other browsers.
password-notice = Latchkey will email you about the change.

sessions-heading = Sessions
sessions-text = The browsers where you are signed in. A session ends after 8 hours without activity, and after 7 days at the latest.
sessions-end-others = Sign out everywhere else
session-browser = Browser
session-address = Address
session-began = Started
session-last-seen = Last seen
session-this-one = This browser
session-now = Now
session-lately = In the last 5 minutes
session-browser-on-system = { $browser } on { $system }
session-browser-unknown = Unknown browser
session-agent-unknown = The browser did not identify itself.
session-address-unknown = Unknown
session-end = End<span class="vh"> the session in { $browser }</span>

language = Language
language-hint = For pages and for emails to you.
language-of-the-browser = Same as browser
