//! The file of the master keys: made at the first start, readable by its owner only.

use std::{
    fs,
    io::{self, ErrorKind, Write as _},
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown},
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

/// Reads the master keys. None where there is no file.
pub fn load(path: &Path) -> Result<Option<MasterKeys>, SecretKeyError> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let mode =
                fs::metadata(path).map_err(|error| SecretKeyError::Read(path.into(), error))?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(SecretKeyError::Readable(path.into()));
            }
            MasterKeys::parse(&text).map(Some).map_err(|error| SecretKeyError::Content(path.into(), error))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SecretKeyError::Read(path.into(), error)),
    }
}

/// Reads the master keys, or makes one where there is no file.
pub fn load_or_create(path: &Path, rng: &mut impl CryptoRng) -> Result<MasterKeys, SecretKeyError> {
    match load(path)? {
        Some(masters) => Ok(masters),
        None => create(path, &MasterKeys::generate(None, rng)),
    }
}

/// Writes beside and links into place, so that a crash leaves no half key and, of two starts at once, one key wins, which is
/// given back.
pub fn create(path: &Path, masters: &MasterKeys) -> Result<MasterKeys, SecretKeyError> {
    let failed = |error| SecretKeyError::Create(path.into(), error);
    match write_beside(path, masters)?.persist_noclobber(path) {
        Ok(_) => {
            sync_directory(path)?;
            Ok(masters.clone())
        }
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => load(path)?.ok_or_else(|| failed(error.error)),
        Err(error) => Err(failed(error.error)),
    }
}

/// Replaces what the file holds: afterwards it is the one or the other, whatever happens in between. It goes on belonging to
/// whom it belonged, who need not be who runs this; and a link goes on leading to it.
pub fn replace(path: &Path, masters: &MasterKeys) -> Result<(), SecretKeyError> {
    let failed = |error| SecretKeyError::Create(path.into(), error);
    let path = &fs::canonicalize(path).map_err(failed)?;
    let former = fs::metadata(path).map_err(failed)?;
    let file = write_beside(path, masters)?;
    fchown(file.as_file(), Some(former.uid()), Some(former.gid())).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    sync_directory(path)
}

/// Moves the file out of the way, to where it can be fetched back from, and tells where that is.
pub fn set_aside(path: &Path) -> Result<PathBuf, SecretKeyError> {
    let failed = |error| SecretKeyError::Create(path.into(), error);
    let mut aside = path.as_os_str().to_owned();
    aside.push(".before");
    let aside = PathBuf::from(aside);
    // Unlike a renaming, a link replaces nothing.
    fs::hard_link(path, &aside).and_then(|()| fs::remove_file(path)).map_err(failed)?;
    sync_directory(path)?;
    Ok(aside)
}

/// Nobody else on this machine changes the file until the lock is dropped.
pub fn lock(path: &Path) -> Result<fs::File, SecretKeyError> {
    let locked = fs::File::open(directory_of(path)).and_then(|directory| directory.lock().map(|()| directory));
    locked.map_err(|error| SecretKeyError::Read(path.into(), error))
}

fn write_beside(path: &Path, masters: &MasterKeys) -> Result<tempfile::NamedTempFile, SecretKeyError> {
    // Mode 0600 is what temporary files have.
    let file = tempfile::NamedTempFile::new_in(directory_of(path)).and_then(|mut file| {
        write!(file, "{}", masters.expose())?;
        file.as_file().sync_all()?;
        Ok(file)
    });
    file.map_err(|error| SecretKeyError::Create(path.into(), error))
}

fn sync_directory(path: &Path) -> Result<(), SecretKeyError> {
    let synced = fs::File::open(directory_of(path)).and_then(|directory| directory.sync_all());
    synced.map_err(|error| SecretKeyError::Create(path.into(), error))
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
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
    fn a_replaced_key_is_for_its_owner_only_and_leaves_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret.key");
        let rng = &mut StdRng::seed_from_u64(1);
        let made = load_or_create(&path, rng).unwrap();
        let rotated = made.rotated(0, rng);
        replace(&path, &rotated).unwrap();
        assert_eq!(load(&path).unwrap().unwrap().expose(), rotated.expose());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);

        let aside = set_aside(&path).unwrap();
        assert!(load(&path).unwrap().is_none());
        assert_eq!(load(&aside).unwrap().unwrap().expose(), rotated.expose());
        create(&path, &made).unwrap();
        assert!(set_aside(&path).is_err(), "what was set aside before stays");
        assert_eq!(load(&path).unwrap().unwrap().expose(), made.expose());
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
