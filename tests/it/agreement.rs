//! After any sequence of changes, the list, its filters, the page of the key and every verification endpoint agree
//! about a key.

use actix_web::rt::System;
use latchkey::domain::{ApiKey, Role, Status, Timestamp, Token};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use time::Duration;

use crate::{
    on_both_databases,
    support::{Client, TestApp},
};

const LIST: &str = "/settings/developers/api-keys";
const ADA: &str = "ada@acme.example";
const SEQUENCES: u64 = 12;
const STEPS: usize = 20;

#[derive(Clone, Copy, Debug)]
enum Step {
    Confirm,
    Disable,
    DisableForAnHour,
    Enable,
    Revoke,
    DisableOwner,
    EnableOwner,
    Wait(i64),
    /// The tasks of the server run.
    Tasks,
}

const STEPS_OF_A_LIFE: [Step; 12] = [
    Step::Confirm,
    Step::Confirm,
    Step::Disable,
    Step::DisableForAnHour,
    Step::Enable,
    Step::Enable,
    Step::DisableOwner,
    Step::EnableOwner,
    Step::Wait(59),
    Step::Wait(1),
    Step::Wait(30),
    Step::Tasks,
];

#[derive(Clone, Copy, Debug)]
enum Disabled {
    Not,
    Until(Timestamp),
    UntilEnabled,
}

/// The expected state, derived from the steps alone.
#[derive(Clone, Debug)]
struct Model {
    now: Timestamp,
    expires_at: Timestamp,
    is_confirmed: bool,
    is_revoked: bool,
    disabled: Disabled,
    owner_is_disabled: bool,
}

impl Model {
    fn status(&self) -> Status {
        let is_disabled = match self.disabled {
            Disabled::Not => false,
            Disabled::Until(end) => self.now < end,
            Disabled::UntilEnabled => true,
        };
        match () {
            () if self.is_revoked => Status::Revoked,
            () if self.expires_at <= self.now => Status::Expired,
            () if !self.is_confirmed => Status::Pending,
            () if is_disabled => Status::Disabled,
            () => Status::Active,
        }
    }

    fn code(&self) -> &'static str {
        match self.status() {
            Status::Pending => "KEY_NOT_CONFIRMED",
            Status::Disabled => "DISABLED",
            Status::Expired => "EXPIRED",
            Status::Revoked => "REVOKED",
            Status::Active if self.owner_is_disabled => "OWNER_INACTIVE",
            Status::Active => "VALID",
        }
    }

    fn take(&mut self, step: Step) {
        let status = self.status();
        match step {
            // Only its owner has seen the token.
            Step::Confirm if status == Status::Pending && !self.owner_is_disabled => self.is_confirmed = true,
            Step::Disable if status == Status::Active => self.disabled = Disabled::UntilEnabled,
            Step::DisableForAnHour if status == Status::Active => {
                self.disabled = Disabled::Until(self.now.plus(Duration::HOUR));
            }
            Step::Enable if status == Status::Disabled => self.disabled = Disabled::Not,
            Step::Revoke if matches!(status, Status::Pending | Status::Active | Status::Disabled) => {
                self.is_revoked = true;
            }
            Step::DisableOwner => self.owner_is_disabled = true,
            Step::EnableOwner => self.owner_is_disabled = false,
            Step::Wait(minutes) => self.now = self.now.plus(Duration::minutes(minutes)),
            _ => {}
        }
    }
}

/// Carries out a step through the pages.
fn take(
    app: &TestApp,
    owner: &mut Client,
    ada: &mut Option<Client>,
    step: Step,
    key: &ApiKey,
    owner_is_disabled: bool,
) {
    let act = |client: &mut Client, act: &str, fields: &[(&str, &str)]| {
        let status = client.post(&format!("{LIST}/{}/{act}", key.id), fields).status;
        assert!(status == 303 || status == 409, "{step:?}: {status}");
    };
    let person = format!("/settings/members/{}", key.owner_id);
    match step {
        Step::Confirm | Step::DisableOwner if owner_is_disabled => {}
        Step::Confirm => {
            act(ada.get_or_insert_with(|| app.sign_in_as(ADA)), "confirmation", &[("copied", "yes")]);
        }
        Step::Disable => act(owner, "disablement", &[]),
        Step::DisableForAnHour => act(owner, "disablement", &[("pause", "1h")]),
        Step::Enable => act(owner, "enablement", &[]),
        Step::Revoke => act(owner, "revocation", &[("reason", "tried out")]),
        Step::DisableOwner => {
            // That ends her session.
            *ada = None;
            assert_eq!(owner.post(&format!("{person}/disablement"), &[]).status, 303);
        }
        Step::EnableOwner if owner_is_disabled => {
            assert_eq!(owner.post(&format!("{person}/enablement"), &[]).status, 303);
        }
        Step::EnableOwner => {}
        Step::Wait(minutes) => app.clock.advance(Duration::minutes(minutes)),
        Step::Tasks => System::new().block_on(async {
            latchkey::tasks::end_pauses(&app.state).await.unwrap();
            latchkey::tasks::keep_lists_fast(&app.state).await.unwrap();
        }),
    }
}

fn agree(app: &TestApp, owner: &mut Client, key: &ApiKey, token: &Token, model: &Model, story: &str) {
    let status = model.status();
    let selector = format!("[data-testid=api-key-row][data-key-id={}]", key.id);
    let rows = owner.get(&format!("{LIST}?view=organization")).find_all(&selector);
    assert_eq!(rows[0].attribute("data-status").as_deref(), Some(status.as_str()), "the list, after {story}");
    // The filter that must find it, and another of the five.
    let other = Status::ALL[story.len() % Status::ALL.len()];
    for filtered in [status, other] {
        let page = owner.get(&format!("{LIST}?view=organization&status={}", filtered.as_str()));
        assert_eq!(page.has(&selector), filtered == status, "the filter {filtered:?}, after {story}");
    }
    let badge = owner.get(&format!("{LIST}/{}", key.id)).find_all("[data-testid=detail-status] .badge").remove(0);
    let class = badge.attribute("class").unwrap();
    assert!(class.split(' ').any(|class| class == status.as_str()), "its page says {class}, after {story}");

    let mut service = app.visitor();
    assert_eq!(service.verify(token.expose()), (200, model.code().to_owned()), "after {story}");
    let headers = [("x-api-key", token.expose())];
    let passed = service.request("GET", "/v1/forward-auth", &headers, None).status;
    assert_eq!(passed == 200, model.code() == "VALID", "forward-auth says {passed}, after {story}");
}

on_both_databases! {
    fn after_any_steps_everybody_says_the_same_of_a_key(app: &TestApp) {
        app.create_user(Role::Owner, "owner");
        app.create_user(Role::Administrator, "ada");
        for seed in 0..SEQUENCES {
            let mut rng = StdRng::seed_from_u64(seed);
            let mut owner = app.sign_in_as("owner@acme.example");
            let mut ada = None;
            let now = app.state.clock.now();
            let expires_at = now.plus(Duration::hours(rng.random_range(2..9)));
            let (key, token) = app.insert_token(ADA, &format!("key {seed}"), |key| {
                key.confirmed_at = None;
                key.expires_at = Some(expires_at);
            });
            let mut model = Model {
                now,
                expires_at,
                is_confirmed: false,
                is_revoked: false,
                disabled: Disabled::Not,
                owner_is_disabled: false,
            };
            let revoked_at = rng.random_range(STEPS / 2..STEPS * 2);
            let mut story = format!("seed {seed}");
            for number in 0..STEPS {
                let step = if number == revoked_at { Step::Revoke } else { *STEPS_OF_A_LIFE.choose(&mut rng).unwrap() };
                story = format!("{story}, {step:?}");
                take(app, &mut owner, &mut ada, step, &key, model.owner_is_disabled);
                model.take(step);
                agree(app, &mut owner, &key, &token, &model, &story);
            }
            take(app, &mut owner, &mut ada, Step::EnableOwner, &key, model.owner_is_disabled);
        }
    }
}
