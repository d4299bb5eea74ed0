//! Settings that are valid but probably unintended. They are logged at every start and reported by `latchkey doctor`.

use crate::{
    config::{Config, files, secret_key, variables},
    server::base_url,
    store::Database,
};

/// One sentence each. To be called before the server starts, which repairs some of it.
pub fn find(config: &Config) -> Vec<String> {
    let mut cautions = variables::unknown();
    cautions.extend(address(config));
    cautions.extend(secret_key::caution(&config.secret_key_file));
    cautions.extend(database(config));
    cautions
}

fn address(config: &Config) -> Option<String> {
    let known = base_url(config, config.bind);
    config.is_address_unknown().then(|| {
        format!(
            "LATCHKEY_BASE_URL is not set, and LATCHKEY_BIND is every address of this machine: links and snippets \
             begin with {}, which does not work from other machines. Set it to the URL that browsers use",
            known.as_str().trim_end_matches('/')
        )
    })
}

fn database(config: &Config) -> Option<String> {
    let Database::Sqlite(path) = &config.database else { return None };
    let mode = files::mode(path).filter(|mode| mode & files::OTHERS != 0)?;
    let path = path.display();
    Some(format!(
        "the database {path} is open to every account on this machine (mode {mode:04o}): the next start closes it \
         to them"
    ))
}
