### Mails.

