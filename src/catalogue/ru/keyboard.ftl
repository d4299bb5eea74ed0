### Сочетания клавиш и окно, которое находит ключи и страницы.

go-to = Перейти
go-to-label = Ключ или страница
go-to-hint = Выберите стрелками и нажмите Enter.
go-to-pages = Страницы
go-to-nothing = Ничего не найдено.
go-to-found = { $count ->
    [0] Ничего не найдено
    [one] { $count } результат
    [few] { $count } результата
   *[many] { $count } результатов
}

shortcuts-heading = Горячие клавиши
shortcuts-are-on = В этом браузере горячие клавиши включены. Пока вы вводите текст, они не срабатывают.
shortcuts-are-off = В этом браузере горячие клавиши выключены.
shortcuts-turn-off = Выключить
shortcuts-turn-on = Включить
shortcuts-need-javascript = Для горячих клавиш нужен JavaScript, а в этом браузере он выключен.
shortcuts-close = Закрыть
shortcut-search = Поиск на странице
shortcut-go-to = Перейти к ключу или странице
shortcut-create = Создать ключ
shortcut-list = Список горячих клавиш
shortcut-close = Закрыть меню или окно
flash-shortcuts-off = Горячие клавиши в этом браузере выключены.
flash-shortcuts-on = Горячие клавиши в этом браузере включены.
