//! The mail server, and the sender address of emails.

use std::fmt;

use url::Url;

use crate::domain::EmailAddress;

#[derive(Clone)]
pub struct MailServer {
    pub url: Url,
    pub from: EmailAddress,
}

impl MailServer {
    /// None if no server is configured. Faults never repeat the URL, which may hold a password.
    pub fn parse(url: Option<&str>, from: Option<&str>) -> Result<Option<Self>, String> {
        let (url, from) = match (url.filter(|url| !url.is_empty()), from) {
            (None, _) => return Ok(None),
            (Some(_), None) => {
                return Err("LATCHKEY_MAIL_FROM: required when LATCHKEY_SMTP_URL is set: the sender address of emails"
                    .to_owned());
            }
            (Some(url), Some(from)) => (url, from),
        };
        let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "smtp" | "smtps") && url.has_host());
        let url = url.ok_or("LATCHKEY_SMTP_URL: must look like smtps://USER:PASSWORD@HOST or smtp://HOST:25")?;
        let from = EmailAddress::parse(from)
            .map_err(|_| format!("LATCHKEY_MAIL_FROM: “{from}” is not an email address, such as keys@example.org"))?;
        Ok(Some(Self { url, from }))
    }
}

impl fmt::Debug for MailServer {
    /// The URL may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailServer").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_needs_an_address_to_send_from_and_a_fault_keeps_its_password() {
        assert!(MailServer::parse(None, None).unwrap().is_none());
        assert!(MailServer::parse(Some("smtp://127.0.0.1:2525"), Some("keys@acme.example")).unwrap().is_some());
        for (url, from) in [
            ("smtp://ann:hunter2@mail.example", None),
            ("smtp://ann:hunter2@mail.example", Some("nobody")),
            ("http://ann:hunter2@mail.example", Some("keys@acme.example")),
            ("smtp:hunter2", Some("keys@acme.example")),
        ] {
            let fault = MailServer::parse(Some(url), from).err().unwrap();
            assert!(fault.starts_with("LATCHKEY_") && !fault.contains("hunter2"), "{fault}");
        }
    }
}
