//! The file of the master keys: created at the first start, readable only by its owner.

use std::{
    fs,
    io::{self, ErrorKind, Read as _, Write as _},
    os::unix::fs::{MetadataExt as _, fchown},
    path::{Path, PathBuf},
};

use rand::CryptoRng;

use super::files;
use crate::domain::{MasterKeys, secret::MasterKeyError};

#[derive(Debug, thiserror::Error)]
pub enum SecretKeyError {
    #[error("the secret key file {0} cannot be read: {1}")]
    Read(PathBuf, io::Error),
    #[error("the secret key file {0} cannot be created: {1}")]
    Create(PathBuf, io::Error),
    #[error("the secret key file {0} contains {1}")]
    Content(PathBuf, MasterKeyError),
    #[error(
        "the secret key file {0} can be changed by other accounts (mode {1:04o}): run chmod 600 {0}. If the file is \
         mounted, give it mode 0440 and the group that Latchkey runs as"
    )]
    Writable(PathBuf, u32),
    #[error(
        "the secret key file {0} is a link to a file that does not exist. Restore that file, or remove the link: the \
         next start then creates a new file"
    )]
    Dangling(PathBuf),
    #[error(
        "the secret key file {0} cannot be replaced: {1}. If the file is mounted, change it at its source: add the new \
         line above the others"
    )]
    Replace(PathBuf, io::Error),
}

/// The mode bits that let others change the file. Others may read it: orchestrators mount secrets with mode 0440 or
/// 0444, and the mode does not tell who is outside the container.
const WRITABLE_BY_OTHERS: u32 = 0o022;
const READABLE_BY_EVERYBODY: u32 = 0o004;

/// Reads the master keys. None if there is no file.
pub fn load(path: &Path) -> Result<Option<MasterKeys>, SecretKeyError> {
    let failed = |error| SecretKeyError::Read(path.into(), error);
    let mut file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound && files::is_dangling(path) => {
            return Err(SecretKeyError::Dangling(path.into()));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mode = file.metadata().map_err(failed)?.mode() & 0o7777;
    if mode & WRITABLE_BY_OTHERS != 0 {
        return Err(SecretKeyError::Writable(path.into(), mode));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(failed)?;
    MasterKeys::parse(&text).map(Some).map_err(|error| SecretKeyError::Content(path.into(), error))
}

/// What could be safer about a file that is accepted anyway.
pub fn caution(path: &Path) -> Option<String> {
    let mode = files::mode(path).filter(|mode| mode & READABLE_BY_EVERYBODY != 0)?;
    let path = path.display();
    Some(format!(
        "the secret key file {path} can be read by every account on this machine (mode {mode:04o}): run chmod 600 \
         {path}. If the file is mounted, give it mode 0440 and the group that Latchkey runs as. In a container that \
         runs only Latchkey you can ignore this"
    ))
}

/// Reads the master keys, or creates one if there is no file.
pub fn load_or_create(path: &Path, rng: &mut impl CryptoRng) -> Result<MasterKeys, SecretKeyError> {
    match load(path)? {
        Some(masters) => Ok(masters),
        None => create(path, &MasterKeys::generate(None, rng)),
    }
}

/// Writes a temporary file and links it into place. So a crash leaves no partial key, and of two concurrent starts one
/// key wins, which both return.
pub fn create(path: &Path, masters: &MasterKeys) -> Result<MasterKeys, SecretKeyError> {
    let failed = |error| SecretKeyError::Create(path.into(), error);
    match write_temporary(path, masters).map_err(failed)?.persist_noclobber(path) {
        Ok(_) => {
            sync_directory(path)?;
            Ok(masters.clone())
        }
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => load(path)?.ok_or_else(|| failed(error.error)),
        Err(error) => Err(failed(error.error)),
    }
}

/// Replaces the content of the file atomically. Owner and mode stay as they are, even if another account runs this, and
/// a link still points to the file.
pub fn replace(path: &Path, masters: &MasterKeys) -> Result<(), SecretKeyError> {
    Replacement::prepare(path, masters)?.install()
}

/// The new content of the file, in a temporary file beside it.
#[derive(Debug)]
pub struct Replacement {
    path: PathBuf,
    file: tempfile::NamedTempFile,
}

impl Replacement {
    /// Fails if the file cannot be replaced, for example on a read-only volume.
    pub fn prepare(path: &Path, masters: &MasterKeys) -> Result<Self, SecretKeyError> {
        let failed = |error| SecretKeyError::Replace(path.into(), error);
        let path = fs::canonicalize(path).map_err(failed)?;
        let former = fs::metadata(&path).map_err(failed)?;
        let file = write_temporary(&path, masters).map_err(failed)?;
        fchown(file.as_file(), Some(former.uid()), Some(former.gid())).map_err(failed)?;
        file.as_file().set_permissions(former.permissions()).map_err(failed)?;
        Ok(Self { path, file })
    }

    pub fn install(self) -> Result<(), SecretKeyError> {
        let Self { path, file } = self;
        file.persist(&path).map_err(|error| SecretKeyError::Replace(path.clone(), error.error))?;
        sync_directory(&path)
    }
}

/// Moves the file to another name, from which it can be restored, and returns that name.
pub fn set_aside(path: &Path) -> Result<PathBuf, SecretKeyError> {
    let failed = |error| SecretKeyError::Create(path.into(), error);
    let mut aside = path.as_os_str().to_owned();
    aside.push(".before");
    let aside = PathBuf::from(aside);
    // Unlike a rename, a link replaces nothing.
    fs::hard_link(path, &aside).and_then(|()| fs::remove_file(path)).map_err(failed)?;
    sync_directory(path)?;
    Ok(aside)
}

/// No other process changes the file until the lock is dropped.
pub fn lock(path: &Path) -> Result<fs::File, SecretKeyError> {
    let locked = fs::File::open(directory_of(path)).and_then(|directory| directory.lock().map(|()| directory));
    locked.map_err(|error| SecretKeyError::Read(path.into(), error))
}

fn write_temporary(path: &Path, masters: &MasterKeys) -> io::Result<tempfile::NamedTempFile> {
    // Temporary files have mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(directory_of(path))?;
    write!(file, "{}", masters.expose())?;
    file.as_file().sync_all()?;
    Ok(file)
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
    use std::os::unix::fs::{PermissionsExt as _, symlink};

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
    fn a_key_is_taken_as_orchestrators_mount_it() {
        let mount = tempfile::tempdir().unwrap();
        let made = load_or_create(&mount.path().join("made"), &mut StdRng::seed_from_u64(1)).unwrap();
        // Like Kubernetes, so that all files of a secret change at once.
        let version = mount.path().join("..2026_11_28");
        fs::create_dir(&version).unwrap();
        fs::rename(mount.path().join("made"), version.join("secret.key")).unwrap();
        symlink("..2026_11_28", mount.path().join("..data")).unwrap();
        let path = mount.path().join("secret.key");
        symlink("..data/secret.key", &path).unwrap();
        for (mode, is_warned_of) in [(0o400, false), (0o440, false), (0o640, false), (0o444, true), (0o644, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(load(&path).unwrap().unwrap().expose(), made.expose(), "{mode:o}");
            assert_eq!(caution(&path).is_some(), is_warned_of, "{mode:o}");
            // A group that may read the file may read its replacement.
            replace(&path, &made).unwrap();
            assert_eq!(files::mode(&path), Some(mode));
            assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
        }
    }

    #[test]
    fn a_link_that_leads_nowhere_is_not_followed_to_make_a_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret.key");
        symlink("elsewhere", &path).unwrap();
        let refused = load_or_create(&path, &mut StdRng::seed_from_u64(1)).unwrap_err();
        assert!(matches!(refused, SecretKeyError::Dangling(_)));
        assert!(!directory.path().join("elsewhere").exists());
    }

    #[test]
    fn a_key_that_others_can_change_or_that_is_damaged_stops_the_start() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret.key");
        let made = load_or_create(&path, &mut StdRng::seed_from_u64(1)).unwrap();
        for mode in [0o660, 0o602, 0o777] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let writable = load_or_create(&path, &mut StdRng::seed_from_u64(1)).unwrap_err();
            assert!(matches!(writable, SecretKeyError::Writable(..)), "{mode:o}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, &made.expose()[..10]).unwrap();
        let damaged = load_or_create(&path, &mut StdRng::seed_from_u64(1)).unwrap_err();
        assert!(matches!(damaged, SecretKeyError::Content(..)));
        assert!(!damaged.to_string().contains(&made.expose()[..10]));
    }
}
