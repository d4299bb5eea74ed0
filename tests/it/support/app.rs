//! The server under test.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
        mpsc,
    },
    thread::JoinHandle,
};

use actix_web::{dev::ServerHandle, rt::System, web::Data};
use latchkey::{
    app::{accounts, accounts::AccountForm, actors, password_resets},
    config::{Config, Options},
    domain::{
        Actor, ApiGrant, ApiGrants, ApiKey, ApiPermission, ApiPermissionName, Clock, LastUse, OrganizationId,
        OrganizationName, Policy, Project, ProjectId, ProjectName, Restrictions, Role, Scope, Timestamp, Token,
        TokenLabel, UserId,
        api_key::restrictions::{self, Texts},
        api_permission::ApiPermissionDescription,
    },
    server::{Server, Surroundings},
    state::{RngSource, State},
    store::{self, audit_events::PastEvent},
};
use rand::{SeedableRng, rngs::StdRng};
use time::{Duration, macros::datetime};

use super::{Client, Kind, TestDatabase};

/// The password of every account.
pub const PASSWORD: &str = "seven quiet lanterns";

pub struct TestApp {
    pub address: String,
    pub clock: Arc<TestClock>,
    pub state: Data<State>,
    config: Config,
    // Fields are dropped in this order: the server stops before its database goes.
    _instance: Instance,
    pub database: TestDatabase,
}

/// A server in a thread of its own, until it is dropped.
pub struct Instance {
    pub address: String,
    pub state: Data<State>,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

/// Stands still until a test moves it.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_micros(self.0.load(Ordering::SeqCst))
    }
}

impl TestClock {
    pub fn advance(&self, duration: Duration) {
        self.0.fetch_add(i64::try_from(duration.whole_microseconds()).unwrap(), Ordering::SeqCst);
    }
}

impl TestApp {
    /// A server without accounts, at noon on 21 November 2026.
    pub fn start(kind: Kind) -> Self {
        Self::start_with(kind, |_| {})
    }

    pub fn start_with(kind: Kind, configure: impl FnOnce(&mut Config)) -> Self {
        Self::start_on(TestDatabase::with_tables(kind), configure)
    }

    /// Uses an existing database, with its folder.
    pub fn start_on(database: TestDatabase, configure: impl FnOnce(&mut Config)) -> Self {
        let options = Options {
            database_url: Some(database.url()),
            bind: Some("127.0.0.1:0".to_owned()),
            data_dir: Some(database.directory.path().to_owned()),
            ..Options::default()
        };
        let mut config = options.check().unwrap();
        config.password_cost = 4;
        configure(&mut config);
        let clock = Arc::new(TestClock(AtomicI64::new(Timestamp::from(datetime!(2026-11-21 12:00 UTC)).unix_micros())));
        let instance = Instance::start(config.clone(), clock.clone(), false);
        let (address, state) = (instance.address.clone(), instance.state.clone());
        Self { address, clock, state, config, _instance: instance, database }
    }

    /// A client that has not signed in.
    pub fn visitor(&self) -> Client {
        Client::new(&self.address)
    }

    /// Somebody with this role in the organization "Acme", signed in through the page.
    pub fn sign_in(&self, role: Role) -> Client {
        let email = self.create_user(role, role.as_str());
        self.sign_in_as(&email)
    }

    pub fn sign_in_as(&self, email: &str) -> Client {
        let mut client = self.visitor();
        let page = client.post("/sign-in", &[("email", email), ("password", PASSWORD)]);
        assert_eq!(page.status, 303, "{}", page.body);
        client
    }

    /// Creates an account and returns its email address.
    pub fn create_user(&self, role: Role, name: &str) -> String {
        let email = format!("{name}@acme.example");
        let mut context = self.state.context_of_task();
        let acme = OrganizationName::parse("Acme").unwrap();
        self.state
            .pool
            .write(|conn| {
                if accounts::is_registration_open(conn)? && role != Role::Owner {
                    let (founder, hash) = self.account("Founder", "founder@acme.example");
                    accounts::create_by_command(conn, &mut context, Some(&acme), Role::Owner, &founder, &hash)?;
                }
                let (account, hash) = self.account(name, &email);
                accounts::create_by_command(conn, &mut context, Some(&acme), role, &account, &hash)
            })
            .unwrap();
        email
    }

    /// Creates an account and returns its email address. Creates the organization, if it does not exist. "Acme" must
    /// exist before.
    pub fn create_user_of(&self, organization: &str, role: Role, name: &str) -> String {
        let email = format!("{name}@{}.example", organization.to_lowercase());
        let mut context = self.state.context_of_task();
        let organization = OrganizationName::parse(organization).unwrap();
        let (account, hash) = self.account(name, &email);
        self.state
            .pool
            .write(|conn| {
                let known = store::organizations::list(conn)?;
                if !known.iter().any(|(_, name)| name == organization.as_str()) {
                    let id = OrganizationId::generate(context.now, &mut context.rng);
                    store::organizations::insert(conn, &id, &organization, context.now)?;
                }
                accounts::create_by_command(conn, &mut context, Some(&organization), role, &account, &hash)
            })
            .unwrap();
        email
    }

    /// Creates another organization, even if the name exists.
    pub fn create_organization(&self, name: &str) -> OrganizationId {
        let mut context = self.state.context_of_task();
        let id = OrganizationId::generate(context.now, &mut context.rng);
        let name = OrganizationName::parse(name).unwrap();
        self.state.pool.write(|conn| store::organizations::insert(conn, &id, &name, context.now)).unwrap();
        id
    }

    fn account(&self, name: &str, email: &str) -> (accounts::NewAccount, String) {
        let form = AccountForm { name, email, password: PASSWORD };
        let account = accounts::NewAccount::parse(&form, None).unwrap();
        let hash = self.state.hasher.hash(&account.password, &mut (self.state.rng)()).unwrap();
        (account, hash)
    }

    pub fn user_id(&self, email: &str) -> UserId {
        let credentials = self.state.pool.read(|conn| accounts::find_credentials(conn, email)).unwrap();
        credentials.unwrap().user_id
    }

    pub fn actor(&self, email: &str) -> Actor {
        self.state.pool.read(|conn| actors::find_active(conn, &self.user_id(email))).unwrap().unwrap().actor()
    }

    /// A link for a new password as the command line makes it, as a path.
    pub fn password_reset_link(&self, email: &str) -> String {
        let mut context = self.state.context_of_task();
        let made = self
            .state
            .pool
            .write(|conn| password_resets::create(conn, &mut context, email, password_resets::LIFETIME_BY_COMMAND));
        made.unwrap().unwrap().address(&self.state.site.base_url).replacen(&self.address, "", 1)
    }

    /// Inserts a key that the pages could not create, such as one of last year.
    pub fn insert_api_key(&self, email: &str, name: &str, change: impl FnOnce(&mut ApiKey)) -> ApiKey {
        self.insert_token(email, name, change).0
    }

    /// The same, and returns its token.
    pub fn insert_token(&self, email: &str, name: &str, change: impl FnOnce(&mut ApiKey)) -> (ApiKey, Token) {
        let owner = self.state.pool.read(|conn| actors::find_active(conn, &self.user_id(email))).unwrap().unwrap();
        let mut rng = (self.state.rng)();
        let token = Token::generate(&TokenLabel::default(), &mut rng);
        let now = self.clock.now();
        let id = latchkey::domain::ApiKeyId::generate(now, &mut rng);
        let name = latchkey::domain::ApiKeyName::parse(name).unwrap();
        let mut api_key = ApiKey {
            confirmed_at: Some(now),
            expires_at: Some(now.plus(Duration::days(100))),
            ..ApiKey::pending(id, &owner.person, name, &token, now)
        };
        change(&mut api_key);
        let digest = self.state.token_keys.digest(&token, &api_key.id, &api_key.organization_id);
        self.state.pool.write(|conn| store::api_keys::insert(conn, &api_key, &digest)).unwrap();
        (api_key, token)
    }

    /// A key with this restriction and a matching scope, named like the restriction.
    pub fn insert_restricted(&self, email: &str, kind: restrictions::Kind, text: &str) -> (ApiKey, Token) {
        let mut texts = Texts::default();
        match kind {
            restrictions::Kind::TrustedDomains => texts.trusted_domains = text,
            restrictions::Kind::AppIdentifiers => texts.app_identifiers = text,
            restrictions::Kind::AllowedNetworks => texts.allowed_networks = text,
        }
        self.insert_token(email, kind.as_str(), |key| {
            key.scope = Scope::ALL.into_iter().find(|scope| kind.belongs_to(*scope)).unwrap();
            key.restrictions = Restrictions::parse(key.scope, texts).unwrap();
        })
    }

    /// A project in the organization of this person.
    pub fn insert_project(&self, email: &str, name: &str) -> Project {
        let member = self.state.pool.read(|conn| actors::find_active(conn, &self.user_id(email))).unwrap().unwrap();
        let project = Project {
            id: ProjectId::generate(self.clock.now(), &mut (self.state.rng)()),
            organization_id: member.person.organization_id,
            name: ProjectName::parse(name).unwrap(),
            created_at: self.clock.now(),
            archived_at: None,
        };
        self.state.pool.write(|conn| store::projects::insert(conn, &project)).unwrap();
        project
    }

    /// Gives the organization "Acme" this policy.
    pub fn set_policy(&self, policy: &Policy) {
        let now = self.clock.now();
        let set = self.state.pool.write(|conn| {
            let organizations = store::organizations::list(conn)?;
            let (acme, _) = organizations.iter().find(|(_, name)| name == "Acme").expect("Acme is there");
            let edits = store::policies::get(conn, acme)?.edits;
            assert!(store::policies::replace(conn, acme, policy, None, edits, now)?);
            store::verification::record_change(conn, None, now)
        });
        set.unwrap();
    }

    /// Adds permissions of its own API, separated by spaces, to the organization of this person.
    pub fn insert_api_permissions(&self, email: &str, names: &str) {
        let now = self.clock.now();
        self.change_api_permissions(email, |conn, organization_id| {
            names.split_whitespace().try_for_each(|name| {
                let name = ApiPermissionName::parse(name).unwrap();
                let description = ApiPermissionDescription::default();
                let permission = ApiPermission { name, description, created_at: now };
                store::api_permissions::insert(conn, organization_id, &permission)
            })
        });
    }

    /// Grants API permissions, separated by spaces, to a role in the organization of this person.
    pub fn grant_to_role(&self, email: &str, role: Role, grants: &str) {
        self.change_api_permissions(email, |conn, organization_id| {
            store::api_permissions::replace_role_grants(conn, organization_id, role, &api_grants(grants))
        });
    }

    /// Grants API permissions, separated by spaces, to a person beside those of their role.
    pub fn grant_to_member(&self, email: &str, grants: &str) {
        let id = self.user_id(email);
        self.change_api_permissions(email, |conn, organization_id| {
            store::api_permissions::replace_member_grants(conn, organization_id, &id, &api_grants(grants))
        });
    }

    /// Grants four permissions to Owners. With the key, only one was ever used lately, and another is too new for that.
    pub fn leave_permissions_unused(&self, email: &str, api_key_id: &str) {
        self.insert_api_permissions(email, "narrow:never narrow:new narrow:once narrow:used");
        self.grant_to_role(email, Role::Owner, "narrow:*");
        let now = self.clock.now();
        let (today, october) = (now.start_of_day().unix_micros(), datetime!(2026-10-01 00:00 UTC));
        let october = october.unix_timestamp() * 1_000_000;
        for sql in [
            "UPDATE api_permissions SET created_at = 1 WHERE name <> 'narrow:new'".to_owned(),
            format!("UPDATE api_keys SET created_at = 1 WHERE id = '{api_key_id}'"),
            format!("INSERT INTO exercised_permissions VALUES ('{api_key_id}', 'narrow:used', {today})"),
            format!("INSERT INTO exercised_permissions VALUES ('{api_key_id}', 'members.see', {today})"),
            format!("INSERT INTO exercised_permissions VALUES ('{api_key_id}', 'narrow:once', {october})"),
        ] {
            self.database.execute(&sql);
        }
    }

    fn change_api_permissions(
        &self,
        email: &str,
        change: impl Fn(&mut store::Conn, &OrganizationId) -> Result<(), store::Error> + Send,
    ) {
        let organization_id = self.actor(email).person.organization_id;
        let now = self.clock.now();
        let changed = self.state.pool.write(|conn| {
            change(conn, &organization_id)?;
            store::verification::record_change(conn, None, now)
        });
        changed.unwrap();
        // As a request does before it answers.
        self.state.pool.read_sound(|conn| self.state.verification_cache.follow(conn)).unwrap();
    }

    /// Stores the token of this key.
    pub fn keep_token(&self, api_key: &ApiKey) {
        let mut rng = (self.state.rng)();
        let token = Token::generate(&TokenLabel::default(), &mut rng);
        let sealed = self.state.token_keys.seal(&token, &api_key.id, &api_key.organization_id, &mut rng);
        self.state.pool.write(|conn| store::sealed_tokens::insert(conn, &api_key.lookup, &sealed)).unwrap();
    }

    /// Changes the policy of the organization "Acme".
    pub fn change_policy(&self, change: impl FnOnce(&mut Policy)) {
        let organizations = self.state.pool.read(store::organizations::list).unwrap();
        let (acme, _) = organizations.iter().find(|(_, name)| name == "Acme").expect("Acme is there");
        let mut policy = self.state.pool.read(|conn| store::policies::get(conn, acme)).unwrap().policy;
        change(&mut policy);
        self.set_policy(&policy);
    }

    /// Runs a command of the program while the server runs.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The same with further variables.
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        self.command(arguments).envs(variables.iter().copied()).output().unwrap()
    }

    /// The same, with another standard output.
    pub fn run_into(&self, arguments: &[&str], stdout: Stdio) -> Output {
        self.command(arguments).stdout(stdout).output().unwrap()
    }

    /// A command of the program, to be started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        command.args(arguments).env("LATCHKEY_DATABASE_URL", self.database.url());
        command.env("LATCHKEY_DATA_DIR", self.database.directory.path());
        command
    }

    /// The file of the master keys.
    pub fn secret_key_file(&self) -> &Path {
        &self.config.secret_key_file
    }

    /// Changes an account like another program: changes the database and records the change for verification.
    pub fn change_users_beside(&self, sql: &str) {
        self.database.execute(sql);
        let now = self.clock.now();
        self.state.pool.write(|conn| store::verification::record_change(conn, None, now)).unwrap();
    }

    /// A second server on the same database.
    pub fn second_instance(&self) -> Instance {
        self.instance_with(self.config.clone())
    }

    /// The same with other settings.
    pub fn instance_with(&self, mut config: Config) -> Instance {
        config.bind = "127.0.0.1:0".parse().unwrap();
        Instance::start(config, self.clock.clone(), false)
    }

    /// A second server whose background tasks run by themselves, first when it starts.
    pub fn instance_with_tasks(&self) -> Instance {
        Instance::start(
            Config { bind: "127.0.0.1:0".parse().unwrap(), ..self.config.clone() },
            self.clock.clone(),
            true,
        )
    }

    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The number of audit events with this action.
    pub fn audited(&self, action: &str) -> i64 {
        self.database.count(&format!("SELECT count(*) AS count FROM audit_events WHERE action = '{action}'"))
    }

    /// What happened to a key or a person, oldest first.
    pub fn events_of(&self, subject_id: &str) -> Vec<PastEvent> {
        let latest = self.state.pool.read(|conn| store::audit_events::list_latest_of_subject(conn, subject_id, 1_000));
        let mut events = latest.unwrap();
        events.reverse();
        events
    }
}

/// Grants separated by spaces.
pub fn api_grants(text: &str) -> ApiGrants {
    text.split_whitespace().map(|grant| ApiGrant::parse(grant).unwrap()).collect()
}

/// A token of the same key with another secret.
pub fn with_wrong_secret(token: &Token, other: &Token) -> String {
    let mut text = format!("{}{}", token.lookup(), &other.secret()[..43]);
    let mut crc = crc32fast::hash(text.as_bytes()) as usize;
    let mut checksum = String::new();
    for _ in 0..6 {
        let digits = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        checksum.insert(0, char::from(digits[crc % 62]));
        crc /= 62;
    }
    text = format!("lk_{}_{}{checksum}", token.lookup(), &other.secret()[..43]);
    assert!(Token::parse(&text).is_ok());
    text
}

/// For a key that was used at this time.
pub fn used_at(at: Timestamp) -> LastUse {
    LastUse { at, address: None, agent: None }
}

impl Instance {
    fn start(config: Config, clock: Arc<TestClock>, runs_tasks: bool) -> Self {
        // Each instance generates other ids than those before it.
        static SEED: AtomicU64 = AtomicU64::new(20_261_121);
        let rng = Mutex::new(StdRng::seed_from_u64(SEED.fetch_add(1, Ordering::Relaxed)));
        let rng: RngSource = Arc::new(move || StdRng::from_rng(&mut *rng.lock().unwrap()));
        let surroundings = Surroundings { clock, rng, runs_tasks };
        let (tell, told) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            System::new().block_on(async move {
                let server = Server::start(&config, surroundings).unwrap();
                tell.send((server.address, server.state.clone(), server.handle())).unwrap();
                server.run().await.unwrap();
            });
        });
        let (address, state, server) = told.recv().unwrap();
        Self { address: format!("http://{address}"), state, server, thread: Some(thread) }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        System::new().block_on(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported already.
            drop(thread.join());
        }
    }
}
