//! Where to continue after a person has signed in or typed their password.

/// Accepts only a path of this server. A link to the page may contain anything.
pub fn own_path(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    if is_path && next.chars().all(|character| character.is_ascii_graphic()) { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_stays_on_this_server() {
        assert_eq!(own_path("/settings?sort=name"), "/settings?sort=name");
        for bad in ["", "//evil.example", "/\\evil", "https:evil", "https://evil.example", "/a\tb", "/\u{0}", "/ b"] {
            assert_eq!(own_path(bad), "/", "{bad}");
        }
    }
}
