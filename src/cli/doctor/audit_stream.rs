//! Checks, without changing anything, whether the audit log can be streamed.

use std::{
    fs::{self, OpenOptions},
    path::Path,
};

use rustix::fs::{Access, access};

use super::{Health, Report};
use crate::config::{AuditStream, files};

pub(super) fn examine(stream: Option<&AuditStream>, report: &mut Report) {
    let (health, text) = match stream {
        None => (Health::Ok, "LATCHKEY_AUDIT_STREAM is not set, so the audit log is only in the database".to_owned()),
        Some(AuditStream::Stdout) => {
            (Health::Ok, "standard output; the server prints its greeting to the log".to_owned())
        }
        Some(AuditStream::File(path)) => examine_file(path),
    };
    report.say(health, &format!("audit stream: {text}"));
}

fn examine_file(path: &Path) -> (Health, String) {
    let shown = path.display();
    if files::is_dangling(path) {
        return (Health::Fault, format!("{shown} is a link to a file that does not exist"));
    }
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => (Health::Fault, format!("{shown} is a directory")),
        // Opening a pipe would wait for its reader.
        Ok(found) if !found.is_file() => (Health::Ok, format!("{shown}")),
        Ok(_) => match OpenOptions::new().append(true).open(path) {
            Err(error) => (Health::Fault, format!("{shown} cannot be written: {error}")),
            Ok(_) if files::mode(path).is_some_and(|mode| mode & files::OTHERS != 0) => {
                (Health::Warning, format!("{shown} is open to every account on this machine: run chmod 600 {shown}"))
            }
            Ok(_) => (Health::Ok, format!("{shown}")),
        },
        Err(_) => examine_directory_of(path),
    }
}

fn examine_directory_of(path: &Path) -> (Health, String) {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (shown, directory_shown) = (path.display(), directory.display());
    if !directory.is_dir() {
        return (Health::Fault, format!("{shown} cannot be created: there is no directory {directory_shown}"));
    }
    match access(directory, Access::WRITE_OK | Access::EXEC_OK) {
        Ok(()) => (Health::Ok, format!("{shown} does not exist; the server creates it")),
        Err(error) => (Health::Fault, format!("{shown} cannot be created in {directory_shown}: {error}")),
    }
}
