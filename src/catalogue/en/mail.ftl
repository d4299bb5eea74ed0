### Mails.

mail-or-open = Or open this address in your browser:

mail-invitation-subject = { $invited_by } invites you to { $organization } on Latchkey
mail-invitation-text = { $role ->
    [owner] { $invited_by } invites you to { $organization } on Latchkey, where its API keys are kept. You will be an Owner.
    [administrator] { $invited_by } invites you to { $organization } on Latchkey, where its API keys are kept. You will be an Administrator.
    [support] { $invited_by } invites you to { $organization } on Latchkey, where its API keys are kept. You will be in the role Support.
    [analytics] { $invited_by } invites you to { $organization } on Latchkey, where its API keys are kept. You will be in the role Analytics.
   *[member] { $invited_by } invites you to { $organization } on Latchkey, where its API keys are kept. You will be a Member.
}
mail-invitation-link = Accept the invitation
mail-invitation-until = The link works once, until { $until }. If you do not know what this is about, do nothing: no account is made.

mail-password-reset-subject = Choose a new password for Latchkey
mail-password-reset-text = Somebody, probably you, asked to choose a new password for your Latchkey account.
mail-password-reset-link = Choose a new password
mail-password-reset-until = The link works once, until { $until }. If it was not you, do nothing: your password stays as it is.

mail-password-changed-subject = Your Latchkey password was changed
mail-password-changed-text = The password of your Latchkey account was changed on { $at }.
mail-password-changed-from-text = The password of your Latchkey account was changed on { $at }, from the address { $address }.
mail-email-changed-subject = Your Latchkey account has another email address
mail-email-changed-text = On { $at } the email address of your Latchkey account was changed to { $email }. Sign in with that one from now on.
mail-email-changed-from-text = On { $at }, from the address { $address }, the email address of your Latchkey account was changed to { $email }. Sign in with that one from now on.
mail-not-you = If it was not you, ask an Owner or Administrator of your organization at once to disable your account.

mail-minute = { $day } { $month } { $year }, { $time } UTC
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
