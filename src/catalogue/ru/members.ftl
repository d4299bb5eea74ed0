### Members and invitations.

invitation-reveal-heading = Скопируйте ссылку-приглашение
invitation-new-heading = Пригласить участника
invitation-confirmation-heading = Вы скопировали ссылку?
invitation-revocation-heading = Отозвать приглашение?

invitation-reveal-keep-open = Отметьте «Я скопировал ссылку» и нажмите «Готово» или отбросьте её.
invitation-copied = Скопировано.
invitation-copy-refused = Браузер не разрешил копирование. Ссылка выделена: нажмите Ctrl+C (⌘C на Mac).
