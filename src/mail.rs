//! Emails: their texts, and sending them to the mail server. Without a configured server none is sent, and every link
//! can be handed over in another way.

mod message;
mod outbox;
mod queue;
mod transport;

use std::{fmt, sync::Arc, time::Duration};

use lettre::{SmtpTransport, Transport as _, message::Mailbox};

use crate::{app::mail::Mail, catalogue::Words, config::MailServer, domain::Language};
use outbox::{Delivery, Outbox};

/// How many emails are sent at the same time; the others wait.
const CONCURRENT: usize = 2;
/// How long to wait before an email is offered again to a full queue.
const OFFER_PAUSE: Duration = Duration::from_secs(30);
/// How often it is offered.
const OFFERS: usize = 40;

/// What happens with an email that cannot be delivered. The reason is in the log.
pub type OnRefused = Arc<dyn Fn(&Mail) + Send + Sync>;

#[derive(Clone, Default)]
pub struct Mailer(Option<Arc<Running>>);

/// Its threads end when it is dropped.
struct Running {
    outbox: Arc<Outbox>,
}

/// The connection to the mail server and the sender.
struct Relay {
    transport: SmtpTransport,
    from: Mailbox,
    on_refused: OnRefused,
}

/// Too many emails are waiting. Holds the email.
#[derive(Debug)]
pub struct QueueFull(pub Mail);

impl Mailer {
    /// Opens no connection yet.
    pub fn new(server: &MailServer, on_refused: OnRefused) -> anyhow::Result<Self> {
        let transport = transport::prepare(&server.url)?;
        let from = Mailbox::new(Some("Latchkey".to_owned()), message::address(server.from.as_str())?);
        let (way, outbox) = (Arc::new(Relay { transport, from, on_refused }), Arc::<Outbox>::default());
        for number in 0..CONCURRENT {
            let (way, outbox) = (way.clone(), outbox.clone());
            std::thread::Builder::new().name(format!("mail-{number}")).spawn(move || way.deliver_all(&outbox))?;
        }
        Ok(Self(Some(Arc::new(Running { outbox }))))
    }

    /// Whether there is a mail server.
    pub fn is_configured(&self) -> bool {
        self.0.is_some()
    }

    /// Sends in the background. Nobody waits for the mail server, and response times do not reveal whether an email was
    /// sent. `otherwise` is the language for readers without a selected one. [`QueueFull`] if too many emails wait; the
    /// caller reports that.
    pub fn try_send(&self, mail: Mail, otherwise: Language) -> Result<(), Box<QueueFull>> {
        let Some(running) = &self.0 else { return Ok(()) };
        running.outbox.push(Delivery::new(mail, otherwise)).map_err(|job| Box::new(QueueFull(job.mail)))
    }

    /// Like [`Self::try_send`], for emails that no request waits for: if too many wait, offers the email again for a
    /// while. Must be called in the server's runtime.
    pub fn send(&self, mail: Mail, otherwise: Language) {
        let Err(full) = self.try_send(mail, otherwise) else { return };
        let (mailer, QueueFull(mut mail)) = (self.clone(), *full);
        let (kind, organization) = (mail.message.kind(), mail.organization_id.to_string());
        tracing::warn!(kind, organization, "the email queue is full; Latchkey tries to add this email again");
        tokio::task::spawn(async move {
            for _ in 0..OFFERS {
                tokio::time::sleep(OFFER_PAUSE).await;
                match mailer.try_send(mail, otherwise) {
                    Ok(()) => return,
                    Err(full) => QueueFull(mail) = *full,
                }
            }
            tracing::error!(kind, organization, "an email was not sent because the queue was full for 20 minutes");
        });
    }

    /// Waits for emails in progress when the server stops. Waiting emails are lost, and the log says how many.
    pub fn finish(&self, patience: Duration) {
        let Some(running) = &self.0 else { return };
        let left = running.outbox.wait_until_idle(patience);
        if left > 0 {
            tracing::error!(mails = left, "emails were not sent before the server stopped");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.outbox.close();
    }
}

impl Relay {
    /// Runs until the outbox is closed.
    fn deliver_all(&self, outbox: &Outbox) {
        while let Some(job) = outbox.next() {
            self.deliver(outbox, job);
            outbox.finish_one();
        }
    }

    fn deliver(&self, outbox: &Outbox, mut job: Delivery) {
        let kind = job.mail.message.kind();
        let Err(error) = self.send(&job) else { return tracing::info!(kind, "email sent") };
        let smtp = error.downcast_ref::<lettre::transport::smtp::Error>();
        // An error that is neither the server's answer nor a broken connection would happen again.
        let is_permanent = smtp.is_none_or(|error| error.is_permanent() || error.is_client());
        let reason = format!("{error:#}");
        if let Some(pause) = job.next_pause().filter(|_| !is_permanent) {
            tracing::warn!(kind, reason, ?pause, "the mail server did not accept an email; Latchkey tries again");
            outbox.push_later(job, pause);
        } else {
            tracing::error!(kind, reason, organization = job.mail.organization_id.as_str(), "an email was not sent");
            (self.on_refused)(&job.mail);
        }
    }

    fn send(&self, job: &Delivery) -> anyhow::Result<()> {
        let words = Words::new(job.mail.language.unwrap_or(job.otherwise));
        let message = message::compose(&job.mail, words, &self.from)?;
        Ok(self.transport.send(&message).map(drop)?)
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").field("is_configured", &self.is_configured()).finish()
    }
}
