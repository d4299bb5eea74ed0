//! Mails: their words, and the way to the mail server. Without one configured none is sent, and every link that a mail
//! would carry can be handed over otherwise.

mod message;

use std::{fmt, sync::Arc, thread, time::Duration};

use lettre::{SmtpTransport, Transport as _, message::Mailbox};
use tokio::{sync::Semaphore, task};

use crate::{app::mail::Mail, catalogue::Words, config::MailServer, domain::Language};

/// How long the mail server may take for each step.
const TIMEOUT: Duration = Duration::from_secs(10);
/// When a mail that the server did not take is tried again.
const RETRIES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(25)];
/// Mails that are under way at a time; the others wait.
const CONCURRENT: usize = 2;
/// Mails that may wait: whoever makes the server send very many shall not fill its memory.
const WAITING: usize = 1_000;

#[derive(Clone, Default)]
pub struct Mailer(Option<Arc<Way>>);

/// The way to the mail server.
struct Way {
    transport: SmtpTransport,
    from: Mailbox,
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Mailer {
    /// Opens no connection yet.
    pub fn new(server: &MailServer) -> anyhow::Result<Self> {
        let transport = SmtpTransport::from_url(server.url.as_str())?.timeout(Some(TIMEOUT)).build();
        let from = Mailbox::new(Some("Latchkey".to_owned()), server.from.as_str().parse()?);
        let (places, turns) = (Arc::new(Semaphore::new(WAITING)), Arc::new(Semaphore::new(CONCURRENT)));
        Ok(Self(Some(Arc::new(Way { transport, from, places, turns }))))
    }

    /// Whether there is a mail server.
    pub fn is_configured(&self) -> bool {
        self.0.is_some()
    }

    /// Sends in the background: nobody waits for the mail server, and nobody can tell from the time that an answer takes
    /// whether a mail was sent. `otherwise` is the language for whoever has chosen none.
    pub fn send(&self, mail: Mail, otherwise: Language) {
        let Some(way) = self.0.clone() else { return };
        let (kind, words) = (mail.message.kind(), Words::of(mail.language.unwrap_or(otherwise)));
        let Ok(place) = way.places.clone().try_acquire_owned() else {
            tracing::error!(kind, "too many mails wait to be sent; this one is dropped");
            return;
        };
        task::spawn(async move {
            let Ok(turn) = way.turns.clone().acquire_owned().await else { return };
            // Goes on in its own thread when the server stops serving.
            let sent = task::spawn_blocking(move || {
                let _held = (place, turn);
                way.deliver(&mail, words)
            });
            match sent.await {
                Ok(Ok(())) => tracing::info!(kind, "mail sent"),
                Ok(Err(error)) => tracing::error!(kind, error = format!("{error:#}"), "a mail could not be sent"),
                Err(error) => tracing::error!(kind, %error, "a mail was lost"),
            }
        });
    }
}

impl Way {
    fn deliver(&self, mail: &Mail, words: Words) -> anyhow::Result<()> {
        let message = message::compose(mail, words, &self.from)?;
        for pause in RETRIES {
            match self.transport.send(&message) {
                Ok(_) => return Ok(()),
                Err(error) if error.is_permanent() => return Err(error.into()),
                Err(error) => tracing::warn!(%error, "the mail server did not take a mail; it is tried again"),
            }
            thread::sleep(pause);
        }
        Ok(self.transport.send(&message).map(drop)?)
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").field("is_configured", &self.is_configured()).finish()
    }
}
