### Главная страница.

home-see-all-api-keys = Все API-ключи
home-views = Чьи ключи
home-of-organization = Вся организация
home-active = Активные
home-requests = Запросы за { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
home-refused = Отклонено за { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}

home-attention = Требует внимания
home-nothing-to-do = Сейчас ничего не требует вашего внимания.
home-check-expiring = { $count ->
    [one] ключ истекает в течение { $days ->
        [one] { $days } дня
        [few] { $days } дней
       *[many] { $days } дней
    }
    [few] ключа истекают в течение { $days ->
        [one] { $days } дня
        [few] { $days } дней
       *[many] { $days } дней
    }
   *[many] ключей истекают в течение { $days ->
        [one] { $days } дня
        [few] { $days } дней
       *[many] { $days } дней
    }
}
home-check-not-confirmed = { $count ->
    [one] ключ не подтверждён и пока не работает
    [few] ключа не подтверждены и пока не работают
   *[many] ключей не подтверждены и пока не работают
}
home-check-unused = { $count ->
    [one] активный ключ не использовался { $days } дней
    [few] активных ключа не использовались { $days } дней
   *[many] активных ключей не использовались { $days } дней
}
home-check-ended-tokens = { $count ->
    [one] ключ ещё используется с отключённым токеном
    [few] ключа ещё используются с отключёнными токенами
   *[many] ключей ещё используются с отключёнными токенами
}
home-check-invitations = { $count ->
    [one] приглашение ещё не принято
    [few] приглашения ещё не приняты
   *[many] приглашений ещё не приняты
}
home-check-limit = { $count ->
    [0] ключей: достигнут ваш лимит
    [one] ключей: можно создать ещё { $count }
    [few] ключей: можно создать ещё { $count }
   *[many] ключей: можно создать ещё { $count }
}
home-of-limit = { $used } из { $limit }

home-use = Запросы
home-no-use = За последние { $days } дней запросов не было
home-no-use-text = Latchkey считает каждый запрос, которым сервис проверяет ключ. График появится после первого из них.
home-most-used = Чаще всего за { $days } дней
home-uses = { $count ->
    [one] { $count } запрос
    [few] { $count } запроса
   *[many] { $count } запросов
}
home-recently-used = Недавно использованы
home-newest = Новые ключи

home-first-steps = Первые шаги
home-first-steps-text = Три шага до первого запроса, который Latchkey проверит для вас.
home-step-done = Готово
home-step-key = Создайте API-ключ
home-step-key-text = Скопируйте секрет и подтвердите, что сохранили его. До этого ключ не работает.
home-step-verification = Проверьте его из своего сервиса
home-step-verification-text = Готовые фрагменты для nginx, Caddy, Traefik, Envoy и вашего кода.
home-step-invitation = Пригласите коллег
home-step-invitation-text = Они смогут создавать свои ключи или следить за ключами всей организации.
