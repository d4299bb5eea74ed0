//! How an error page offers to repeat a request that may soon succeed.

use super::request_context::RequestContext;

/// In bytes: how much of a form the page may repeat.
const LIMIT: usize = 64 * 1024;

pub enum Retry {
    /// The address to open again.
    Open(String),
    /// The form to send again, as it was typed.
    Send { action: String, fields: Vec<(String, String)> },
}

impl Retry {
    /// None if the form cannot be sent again and its page is unknown.
    pub fn for_request(request: &RequestContext) -> Option<Self> {
        let address = request.location();
        if request.is_safe {
            return is_local(&address).then_some(Self::Open(address));
        }
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(&request.body)
            .filter(|(name, _)| name != "csrf")
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        // A password must be typed again: it is never written into a page. The body is empty if it was not read.
        let has_password = fields.iter().any(|(name, _)| name.contains("password"));
        if !request.body.is_empty() && request.body.len() <= LIMIT && !has_password {
            return is_local(&address).then_some(Self::Send { action: address, fields });
        }
        request.came_from.clone().filter(|page| is_local(page)).map(Self::Open)
    }
}

/// Browsers treat what follows two slashes as a host.
fn is_local(address: &str) -> bool {
    address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\")
}
