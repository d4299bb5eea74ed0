### Mails.

mail-or-open = Or open this address in your browser:

mail-invitation-subject = { $invited_by } invited you to { $organization } on Latchkey
mail-invitation-text = { $role ->
    [owner] { $invited_by } invited you to join { $organization } on Latchkey, where it manages its API keys. Your role will be Owner.
    [administrator] { $invited_by } invited you to join { $organization } on Latchkey, where it manages its API keys. Your role will be Administrator.
    [support] { $invited_by } invited you to join { $organization } on Latchkey, where it manages its API keys. Your role will be Support.
    [analytics] { $invited_by } invited you to join { $organization } on Latchkey, where it manages its API keys. Your role will be Analytics.
   *[member] { $invited_by } invited you to join { $organization } on Latchkey, where it manages its API keys. Your role will be Member.
}
mail-invitation-link = Accept the invitation
mail-invitation-until = The link works once, until { $until }. If you did not expect this invitation, you can ignore this email: no account is created unless you accept.

mail-password-reset-subject = Reset your Latchkey password
mail-password-reset-text = Someone, probably you, asked to choose a new password for your Latchkey account.
mail-password-reset-link = Choose a new password
mail-password-reset-until = The link works once, until { $until }. If you did not ask for it, you can ignore this email: your password stays the same.

mail-password-changed-subject = Your Latchkey password was changed
mail-password-changed-text = The password of your Latchkey account was changed on { $at }.
mail-password-changed-from-text = The password of your Latchkey account was changed on { $at }, from the IP address { $address }.
mail-email-changed-subject = Your Latchkey email address was changed
mail-email-changed-text = The email address of your Latchkey account was changed to { $email } on { $at }. Sign in with the new address from now on.
mail-email-changed-from-text = The email address of your Latchkey account was changed to { $email } on { $at }, from the IP address { $address }. Sign in with the new address from now on.
mail-not-you = If this was you, you do not need to do anything. If it was not you, ask an Owner or Administrator of your organization to disable your account immediately.

mail-day = { $day } { $month } { $year }
mail-minute = { $date }, { $time } UTC
month-long-january = January
month-long-february = February
month-long-march = March
month-long-april = April
month-long-may = May
month-long-june = June
month-long-july = July
month-long-august = August
month-long-september = September
month-long-october = October
month-long-november = November
month-long-december = December
