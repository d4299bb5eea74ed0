### Keyboard shortcuts, and the dialog that finds keys and pages.

go-to = Go to
go-to-label = Key or page
go-to-hint = Use the arrow keys to select, and Enter to open.
go-to-pages = Pages
go-to-nothing = No keys or pages match.
go-to-found = { $count ->
    [0] No results
    [one] { $count } result
   *[other] { $count } results
}

shortcuts-heading = Keyboard shortcuts
shortcuts-are-on = Shortcuts are on in this browser. They never work while you type in a field.
shortcuts-are-off = Shortcuts are off in this browser.
shortcuts-turn-off = Turn off shortcuts
shortcuts-turn-on = Turn on shortcuts
shortcuts-need-javascript = Shortcuts need JavaScript, which is turned off in this browser.
shortcuts-close = Close
shortcut-search = Search on this page
shortcut-go-to = Go to a key or page
shortcut-create = Create a key
shortcut-list = List the shortcuts
shortcut-close = Close a menu or dialog
flash-shortcuts-off = Keyboard shortcuts are off in this browser.
flash-shortcuts-on = Keyboard shortcuts are on in this browser.
