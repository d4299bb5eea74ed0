//! Who runs this program on this machine, for the audit log.

use std::fs;

use super::variables;
use crate::domain::audit::SystemUser;

const ACCOUNTS: &str = "/etc/passwd";

/// The account of this process. An account that the machine's file does not list, as in a container, is its number.
pub fn current() -> SystemUser {
    let uid = rustix::process::getuid();
    let accounts = fs::read_to_string(ACCOUNTS).unwrap_or_default();
    let name = find_name(&accounts, uid.as_raw()).unwrap_or_else(|| format!("uid {}", uid.as_raw()));
    // Anybody may set the variable, but only root could also become another account.
    SystemUser { name, sudo_user: uid.is_root().then(variables::sudo_user).flatten() }
}

/// Fields are separated by colons: name, password, number and others (passwd(5)).
fn find_name(accounts: &str, uid: u32) -> Option<String> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_found_by_its_number() {
        let accounts = "root:x:0:0:root:/root:/bin/bash\n# comment\nlatchkey:x:998:998::/var/lib/latchkey:/bin/false\n";
        assert_eq!(find_name(accounts, 0).as_deref(), Some("root"));
        assert_eq!(find_name(accounts, 998).as_deref(), Some("latchkey"));
        assert_eq!(find_name(accounts, 99), None);
    }
}
