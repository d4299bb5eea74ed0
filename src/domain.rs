//! Pure types and rules: what an API key, a person and a policy are, and what they may do.
//!
//! No database, no HTTP, no clock and no randomness of its own: `now` and the random generator are arguments.

pub mod account;
pub mod actor;
pub mod api_key;
pub mod api_permission;
pub mod audit;
pub mod id;
pub mod invitation;
pub mod key_limits;
pub mod language;
pub mod link_token;
pub mod member;
pub mod organizations;
pub mod permission;
pub mod policy;
pub mod project;
pub mod rate_limit;
pub mod role;
pub mod secret;
pub mod text;
pub mod theme;
pub mod timestamp;
pub mod token;
pub mod token_keys;
pub mod usage;
pub mod verification;

pub use account::{EmailAddress, OrganizationName, Password, PasswordError, PersonName};
pub use actor::{Actor, Person, Via};
pub use api_key::{
    ApiKey, ApiKeyAction, ApiKeyName, ApiKeyToken, ChosenPermissions, DeletedApiKeyToken, Description, KeyAttributes,
    KeyPermissions, LastUse, Restrictions, RotationState, Scope, Status, Tokens, UserAgent,
};
pub use api_permission::{
    ApiGrant, ApiGrants, ApiPermission, ApiPermissionCatalogue, ApiPermissionName, ApiPermissionSet,
};
pub use audit::{
    ApiKeyEvent, ApiPermissionEvent, AuditEvent, Initiator, InvitationEvent, OrganizationEvent, ProjectEvent, UserEvent,
};
pub use id::{ApiKeyId, ApiKeyTokenId, AuditEventId, InvitationId, OrganizationId, ProjectId, SelectionId, UserId};
pub use invitation::Invitation;
pub use language::Language;
pub use link_token::LinkToken;
pub use member::Member;
pub use organizations::{DefaultOrganization, Organizations};
pub use permission::{Permission, PermissionSet};
pub use policy::{ExpirationDate, ExpirationDateError, Policy};
pub use project::{Project, ProjectName};
pub use role::Role;
pub use secret::{MasterKey, MasterKeys, Sha256Digest};
pub use text::TextError;
pub use theme::Theme;
pub use timestamp::{Clock, Timestamp};
pub use token::{StoredDigest, Token, TokenDigest, TokenDigestKey, TokenError, TokenLabel};
pub use token_keys::{SealedToken, TokenKeys, TokenSeal};
