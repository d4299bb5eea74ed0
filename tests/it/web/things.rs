//! The subjects that the `{id}` of a path can name, created for each request of a test.

use std::sync::atomic::{AtomicU32, Ordering};

use latchkey::domain::{InvitationId, LinkToken, ProjectId, Role};

use crate::support::TestApp;

/// Another organization on the same server.
pub const RIVAL: &str = "Rival";
/// Part of every name in that organization.
pub const PLANTED: &str = "oystercatcher";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Of the person who sends the request.
    Own,
    /// Of another person in their organization, or of the organization.
    Colleague,
    /// Of another organization.
    Stranger,
}

impl Whose {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Colleague => "colleague's",
            Self::Stranger => "stranger's",
        }
    }
}

/// The possible owners of the subject of this path.
pub fn owners(path: &str) -> &'static [Whose] {
    use Whose::{Colleague, Own, Stranger};
    match kind(path) {
        None => &[],
        Some("invitations" | "permissions" | "projects") => &[Colleague, Stranger],
        Some(_) => &[Own, Colleague, Stranger],
    }
}

/// The noun before the id.
fn kind(path: &str) -> Option<&str> {
    path.split_once("/{id}").map(|(before, _)| before.rsplit('/').next().unwrap())
}

/// Creates such a subject and returns its id. `email` is the person who sends the request.
pub fn make(app: &TestApp, path: &str, whose: Whose, email: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("{PLANTED}-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let owner = match whose {
        Whose::Own => email.to_owned(),
        Whose::Colleague => app.create_user(Role::Member, &name),
        Whose::Stranger => app.create_user_of(RIVAL, Role::Owner, &name),
    };
    let owner_id = app.user_id(&owner).to_string();
    let mut rng = (app.state.rng)();
    let now = latchkey::domain::Clock::now(&*app.clock);
    let organization = format!("(SELECT organization_id FROM users WHERE id = '{owner_id}')");
    match kind(path).unwrap() {
        "api-keys" => app.insert_api_key(&owner, &name, |_| {}).id.to_string(),
        "members" => owner_id,
        "invitations" => {
            let (id, digest) = (InvitationId::generate(now, &mut rng), LinkToken::generate(&mut rng).digest());
            let (id, digest) = (id.to_string(), digest.as_str().to_owned());
            app.database.execute(&format!(
                "INSERT INTO invitations (id, organization_id, email, email_folded, role, token_digest, invited_by, \
                 created_at, expires_at) VALUES ('{id}', {organization}, '{name}@x.example', '{name}@x.example', \
                 'member', '{digest}', '{owner_id}', {0}, {0} + 1000000000)",
                now.unix_micros(),
            ));
            id
        }
        "projects" => {
            let id = ProjectId::generate(now, &mut rng).to_string();
            app.database.execute(&format!(
                "INSERT INTO projects (id, organization_id, name, name_folded, created_at) \
                 VALUES ('{id}', {organization}, '{name}', '{name}', {})",
                now.unix_micros(),
            ));
            id
        }
        "permissions" => {
            let id = format!("{name}:read");
            app.database.execute(&format!(
                "INSERT INTO api_permissions (organization_id, name, description, created_at) \
                 VALUES ({organization}, '{id}', '{name}', 0)",
            ));
            id
        }
        "sessions" => {
            app.sign_in_as(&owner);
            app.database.text(&format!("SELECT max(id_digest) AS text FROM sessions WHERE user_id = '{owner_id}'"))
        }
        other => panic!("nobody knows what the id in {path} is: {other}"),
    }
}
