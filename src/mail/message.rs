//! The words of each mail, as plain text and as HTML that says the same.

use askama::Template;
use lettre::message::{Mailbox, MultiPart};
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};

use crate::{
    app::mail::{Mail, Message},
    domain::{Role, Timestamp},
};

const MINUTE: &[BorrowedFormatItem<'_>] =
    format_description!("[day padding:none] [month repr:long] [year], [hour]:[minute] UTC");

/// What a mail says: paragraphs, with at most one link after the first.
#[derive(Debug)]
struct Words {
    subject: String,
    paragraphs: Vec<String>,
    link: Option<Link>,
}

#[derive(Debug)]
struct Link {
    label: &'static str,
    address: String,
}

#[derive(Template)]
#[template(path = "mail/message.txt")]
struct PlainPart<'a> {
    words: &'a Words,
}

#[derive(Template)]
#[template(path = "mail/message.html")]
struct HtmlPart<'a> {
    words: &'a Words,
}

pub fn compose(mail: &Mail, from: &Mailbox) -> anyhow::Result<lettre::Message> {
    let words = words(&mail.message);
    let (plain, html) = (PlainPart { words: &words }.render()?, HtmlPart { words: &words }.render()?);
    Ok(lettre::Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, mail.to.parse()?))
        .subject(&words.subject)
        // One that is made up here: filters distrust mails without (RFC 5322 §3.6.4).
        .message_id(None)
        // So that holiday notes and the like do not answer (RFC 3834 §5).
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(plain, html))?)
}

fn words(message: &Message) -> Words {
    match message {
        Message::Invitation { organization, invited_by, role, link, expires_at } => {
            let organization = organization.as_str();
            Words {
                subject: format!("{invited_by} invites you to {organization} on Latchkey"),
                paragraphs: vec![
                    format!("{invited_by} invites you to {organization} on Latchkey, where its API keys are kept. You will be {}.", with_article(*role)),
                    format!("The link works once, until {}. If you do not know what this is about, do nothing: no account is made.", minute(*expires_at)),
                ],
                link: Some(Link { label: "Accept the invitation", address: link.clone() }),
            }
        }
        Message::PasswordReset { link, expires_at } => Words {
            subject: "Choose a new password for Latchkey".to_owned(),
            paragraphs: vec![
                "Somebody, probably you, asked to choose a new password for your Latchkey account.".to_owned(),
                format!("The link works once, until {}. If it was not you, do nothing: your password stays as it is.", minute(*expires_at)),
            ],
            link: Some(Link { label: "Choose a new password", address: link.clone() }),
        },
        Message::PasswordChanged { at, address } => Words {
            subject: "Your Latchkey password was changed".to_owned(),
            paragraphs: vec![
                format!("The password of your Latchkey account was changed on {}{}.", minute(*at), from(address.as_deref())),
                "If it was not you, ask an Owner or Administrator of your organization at once to disable your account.".to_owned(),
            ],
            link: None,
        },
        Message::EmailChanged { new_email, at, address } => Words {
            subject: "Your Latchkey account has another email address".to_owned(),
            paragraphs: vec![
                format!("On {}{} the email address of your Latchkey account was changed to {new_email}. Sign in with that one from now on.", minute(*at), from(address.as_deref())),
                "If it was not you, ask an Owner or Administrator of your organization at once to disable your account.".to_owned(),
            ],
            link: None,
        },
    }
}

fn with_article(role: Role) -> &'static str {
    match role {
        Role::Owner => "an Owner",
        Role::Administrator => "an Administrator",
        Role::Support => "in the role Support",
        Role::Analytics => "in the role Analytics",
        Role::Member => "a Member",
    }
}

fn from(address: Option<&str>) -> String {
    address.map(|address| format!(", from the address {address},")).unwrap_or_default()
}

fn minute(instant: Timestamp) -> String {
    let instant: OffsetDateTime = instant.to_offset_date_time();
    instant.format(MINUTE).unwrap_or_default()
}

#[derive(Clone, Debug)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::OrganizationName;

    fn sent(message: Message) -> String {
        let mail = Mail { to: "ann@acme.example".to_owned(), message };
        String::from_utf8(compose(&mail, &"Latchkey <keys@acme.example>".parse().unwrap()).unwrap().formatted())
            .unwrap()
    }

    #[test]
    fn what_people_are_called_breaks_neither_headers_nor_html() {
        let message = Message::Invitation {
            organization: OrganizationName::parse("<b>Acme & Отдел</b>").unwrap(),
            invited_by: "Ann\r\nBcc: all@acme.example".to_owned(),
            role: Role::Member,
            link: "https://keys.example.org/registration?invitation=a&b".to_owned(),
            expires_at: Timestamp::from_unix_micros(0),
        };
        let html = HtmlPart { words: &words(&message) }.render().unwrap();
        assert!(!html.contains("<b>") && html.contains("a&#38;b"), "{html}");
        let text = sent(message);
        let (headers, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(headers.contains("Subject: ") && !headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
    }

    #[test]
    fn a_notice_says_when_and_from_where() {
        let text = sent(Message::PasswordChanged {
            at: Timestamp::from_unix_micros(0),
            address: Some("203.0.113.7".to_owned()),
        });
        assert!(text.contains("1 January 1970, 00:00 UTC, from the address 203.0.113.7"), "{text}");
        assert_eq!(text.matches("Content-Type: text/").count(), 2, "{text}");
    }
}
