### API keys: list, creation, details, ends; how services check them.

api-key-reveal-heading = Copy your API key
api-key-new-heading = Create API key
api-key-confirmation-heading = Have you copied the key?
description = Description
description-hint = Where will it be used? You may leave this empty.

api-key-reveal-keep-open = Tick “I have copied the key” and press Done, or discard it.
api-key-copied = Copied. Keep it in a safe place.
api-key-copy-refused = Your browser did not allow copying. The key is selected: press Ctrl+C (⌘C on a Mac).
# The sign # becomes the number.
api-keys-selected = # selected
