//! Reserves disk space for a SQLite database. When the disk is full, it is used for signing in, and for disabling,
//! revoking and deleting keys.
//!
//! SQLite appends every change to its log (`…-wal`) first, and a change fails only if that cannot grow. So blocks are
//! allocated beyond the end of the log: no other program can take them, and SQLite itself grows into them. A second
//! part is a separate file. It is deleted when the disk is full, so that the database can grow, and a restarted server
//! can create its files.

use std::{
    ffi::OsString,
    fs::{self, OpenOptions},
    io::ErrorKind,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use rustix::fs::{FallocateFlags, fallocate, statvfs};

use super::condition::StorageCondition;

/// Bytes of each of the two parts: hundreds of sign-ins and revocations.
const SIZE: u64 = 8 * 1024 * 1024;
/// The unit of `st_blocks`, whatever the file system.
const BLOCK: u64 = 512;

#[derive(Debug)]
pub(super) struct Reserve {
    log: PathBuf,
    file: PathBuf,
    folder: PathBuf,
}

impl Reserve {
    pub fn new(database: &Path) -> Self {
        let beside = |suffix: &str| {
            let mut name = OsString::from(database);
            name.push(suffix);
            PathBuf::from(name)
        };
        let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
        Self { log: beside("-wal"), file: beside("-reserve"), folder: folder.unwrap_or(Path::new(".")).to_owned() }
    }

    /// Must be called before the database is opened: SQLite then creates files, which need space.
    pub fn make_room(&self) {
        if self.free().is_some_and(|free| free < SIZE / 8) {
            self.release();
        }
    }

    /// Fills the reserve if there is space, and records whether there is.
    pub fn check(&self, condition: &StorageCondition) {
        let has_room = self.fill_log().and_then(|()| self.fill_file());
        let is_full = match has_room {
            // This file system cannot allocate in advance, so only the free space is known.
            Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => self.free().is_some_and(|free| free < SIZE),
            Err(rustix::io::Errno::NOSPC | rustix::io::Errno::DQUOT) => true,
            // Everything is allocated, or nothing is known.
            Ok(()) | Err(_) => false,
        };
        if is_full && !condition.is_full() {
            self.release();
        }
        condition.set_full(is_full);
    }

    fn fill_log(&self) -> rustix::io::Result<()> {
        let Ok(log) = fs::metadata(&self.log) else { return Ok(()) };
        if log.blocks() * BLOCK >= log.len() + SIZE {
            return Ok(());
        }
        let file = OpenOptions::new().write(true).open(&self.log).map_err(to_errno)?;
        fallocate(&file, FallocateFlags::KEEP_SIZE, log.len(), SIZE)
    }

    fn fill_file(&self) -> rustix::io::Result<()> {
        if fs::metadata(&self.file).is_ok_and(|file| file.blocks() * BLOCK >= SIZE) {
            return Ok(());
        }
        let options = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).clone();
        let file = options.open(&self.file).map_err(to_errno)?;
        let filled = fallocate(&file, FallocateFlags::empty(), 0, SIZE);
        if filled.is_err() {
            // Too little to be useful, but others may need it.
            self.release();
        }
        filled
    }

    fn release(&self) {
        if let Err(error) = fs::remove_file(&self.file)
            && error.kind() != ErrorKind::NotFound
        {
            tracing::error!(%error, "the reserved disk space cannot be released");
        }
    }

    /// How many bytes this program can still write to the disk.
    fn free(&self) -> Option<u64> {
        let disk = statvfs(&self.folder).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err wants it")]
fn to_errno(error: std::io::Error) -> rustix::io::Errno {
    rustix::io::Errno::from_io_error(&error).unwrap_or(rustix::io::Errno::IO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_gets_blocks_beyond_its_end_and_keeps_its_length() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("x.db");
        let (reserve, condition) = (Reserve::new(&database), StorageCondition::default());
        reserve.check(&condition);
        fs::write(folder.path().join("x.db-wal"), [1; 5000]).unwrap();
        for _ in 0..2 {
            reserve.check(&condition);
            let log = fs::metadata(folder.path().join("x.db-wal")).unwrap();
            assert_eq!(log.len(), 5000);
            assert!(log.blocks() * BLOCK >= SIZE, "{}", log.blocks());
            assert!(fs::metadata(folder.path().join("x.db-reserve")).unwrap().blocks() * BLOCK >= SIZE);
            assert!(!condition.is_full());
        }
        reserve.release();
        assert!(!folder.path().join("x.db-reserve").exists());
    }
}
