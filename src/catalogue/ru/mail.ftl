### Mails.

mail-or-open = Или откройте эту ссылку в браузере:

mail-invitation-subject = { $invited_by } приглашает вас в организацию «{ $organization }» — Latchkey
mail-invitation-text = { $role ->
    [owner] { $invited_by } приглашает вас в организацию «{ $organization }». Её API-ключи хранятся в Latchkey. Ваша роль: «Владелец».
    [administrator] { $invited_by } приглашает вас в организацию «{ $organization }». Её API-ключи хранятся в Latchkey. Ваша роль: «Администратор».
    [support] { $invited_by } приглашает вас в организацию «{ $organization }». Её API-ключи хранятся в Latchkey. Ваша роль: «Поддержка».
    [analytics] { $invited_by } приглашает вас в организацию «{ $organization }». Её API-ключи хранятся в Latchkey. Ваша роль: «Аналитика».
   *[member] { $invited_by } приглашает вас в организацию «{ $organization }». Её API-ключи хранятся в Latchkey. Ваша роль: «Участник».
}
mail-invitation-link = Принять приглашение
mail-invitation-until = Ссылка сработает один раз, до { $until }. Если вы не ждали приглашения, ничего не делайте: без вашего согласия учётная запись не появится.

mail-password-reset-subject = Сброс пароля в Latchkey
mail-password-reset-text = Кто-то (вероятно, вы) запросил новый пароль для вашей учётной записи в Latchkey.
mail-password-reset-link = Задать новый пароль
mail-password-reset-until = Ссылка сработает один раз, до { $until }. Если вы её не запрашивали, ничего не делайте: пароль останется прежним.

mail-password-changed-subject = Ваш пароль в Latchkey изменён
mail-password-changed-text = Пароль вашей учётной записи в Latchkey изменён { $at }.
mail-password-changed-from-text = Пароль вашей учётной записи в Latchkey изменён { $at } с IP-адреса { $address }.
mail-email-changed-subject = Адрес почты вашей учётной записи в Latchkey изменён
mail-email-changed-text = { $at } почта вашей учётной записи в Latchkey изменена на { $email }. Теперь входите с новым адресом.
mail-email-changed-from-text = { $at } с IP-адреса { $address } почта вашей учётной записи в Latchkey изменена на { $email }. Теперь входите с новым адресом.
mail-not-you = Если это были вы, ничего делать не нужно. Если нет, сразу попросите владельца или администратора организации отключить вашу учётную запись.

mail-day = { $day } { $month } { $year } г.
mail-minute = { $date }, { $time } UTC
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
