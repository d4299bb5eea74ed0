### When keys are due for rotation: by a schedule, or by a date that somebody sets.

rotation-filter = Смена токена
rotation-any = Любая
rotation-due-soon = В ближайшие { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
rotation-overdue = Просрочена
# Badges in a row.
rotation-badge-due = Сменить до { $date }
rotation-badge-overdue = Смена просрочена

rotation-every = Интервал смены токена, в днях
rotation-every-hint = Число от { $min } до { $max }. Пустое поле — без расписания. Latchkey напомнит вам заранее. Просроченный ключ продолжает работать.
rotation-every-policy-hint = Пустое поле — срок из политики, дней: { $days }. Можно указать меньше, начиная с { $min }, но не больше. Просроченный ключ продолжает работать.
rotation-by = Сменить токен до
rotation-by-edit-hint = Для этого ключа назначена смена токена. Очистите дату, чтобы снять отметку. После этой даты ключ продолжит работать.
rotation-by-hint = После этой даты в списке появится «Смена просрочена». Ничего не перестанет работать.
rotation-note = Сообщение владельцам
rotation-note-hint = Необязательно. Попадёт в письмо и в историю каждого ключа.

rotation-detail = Смена токена
rotation-detail-due = Сменить до { $date }
rotation-detail-overdue = Просрочена: сменить нужно было до { $date }
rotation-detail-marked = Отмечена на { $date }
rotation-detail-own = Каждые { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
rotation-detail-policy = Каждые { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}, по политике

rotation-mark = Назначить смену
rotation-mark-heading = { $count ->
    [1] Назначить смену токена «{ $name }»?
    [one] Назначить смену токена { $count } ключа?
    [few] Назначить смену токенов { $count } ключей?
   *[many] Назначить смену токенов { $count } ключей?
}
rotation-mark-text = { $count ->
    [1] Токен нужно сменить до даты, которую вы укажете, или раньше, если так велит расписание ключа.
   *[other] Токены нужно сменить до даты, которую вы укажете, или раньше, если так велит расписание ключа.
}
rotation-mark-mails = { $people ->
    [1] Владелец получит письмо.
   *[other] Каждый владелец получит одно письмо со списком своих ключей. Владельцев: { $people }.
}
rotation-mark-no-mails = Почтовый сервер не настроен, поэтому владельцы не получат писем. Дату они увидят в списке ключей.
rotation-mark-replaces = { $count ->
    [one] Для { $count } ключа смена уже назначена. Новая дата заменит прежнюю.
    [few] Для { $count } ключей смена уже назначена. Новая дата заменит прежнюю.
   *[many] Для { $count } ключей смена уже назначена. Новая дата заменит прежнюю.
}
flash-api-key-marked = Токен API-ключа «{ $name }» нужно сменить до { $date }.
flash-api-keys-marked = { $count ->
    [one] До { $date } нужно сменить токен { $count } ключа.
    [few] До { $date } нужно сменить токены { $count } ключей.
   *[many] До { $date } нужно сменить токены { $count } ключей.
}

fault-rotation-interval = Введите целое число дней от { $min } до { $max } или оставьте поле пустым
fault-rotation-interval-policy = Введите не больше { $days }: по политике токен меняют не реже
fault-rotation-date-missing = Выберите дату, до которой нужно сменить токен
fault-rotation-date-malformed = Введите дату в виде 2026-12-31
fault-rotation-date-past = Выберите { $earliest } или более позднюю дату
fault-rotation-date-late = Выберите { $latest } или более раннюю дату: смену можно назначить не больше чем на год вперёд

policy-rotate-every = Через сколько дней менять токен ключа
policy-rotate-every-hint = Отсчёт идёт от последней смены или от дня, когда ключ подтвердили. Владельцам напоминают так же, как о сроке действия. Просроченный ключ продолжает работать. Оставьте поле пустым, если расписание не нужно.
policy-fault-rotation = Введите целое число дней от { $min } до { $max } или оставьте поле пустым: меньше чем за неделю не успеть напомнить
policy-impact-overdue = { $count ->
    [one] Смена токена просрочена у { $count } ключа: после неё прошло больше { $days }. Ключи продолжат работать, а владельцы получат напоминания.
    [few] Смена токена просрочена у { $count } ключей: после неё прошло больше { $days }. Ключи продолжат работать, а владельцы получат напоминания.
   *[many] Смена токена просрочена у { $count } ключей: после неё прошло больше { $days }. Ключи продолжат работать, а владельцы получат напоминания.
}

# After a number that stands out.
home-check-rotation-overdue = { $count ->
    [one] ключ с просроченной сменой токена
    [few] ключа с просроченной сменой токена
   *[many] ключей с просроченной сменой токена
}

mail-rotation-key = «{ $name }», последние знаки: { $hint }
mail-rotation-requested-subject = { $count ->
    [1] Смените токен API-ключа до { $date }
   *[other] Смените токены API-ключей до { $date }: { $count }
}
mail-rotation-requested-text = { $count ->
    [1] { $marked_by } просит вас до { $date } сменить токен вашего API-ключа в организации «{ $organization }».
   *[other] { $marked_by } просит вас до { $date } сменить токены ваших API-ключей в организации «{ $organization }».
}
mail-rotation-requested-note = Сообщение: «{ $note }»
mail-rotation-requested-link = Открыть ваши ключи
mail-rotation-due-subject = { $days ->
    [one] Смените токен API-ключа «{ $name }» в течение { $days } дня
    [few] Смените токен API-ключа «{ $name }» в течение { $days } дней
   *[many] Смените токен API-ключа «{ $name }» в течение { $days } дней
}
mail-rotation-due-today-subject = Смените токен API-ключа «{ $name }» сегодня
mail-rotation-due-tomorrow-subject = Смените токен API-ключа «{ $name }» до конца завтрашнего дня
mail-rotation-overdue-subject = Смена токена API-ключа «{ $name }» просрочена
mail-rotation-due-text = Токен вашего API-ключа «{ $name }» в организации «{ $organization }» (последние знаки: { $hint }) нужно сменить до { $date }
mail-rotation-overdue-text = Токен вашего API-ключа «{ $name }» в организации «{ $organization }» (последние знаки: { $hint }) нужно было сменить до { $date }
mail-rotation-what-to-do = Чтобы сменить токен, откройте ключ и выберите «Сменить токен». Вы получите новый токен, а прежний будет работать, пока вы его заменяете. Просроченный ключ продолжает работать. Вы получили это письмо, потому что владеете ключом.
mail-overlap-ends-subject = Прежний токен API-ключа «{ $name }» скоро перестанет работать, но ещё используется
mail-overlap-ends-text = Вы сменили токен API-ключа «{ $name }» в организации «{ $organization }». Прежний токен (последние знаки: { $hint }) использовался в течение последнего часа. Он действует до { $until }, после этого всё, что его использует, перестанет работать.
mail-overlap-ends-what-to-do = Откройте ключ, чтобы узнать, откуда используется прежний токен, и замените его там новым. Вы получили это письмо, потому что владеете ключом.
