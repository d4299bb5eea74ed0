//! The file of the master key: made at the first start, readable by its owner only.

use std::{
    fs,
    io::{self, ErrorKind, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use rand::CryptoRng;

use crate::domain::{MasterKeys, secret::MasterKeyError};

#[derive(Debug, thiserror::Error)]
pub enum SecretKeyError {
    #[error("the secret key file {0} cannot be read: {1}")]
    Read(PathBuf, io::Error),
    #[error("the secret key file {0} cannot be made: {1}")]
    Create(PathBuf, io::Error),
    #[error("the secret key file {0} holds {1}")]
    Content(PathBuf, MasterKeyError),
    #[error("the secret key file {0} can be read by others: run chmod 600 {0}")]
    Readable(PathBuf),
}

/// Reads the master key, or makes one where there is no file.
pub fn load_or_create(path: &Path, rng: &mut impl CryptoRng) -> Result<MasterKeys, SecretKeyError> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let mode =
                fs::metadata(path).map_err(|error| SecretKeyError::Read(path.into(), error))?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(SecretKeyError::Readable(path.into()));
            }
            MasterKeys::parse(&text).map_err(|error| SecretKeyError::Content(path.into(), error))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => create(path, &MasterKeys::generate(None, rng)),
        Err(error) => Err(SecretKeyError::Read(path.into(), error)),
    }
}

/// Writes beside and links into place, so that a crash leaves no half key and, of two starts at once, one key wins.
fn create(path: &Path, masters: &MasterKeys) -> Result<MasterKeys, SecretKeyError> {
    let failed = |error| SecretKeyError::Create(path.into(), error);
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Mode 0600 is what temporary files have.
    let mut file = tempfile::NamedTempFile::new_in(directory).map_err(failed)?;
    write!(file, "{}", masters.expose()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    match file.persist_noclobber(path) {
        Ok(_) => {
            fs::File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)?;
            Ok(masters.clone())
        }
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
            let text = fs::read_to_string(path).map_err(|error| SecretKeyError::Read(path.into(), error))?;
            MasterKeys::parse(&text).map_err(|error| SecretKeyError::Content(path.into(), error))
        }
        Err(error) => Err(failed(error.error)),
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng, rngs::StdRng};

    use super::*;

    #[test]
    fn the_key_is_made_once_and_for_its_owner_only() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret.key");
        let made = load_or_create(&path, &mut StdRng::seed_from_u64(1)).unwrap();
        let read = load_or_create(&path, &mut StdRng::seed_from_u64(2)).unwrap();
        assert_eq!(made.expose(), read.expose());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_key_that_others_can_read_or_that_is_damaged_stops_the_start() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret.key");
        let made = load_or_create(&path, &mut StdRng::seed_from_u64(1)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let readable = load_or_create(&path, &mut StdRng::seed_from_u64(1)).unwrap_err();
        assert!(matches!(readable, SecretKeyError::Readable(_)));

        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, &made.expose()[..10]).unwrap();
        let damaged = load_or_create(&path, &mut StdRng::seed_from_u64(1)).unwrap_err();
        assert!(matches!(damaged, SecretKeyError::Content(..)));
        assert!(!damaged.to_string().contains(&made.expose()[..10]));
    }
}
