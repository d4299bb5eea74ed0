//! Emails people before one of their keys expires. Without a mail server, nothing is sent or recorded as sent.

use crate::{app, domain::Language, state::State};

pub async fn run_once(state: &State) -> Result<(), app::Error> {
    if !state.mailer.is_configured() {
        return Ok(());
    }
    let (mut context, base_url) = (state.context_of_task(), state.site.base_url.clone());
    let mails = state.write_in_background(move |conn| app::reminders::take_due(conn, &mut context, &base_url)).await?;
    for mail in mails {
        state.mailer.send(mail, Language::default());
    }
    Ok(())
}
