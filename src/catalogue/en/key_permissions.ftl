### What a key has of the permissions, in its form and on its page.

permissions-of-your-api = Your API
permissions-of-latchkey = Latchkey
permissions-selected = { $count } of { $all } selected
permissions-find = Find a permission
permissions-found = Permissions found: { $count }
key-form-latchkey = Permissions in Latchkey itself
key-form-all-of-resource = All of them, and those created later
