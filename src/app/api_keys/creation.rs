//! Creating keys: the draft in the form, and the creation.

use time::Duration;

use super::{
    authorize,
    form::{self, NewApiKey},
    permissions::AssignablePermissions,
    record_change_of, system, token,
};
use crate::{
    app::{By, Context, Error, Failure, Fault, actors, limits, projects},
    domain::{
        Actor, ApiKey, ApiKeyEvent, ApiKeyId, ApiKeyName, Description, ExpirationDate, KeyAttributes, KeyPermissions,
        Permission, Project, ProjectId, Restrictions, Scope, Sha256Digest, Token, TokenKeys,
        api_key::restrictions::Kind, audit::ApiKeyFields, policy::CONFIRMATION_WINDOW,
    },
    store::{self, Conn},
};

/// How long used forms and selections are kept: longer than any session that could send them again.
const FORM_MEMORY: Duration = Duration::days(8);

/// The initial content of the create form.
#[derive(Debug)]
pub struct Draft {
    pub name: ApiKeyName,
    /// None for a key that never expires.
    pub expiration: Option<ExpirationDate>,
    /// The projects that take new keys.
    pub projects: Vec<Project>,
    pub permissions: AssignablePermissions,
    /// The limit, if the actor has reached it.
    pub limit_reached: Option<i64>,
}

/// What kind of key to create.
#[derive(Clone, Debug)]
pub enum Creation {
    Chosen(Box<NewApiKey>),
    /// The key that the form would propose, with one click. [`Error::Forbidden`] if the policy does not allow that.
    Proposed {
        /// The word before the number in the key's name.
        noun: String,
    },
}

/// The submitted form. The same form never creates two keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct Submission<'a> {
    /// Random, one for each displayed form.
    pub form_token: &'a str,
    /// The token of an earlier form, whose key is discarded in favor of this one. Empty for none.
    pub replaces: &'a str,
}

/// Why no key was created.
#[derive(Debug)]
pub enum NotCreated {
    /// At least one fault.
    Invalid(Vec<Fault>),
    /// This form has already created a key. None if that key is deleted.
    FormUsed(Option<Box<ExistingKey>>),
    /// The owner has as many keys as allowed.
    LimitReached { limit: i64 },
}

/// A new key with its token, which is displayed only now.
#[derive(Debug)]
pub struct Created {
    pub api_key: ApiKey,
    pub token: Token,
}

/// The key that a form created earlier, and what its owner can do now.
#[derive(Debug)]
pub struct ExistingKey {
    pub api_key: ApiKey,
    /// Whether its token can be seen again.
    pub is_viewable: bool,
    /// Nobody is known to have its token, so it can be discarded and created again.
    pub is_replaceable: bool,
}

/// `noun` as in [`Creation::Proposed`].
pub fn draft(conn: &mut Conn, context: &Context, actor: &Actor, noun: &str) -> Result<Draft, Error> {
    authorize(actor, Permission::CreateApiKeys, &context.policy)?;
    let live = system::count_beside(conn, &context.policy, &actor.person.id, context.now)?;
    let limit = context.policy.max_keys_per_user;
    Ok(Draft {
        name: default_name(conn, actor, noun)?,
        expiration: context.policy.default_expiration(context.now),
        projects: projects::list_open(conn, context, actor)?,
        permissions: AssignablePermissions::to_new_key(conn, context, actor)?,
        limit_reached: (live >= limit).then_some(limit),
    })
}

pub fn create(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    token_keys: &TokenKeys,
    submission: &Submission<'_>,
    creation: &Creation,
) -> Result<Created, Failure<NotCreated>> {
    authorize(actor, Permission::CreateApiKeys, &context.policy)?;
    store::users::lock_api_keys(conn, &actor.person.id)?;
    // A person who was removed, disabled or demoted a moment ago must not create a key.
    let actor = &actors::current(conn, context, actor)?;
    context.policy = store::policies::get(conn, &actor.person.organization_id)?.policy.into();
    authorize(actor, Permission::CreateApiKeys, &context.policy)?;

    // First, because after a double submit the name is taken too, and that would be the wrong reason.
    let form_token = Sha256Digest::compute(submission.form_token);
    if let Some(id) = store::form_submissions::find(conn, &actor.person.id, &form_token)? {
        let made = find_existing(conn, context, actor, &id)?.map(Box::new);
        return Err(Failure::Refused(NotCreated::FormUsed(made)));
    }
    let replaced = discard_replaced(conn, context, actor, submission.replaces)?;

    let decided = match creation {
        Creation::Proposed { noun } => propose(conn, context, actor, noun)?,
        Creation::Chosen(new) => check(conn, context, actor, new)?,
    };
    limits::take_api_key(conn, context, actor)?;
    let limit = context.policy.max_keys_per_user;
    if system::count_beside(conn, &context.policy, &actor.person.id, context.now)? >= limit {
        return Err(Failure::Refused(NotCreated::LimitReached { limit }));
    }

    let token = Token::generate(&context.policy.token_label(&decided.attributes.environment), &mut context.rng);
    let id = ApiKeyId::generate(context.now, &mut context.rng);
    let needs_confirmation = context.policy.require_copy_confirmation;
    let api_key = ApiKey {
        confirmed_at: (!needs_confirmation).then_some(context.now),
        disabled_at: decided.is_disabled.then_some(context.now),
        project_id: decided.project_id,
        scope: decided.scope,
        restrictions: decided.restrictions,
        permissions: decided.permissions,
        description: decided.description,
        expires_at: decided.expiration.map(ExpirationDate::expires_at),
        rotate_every_days: decided.rotate_every_days,
        attributes: decided.attributes,
        ..ApiKey::pending(id, &actor.person, decided.name, &token, context.now)
    };
    let digest = token_keys.digest(&token, &api_key.id, &api_key.organization_id);
    store::api_keys::insert(conn, &api_key, &digest)?;
    if context.policy.keeps_token_of(api_key.scope) {
        let sealed = token_keys.seal(&token, &api_key.id, &api_key.organization_id, &mut context.rng);
        store::sealed_tokens::insert(conn, &api_key.lookup, &sealed)?;
    }
    store::form_submissions::insert(conn, &actor.person.id, &form_token, api_key.id.as_str(), context.now)?;
    let fields = Box::new(ApiKeyFields::from(&api_key));
    let event = ApiKeyEvent::Created { fields, needs_confirmation, replaces: replaced };
    context.record(conn, actor, &api_key, &event)?;
    Ok(Created { api_key, token })
}

/// The key that a form of this person created. None if it is deleted or belongs to somebody else.
fn find_existing(
    conn: &mut Conn,
    context: &Context,
    actor: &Actor,
    id: &ApiKeyId,
) -> Result<Option<ExistingKey>, Error> {
    let Some(api_key) = store::api_keys::find(conn, id)?.filter(|key| actor.owns(key)) else { return Ok(None) };
    let is_viewable = token::is_viewable(conn, context, &api_key)?;
    // A key that needs no confirmation is confirmed at its creation.
    let was_confirmed = api_key.confirmed_at.is_some_and(|at| at > api_key.created_at);
    let is_live = api_key.status(context.now).is_live();
    let is_replaceable = is_live && !was_confirmed && !is_viewable && api_key.last_use.is_none();
    Ok(Some(ExistingKey { api_key, is_viewable, is_replaceable }))
}

/// Deletes the key of an earlier form, if nobody is known to have its token, and returns its id. None if it is already
/// deleted. [`NotCreated::FormUsed`] if it must stay.
fn discard_replaced(
    conn: &mut Conn,
    context: &mut Context,
    actor: &Actor,
    replaces: &str,
) -> Result<Option<ApiKeyId>, Failure<NotCreated>> {
    if replaces.is_empty() {
        return Ok(None);
    }
    let made = store::form_submissions::find(conn, &actor.person.id, &Sha256Digest::compute(replaces))?;
    let Some(id) = made else { return Ok(None) };
    let Some(made) = find_existing(conn, context, actor, &id)? else { return Ok(None) };
    if !made.is_replaceable {
        return Err(Failure::Refused(NotCreated::FormUsed(Some(Box::new(made)))));
    }
    record_change_of(conn, std::slice::from_ref(&made.api_key), context.now)?;
    store::api_keys::delete(conn, &made.api_key.id, context.now)?;
    context.record(conn, actor, &made.api_key, &ApiKeyEvent::Deleted)?;
    Ok(Some(made.api_key.id))
}

/// Deletes keys that were not confirmed in time, and old forms and selections. Returns the number of keys.
pub fn purge(conn: &mut Conn, context: &mut Context) -> Result<usize, Error> {
    let remembered = context.now.around(FORM_MEMORY);
    store::form_submissions::delete_outside(conn, &remembered)?;
    store::act_submissions::delete_outside(conn, &remembered)?;
    store::selections::delete_outside(conn, &remembered)?;
    let kept = context.now.around(CONFIRMATION_WINDOW);
    for owner_id in store::api_keys::list_owners_of_unconfirmed(conn, &kept)? {
        store::users::lock_api_keys(conn, &owner_id)?;
    }
    let purged = store::api_keys::delete_unconfirmed(conn, &kept)?;
    if !purged.is_empty() {
        store::verification::record_change(conn, None, context.now)?;
    }
    for api_key in &purged {
        context.record(conn, By::Server, api_key, &ApiKeyEvent::Purged)?;
    }
    Ok(purged.len())
}

/// The properties of a new key, after every rule was checked.
struct Decided {
    name: ApiKeyName,
    description: Description,
    expiration: Option<ExpirationDate>,
    project_id: Option<ProjectId>,
    scope: Scope,
    restrictions: Restrictions,
    permissions: KeyPermissions,
    rotate_every_days: Option<i64>,
    is_disabled: bool,
    attributes: KeyAttributes,
}

/// The key that the form would propose. [`NotCreated::Invalid`] if the form would ask for restrictions.
fn propose(conn: &mut Conn, context: &Context, actor: &Actor, noun: &str) -> Result<Decided, Failure<NotCreated>> {
    // Such a key has all permissions of its owner, so a limited key must not create it.
    if !(context.policy.one_click_creation && actor.is_signed_in()) {
        return Err(Error::Forbidden.into());
    }
    let scope = context.policy.default_scope();
    if let Some(kind) = Kind::guarding(scope) {
        return Err(Failure::Refused(NotCreated::Invalid(vec![Fault::Unrestricted(kind)])));
    }
    Ok(Decided {
        name: default_name(conn, actor, noun)?,
        description: Description::default(),
        expiration: context.policy.default_expiration(context.now),
        project_id: None,
        scope,
        restrictions: Restrictions::default(),
        permissions: KeyPermissions::Inherited,
        rotate_every_days: None,
        is_disabled: false,
        attributes: KeyAttributes { environment: context.policy.default_environment(), ..KeyAttributes::default() },
    })
}

fn default_name(conn: &mut Conn, actor: &Actor, noun: &str) -> Result<ApiKeyName, Error> {
    let taken = store::api_keys::list_names(conn, &actor.person.id, &crate::domain::text::fold(noun))?;
    Ok(ApiKeyName::free_default(noun, &taken))
}

fn check(conn: &mut Conn, context: &Context, actor: &Actor, new: &NewApiKey) -> Result<Decided, Failure<NotCreated>> {
    let (now, policy) = (context.now, &context.policy);
    let mut faults = Vec::new();
    let name = form::check_name(conn, &actor.person.id, None, &new.name, now)?.map_err(|fault| faults.push(fault));
    let description = new.description.clone().map_err(|fault| faults.push(fault));
    let expiration = new
        .expires_on
        .clone()
        .and_then(|date| policy.check_expiration(date, now).map(|()| date).map_err(Fault::ExpirationDate));
    let expiration = expiration.map_err(|fault| faults.push(fault));
    let project_id = match &new.project_id {
        Ok(Some(id)) => projects::lock_open(conn, actor, id)?.map(|project| Some(project.id)).ok_or(Fault::Project),
        other => other.clone(),
    };
    let project_id = project_id.map_err(|fault| faults.push(fault));
    let scope = new.scope.clone().and_then(|scope| match scope {
        None => Ok(policy.default_scope()),
        Some(scope) if policy.scopes_offered.contains(&scope) => Ok(scope),
        Some(_) => Err(Fault::Scope),
    });
    let scope = scope.map_err(|fault| faults.push(fault));
    // Without a scope, it is unknown which lists belong to the key.
    let restrictions = scope.and_then(|scope| {
        let is_open = |kind| new.unrestricted == Some(kind);
        form::check_restrictions(scope, &new.restrictions, is_open).map_err(|wrong| faults.extend(wrong))
    });
    let assignable = AssignablePermissions::to_new_key(conn, context, actor)?;
    let permissions = new.permissions.clone().and_then(|wanted| assignable.check(wanted));
    let permissions = permissions.map_err(|fault| faults.push(fault));
    let rotation = form::check_rotation_interval(new.rotate_every_days.clone(), None, policy);
    let rotation = rotation.map_err(|fault| faults.push(fault));
    let attributes = new.attributes.check_new(actor, policy)?.map_err(|wrong| faults.extend(wrong));
    match (name, description, expiration, project_id, scope, restrictions, permissions, rotation, attributes) {
        (
            Ok(name),
            Ok(description),
            Ok(expiration),
            Ok(project_id),
            Ok(scope),
            Ok(restrictions),
            Ok(permissions),
            Ok(rotate_every_days),
            Ok(attributes),
        ) => Ok(Decided {
            name,
            description,
            expiration,
            project_id,
            scope,
            restrictions,
            permissions,
            rotate_every_days,
            is_disabled: new.is_disabled,
            attributes,
        }),
        _ => Err(Failure::Refused(NotCreated::Invalid(faults))),
    }
}
