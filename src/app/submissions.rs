//! Forms that may arrive twice, after a double click or a lost answer.

use serde::{Serialize, de::DeserializeOwned};

use super::{Context, Error};
use crate::{
    domain::{Sha256Digest, UserId},
    store::{self, Conn},
};

/// Carries out the act once per form and person; a repetition gets the outcome of the first. Of two concurrent ones,
/// the second waits for the first. Without a form the act is always carried out.
pub fn once<T: Serialize + DeserializeOwned, E: From<Error>>(
    conn: &mut Conn,
    context: &mut Context,
    user_id: &UserId,
    form: Option<&Sha256Digest>,
    act: impl FnOnce(&mut Conn, &mut Context) -> Result<T, E>,
) -> Result<T, E> {
    let corrupt = || Error::Store(store::Error::Corrupt("act_submissions.outcome"));
    let Some(form) = form else { return act(conn, context) };
    if !store::act_submissions::claim(conn, user_id, form, context.now).map_err(Error::from)? {
        let outcome = store::act_submissions::find_outcome(conn, user_id, form).map_err(Error::from)?;
        return Ok(serde_json::from_str(&outcome).map_err(|_| corrupt())?);
    }
    let outcome = act(conn, context)?;
    let text = serde_json::to_string(&outcome).map_err(|_| corrupt())?;
    store::act_submissions::update_outcome(conn, user_id, form, &text).map_err(Error::from)?;
    Ok(outcome)
}
