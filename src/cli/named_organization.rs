//! Finds the organization for `--organization`.

use anyhow::bail;

use crate::{
    domain::OrganizationId,
    store::{self, Conn},
};

/// Accepts an ID, or a name that only one organization has; without either, the only organization. Names are not unique
/// and strangers choose theirs, so the command never guesses.
pub fn find(conn: &mut Conn, wanted: Option<&str>) -> anyhow::Result<(OrganizationId, String)> {
    choose(store::organizations::list(conn)?, wanted)
}

fn choose(all: Vec<(OrganizationId, String)>, wanted: Option<&str>) -> anyhow::Result<(OrganizationId, String)> {
    if let Some(found) = all.iter().find(|(id, _)| wanted == Some(id.as_str())) {
        return Ok(found.clone());
    }
    let mut matching: Vec<_> = all.into_iter().filter(|(_, name)| wanted.is_none_or(|wanted| wanted == name)).collect();
    let listed = matching.iter().map(|(id, name)| format!("  {id}  {name}")).collect::<Vec<_>>().join("\n");
    match (matching.pop(), matching.is_empty(), wanted) {
        (Some(only), true, _) => Ok(only),
        (Some(_), false, None) => bail!("there are several organizations: select one with --organization\n{listed}"),
        (Some(_), false, Some(_)) => {
            bail!("several organizations have this name: use the ID of one with --organization\n{listed}")
        }
        (None, _, Some(_)) => {
            bail!("there is no such organization: run latchkey organization list to see names and IDs")
        }
        (None, _, None) => {
            bail!("there is no organization yet: create the first account, in a browser or with latchkey user create")
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn a_name_that_several_have_is_never_guessed() {
        let rng = &mut StdRng::seed_from_u64(1);
        let mut made = |name: &str| (OrganizationId::generate(Timestamp::from_unix_micros(1), rng), name.to_owned());
        let all = vec![made("Acme"), made("Brick"), made("Acme")];
        let chosen = |all: &[_], wanted: Option<&str>| choose(all.to_vec(), wanted).map_err(|error| error.to_string());
        assert_eq!(chosen(&all, Some("Brick")), Ok(all[1].clone()));
        for (id, name) in &all {
            assert_eq!(chosen(&all, Some(id.as_str())), Ok((id.clone(), name.clone())));
        }
        let ambiguous = chosen(&all, Some("Acme")).unwrap_err();
        assert!(ambiguous.contains(all[0].0.as_str()) && ambiguous.contains(all[2].0.as_str()), "{ambiguous}");
        assert!(!ambiguous.contains(all[1].0.as_str()), "{ambiguous}");
        assert!(chosen(&all, None).unwrap_err().contains("there are several"));
        assert!(chosen(&all, Some("acme")).unwrap_err().contains("no such"));
        assert_eq!(chosen(&all[1..2], None), Ok(all[1].clone()));
        assert!(chosen(&[], None).unwrap_err().contains("no organization yet"));
    }
}
