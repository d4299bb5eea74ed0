//! Checks the password of a person who is already signed in.

use super::{error::Error, request_context::RequestContext};
use crate::{app, domain::audit::PasswordPrompt, state::security_log::SecurityEvent, store::users::Credentials};

/// The credentials that the password matched, or None. Every page that asks for the current password uses this.
pub async fn check_password(request: &RequestContext, password: String) -> Result<Option<Credentials>, Error> {
    let (account, context) = (request.account()?, request.context());
    let (user_id, email) = (account.person.id.clone(), account.email.clone());
    let counted = user_id.clone();
    let turn = request.password_turn(true).await?;
    request.state.write(move |conn| app::throttle::take_proof(conn, &context, &counted)).await?;
    let credentials = request.state.read(move |conn| app::accounts::find_credentials(conn, &email)).await?;
    let hash = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
    let matches = turn.run(move |hasher| hasher.verify(&password, hash.as_deref())).await?;
    if !matches {
        request.count_security_event(SecurityEvent::PasswordProofFailed);
        if let Some(credentials) = &credentials {
            request.count_wrong_password(PasswordPrompt::Proof, credentials);
        }
        return Ok(None);
    }
    request.state.write(move |conn| app::throttle::give_back_proof(conn, &user_id)).await?;
    Ok(credentials)
}
