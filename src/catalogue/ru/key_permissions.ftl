### Какие права есть у ключа: в его форме и на его странице.

permissions-of-your-api = Ваш API
permissions-of-latchkey = Latchkey
permissions-selected = Выбрано { $count } из { $all }
permissions-find = Найти право
permissions-found = Найдено прав: { $count }
key-form-latchkey = Права в самом Latchkey
key-form-all-of-resource = Все, в том числе те, что появятся позже

unused-permissions = Неиспользуемые права
unused-permissions-text = За последние { $days } дней ни один запрос с этим ключом не требовал этих прав вашего API.
permission-used-on = Последний раз: { $day }
permission-never-used = Не использовалось
narrowing-link = Оставить только используемые
narrowing-heading = Сократить права ключа { $name }
narrowing-text = За последние { $days } дней ни один запрос не требовал этих прав. Сервис, которому понадобится одно из них, отклонит ключ.
narrowing-goes = Права, которые ключ потеряет ({ $count })
narrowing-goes-latchkey = { $count ->
    [one] Ключ потеряет и { $count } право в самом Latchkey, которое не понадобилось ни одному запросу:
    [few] Ключ потеряет и { $count } права в самом Latchkey, которые не понадобились ни одному запросу:
   *[many] Ключ потеряет и { $count } прав в самом Latchkey, которые не понадобились ни одному запросу:
}
narrowing-stays = Права, которые останутся ({ $count })
narrowing-inherits = С этого момента у ключа будут только эти права. Права, которые владелец получит позже, ключу не достанутся.
narrowing-nothing = Каждое право этого ключа использовалось за последние { $days } дней, или об их использовании пока ничего не известно.
narrowing-changed = Список неиспользуемых прав изменился. Проверьте его и подтвердите ещё раз.
narrowing-submit = Сократить права
