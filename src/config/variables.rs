//! Finds `LATCHKEY_…` variables that the program does not know, probably because they are misspelt.

use clap::Args as _;

use super::Options;

const PREFIX: &str = "LATCHKEY_";
/// How similar two names must be, from 0 to 1, for a suggestion.
const LIKENESS: f64 = 0.8;

/// A sentence for each unknown variable with our prefix, in alphabetical order.
pub fn unknown() -> Vec<String> {
    let present = std::env::vars_os().filter_map(|(name, value)| {
        let (name, value) = (name.into_string().ok()?, value.to_string_lossy().into_owned());
        Some((name, value))
    });
    complaints(present)
}

/// The account that called sudo, as sudo reports it.
pub fn sudo_user() -> Option<String> {
    std::env::var("SUDO_USER").ok().filter(|name| !name.is_empty())
}

fn complaints(present: impl Iterator<Item = (String, String)>) -> Vec<String> {
    let known = known();
    let unknown = present.filter(|(name, value)| {
        name.to_ascii_uppercase().starts_with(PREFIX) && !known.contains(name) && !is_of_a_service(name, value)
    });
    let mut complaints: Vec<_> = unknown
        .map(|(name, _)| match nearest(&name, &known) {
            Some(meant) => format!("Latchkey has no variable {name} and ignores it: did you mean {meant}?"),
            None => format!("Latchkey has no variable {name} and ignores it: run latchkey serve --help for a list"),
        })
        .collect();
    complaints.sort();
    complaints
}

/// The variables that the program reads.
pub fn known() -> Vec<String> {
    let options = Options::augment_args(clap::Command::default());
    options.get_arguments().filter_map(|option| option.get_env()?.to_str().map(str::to_owned)).collect()
}

/// Kubernetes sets such variables in every container, for each service of its namespace. This service is probably
/// called `latchkey` or `latchkey-…` (kubernetes.io, Service, "Environment variables").
fn is_of_a_service(name: &str, value: &str) -> bool {
    let words: Vec<&str> = name.split('_').skip(1).collect();
    let is_protocol = |word: &str| matches!(word, "TCP" | "UDP" | "SCTP");
    let is_number = |word: &str| word.parse::<u16>().is_ok();
    match &words[..] {
        [.., "SERVICE", "HOST" | "PORT"] | [.., "SERVICE", "PORT", _] => true,
        [.., "PORT", port, protocol, "ADDR" | "PORT" | "PROTO"] | [.., "PORT", port, protocol] => {
            is_number(port) && is_protocol(protocol)
        }
        // A person who sets this one means LATCHKEY_BIND and writes a number.
        [.., "PORT"] => ["tcp://", "udp://", "sctp://"].iter().any(|scheme| value.starts_with(scheme)),
        // The name of a port may have several words.
        [..] => name.contains("_SERVICE_PORT_"),
    }
}

fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let name = name.to_ascii_uppercase();
    let stem = name.strip_prefix(PREFIX).unwrap_or(&name);
    // Names that other programs use.
    if matches!(stem, "PORT" | "HOST" | "ADDRESS" | "LISTEN" | "LISTEN_ADDRESS") {
        return known.iter().map(String::as_str).find(|known| *known == "LATCHKEY_BIND");
    }
    let likeness = |known: &str| {
        let known = known.strip_prefix(PREFIX).unwrap_or(known);
        strsim::jaro_winkler(known, stem).max(strsim::normalized_damerau_levenshtein(known, stem))
    };
    let scored = known.iter().map(|known| (likeness(known), known.as_str()));
    let best = scored.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(likeness, _)| *likeness >= LIKENESS).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(variables: &[(&str, &str)]) -> Vec<String> {
        complaints(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn a_misspelt_variable_is_told_with_the_one_that_is_meant() {
        for (name, meant) in [
            ("LATCHKEY_BASEURL", "LATCHKEY_BASE_URL"),
            ("LATCHKEY_BASE_ULR", "LATCHKEY_BASE_URL"),
            ("LATCHKEY_DATABASE", "LATCHKEY_DATABASE_URL"),
            ("LATCHKEY_REGISTRATON", "LATCHKEY_REGISTRATION"),
            ("LATCHKEY_TRUSTED_PROXY", "LATCHKEY_TRUSTED_PROXIES"),
            ("LATCHKEY_LOG_LEVEL", "LATCHKEY_LOG"),
            ("LATCHKEY_LOGFORMAT", "LATCHKEY_LOG_FORMAT"),
            ("LATCHKEY_PORT", "LATCHKEY_BIND"),
            ("latchkey_bind", "LATCHKEY_BIND"),
        ] {
            let told = said(&[(name, "8080")]);
            assert!(told.len() == 1 && told[0].contains(&format!("mean {meant}?")), "{told:?}");
        }
        let strange = said(&[("LATCHKEY_XQZ", "1"), ("PATH", "/bin"), ("LATCHKEY_BIND", "127.0.0.1:1")]);
        assert!(strange.len() == 1 && !strange[0].contains("mean"), "{strange:?}");
    }

    #[test]
    fn what_kubernetes_sets_for_services_is_not_told() {
        for name in [
            "LATCHKEY_SERVICE_HOST",
            "LATCHKEY_SERVICE_PORT",
            "LATCHKEY_SERVICE_PORT_HTTP",
            "LATCHKEY_SERVICE_PORT_HTTP_ALT_2",
            "LATCHKEY_PORT",
            "LATCHKEY_PORT_8080_TCP",
            "LATCHKEY_PORT_8080_TCP_PROTO",
            "LATCHKEY_PORT_8080_TCP_PORT",
            "LATCHKEY_PORT_8080_TCP_ADDR",
            "LATCHKEY_WEB_SERVICE_HOST",
            "LATCHKEY_WEB_PORT",
            "LATCHKEY_WEB_PORT_53_UDP_ADDR",
        ] {
            assert_eq!(said(&[(name, "tcp://10.0.0.7:8080")]), [""; 0], "{name}");
        }
        assert_eq!(said(&[("LATCHKEY_PORT_FOO_TCP", "x")]).len(), 1);
    }

    #[test]
    fn every_variable_is_known() {
        let known = known();
        assert!(known.len() > 10 && known.iter().all(|name| name.starts_with(PREFIX)), "{known:?}");
    }
}
