//! Keeps the verification cache fresh: follows changes by other instances and programs.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
};

use crate::{
    app::{Error, verification_cache::FOLLOW_INTERVAL},
    state::State,
};

/// A separate thread, so that no slow request delays it.
#[derive(Debug)]
pub struct Follower {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Follower {
    pub fn spawn(state: Arc<State>) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = thread::Builder::new().name("follower".to_owned()).spawn(move || {
            let mut is_away = false;
            while !stopped.load(Ordering::Acquire) {
                match run_once(&state) {
                    Ok(()) => is_away = false,
                    // Logged once, not twenty times a second.
                    Err(error) if !is_away => {
                        is_away = true;
                        tracing::error!(%error, "verification cannot read changes from the database");
                    }
                    Err(_) => {}
                }
                thread::park_timeout(FOLLOW_INTERVAL);
            }
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic was already reported there.
            drop(thread.join());
        }
    }
}

pub fn run_once(state: &State) -> Result<(), Error> {
    let changes = state.pool.read_sound(|conn| state.verification_cache.follow(conn))?;
    state.key_limits.follow(&changes);
    Ok(())
}
