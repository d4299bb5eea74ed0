//! The connection to the mail server, as its URL describes it.

use std::time::Duration;

use anyhow::bail;
use lettre::{SmtpTransport, transport::smtp::SmtpTransportBuilder};
use url::Url;

/// Per step of the SMTP dialogue.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Prepares the connection without opening one.
pub fn prepare(url: &Url) -> anyhow::Result<SmtpTransport> {
    if !cfg!(feature = "tls") && needs_tls(url) {
        bail!(
            "LATCHKEY_SMTP_URL: this program was built without TLS. It reaches mail servers by smtp://HOST:25 only, \
             without a password"
        );
    }
    Ok(builder(url)?.timeout(Some(TIMEOUT)).build())
}

/// Whether the URL asks for TLS, or holds a password, which must not be sent unencrypted.
fn needs_tls(url: &Url) -> bool {
    url.scheme() != "smtp" || url.query().is_some() || url.password().is_some()
}

#[cfg(feature = "tls")]
fn builder(url: &Url) -> anyhow::Result<SmtpTransportBuilder> {
    Ok(SmtpTransport::from_url(url.as_str())?)
}

/// The library parses URLs only if it is built with TLS.
#[cfg(not(feature = "tls"))]
fn builder(url: &Url) -> anyhow::Result<SmtpTransportBuilder> {
    use anyhow::Context as _;
    use lettre::transport::smtp::SMTP_PORT;

    let host = url.host_str().context("LATCHKEY_SMTP_URL: it names no host")?;
    Ok(SmtpTransport::builder_dangerous(host).port(url.port().unwrap_or(SMTP_PORT)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_and_what_asks_for_tls_need_tls() {
        for (url, needs) in [
            ("smtp://mail.example:2525", false),
            ("smtps://mail.example", true),
            ("smtp://mail.example:587?tls=required", true),
            ("smtp://ann:hunter2@mail.example", true),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(needs_tls(&url), needs, "{url}");
            assert_eq!(prepare(&url).is_ok(), !needs || cfg!(feature = "tls"), "{url}");
        }
    }
}
