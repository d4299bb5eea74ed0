//! A command of the server's operator, as the audit log records it.

use serde_json::{Map, Value};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorCommand {
    /// Its words without arguments, such as `policy apply`.
    pub name: &'static str,
    pub system_user: SystemUser,
}

/// The account of the operating system that ran a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemUser {
    pub name: String,
    /// The account that called sudo.
    pub sudo_user: Option<String>,
}

impl OperatorCommand {
    /// Adds the fields that every event of a command has.
    pub fn add_to(&self, details: &mut Map<String, Value>) {
        details.insert("command".to_owned(), self.name.into());
        details.insert("system_user".to_owned(), self.system_user.name.as_str().into());
        if let Some(sudo_user) = &self.system_user.sudo_user {
            details.insert("sudo_user".to_owned(), sudo_user.as_str().into());
        }
    }
}
