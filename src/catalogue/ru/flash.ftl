### What a page says about what was just done.

flash-welcome = Добро пожаловать. Организация { $organization } готова, и вы её владелец. Теперь создайте первый API-ключ.
flash-api-key-confirmed = API-ключ «{ $name }» активен.
flash-how-checked = Как ваш сервис его проверит
flash-api-key-discarded = Вы отказались от API-ключа «{ $name }». Он не был активен.
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
flash-api-key-disabled = API-ключ «{ $name }» отключён. Запросы с ним отклоняются.
flash-api-key-disabled-until = API-ключ «{ $name }» отключён до { $until }. До этого времени запросы с ним отклоняются.
flash-api-key-rotated = У API-ключа «{ $name }» новый токен. Прежний действует до { $until }.
flash-rotation-discarded = Вы отказались от нового токена ключа «{ $name }». Для текущего ничего не изменилось.
flash-overlap-ended = Прежний токен ключа «{ $name }» больше не работает.
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
    [one] Ещё { $count } ключ не изменён.
    [few] Ещё { $count } ключа не изменены.
   *[many] Ещё { $count } ключей не изменены.
}
flash-nothing-to-change = Ничего не изменено: статус выбранных ключей не допускает этого действия.
flash-no-api-key-selected = Ничего не изменено: ключи не выбраны. Выберите ключи и попробуйте ещё раз.
flash-no-api-key-to-delete = У вас нет API-ключей, удалять нечего.
flash-organization-has-no-api-key = У вашей организации нет API-ключей, удалять нечего.

flash-account-unchanged = Изменений нет.
flash-renamed = Имя изменено.
flash-theme-changed = Тема изменена.
flash-language-changed = Язык изменён.
flash-email-changed = Адрес почты изменён. Теперь входите с адресом { $email }.
flash-password-changed = Пароль изменён. Сеансы в других браузерах завершены.
flash-session-ended = Сеанс завершён.
flash-no-other-session = Других сеансов у вас нет.
flash-other-sessions-ended = { $count ->
    [1] Другой сеанс завершён.
   *[other] Другие сеансы завершены: { $count }.
}

flash-member-invited = Приглашение для { $email } создано. Оно сработает один раз в течение семи дней.
flash-invitation-ended = Приглашение для { $email } больше не действует. Создайте новое.
flash-invitation-revoked = Приглашение для { $email } отозвано и больше не работает.
flash-member-role-changed = Новая роль участника { $name }: «{ $role }». Ему придётся войти снова.
flash-member-disabled = Участник { $name } отключён. Все его сеансы завершены, API-ключи не работают.
flash-member-enabled = Участник { $name } снова активен. Его API-ключи работают как прежде.
flash-member-removed = Участник { $name } удалён.
flash-keys-handed-over = { $count ->
    [one] Передан { $count } ключ. Новый владелец: { $heir }.
    [few] Переданы { $count } ключа. Новый владелец: { $heir }.
   *[many] Передано { $count } ключей. Новый владелец: { $heir }.
}
flash-keys-revoked = { $count ->
    [one] Отозван { $count } ключ.
    [few] Отозваны { $count } ключа.
   *[many] Отозвано { $count } ключей.
}

flash-project-archived = Проект «{ $name }» отправлен в архив. Добавлять в него ключи нельзя, существующие ключи работают как прежде.
flash-project-created = Проект «{ $name }» создан.
flash-project-renamed = Проект переименован в «{ $name }».
flash-project-restored = Проект «{ $name }» восстановлен. В него снова можно добавлять ключи.
flash-integrations-stopped = { $count ->
    [1] Интеграции, которые его используют, перестали работать.
   *[other] Интеграции, которые их используют, перестали работать.
}
flash-some-integrations-stopped = { $count ->
    [1] Один из них был активен: интеграции, которые его используют, перестали работать.
   *[other] Активных среди них было { $count }: интеграции, которые их используют, перестали работать.
}
