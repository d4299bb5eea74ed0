### When keys are due for rotation: by a schedule, or by a date that somebody sets.

rotation-filter = Rotation
rotation-any = Any
rotation-due-soon = Due within { $days } days
rotation-overdue = Overdue
# Badges in a row.
rotation-badge-due = Rotate by { $date }
rotation-badge-overdue = Rotation overdue

rotation-every = Rotation interval, in days
rotation-every-hint = A number from { $min } to { $max }, or empty for no schedule. Latchkey reminds you before the date. An overdue key keeps working.
rotation-every-policy-hint = Leave empty for { $days } days, as the policy says. You can choose fewer days, from { $min }, but not more. An overdue key keeps working.
rotation-by = Rotate by
rotation-by-edit-hint = Someone marked this key for rotation. Clear the date to remove the mark. The key keeps working after the date.
rotation-by-hint = After this date the list says “Rotation overdue”. Nothing stops working.
rotation-note = Note to the owners
rotation-note-hint = Optional. Included in the email and in the history of each key.

rotation-detail = Rotation
rotation-detail-due = Rotate by { $date }
rotation-detail-overdue = Overdue: it was due by { $date }
rotation-detail-marked = Marked for { $date }
rotation-detail-own = Every { $days } days
rotation-detail-policy = Every { $days } days, by the policy

rotation-mark = Mark for rotation
rotation-mark-heading = { $count ->
    [1] Mark “{ $name }” for rotation?
   *[other] Mark { $count } keys for rotation?
}
rotation-mark-text = { $count ->
    [1] The key is due by the date that you set, or earlier if its schedule says so.
   *[other] The keys are due by the date that you set, or earlier if their schedule says so.
}
rotation-mark-mails = { $people ->
    [one] Latchkey emails the owner.
   *[other] Latchkey sends each of the { $people } owners one email with their keys.
}
rotation-mark-no-mails = There is no mail server, so owners get no email. They see the date in their list of keys.
rotation-mark-replaces = { $count ->
    [one] { $count } of the keys is already marked. The new date replaces the earlier one.
   *[other] { $count } of the keys are already marked. The new date replaces the earlier one.
}
flash-api-key-marked = API key “{ $name }” is due for rotation by { $date }.
flash-api-keys-marked = { $count ->
    [one] { $count } key is due for rotation by { $date }.
   *[other] { $count } keys are due for rotation by { $date }.
}

fault-rotation-interval = Enter a whole number of days from { $min } to { $max }, or leave the field empty
fault-rotation-interval-policy = Enter at most { $days } days: the policy asks for a rotation at least that often
fault-rotation-date-missing = Select a date by which to rotate
fault-rotation-date-malformed = Enter a date such as 2026-12-31
fault-rotation-date-past = Select { $earliest } or a later date
fault-rotation-date-late = Select { $latest } or an earlier date: a key can be marked for a year ahead

policy-rotate-every = Days after which a key is due for rotation
policy-rotate-every-hint = Counted from the last rotation, or from the day the key was confirmed. Owners are reminded as they are of the expiration date. An overdue key keeps working. Leave empty for no schedule.
policy-fault-rotation = Enter a whole number of days from { $min } to { $max }, or leave the field empty: less than a week leaves no time for reminders
policy-impact-overdue = { $count ->
    [one] { $count } key has not been rotated for { $days } and becomes overdue. It keeps working, and its owner is reminded.
   *[other] { $count } keys have not been rotated for { $days } and become overdue. They keep working, and their owners are reminded.
}

# After a number that stands out.
home-check-rotation-overdue = { $count ->
    [one] key is overdue for rotation
   *[other] keys are overdue for rotation
}

mail-rotation-key = “{ $name }”, which ends in { $hint }
mail-rotation-requested-subject = { $count ->
    [one] Rotate an API key by { $date }
   *[other] Rotate { $count } API keys by { $date }
}
mail-rotation-requested-text = { $count ->
    [one] { $marked_by } asks you to rotate this API key of yours in { $organization } by { $date }.
   *[other] { $marked_by } asks you to rotate these API keys of yours in { $organization } by { $date }.
}
mail-rotation-requested-note = Their note: “{ $note }”
mail-rotation-requested-link = Open your keys
mail-rotation-due-subject = { $days ->
    [one] Rotate API key “{ $name }” within { $days } day
   *[other] Rotate API key “{ $name }” within { $days } days
}
mail-rotation-due-today-subject = Rotate API key “{ $name }” today
mail-rotation-due-tomorrow-subject = Rotate API key “{ $name }” by tomorrow
mail-rotation-overdue-subject = API key “{ $name }” is overdue for rotation
mail-rotation-due-text = Your API key “{ $name }” in { $organization }, which ends in { $hint }, is due for rotation by { $date }.
mail-rotation-overdue-text = Your API key “{ $name }” in { $organization }, which ends in { $hint }, was due for rotation by { $date }.
mail-rotation-what-to-do = To rotate a key, open it and select Rotate. You get a new token, and the former one keeps working while you replace it. A key that is overdue keeps working. You receive this email because you own the key.
mail-overlap-ends-subject = The former token of API key “{ $name }” ends soon and is still used
mail-overlap-ends-text = You rotated your API key “{ $name }” in { $organization }. Its former token, which ends in { $hint }, was used within the last hour. It works until { $until }, and everything that still uses it stops working then.
mail-overlap-ends-what-to-do = Open the key to see where the former token is used from, and replace it there with the new one. You receive this email because you own the key.
