### Mails.

mail-or-open = Или откройте этот адрес в браузере:

mail-invitation-subject = { $invited_by } приглашает вас в организацию «{ $organization }» — Latchkey
mail-invitation-text = { $role ->
    [owner] { $invited_by } приглашает вас в организацию «{ $organization }». Её API-ключи хранятся в Latchkey. Ваша роль: «Владелец».
    [administrator] { $invited_by } приглашает вас в организацию «{ $organization }». Её API-ключи хранятся в Latchkey. Ваша роль: «Администратор».
    [support] { $invited_by } приглашает вас в организацию «{ $organization }». Её API-ключи хранятся в Latchkey. Ваша роль: «Поддержка».
    [analytics] { $invited_by } приглашает вас в организацию «{ $organization }». Её API-ключи хранятся в Latchkey. Ваша роль: «Аналитика».
   *[member] { $invited_by } приглашает вас в организацию «{ $organization }». Её API-ключи хранятся в Latchkey. Ваша роль: «Участник».
}
mail-invitation-link = Принять приглашение
mail-invitation-until = Ссылка сработает один раз, до { $until }. Если вы не знаете, о чём речь, ничего не делайте: учётная запись не появится.

mail-password-reset-subject = Новый пароль для Latchkey
mail-password-reset-text = Кто-то, вероятно вы, запросил новый пароль для вашей учётной записи в Latchkey.
mail-password-reset-link = Выбрать новый пароль
mail-password-reset-until = Ссылка сработает один раз, до { $until }. Если это были не вы, ничего не делайте: пароль останется прежним.

mail-password-changed-subject = Ваш пароль в Latchkey изменён
mail-password-changed-text = Пароль вашей учётной записи в Latchkey изменён { $at }.
mail-password-changed-from-text = Пароль вашей учётной записи в Latchkey изменён { $at }, с адреса { $address }.
mail-email-changed-subject = У вашей учётной записи в Latchkey другой адрес почты
mail-email-changed-text = { $at } адрес почты вашей учётной записи в Latchkey изменён на { $email }. Теперь входите с ним.
mail-email-changed-from-text = { $at }, с адреса { $address }, почта вашей учётной записи в Latchkey изменена на { $email }. Теперь входите с ней.
mail-not-you = Если это были не вы, сразу попросите владельца или администратора вашей организации отключить учётную запись.

mail-minute = { $day } { $month } { $year } г., { $time } UTC
month-long-january = января
month-long-february = февраля
month-long-march = марта
month-long-april = апреля
month-long-may = мая
month-long-june = июня
month-long-july = июля
month-long-august = августа
month-long-september = сентября
month-long-october = октября
month-long-november = ноября
month-long-december = декабря
