### The frame around all pages, words that many pages share, home and the settings.

home = Home
settings = Settings
api-keys = API keys
members = Members
projects = Projects
your-account = Your account
sign-out = Sign out
navigation-main = Main
rail-verification = Check keys
rail-policy = Policy
rail-account = Account
breadcrumbs = Breadcrumbs
skip-to-content = Skip to content
undo = Undo
dismiss-message = Dismiss message
no-answer = Latchkey did not respond. Check your connection and try again.
went-wrong = Something went wrong. Reload the page and try again.
error-mark = Error:
error-request-id = If you ask for help, include this request ID:
there-is-a-problem = There is a problem

name = Name
person-name = Name
email = Email
role = Role
owner = Owner
project = Project
organization = Organization
open = Open
cancel = Cancel
dialog-unsaved = What you typed is not saved. To discard it, close the dialog again.
back-to-form = Back to the form
copy = Copy
copied = Copied
removed = Removed
create-key = Create key
show = Show
hide = Hide
password-toggled = password
copy-refused-text = Your browser did not allow copying. The text is selected: press Ctrl+C (⌘C on a Mac).
the-snippet = the { $name } snippet
snippet-of = { $name } snippet

for-developers = For Developers
check-keys-from-your-service = Check keys from your service
read-how = Read the guide
settings-api-keys = Create API keys for your services, see when they were last used, and delete the ones you no longer need.
settings-verification = Ready-made snippets for nginx, Caddy, Traefik, Envoy and your own code, and the meaning of each answer.
settings-members = Invite people, change their roles and remove them.
settings-projects = Group keys by application, customer or team.
signed-in-as = Signed in as

form-used-heading = This form was already sent
kept-form-note = Your session had ended, so nothing was sent. Here is what you typed: check it and send it again.
kept-form-too-large = Your session had ended, so nothing was sent. What you typed was too long to keep: please enter it again.
