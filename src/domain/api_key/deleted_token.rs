//! A token of a deleted key. It never verifies, but is recognized when somebody presents it.

use crate::domain::{ApiKeyId, ApiKeyTokenId, OrganizationId, StoredDigest, Timestamp, TokenDigest, UserId};

#[derive(Clone, Debug)]
pub struct DeletedApiKeyToken {
    pub id: ApiKeyTokenId,
    pub lookup: String,
    pub hint: String,
    pub digest: TokenDigest,
    pub organization_id: OrganizationId,
    /// The last owner of the key.
    pub owner_id: UserId,
    pub api_key_id: ApiKeyId,
    /// The name of the key.
    pub name: String,
    pub deleted_at: Timestamp,
}

impl DeletedApiKeyToken {
    pub fn stored_digest(&self) -> StoredDigest<'_> {
        StoredDigest { digest: &self.digest, api_key_id: &self.api_key_id, organization_id: &self.organization_id }
    }
}
