//! The end of the audit stream: standard output or a file. Writes whole lines.

use std::{
    fmt,
    fs::{File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use crate::config::files;

pub enum Sink {
    Stream(Box<dyn Write + Send>),
    File { path: PathBuf, open: Option<File> },
}

impl Sink {
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::File { path: path.into(), open: None }
    }

    /// Writes these lines. For a file, `Ok` means that they are on the disk.
    pub fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        match self {
            Self::Stream(stream) => stream.write_all(lines).and_then(|()| stream.flush()),
            Self::File { path, open } => {
                let mut file = match open.take().filter(|file| is_at(file, path)) {
                    Some(file) => file,
                    None => open_file(path)?,
                };
                // After an error the file is opened again.
                append(&mut file, lines)?;
                *open = Some(file);
                Ok(())
            }
        }
    }

    /// Opens the file again with the next lines, because it was renamed.
    pub fn reopen(&mut self) {
        if let Self::File { open, .. } = self {
            *open = None;
        }
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream(_) => f.write_str("Sink::Stream"),
            Self::File { path, .. } => f.debug_tuple("Sink::File").field(path).finish(),
        }
    }
}

/// Whether the path still leads to this file. Lines in a file that was deleted would be lost.
fn is_at(file: &File, path: &Path) -> bool {
    let (Ok(open), Ok(there)) = (file.metadata(), path.metadata()) else { return false };
    (open.dev(), open.ino()) == (there.dev(), there.ino())
}

fn open_file(path: &Path) -> io::Result<File> {
    if files::is_dangling(path) {
        return Err(io::Error::new(io::ErrorKind::NotFound, "it is a link to a file that does not exist"));
    }
    let is_new = !path.exists();
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    if is_new {
        sync_directory(path);
    } else if ends_within_a_line(path) {
        // Its writer was stopped. The event comes again, in a line of its own.
        file.write_all(b"\n")?;
    }
    Ok(file)
}

/// So that the new file is still there after a power failure. Some file systems cannot do this.
fn sync_directory(path: &Path) {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    drop(File::open(directory).and_then(|directory| directory.sync_all()));
}

/// False if it cannot be read.
fn ends_within_a_line(path: &Path) -> bool {
    let last = || -> io::Result<Option<u8>> {
        let mut file = File::open(path)?;
        if !file.metadata()?.is_file() || file.seek(SeekFrom::End(0))? == 0 {
            return Ok(None);
        }
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last)?;
        Ok(Some(last[0]))
    };
    path.is_file() && last().is_ok_and(|last| last.is_some_and(|last| last != b'\n'))
}

fn append(file: &mut File, lines: &[u8]) -> io::Result<()> {
    let before = file.metadata()?;
    let written = file.write_all(lines).and_then(|()| sync(file));
    if written.is_err() && before.is_file() {
        // On a full disk, part of the lines may be there. If they cannot be removed, a line break follows them later.
        drop(file.set_len(before.len()));
    }
    written
}

/// Pipes and devices cannot be synced, and need not be.
fn sync(file: &File) -> io::Result<()> {
    match file.sync_data() {
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::INVAL.raw_os_error()) => Ok(()),
        outcome => outcome,
    }
}
