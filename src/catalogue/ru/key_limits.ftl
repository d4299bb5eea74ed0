### Limits of a key: in its forms, on its page, and in events.

limits = Лимиты
limit-rate = Лимит запросов
limit-quota = Квота
limit-of-policy = Как в политике: { $limit }
limit-as-policy = Как в политике
limit-own = Свой лимит
limit-none = Без лимита
limit-none-lower = без лимита

limit-rate-text = { $period ->
    [second] { $count } в секунду
    [hour] { $count } в час
    [day] { $count } в сутки
   *[minute] { $count } в минуту
}
limit-rate-and-burst = { $limit }, не больше { $burst } за одну секунду
limit-quota-text = { $period ->
    [day] { $count } за календарный день
   *[month] { $count } за календарный месяц
}
limit-rate-count = Проверок за период
limit-quota-count = Проверок за день или месяц
limit-period = Период
limit-rate-period-option = { $period ->
    [second] Секунда
    [hour] Час
    [day] Сутки
   *[minute] Минута
}
limit-quota-period-option = { $period ->
    [day] Календарный день
   *[month] Календарный месяц
}
limit-burst = Всплеск
limit-burst-hint = Не больше стольких проверок за любую секунду. Оставьте поле пустым, если такого лимита нет.

fault-limit-unknown = Выберите один из вариантов
fault-limit-range = { $field ->
    [rate_limit] Лимит запросов должен быть целым числом от 1 до { $max }
    [rate_limit_burst] Всплеск должен быть целым числом от 1 до { $max }
   *[quota] Квота должна быть целым числом от 1 до { $max }
}
fault-limit-burst = Введите число не больше лимита запросов или оставьте поле пустым

limit-is-own = Задано для этого ключа
limit-is-of-policy = Из политики API-ключей
limit-gauge = { $window ->
    [rate_second] { $used } из { $limit } за последнюю секунду, осталось { $left }.
    [rate_hour] { $used } из { $limit } за последний час, осталось { $left }.
    [rate_day] { $used } из { $limit } за последние 24 часа, осталось { $left }.
    [quota_day] { $used } из { $limit } за сегодня, осталось { $left }.
    [quota_month] { $used } из { $limit } за этот месяц, осталось { $left }.
   *[rate_minute] { $used } из { $limit } за последнюю минуту, осталось { $left }.
}
limit-gauge-begins = Квота обновится { $date }.
limit-gauge-next = Часть лимита освободится { $wait }.
limit-gauge-free = Если ключ не использовать, лимит полностью освободится { $wait }.
limit-gauge-unknown = Сейчас неизвестно, сколько израсходовано. Загрузите страницу ещё раз через несколько секунд.
in-seconds = { $count ->
    [one] через { $count } секунду
    [few] через { $count } секунды
   *[many] через { $count } секунд
}
in-minutes = { $count ->
    [one] через { $count } минуту
    [few] через { $count } минуты
   *[many] через { $count } минут
}
in-hours = { $count ->
    [one] через { $count } час
    [few] через { $count } часа
   *[many] через { $count } часов
}

limit-reset-link = Сбросить сейчас
limit-reset-heading = Сбросить лимиты ключа { $name }?
limit-reset-text = Все лимиты этого ключа начнут отсчёт с нуля на всех серверах. В статистике прежние запросы останутся.
limit-reset-nothing = У этого ключа нет лимитов.
limit-reset-submit = Да, сбросить
flash-limits-reset = Лимиты API-ключа «{ $name }» начали отсчёт с нуля.
event-api-key-limits-reset = Сброшены лимиты ключа { $subject }
