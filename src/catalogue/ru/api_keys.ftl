### API keys: list, creation, details, ends; how services check them.

api-key-reveal-heading = Скопируйте API-ключ
api-key-new-heading = Создать API-ключ
api-key-confirmation-heading = Вы скопировали ключ?
description = Описание
description-hint = Где он будет использоваться? Можно оставить пустым.

api-key-reveal-keep-open = Отметьте «Я скопировал ключ» и нажмите «Готово» или отбросьте его.
api-key-copied = Скопировано. Храните его в надёжном месте.
api-key-copy-refused = Браузер не разрешил копирование. Ключ выделен: нажмите Ctrl+C (⌘C на Mac).
# The sign # becomes the number.
api-keys-selected = Выбрано: #
