//! Problems with existing files: dangling links, and modes that give others access.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

/// The mode bits of accounts that are neither the owner nor in the group.
pub const OTHERS: u32 = 0o007;

/// Whether this is a link to a missing file. Creating it would create a file in an unexpected place.
pub fn is_dangling(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) && fs::metadata(path).is_err()
}

/// The mode bits of the file that a path leads to. None if there is no file.
pub fn mode(path: &Path) -> Option<u32> {
    fs::metadata(path).ok().map(|found| found.mode() & 0o7777)
}

/// Whether every account of the machine may replace files in this directory. With the sticky bit, as `/tmp` has it,
/// they may not.
pub fn is_writable_by_everybody(directory: &Path) -> bool {
    mode(directory).is_some_and(|mode| mode & 0o1002 == 0o0002)
}
