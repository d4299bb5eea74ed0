//! Stores sessions in the database for the session middleware.
//!
//! The database holds only a digest of the cookie's value. The lifetime is decided here, because tests cannot move the
//! middleware's clock.

use std::{collections::HashMap, sync::Arc};

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key};
use actix_web::cookie::time::Duration as CookieDuration;

use crate::{
    app::{self, sessions::TOUCH_INTERVAL},
    domain::{Clock, Sha256Digest},
    store::{self, Conn, Pool, Reason, sessions::SessionOrigin},
};

type SessionEntries = HashMap<String, String>;

/// The session entry for the signed-in user. Like every entry, it is a JSON string.
pub const USER_ID: &str = "user_id";
/// The session entries for where the session began.
pub const ADDRESS: &str = "address";
pub const AGENT: &str = "agent";
/// The session entry for the session's row, which lets other changes end the session.
pub const ID_DIGEST: &str = "id_digest";
/// The only entry, with the reason, if the database cannot tell which user is signed in.
pub const UNAVAILABLE: &str = "unavailable";

#[derive(Clone, Debug)]
pub struct DatabaseSessions {
    pub pool: Pool,
    pub clock: Arc<dyn Clock>,
}

impl SessionStore for DatabaseSessions {
    /// If the database is unavailable, returns a session that says so, and the gate answers with a page. The middleware
    /// would answer an error with plain text.
    async fn load(&self, key: &SessionKey) -> Result<Option<SessionEntries>, LoadError> {
        match self.load_state(key).await {
            Err(LoadError::Other(error)) => {
                tracing::error!(error = format!("{error:#}"), "the session cannot be read");
                let reason =
                    error.downcast_ref::<store::Error>().and_then(store::Error::reason).unwrap_or(Reason::Away);
                Ok(Some(HashMap::from([(UNAVAILABLE.to_owned(), format!("\"{reason}\""))])))
            }
            outcome => outcome,
        }
    }

    async fn save(&self, state: SessionEntries, _ttl: &CookieDuration) -> Result<SessionKey, SaveError> {
        let key = generate_session_key();
        let (id, now) = (digest(&key), self.clock.now());
        let user_id = text(&state, USER_ID);
        let origin = SessionOrigin { address: text(&state, ADDRESS), agent: text(&state, AGENT) };
        let state = serde_json::to_string(&state).map_err(|error| SaveError::Serialization(error.into()))?;
        self.write(move |conn| store::sessions::insert(conn, &id, user_id.as_deref(), &state, &origin, now))
            .await
            .map_err(SaveError::Other)?;
        Ok(key)
    }

    async fn update(
        &self,
        key: SessionKey,
        state: SessionEntries,
        _ttl: &CookieDuration,
    ) -> Result<SessionKey, UpdateError> {
        let id = digest(&key);
        let state = serde_json::to_string(&state).map_err(|error| UpdateError::Serialization(error.into()))?;
        // The request was already carried out. A lost message for the next page must not undo that.
        if let Err(error) = self.write(move |conn| store::sessions::update_state(conn, &id, &state)).await {
            tracing::error!(error = format!("{error:#}"), "the session cannot be written");
        }
        Ok(key)
    }

    /// Does nothing: [`Self::load_state`] records when a session was last seen.
    async fn update_ttl(&self, _key: &SessionKey, _ttl: &CookieDuration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let id = digest(key);
        self.write(move |conn| store::sessions::delete(conn, &id)).await.map(drop)
    }
}

impl DatabaseSessions {
    async fn load_state(&self, key: &SessionKey) -> Result<Option<SessionEntries>, LoadError> {
        let (id, now) = (digest(key), self.clock.now());
        let wanted = id.clone();
        let found = self.read(move |conn| store::sessions::find(conn, &wanted)).await.map_err(LoadError::Other)?;
        let Some(session) =
            found.filter(|session| app::sessions::is_open(session.created_at, session.last_seen_at, now))
        else {
            return Ok(None);
        };
        let is_due = !now.is_within(session.last_seen_at, session.last_seen_at.plus(TOUCH_INTERVAL));
        if is_due && self.pool.refuse_full().is_ok() {
            let touched = id.clone();
            if let Err(error) = self.write(move |conn| store::sessions::update_last_seen(conn, &touched, now)).await {
                tracing::warn!(error = format!("{error:#}"), "could not record when the session was last used");
            }
        }
        let mut state: SessionEntries =
            serde_json::from_str(&session.state).map_err(|error| LoadError::Deserialization(error.into()))?;
        state.insert(ID_DIGEST.to_owned(), format!("\"{}\"", id.as_str()));
        Ok(Some(state))
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, store::Error> + Send + 'static,
    ) -> anyhow::Result<T> {
        match self.pool.read_at_once(work) {
            Ok(read) => Ok(read?),
            Err(work) => Ok(self.pool.read_in_time(work).await?),
        }
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Conn) -> Result<T, store::Error> + Send + 'static,
    ) -> anyhow::Result<T> {
        Ok(self.pool.write_in_time(work, |_| {}).await?)
    }
}

fn digest(key: &SessionKey) -> Sha256Digest {
    Sha256Digest::compute(key.as_ref())
}

fn text(state: &SessionEntries, entry: &str) -> Option<String> {
    state.get(entry).and_then(|json| serde_json::from_str(json).ok())
}
