//! Keeps the claims of limited keys up to date, and serves the requests that wait for one.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use crate::{
    app::{self, Error, key_limits::TICK},
    domain::{Clock, key_limits::LimitMoment},
    state::State,
};

/// A separate thread, so that no request thread waits for the database, and none of them for another.
#[derive(Debug)]
pub struct LimitThread {
    state: Arc<State>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl LimitThread {
    pub fn spawn(state: Arc<State>) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, of_thread) = (stop.clone(), state.clone());
        let thread = thread::Builder::new().name("limits".to_owned()).spawn(move || work(&of_thread, &stopped))?;
        state.key_limits.set_thread(thread.thread().clone());
        Ok(Self { state, stop, thread: Some(thread) })
    }
}

fn work(state: &State, stopped: &AtomicBool) {
    let mut is_away = false;
    while !stopped.load(Ordering::Acquire) {
        match run_once(state) {
            // There may be more.
            Ok(true) => continue,
            Ok(false) => is_away = false,
            // Logged once, not twenty times a second.
            Err(error) if !is_away => {
                is_away = true;
                tracing::error!(%error, "the limits of keys cannot be stored: when the claims of this server are used \
                                         up, it cannot verify these keys");
            }
            Err(_) => {}
        }
        if state.key_limits.is_empty() {
            thread::park();
        } else {
            thread::park_timeout(TICK);
        }
    }
}

impl Drop for LimitThread {
    /// Stores what was used.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic was already reported there.
            drop(thread.join());
        }
        let State { pool, key_limits, clock, .. } = &*self.state;
        if let Err(error) = app::key_limits::finish(pool, key_limits, moment(&**clock)) {
            tracing::error!(%error, "the uses of limited keys could not be stored: until their windows end, what this \
                                     server had claimed counts as used");
        }
    }
}

/// Returns true if there may be more to do at once.
pub fn run_once(state: &State) -> Result<bool, Error> {
    let State { pool, key_limits, clock, .. } = state;
    if key_limits.is_empty() {
        return Ok(false);
    }
    app::key_limits::sync(pool, key_limits, moment(&**clock))
}

fn moment(clock: &dyn Clock) -> LimitMoment {
    LimitMoment { elapsed: clock.elapsed(), now: clock.now() }
}
