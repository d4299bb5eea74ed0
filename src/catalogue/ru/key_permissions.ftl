### Какие права есть у ключа: в его форме и на его странице.

permissions-of-your-api = Ваш API
permissions-of-latchkey = Latchkey
permissions-selected = Выбрано { $count } из { $all }
permissions-find = Найти право
permissions-found = Найдено прав: { $count }
key-form-latchkey = Права в самом Latchkey
key-form-all-of-resource = Все, в том числе те, что появятся позже
