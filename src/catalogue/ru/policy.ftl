### The policy of an organization, and what a change of it touches.

policy-heading = Политика API-ключей
policy-text = Правила для всех API-ключей организации. Они действуют сразу и для всех.
policy-settings-text = Кто может создавать ключи, как долго они действуют, чьи токены можно посмотреть снова.
policy-export = Скачать в TOML
policy-setting = Настройка
policy-on = Включено
policy-off = Выключено

policy-presets = Начать с готового набора
policy-preset-use = Заполнить<span class="vh"> форму</span>
policy-preset-present = Действует
policy-begun-from = Форма ниже заполнена набором «{ $preset }». Пока ничего не сохранено.
policy-preset-copy-confirmed = С подтверждением копирования
policy-preset-copy-confirmed-text = Администраторы создают ключи на срок до года. Каждый показывается один раз и работает, когда владелец подтвердил, что скопировал его.
policy-preset-key-and-secret = Ключ и секрет
policy-preset-key-and-secret-text = Каждый создаёт до десяти ключей одним нажатием и получает ключ и его секрет.
policy-preset-scoped-projects = Проекты и назначения
policy-preset-scoped-projects-text = Каждый создаёт ключи для страниц, приложений и аналитики, в проектах, и может посмотреть их в любое время.
policy-preset-personal-default = Личный ключ для каждого
policy-preset-personal-default-text = У каждого есть ключ, созданный системой; можно создать и другие и посмотреть их в любое время.
policy-preset-token-vault = Хранилище токенов
policy-preset-token-vault-text = Администраторы хранят токены, которые могут посмотреть снова.

policy-people = Люди
policy-who-may-create = Кто может создавать ключи
policy-who-administrators = Владельцы и администраторы
policy-who-administrators-text = У остальных ключи остаются и видны, но изменить их нельзя.
policy-who-everyone = Все
policy-who-everyone-text = Каждый создаёт собственные ключи и управляет ими.
policy-max-keys = Ключей на человека
policy-max-keys-hint = Сколько ключей может быть у человека одновременно. Истёкшие и отозванные не считаются, созданный системой — тоже.
policy-system-key = Ключ от системы для каждого
policy-system-key-hint = Создаётся при следующем входе, владелец всегда может посмотреть его снова; если его удалить, создаётся новый.

policy-life = Сколько действуют ключи
policy-max-lifetime = Самый долгий срок, в днях
policy-max-lifetime-hint = Самая поздняя дата, которую можно выбрать, считая со дня создания.
policy-default-lifetime = Предлагаемый срок, в днях
policy-default-lifetime-hint = С этой даты начинается форма. Пусто — даты не предлагается, если ключи могут быть без неё.
policy-allow-no-expiry = Ключи могут быть бессрочными
policy-allow-no-expiry-hint = Такой ключ работает, пока его не отзовут или не удалят. О нём никому не напоминают.
policy-reminders = Напоминания, за сколько дней до конца срока
policy-reminders-hint = Владелец ключа получает письмо, если настроен почтовый сервер. Например, 30, 7, 1; пусто — без напоминаний.
policy-revoke-unused = Отзывать ключи, которыми никто не пользуется, через дней
policy-revoke-unused-hint = Отзыв — навсегда. Первые ключи отзываются через 30 дней после того, как срок задан или сокращён. Пусто — никогда.

policy-tokens = Токены
policy-viewable = Чьи токены владельцы могут посмотреть снова
policy-viewable-never = Ничьи
policy-viewable-never-text = Каждый токен показывается один раз и нигде не хранится.
policy-viewable-web-and-mobile = Ключей для веба и мобильных приложений
policy-viewable-web-and-mobile-text = Они и так доступны на страницах и в приложениях. Хранятся зашифрованными.
policy-viewable-all = Всех ключей
policy-viewable-all-text = Хранятся зашифрованными. Токен видит только владелец, после ввода пароля.
policy-require-copy = Ключ работает, только когда владелец подтвердил, что скопировал его
policy-require-copy-hint = Без этого ключ работает сразу.

policy-pages = Создание ключей и список
policy-scopes = Для чего могут быть новые ключи
policy-scopes-hint = Если вариант один, о нём не спрашивают.
policy-one-click = Создавать одним нажатием
policy-one-click-hint = Кнопка «Создать ключ» сразу создаёт его с названием, датой и назначением, которые предложила бы форма. Форма остаётся доступной.
policy-row-buttons = Кнопки в каждой строке списка
policy-row-buttons-hint = Рядом с меню, где есть все действия.
policy-button-view = Просмотр
policy-button-show = Показать
policy-button-copy = Копировать
policy-button-edit = Изменить
policy-button-revoke = Отозвать
policy-button-delete = Удалить

policy-save = Сохранить политику
policy-save-hint = Если изменение касается ключей или людей, вы увидите, скольких, прежде чем что-либо сохранится.

policy-conflict = Пока вы редактировали, политику изменили
policy-conflict-text = Ничего из вашего не сохранено. Эти настройки отличаются. Отправьте форму ещё раз, чтобы заменить их, или сначала исправьте её.

policy-fault-max-lifetime = Введите целое число дней от { $min } до { $max }
policy-fault-default-lifetime = Введите целое число дней, не больше самого долгого срока
policy-fault-default-lifetime-missing = Введите число дней или разрешите бессрочные ключи
policy-fault-max-keys = Введите целое число от { $min } до { $max }
policy-fault-no-scope = Выберите хотя бы одно
policy-fault-reminders = Введите не более { $count } целых чисел от { $min } до { $max } через запятую
policy-fault-disuse = Введите целое число дней от { $min } до { $max } или ничего

policy-dry-run-heading = Чего касается изменение
policy-dry-run-text = Пока ничего не сохранено. Сейчас ни один ключ не перестанет работать.
policy-dry-run-again = Тем временем числа изменились. Ничего не сохранено: посмотрите ещё раз.
policy-dry-run-too-many = Сократить пришлось бы срок более чем { $limit } ключей, это больше, чем можно за один раз. Оставьте их как есть или сначала удалите ненужные ключи. Ничего не сохранено.
policy-dry-run-yes = Да, сохранить политику
policy-leave = Оставить как есть
policy-shorten = Сократить их срок, предупредив за 30 дней
policy-shorten-text = Срок каждого закончится тогда, когда новая политика разрешает для ключа с его датой создания, но до { $until } включительно он работает в любом случае. У ключа, срок которого закончится раньше, дата останется прежней.
policy-days = { $count ->
    [one] { $count } день
    [few] { $count } дня
   *[many] { $count } дней
}
policy-days-genitive = { $count ->
    [one] { $count } дня
    [few] { $count } дней
   *[many] { $count } дней
}
policy-impact-long-lived = { $count ->
    [one] { $count } ключ действует дольше { $days }
    [few] { $count } ключа действуют дольше { $days }
   *[many] { $count } ключей действуют дольше { $days }
}
policy-impact-endless = { $count ->
    [one] { $count } ключ бессрочный
    [few] { $count } ключа бессрочные
   *[many] { $count } ключей бессрочные
}
policy-impact-tokens-erased = { $count ->
    [one] Будет стёрт { $count } токен, который сейчас можно посмотреть. Работать это не помешает.
    [few] Будут стёрты { $count } токена, которые сейчас можно посмотреть. Работать это не помешает.
   *[many] Будет стёрто { $count } токенов, которые сейчас можно посмотреть. Работать это не помешает.
}
policy-impact-over-limit = { $count ->
    [one] У { $count } человека больше, чем { $limit }: ключи останутся, но новых создать нельзя.
    [few] У { $count } человек больше, чем { $limit }: ключи останутся, но новых создать нельзя.
   *[many] У { $count } человек больше, чем { $limit }: ключи останутся, но новых создать нельзя.
}
policy-impact-losing-keys = { $count ->
    [one] { $count } человек больше не сможет создавать собственные ключи и управлять ими; ключи продолжат работать.
    [few] { $count } человека больше не смогут создавать собственные ключи и управлять ими; ключи продолжат работать.
   *[many] { $count } человек больше не смогут создавать собственные ключи и управлять ими; ключи продолжат работать.
}
policy-impact-scope = { $count ->
    [one] У { $count } ключа назначение «{ $scope }», которое больше не предлагается. Работать это не помешает.
    [few] У { $count } ключей назначение «{ $scope }», которое больше не предлагается. Работать это не помешает.
   *[many] У { $count } ключей назначение «{ $scope }», которое больше не предлагается. Работать это не помешает.
}
policy-impact-unused = { $count ->
    [one] { $count } ключом не пользовались { $days }: если так и останется, отзыв начнётся с { $from }.
    [few] { $count } ключами не пользовались { $days }: если так и останется, отзыв начнётся с { $from }.
   *[many] { $count } ключами не пользовались { $days }: если так и останется, отзыв начнётся с { $from }.
}
policy-impact-getting-system-key = { $count ->
    [one] { $count } человек получит ключ от системы при следующем входе.
    [few] { $count } человека получат ключ от системы при следующем входе.
   *[many] { $count } человек получат ключ от системы при следующем входе.
}
policy-impact-system-keys-left = { $count ->
    [one] { $count } ключ, созданный системой, останется обычным ключом.
    [few] { $count } ключа, созданные системой, останутся обычными ключами.
   *[many] { $count } ключей, созданных системой, останутся обычными ключами.
}

flash-policy-changed = Политика сохранена и уже действует.
flash-policy-changed-and-shortened = { $count ->
    [one] Политика сохранена и уже действует. Срок { $count } ключа закончится раньше.
    [few] Политика сохранена и уже действует. Срок { $count } ключей закончится раньше.
   *[many] Политика сохранена и уже действует. Срок { $count } ключей закончится раньше.
}
flash-policy-unchanged = Политика уже такая. Ничего не изменено.
event-api-key-expiry-shortened = Срок ключа сокращён, так как изменилась политика

mail-api-key-expires-subject = { $days ->
    [one] Срок API-ключа «{ $name }» истекает через { $days } день
    [few] Срок API-ключа «{ $name }» истекает через { $days } дня
   *[many] Срок API-ключа «{ $name }» истекает через { $days } дней
}
mail-api-key-expires-today-subject = Срок API-ключа «{ $name }» истекает сегодня
mail-api-key-expires-tomorrow-subject = Срок API-ключа «{ $name }» истекает завтра
mail-api-key-expires-text = Ваш API-ключ «{ $name }» организации { $organization }, который заканчивается на { $hint }, работает до { $until }. Всё, что его использует, после этого перестанет работать.
mail-api-key-expires-link = Посмотреть ключ
mail-api-key-expires-what-to-do = Если он ещё нужен, продлите его или создайте новый и замените его до этого времени.
