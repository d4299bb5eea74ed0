//! Compares the machine's clock with the last reading in the database, before final actions.

use crate::{
    app::{self, clock::ClockVerdict},
    state::State,
};

/// Records the time if it is trusted, and warns once if it is not.
pub async fn is_trusted(state: &State) -> Result<bool, app::Error> {
    let now = state.clock.now();
    let last = state.read(app::clock::last_reading).await?;
    match state.clock_check.judge(last, now) {
        ClockVerdict::Trusted => {
            if app::clock::is_reading_due(last, now) {
                state.write(move |conn| app::clock::record_reading(conn, now)).await?;
            }
            Ok(true)
        }
        ClockVerdict::DoubtBegins => {
            let last = last.map(|last| last.to_string());
            tracing::warn!(
                event = "clock_doubted",
                %now,
                last,
                "the clock differs by days from the latest time in the database. If it is wrong, correct it within an \
                 hour: until then Latchkey removes no data, revokes no unused keys and sends no reminders"
            );
            Ok(false)
        }
        ClockVerdict::Doubted => Ok(false),
    }
}
