### What a page says about what was just done.

flash-welcome = Добро пожаловать. Организация { $organization } готова, и вы её владелец. Теперь создайте первый API-ключ.
flash-api-key-confirmed = API-ключ «{ $name }» активен.
flash-api-key-discarded = Вы отказались от API-ключа «{ $name }». Он никогда не работал.
flash-api-key-deleted = API-ключ «{ $name }» удалён.
flash-api-keys-deleted = { $count ->
    [one] Удалён { $count } ключ.
    [few] Удалены { $count } ключа.
   *[many] Удалено { $count } ключей.
}
flash-all-api-keys-deleted = { $count ->
    [1] Ваш единственный API-ключ удалён.
    [one] Все ваши API-ключи удалены: { $count } ключ.
    [few] Все ваши API-ключи удалены: { $count } ключа.
   *[many] Все ваши API-ключи удалены: { $count } ключей.
}
flash-organizations-api-keys-deleted = { $count ->
    [1] Единственный API-ключ вашей организации удалён.
    [one] Все API-ключи вашей организации удалены: { $count } ключ.
    [few] Все API-ключи вашей организации удалены: { $count } ключа.
   *[many] Все API-ключи вашей организации удалены: { $count } ключей.
}
flash-api-key-disabled = API-ключ «{ $name }» отключён. Всё, что его использует, получает отказ.
flash-api-key-disabled-until = API-ключ «{ $name }» отключён до { $until }. Всё, что его использует, получает отказ.
flash-api-key-enabled = API-ключ «{ $name }» снова активен.
flash-api-key-revoked = API-ключ «{ $name }» отозван.
flash-api-keys-disabled = { $count ->
    [one] Отключён { $count } ключ.
    [few] Отключены { $count } ключа.
   *[many] Отключено { $count } ключей.
}
flash-api-keys-enabled = { $count ->
    [one] Включён { $count } ключ.
    [few] Включены { $count } ключа.
   *[many] Включено { $count } ключей.
}
flash-api-keys-revoked = { $count ->
    [one] Отозван { $count } ключ.
    [few] Отозваны { $count } ключа.
   *[many] Отозвано { $count } ключей.
}
flash-others-untouched = { $count ->
    [one] { $count } другой остался как был.
    [few] { $count } других остались как были.
   *[many] { $count } других остались как были.
}
flash-nothing-to-change = Ничего не изменено: в нынешнем состоянии выбранных ключей это ничего не меняет.
flash-no-api-key-selected = Ничего не изменено: ни один ключ не выбран. Сначала отметьте ключи.
flash-no-api-key-to-delete = Удалять нечего: у вас нет API-ключей.
flash-organization-has-no-api-key = Удалять нечего: у вашей организации нет API-ключей.

flash-renamed = Ваше имя изменено.
flash-theme-changed = Страницы выглядят так, как вы выбрали.
flash-language-changed = Страницы говорят на выбранном вами языке.
flash-email-changed = Ваш адрес почты изменён. Теперь входите с { $email }.
flash-password-changed = Ваш пароль изменён. Во всех других браузерах вы вышли из системы.
flash-session-ended = В том браузере вы вышли из системы.
flash-no-other-session = Больше нигде вы не входили.
flash-other-sessions-ended = { $count ->
    [one] Завершён { $count } другой ваш сеанс.
    [few] Завершены { $count } других ваших сеанса.
   *[many] Завершено { $count } других ваших сеансов.
}

flash-member-invited = Приглашение для { $email } создано. Ссылка сработает один раз в течение семи дней.
flash-invitation-ended = Приглашение для { $email } закончилось, его ссылка больше не работает. Пригласите ещё раз.
flash-invitation-revoked = Приглашение для { $email } отозвано. Его ссылка больше не работает.
flash-member-role-changed = { $name }: теперь роль «{ $role }», нужно войти снова.
flash-member-disabled = { $name }: учётная запись отключена, все сеансы завершены, ни один API-ключ не работает.
flash-member-enabled = { $name }: учётная запись снова активна, API-ключи работают как прежде.
flash-member-removed = { $name }: учётная запись удалена.
flash-keys-handed-over = { $count ->
    [one] Новый владелец { $count } ключа: { $heir }.
    [few] Новый владелец { $count } ключей: { $heir }.
   *[many] Новый владелец { $count } ключей: { $heir }.
}
flash-keys-revoked = { $count ->
    [one] Отозван { $count } ключ.
    [few] Отозваны { $count } ключа.
   *[many] Отозвано { $count } ключей.
}

flash-project-archived = Проект «{ $name }» в архиве. Он не принимает новых ключей; прежние продолжают работать.
flash-project-created = Проект «{ $name }» создан.
flash-project-renamed = Теперь проект называется «{ $name }».
flash-project-restored = Проект «{ $name }» снова принимает новые ключи.
flash-integrations-stopped = { $count ->
    [1] Интеграции, которые его используют, перестали работать.
   *[other] Интеграции, которые их используют, перестали работать.
}
flash-some-integrations-stopped = { $count ->
    [one] Из них работал { $count }: использовавшие такой ключ интеграции остановились.
    [few] Из них работали { $count }: использовавшие их интеграции остановились.
   *[many] Из них работало { $count }: использовавшие их интеграции остановились.
}
