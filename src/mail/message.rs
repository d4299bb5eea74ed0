//! The text of each email, as plain text and as equivalent HTML.

mod rotation;

use anyhow::Context as _;
use askama::Template;
use lettre::{
    Address,
    message::{Mailbox, MultiPart},
};
use time::Date;

use crate::{
    app::mail::{EmailMessage, EndOfToken, EndedTokenNotice, Mail},
    catalogue::Words,
    domain::Timestamp,
};

const MONTHS: [&str; 12] = [
    "month-long-january",
    "month-long-february",
    "month-long-march",
    "month-long-april",
    "month-long-may",
    "month-long-june",
    "month-long-july",
    "month-long-august",
    "month-long-september",
    "month-long-october",
    "month-long-november",
    "month-long-december",
];

/// The content of an email: paragraphs, with a list and at most one link after the first.
#[derive(Debug)]
struct Letter {
    subject: String,
    paragraphs: [String; 2],
    items: Vec<String>,
    link: Option<Link>,
}

#[derive(Debug)]
struct Link {
    label: String,
    address: String,
}

#[derive(Template)]
#[template(path = "mail/message.txt")]
struct PlainPart<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/message.html")]
struct HtmlPart<'a> {
    words: Words,
    letter: &'a Letter,
}

pub fn compose(mail: &Mail, words: Words, from: &Mailbox) -> anyhow::Result<lettre::Message> {
    let letter = letter(words, &mail.message);
    let (plain, html) = (PlainPart { letter: &letter }.render()?, HtmlPart { words, letter: &letter }.render()?);
    Ok(lettre::Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, address(&mail.to)?))
        .subject(&letter.subject)
        // A generated id: filters distrust emails without one (RFC 5322 §3.6.4).
        .message_id(None)
        // So that automatic replies do not answer (RFC 3834 §5).
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(plain, html))?)
}

/// The address with its domain in ASCII (RFC 5891), so that no server needs SMTPUTF8.
pub fn address(address: &str) -> anyhow::Result<Address> {
    let (mailbox, domain) = address.rsplit_once('@').context("an email address without @")?;
    let domain = idna::domain_to_ascii(domain).map_err(|error| anyhow::anyhow!("the domain of an address: {error}"))?;
    Ok(Address::new(mailbox, domain)?)
}

/// Keeps mail programs from turning a name into a link: strangers choose names, and the email comes from the operator.
/// Adds an invisible space after each mark. Names without such marks do not change.
fn unlinked(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for character in name.chars() {
        text.push(character);
        if matches!(character, '.' | ':' | '/' | '@' | '。' | '．' | '｡') {
            text.push('\u{200b}');
        }
    }
    text
}

fn letter(words: Words, message: &EmailMessage) -> Letter {
    match message {
        EmailMessage::Invitation { organization, invited_by, role, link, expires_at, .. } => {
            let (invited_by, organization) = (unlinked(invited_by), unlinked(organization.as_str()));
            let said = |id| {
                let text = words.say(id).with("invited_by", &invited_by).with("organization", &organization);
                text.with("role", role.as_str()).into()
            };
            Letter {
                subject: said("mail-invitation-subject"),
                paragraphs: [said("mail-invitation-text"), until(words, "mail-invitation-until", *expires_at)],
                items: Vec::new(),
                link: Some(Link { label: words.say("mail-invitation-link").into(), address: link.clone() }),
            }
        }
        EmailMessage::PasswordReset { link, expires_at } => Letter {
            subject: words.say("mail-password-reset-subject").into(),
            paragraphs: [
                words.say("mail-password-reset-text").into(),
                until(words, "mail-password-reset-until", *expires_at),
            ],
            items: Vec::new(),
            link: Some(Link { label: words.say("mail-password-reset-link").into(), address: link.clone() }),
        },
        EmailMessage::PasswordChanged { at, address } => {
            let changed = match address {
                Some(address) => words.say("mail-password-changed-from-text").with("address", address),
                None => words.say("mail-password-changed-text"),
            };
            Letter {
                subject: words.say("mail-password-changed-subject").into(),
                paragraphs: [changed.with("at", minute(words, *at)).into(), words.say("mail-not-you").into()],
                items: Vec::new(),
                link: None,
            }
        }
        EmailMessage::ApiKeyExpires { name, organization, hint, last_day, days, link } => {
            let (name, organization) = (unlinked(name), unlinked(organization));
            let said = |id| {
                let text = words.say(id).with("name", &name).with("organization", &organization);
                text.with("hint", hint.as_str()).with("until", minute(words, *last_day)).into()
            };
            let subject = match days {
                0 => words.say("mail-api-key-expires-today-subject"),
                1 => words.say("mail-api-key-expires-tomorrow-subject"),
                days => words.say("mail-api-key-expires-subject").with("days", days),
            };
            Letter {
                subject: subject.with("name", name.as_str()).into(),
                paragraphs: [said("mail-api-key-expires-text"), words.say("mail-api-key-expires-what-to-do").into()],
                items: Vec::new(),
                link: Some(link_to_key(words, link)),
            }
        }
        EmailMessage::RotationRequested(request) => rotation::requested(words, request),
        EmailMessage::RotationDue(due) => rotation::due(words, due),
        EmailMessage::OverlapEnds(overlap) => rotation::overlap_ends(words, overlap),
        EmailMessage::RotatedByOther(rotation) => rotation::by_other(words, rotation),
        EmailMessage::EndedTokenUsed(notice) => ended_token_used(words, notice),
        EmailMessage::EmailChanged { new_email, at, address } => {
            let changed = match address {
                Some(address) => words.say("mail-email-changed-from-text").with("address", address),
                None => words.say("mail-email-changed-text"),
            };
            let changed = changed.with("email", new_email).with("at", minute(words, *at));
            Letter {
                subject: words.say("mail-email-changed-subject").into(),
                paragraphs: [changed.into(), words.say("mail-not-you").into()],
                items: Vec::new(),
                link: None,
            }
        }
    }
}

fn link_to_key(words: Words, address: &str) -> Link {
    Link { label: words.say("mail-api-key-expires-link").into(), address: address.to_owned() }
}

/// Who still presents a token that has ended.
fn ended_token_used(words: Words, notice: &EndedTokenNotice) -> Letter {
    let (name, organization) = (unlinked(&notice.name), unlinked(&notice.organization));
    let unknown = || words.say("mail-ended-token-unknown").to_string();
    let text = words.say(match notice.end {
        EndOfToken::Rotated => "mail-ended-token-rotated-text",
        EndOfToken::Revoked => "mail-ended-token-revoked-text",
        EndOfToken::Deleted => "mail-ended-token-deleted-text",
    });
    let text = text.with("name", &name).with("organization", &organization).with("hint", notice.hint.as_str());
    let from = words
        .say("mail-ended-token-from")
        .with("at", minute(words, notice.at))
        .with("address", notice.address.clone().unwrap_or_else(unknown))
        .with("agent", notice.agent.as_deref().map_or_else(unknown, unlinked))
        .with("count", notice.count_today);
    Letter {
        subject: words.say("mail-ended-token-subject").with("name", &name).into(),
        paragraphs: [format!("{text} {from}"), words.say("mail-ended-token-what-to-do").into()],
        items: Vec::new(),
        link: Some(Link { label: words.say("mail-ended-token-link").into(), address: notice.link.clone() }),
    }
}

/// How long a link works.
fn until(words: Words, id: &'static str, expires_at: Timestamp) -> String {
    words.say(id).with("until", minute(words, expires_at)).into()
}

/// "1 January 1970, 00:00 UTC"
fn minute(words: Words, instant: Timestamp) -> String {
    let at = instant.to_offset_date_time();
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    words.say("mail-minute").with("date", day(words, at.date())).with("time", time).into()
}

/// "1 January 1970"
fn day(words: Words, date: Date) -> String {
    let month = words.say(MONTHS[usize::from(u8::from(date.month())) - 1]);
    let text = words.say("mail-day").with("day", date.day().to_string()).with("month", month);
    text.with("year", date.year().to_string()).into()
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
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;
    use crate::domain::{InvitationId, Language, OrganizationId, OrganizationName, Role};

    fn invitation(organization: &str, invited_by: &str, role: Role, link: &str) -> EmailMessage {
        let now = Timestamp::from_unix_micros(0);
        EmailMessage::Invitation {
            id: InvitationId::generate(now, &mut StdRng::seed_from_u64(1)),
            organization: OrganizationName::parse(organization).unwrap(),
            invited_by: invited_by.to_owned(),
            role,
            link: link.to_owned(),
            expires_at: now,
        }
    }

    fn english() -> Words {
        Words::new(Language::English)
    }

    fn sent(message: EmailMessage) -> String {
        let organization_id = OrganizationId::generate(Timestamp::from_unix_micros(0), &mut StdRng::seed_from_u64(1));
        let mail = Mail { organization_id, to: "ann@acme.example".to_owned(), language: None, message };
        String::from_utf8(
            compose(&mail, english(), &"Latchkey <keys@acme.example>".parse().unwrap()).unwrap().formatted(),
        )
        .unwrap()
    }

    #[test]
    fn what_people_are_called_breaks_neither_headers_nor_html() {
        let link = "https://keys.example.org/registration?invitation=a&b";
        let message = invitation("<b>Acme & Отдел</b>", "Ann\r\nBcc: all@acme.example", Role::Member, link);
        let html = HtmlPart { words: english(), letter: &letter(english(), &message) }.render().unwrap();
        assert!(!html.contains("<b>") && html.contains("a&#38;b"), "{html}");
        let text = sent(message);
        let (headers, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(headers.contains("Subject: ") && !headers.lines().any(|line| line.starts_with("Bcc")), "{headers}");
    }

    #[test]
    fn names_are_no_links_and_plain_names_stay_as_they_are() {
        let link = "https://keys.example.org/registration?invitation=a";
        let message = invitation("https://evil.example/win", "Click www.evil.example", Role::Member, link);
        let letter = letter(english(), &message);
        let html = HtmlPart { words: english(), letter: &letter }.render().unwrap();
        for text in [&letter.subject, &letter.paragraphs[0], &html] {
            assert!(text.contains("evil") && !text.contains("evil.example"), "{text}");
            assert!(!text.contains("https://evil") && !text.contains("www.evil"), "{text}");
        }
        assert_eq!(unlinked("Acme & Söhne, Отдел 5"), "Acme & Söhne, Отдел 5");
        assert!(html.contains("href=\"https://keys.example.org/"), "the link of the server is one");
    }

    #[test]
    fn domains_are_sent_in_ascii() {
        assert_eq!(address("ann@почта.example").unwrap().to_string(), "ann@xn--80a1acny.example");
        assert_eq!(address("ann@acme.example").unwrap().to_string(), "ann@acme.example");
    }

    #[test]
    fn a_notice_says_when_and_from_where() {
        let text = sent(EmailMessage::PasswordChanged {
            at: Timestamp::from_unix_micros(0),
            address: Some("203.0.113.7".to_owned()),
        });
        assert!(text.contains("1 January 1970, 00:00 UTC, from the IP address 203.0.113.7"), "{text}");
        assert_eq!(text.matches("Content-Type: text/").count(), 2, "{text}");
    }
    #[test]
    fn a_letter_is_in_one_language_from_subject_to_end() {
        let words = Words::new(Language::Russian);
        let message = invitation("Acme", "Ann", Role::Support, "https://keys.example.org/registration?invitation=a");
        let letter = letter(words, &message);
        assert_eq!(letter.subject, "Ann приглашает вас в организацию «Acme» — Latchkey");
        assert!(letter.paragraphs[0].ends_with("Ваша роль: «Поддержка»."), "{letter:?}");
        assert!(letter.paragraphs[1].starts_with("Ссылка сработает один раз, до 1 января 1970 г., 00:00 UTC."));
        let html = HtmlPart { words, letter: &letter }.render().unwrap();
        assert!(html.contains("<html lang=\"ru\">") && html.contains("Или откройте эту ссылку"), "{html}");
    }
}
