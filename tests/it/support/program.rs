//! External programs for tests: each in a temporary folder of its own, until it is dropped.

use std::{
    fs::{self, File},
    io::ErrorKind,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    time::{Duration, Instant},
};

use tempfile::TempDir;

const START_LIMIT: Duration = Duration::from_secs(20);

/// A program that listens.
pub struct Program {
    child: Child,
    directory: TempDir,
}

impl Program {
    /// Writes the file, starts the program in its folder, and waits until it listens on the port.
    pub fn serve(command: &[&str], file: &str, text: &str, port: u16) -> Self {
        Self::serve_with(&[], command, file, text, port)
    }

    /// The same, with these variables.
    pub fn serve_with(variables: &[(&str, &str)], command: &[&str], file: &str, text: &str, port: u16) -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(file), text).unwrap();
        let log = File::create(directory.path().join("log")).unwrap();
        let mut prepared = prepare(command, directory.path());
        prepared.envs(variables.iter().copied());
        prepared.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let child = prepared.spawn().unwrap_or_else(|error| missing(command[0], &error));
        let mut program = Self { child, directory };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = program.child.try_wait().unwrap();
            assert!(ended.is_none() && began.elapsed() < START_LIMIT, "{command:?}: {ended:?}\n{}", program.log());
            std::thread::sleep(Duration::from_millis(5));
        }
        program
    }

    /// A file in its folder, which is also its home.
    pub fn path(&self, file: &str) -> PathBuf {
        self.directory.path().join(file)
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Runs a command to its end, with these variables.
pub fn run(command: &[&str], variables: &[(&str, &str)]) -> Output {
    let directory = tempfile::tempdir().unwrap();
    let mut prepared = prepare(command, directory.path());
    prepared.envs(variables.iter().copied()).stdin(Stdio::null());
    prepared.output().unwrap_or_else(|error| missing(command[0], &error))
}

/// A port that nobody listens on. Below 32768 the kernel hands none to anybody by chance, so it stays free until it is used.
pub fn free_port() -> u16 {
    static NUMBER: AtomicU16 = AtomicU16::new(0);
    // Several runs at once, as on a developer's machine, begin at different ones.
    let first = 10_000 + u16::try_from(std::process::id() % 40).unwrap() * 200;
    loop {
        let port = first + NUMBER.fetch_add(1, Ordering::Relaxed) % 200;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Without the settings that the person who runs the tests may have, such as a proxy for the internet.
fn prepare(command: &[&str], directory: &Path) -> Command {
    let mut prepared = Command::new(command[0]);
    // Debian keeps servers where only root looks for programs.
    let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
    prepared.args(&command[1..]).current_dir(directory).env_clear().env("PATH", path).env("HOME", directory);
    prepared
}

fn missing(program: &str, error: &std::io::Error) -> ! {
    assert_eq!(error.kind(), ErrorKind::NotFound, "{program} could not be started: {error}");
    panic!("{program} is not installed. tests/run installs it; or install it by hand.");
}
