### Attributes of a key: what it says to the services that check it.

attribute-environment = Среда
list-environment = Среда
attribute-external-id = Внешний ID
attribute-external-id-hint = ID клиента в вашей системе, например cus_9F3. До 128 символов.
attribute-external-id-hint-permissions = ID клиента в вашей системе, например cus_9F3. До 128 символов. Дайте ключу клиента только права вашего API.
attribute-metadata = Метаданные
attribute-metadata-hint = Объект JSON, который ваши сервисы получают при каждой проверке. Например: {"{"}"plan": "pro"{"}"}

fault-environment = Выберите одну из сред
fault-metadata-too-long = Введите не больше { $max } байт. Без пробелов между значениями здесь { $bytes }
fault-metadata-syntax = Введите правильный JSON. Ошибка в строке { $line }, символ { $column }
fault-metadata-not-an-object = Введите объект JSON в фигурных скобках
fault-metadata-duplicate = Имя «{ $name }» встречается дважды. Используйте каждое имя один раз
fault-metadata-too-deep = Вкладывайте объекты и списки не глубже { $max } уровней

list-all-environments = Все среды
list-external-id-hint = ID целиком или его начало и звёздочка: cus_*
