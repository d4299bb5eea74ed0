### Pages that say why something cannot be done.

error-home = На главную страницу
error-sign-in = Войти
error-get-a-new-link = Получить новую ссылку
error-back-to-api-keys = Назад к вашим API-ключам
error-back-to-members = Назад к участникам
error-nothing-changed = Ничего не изменено.

error-not-found = Страница не найдена
error-not-found-text = По этому адресу ничего нет или нет ничего, что вам можно видеть.
error-method-not-allowed = Здесь это невозможно
error-method-not-allowed-text = Этот адрес не принимает таких запросов.
error-forbidden = Вам этого нельзя
error-forbidden-text = Ваша роль этого не позволяет. Помочь может владелец или администратор вашей организации.
error-signed-out = Войдите, пожалуйста
error-signed-out-text = Ваш сеанс завершён.
error-proof-required = Введите, пожалуйста, пароль
error-proof-required-text = Для этого нужно недавнее подтверждение, что это вы.
error-forged = Форма устарела
error-forged-text = Ничего не изменено. Вернитесь, обновите страницу и отправьте форму ещё раз.
error-malformed = Запрос не удалось понять
error-malformed-text = Ничего не изменено. Вернитесь, обновите страницу и попробуйте ещё раз.
error-too-large = Это слишком много за один раз
error-too-large-text = Ничего не изменено. Отправьте меньше текста.
error-selection-not-found = Выбор изменился
error-selection-not-found-text = { $selected ->
    [1] Ничего не изменено. Выбранный ключ не найден: его удалили за это время, или он не ваш. Вернитесь, проверьте список и выберите снова.
   *[other] Ничего не изменено. Не найдено ключей: { $missing } из { $selected }. Их могли удалить за это время, или они не ваши. Вернитесь, проверьте список и выберите снова.
}
error-registration-closed = Регистрация закрыта
error-registration-closed-text = На этом сервере уже есть организация. Попросите учётную запись у её владельца или администратора.
error-rate-limited = Слишком много попыток
error-invitations-closed = Никого нельзя пригласить
error-invitations-closed-text = Регистрация на этом сервере закрыта. Тот, кто им управляет, может открыть её с помощью LATCHKEY_REGISTRATION=invite.
error-invitation-not-valid = Это приглашение недействительно
error-invitation-not-valid-text = Оно уже использовано, отозвано или истекло, или в ссылке не хватает части. Попросите новое у того, кто вас пригласил.
error-invitation-accepted = Это приглашение уже принято
error-invitation-accepted-text = Отозвать его больше нельзя. Если по нему пришёл новый участник, вы можете его удалить.
error-own-account = С самим собой этого сделать нельзя
error-own-account-text = Никто не отключает и не удаляет себя сам, и только владелец может отказаться от своей роли. Попросите другого владельца или администратора.
error-last-owner = Организации нужен владелец
error-last-owner-text = Ничего не изменено: это последний владелец, который может войти. Сначала сделайте владельцем кого-нибудь ещё.
error-too-many-exports = Слишком много экспортов одновременно
error-too-many-exports-text = Дождитесь окончания одного из экспортов или отмените его загрузку, затем попробуйте снова.
error-busy = Слишком много людей входит одновременно
error-busy-text = Ничего не изменено. Попробуйте через несколько секунд.
error-unavailable = Latchkey не может связаться с базой данных
error-unavailable-text = Ничего не изменено. Всё заработает, как только заработает база данных: попробуйте через минуту.
error-outcome-unknown = Неизвестно, выполнено ли это
error-outcome-unknown-text = Latchkey потерял связь с базой данных в самый момент изменения. Прежде чем повторить, посмотрите, не произошло ли оно.
error-api-key-ended = Этот ключ уже не действует
error-api-key-ended-text = Он истёк или был отозван до подтверждения копии. Удалите его и создайте новый.
error-password-reset-ended = Эта ссылка больше не работает
error-password-reset-ended-text = Она уже использована, заменена более новой, или её время истекло. Ничего не изменено.
error-no-cookie = Ваш браузер не сохранил cookie
error-no-cookie-text = Ничего не изменено. Разрешите cookie для этого адреса. Safari не хранит их при обычном http: используйте https или другой браузер.
error-internal = Что-то пошло не так
error-internal-text = Попробуйте ещё раз, а если не поможет, сообщите тому, кто управляет сервером, номер запроса.
error-api-key-not-found = Такого ключа нет
error-api-key-not-found-text = Ничего не изменено. Ключ удалён, или у вас нет к нему доступа.
error-api-key-gone = Этого ключа больше нет
error-api-key-gone-by = Ничего не изменено. Ключ «{ $name }» удалён { $at }. Кто удалил: { $person }.
error-api-key-gone-by-you = Ничего не изменено. Вы удалили ключ «{ $name }» { $at }.
error-api-key-gone-by-system = Ничего не изменено. Ключ «{ $name }» удалён системой { $at }: никто не подтвердил, что он скопирован.
