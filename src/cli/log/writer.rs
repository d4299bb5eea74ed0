//! Writes log lines on a separate thread. A full disk or a blocked pipe stops only this thread: lines wait, and those
//! that do not fit are counted. The count is logged once lines can be written again.

use std::{
    fmt,
    io::{self, ErrorKind, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tracing_subscriber::fmt::MakeWriter;

/// The most waiting bytes: some thousand lines. The same amount again may be in the middle of a write.
const CAPACITY: usize = 1024 * 1024;
/// How long the thread waits after a failure before it tries again.
const PAUSE: Duration = Duration::from_millis(250);

#[derive(Clone)]
pub struct LogWriter(Arc<LogBuffer>);

#[derive(Default)]
struct LogBuffer {
    pending: Mutex<Pending>,
    /// Signals that there are lines to write, or that all are written.
    changed: Condvar,
}

#[derive(Default)]
struct Pending {
    lines: Vec<u8>,
    /// Lines that did not fit.
    lost: u64,
    is_writing: bool,
}

impl LogWriter {
    /// The thread ends with the program.
    pub fn spawn(output: impl Write + Send + 'static) -> io::Result<Self> {
        let shared = Arc::<LogBuffer>::default();
        let of_thread = shared.clone();
        thread::Builder::new().name("log".to_owned()).spawn(move || of_thread.work(output))?;
        Ok(Self(shared))
    }

    /// Waits until everything is written, at most for `patience`.
    pub fn flush(&self, patience: Duration) {
        let is_busy = |pending: &mut Pending| pending.is_writing || !pending.lines.is_empty();
        drop(self.0.changed.wait_timeout_while(self.0.lock(), patience, is_busy));
    }
}

impl fmt::Debug for LogWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogWriter").finish_non_exhaustive()
    }
}

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = LogLine<'a>;

    fn make_writer(&'a self) -> LogLine<'a> {
        LogLine(&self.0)
    }
}

/// Receives one whole line per write, as the formats of `tracing_subscriber` send them.
pub struct LogLine<'a>(&'a LogBuffer);

impl Write for LogLine<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.append(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl LogBuffer {
    fn append(&self, line: &[u8]) {
        let mut pending = self.lock();
        if pending.lines.len() + line.len() > CAPACITY {
            pending.lost += 1;
        } else {
            pending.lines.extend_from_slice(line);
            self.changed.notify_all();
        }
    }

    fn work(&self, mut output: impl Write) {
        loop {
            write_all(&mut output, &self.take_lines());
            let lost = self.count_written();
            if lost > 0 {
                tracing::error!(lost, "log lines were lost because the log could not be written for a while");
            }
        }
    }

    fn take_lines(&self) -> Vec<u8> {
        let waited = self.changed.wait_while(self.lock(), |pending| pending.lines.is_empty());
        let mut pending = waited.unwrap_or_else(PoisonError::into_inner);
        pending.is_writing = true;
        std::mem::take(&mut pending.lines)
    }

    /// Returns how many lines were lost since the last call.
    fn count_written(&self) -> u64 {
        let mut pending = self.lock();
        pending.is_writing = false;
        self.changed.notify_all();
        std::mem::take(&mut pending.lost)
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Retries until everything is written, so that no line is written partly or twice.
fn write_all(output: &mut impl Write, mut lines: &[u8]) {
    while !lines.is_empty() {
        match output.write(lines) {
            Ok(written) if written > 0 => lines = &lines[written..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(_) | Err(_) => thread::sleep(PAUSE),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// Accepts as many bytes as the test tells it to, or fails.
    struct Disk {
        answers: Receiver<io::Result<usize>>,
        written: Sender<Vec<u8>>,
    }

    impl Write for Disk {
        fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
            // Without a further answer it blocks, like a pipe without a reader.
            let count =
                self.answers.recv().map_or(Ok(lines.len()), |answer| answer.map(|count| count.min(lines.len())))?;
            drop(self.written.send(lines[..count].to_vec()));
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn who_logs_never_waits_and_hears_of_no_failure() {
        let (answer, answers) = channel();
        let (written, lines) = channel();
        let writer = LogWriter::spawn(Disk { answers, written }).unwrap();
        let log = |line: &str| writer.make_writer().write_all(line.as_bytes()).unwrap();
        log("first\n");
        answer.send(Err(ErrorKind::StorageFull.into())).unwrap();
        // From here on the disk blocks. None of these calls does.
        let line = "x".repeat(1023) + "\n";
        (0..3 * 1024).for_each(|_| log(&line));
        writer.flush(Duration::from_millis(1));
        let lost = writer.0.lock().lost;
        assert!((1024..=2049).contains(&lost), "{lost}");

        // Continues where it stopped: nothing is written partly or twice.
        answer.send(Ok(3)).unwrap();
        assert_eq!(lines.recv().unwrap(), b"fir");
        drop(answer);
        writer.flush(Duration::from_secs(5));
        let rest: Vec<u8> = lines.try_iter().flatten().collect();
        assert!(rest.starts_with(b"st\nxxx"), "{:?}", &rest[..6]);
        assert_eq!((rest.len() - 3) % 1024, 0, "whole lines");
        assert_eq!(writer.0.lock().lost, 0, "the count was taken, to be logged");
        log("last\n");
        writer.flush(Duration::from_secs(5));
        assert_eq!(lines.recv().unwrap(), b"last\n");
    }
}
