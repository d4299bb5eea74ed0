### What a key has of the permissions, in its form and on its page.

permissions-of-your-api = Your API
permissions-of-latchkey = Latchkey
permissions-selected = { $count } of { $all } selected
permissions-find = Find a permission
permissions-found = Permissions found: { $count }
key-form-latchkey = Permissions in Latchkey itself
key-form-all-of-resource = All of them, and those created later

unused-permissions = Unused permissions
unused-permissions-text = In the last { $days } days, no request with this key asked for these permissions of your API.
permission-used-on = Last used on { $day }
permission-never-used = Never used
narrowing-link = Narrow to what is used
narrowing-heading = Narrow the permissions of { $name }
narrowing-text = In the last { $days } days, no request asked for these permissions. A service that needs one of them will refuse the key.
narrowing-goes = Taken from the key ({ $count })
narrowing-goes-latchkey = { $count ->
    [one] The key also loses { $count } permission in Latchkey itself that no request used:
   *[other] The key also loses { $count } permissions in Latchkey itself that no request used:
}
narrowing-stays = The key keeps ({ $count })
narrowing-inherits = From now on, the key has only these permissions. It no longer gets permissions that its owner is granted later.
narrowing-nothing = Each permission of this key was used in the last { $days } days, or nothing is known about its use yet.
narrowing-changed = The unused permissions have changed. Check the list, then confirm again.
narrowing-submit = Narrow permissions
