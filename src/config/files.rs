//! What may be wrong with files that are there: links that lead nowhere, and modes that let others in.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

/// The bits of every account that is neither the owner nor in the group.
pub const OTHERS: u32 = 0o007;

/// Whether this is a link to something that is not there: to make it would be to make it elsewhere than people think.
pub fn is_dangling(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink()) && fs::metadata(path).is_err()
}

/// The mode bits of what a path leads to. None when that is nothing.
pub fn mode(path: &Path) -> Option<u32> {
    fs::metadata(path).ok().map(|found| found.mode() & 0o7777)
}

/// A directory in which every account of the machine may replace files. With the sticky bit, as `/tmp` has it, they may not.
pub fn is_writable_by_everybody(directory: &Path) -> bool {
    mode(directory).is_some_and(|mode| mode & 0o1002 == 0o0002)
}
