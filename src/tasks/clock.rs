//! Compares the machine's clock with the last reading in the database before something is done for good.

use crate::{
    app::{self, clock::Verdict},
    state::State,
};

/// Records the time when it is trusted, and warns once when it is not.
pub async fn is_trusted(state: &State) -> Result<bool, app::Error> {
    let now = state.clock.now();
    let last = state.read(app::clock::last_reading).await?;
    match state.clock_check.judge(last, now) {
        Verdict::Trusted => {
            if app::clock::is_reading_due(last, now) {
                state.write(move |conn| app::clock::record_reading(conn, now)).await?;
            }
            Ok(true)
        }
        Verdict::DoubtBegins => {
            let last = last.map(|last| last.to_string());
            tracing::warn!(
                event = "clock_doubted",
                %now,
                last,
                "the clock is days away from the last time in the database: if it is wrong, correct it within an hour; \
                 until then nothing is purged, revoked for disuse or announced"
            );
            Ok(false)
        }
        Verdict::Doubted => Ok(false),
    }
}
