//! A mail server that stores what it receives. It supports as much SMTP (RFC 5321) as a sender needs.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use latchkey::config::{Config, MailServer};
use mail_parser::{MessageParser, MimeHeaders as _};

const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server, until it is dropped.
pub struct Mails {
    address: SocketAddr,
    delivered: Arc<Delivered>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Delivered {
    letters: Mutex<Vec<Letter>>,
    arrived: Condvar,
}

/// An email as it arrived.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The recipient in the SMTP dialogue, which is also the one in the header.
    pub to: String,
    pub from: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Mails {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (delivered, is_over) = (Arc::<Delivered>::default(), Arc::new(AtomicBool::new(false)));
        let (kept, ends) = (delivered.clone(), is_over.clone());
        let thread = std::thread::spawn(move || {
            for connection in listener.incoming() {
                if ends.load(Ordering::SeqCst) {
                    break;
                }
                let kept = kept.clone();
                std::thread::spawn(move || converse(connection.unwrap(), &kept));
            }
        });
        Self { address, delivered, is_over, thread: Some(thread) }
    }

    /// The variables of a program that sends its email here.
    pub fn variables(&self) -> [(&'static str, String); 2] {
        [("LATCHKEY_SMTP_URL", format!("smtp://{}", self.address)), ("LATCHKEY_MAIL_FROM", FROM.to_owned())]
    }

    /// For a server under test.
    pub fn configure(&self, config: &mut Config) {
        config.mail_server = at(self.address);
    }

    /// The first email that was not taken yet. Waits for one to arrive.
    pub fn next(&self) -> Letter {
        let letters = self.delivered.letters.lock().unwrap();
        let wait = self.delivered.arrived.wait_timeout_while(letters, PATIENCE, |letters| letters.is_empty());
        let (mut letters, waited) = wait.unwrap();
        assert!(!waited.timed_out(), "no mail came");
        letters.remove(0)
    }
}

/// Missing mailboxes: the server rejects email to them for good.
pub const UNKNOWN: &str = "unknown";
const FROM: &str = "keys@acme.example";

/// The configuration of a mail server at this address, whether or not one runs there.
pub fn at(address: SocketAddr) -> Option<MailServer> {
    MailServer::parse(Some(&format!("smtp://{address}")), Some(FROM)).unwrap()
}

impl Letter {
    /// The one link, as a path of the server that sent it. The text and the HTML have the same.
    pub fn link(&self, server: &str) -> String {
        let (start, _) = self.text.match_indices(server).next().unwrap_or_else(|| panic!("no link: {}", self.text));
        let link = self.text[start..].split_whitespace().next().unwrap();
        assert!(self.html.contains(&format!("href=\"{}\"", link.replace('&', "&#38;"))), "{}", self.html);
        link[server.len()..].to_owned()
    }

    fn parse(to: String, raw: &[u8]) -> Self {
        let message = MessageParser::default().parse(raw).expect("a mail");
        let address = |header: Option<&mail_parser::Address<'_>>| {
            header.and_then(|header| header.first()?.address.as_ref().map(ToString::to_string)).unwrap()
        };
        assert_eq!(address(message.to()), to);
        assert_eq!(message.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
        assert!(message.message_id().is_some() && message.date().is_some());
        assert_eq!(message.content_type().unwrap().subtype(), Some("alternative"));
        assert_eq!((message.text_body_count(), message.html_body_count(), message.attachment_count()), (1, 1, 0));
        Self {
            to,
            from: address(message.from()),
            subject: message.subject().unwrap().to_owned(),
            text: message.body_text(0).unwrap().into_owned(),
            html: message.body_html(0).unwrap().into_owned(),
        }
    }
}

/// One connection, until the sender quits.
fn converse(connection: TcpStream, delivered: &Delivered) {
    let mut answers = connection.try_clone().unwrap();
    let mut say = move |line: &str| drop(answers.write_all(format!("{line}\r\n").as_bytes()));
    say("220 mails.test ESMTP");
    let mut lines = BufReader::new(connection).split(b'\n').map_while(Result::ok);
    let mut recipient = String::new();
    while let Some(line) = lines.next() {
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        match line.split([' ', ':']).next().unwrap().to_uppercase().as_str() {
            "EHLO" => {
                say("250-mails.test");
                say("250 8BITMIME");
            }
            "RCPT" => {
                line.split(['<', '>']).nth(1).unwrap().clone_into(&mut recipient);
                let is_known = !recipient.starts_with(UNKNOWN);
                say(if is_known { "250 OK" } else { "550 5.1.1 No such mailbox" });
            }
            "DATA" => {
                say("354 Go on");
                let mut raw = Vec::new();
                for line in lines.by_ref().take_while(|line| line != b".\r") {
                    // A point at the beginning was doubled.
                    raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
                    raw.push(b'\n');
                }
                delivered.letters.lock().unwrap().push(Letter::parse(recipient.clone(), &raw));
                delivered.arrived.notify_all();
                say("250 OK");
            }
            "QUIT" => return say("221 Bye"),
            _ => say("250 OK"),
        }
    }
}

impl Drop for Mails {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes it up.
        drop(TcpStream::connect(self.address));
        drop(self.thread.take().map(JoinHandle::join));
    }
}
