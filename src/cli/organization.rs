//! `latchkey organization`: lists organizations and sets the default one.

use anyhow::bail;
use clap::Subcommand;

use super::{database::open_existing, operator, output};
use crate::{
    app::{self, Error},
    config::Options,
    domain::OrganizationId,
};

/// Stands for "no default": every request must name an organization.
const NONE: &str = "none";

#[derive(Debug, Subcommand)]
pub enum OrganizationCommand {
    /// List organizations and their IDs, oldest first
    List {
        #[command(flatten)]
        options: Options,
    },
    /// Set whose keys are accepted when a service names no organization; applies at once on every running server
    Default {
        /// The ID of an organization, or `none` to refuse such requests
        organization: String,
        #[command(flatten)]
        options: Options,
    },
}

pub fn run(command: OrganizationCommand) -> anyhow::Result<()> {
    match command {
        OrganizationCommand::List { options } => list(options),
        OrganizationCommand::Default { organization, options } => change_default(&organization, options),
    }
}

fn list(options: Options) -> anyhow::Result<()> {
    let pool = open_existing(&options.check()?)?;
    let organizations = pool.read(app::organizations::list)?;
    let lines = organizations.iter().map(|organization| {
        let default = if organization.is_default { "  (default)" } else { "" };
        format!("{}  {}{default}", organization.id, organization.name)
    });
    let lines: Vec<_> = lines.collect();
    if lines.is_empty() { Ok(()) } else { Ok(output::print(lines.join("\n"))?) }
}

fn change_default(chosen: &str, options: Options) -> anyhow::Result<()> {
    let chosen = match chosen {
        NONE => None,
        id => match OrganizationId::parse(id) {
            Ok(id) => Some(id),
            Err(_) => bail!("{id} is not the ID of an organization: run latchkey organization list to see them"),
        },
    };
    let pool = open_existing(&options.check()?)?;
    let mut context = operator::context("organization default");
    let changed = pool.write(|conn| app::organizations::change_default(conn, &mut context, chosen.as_ref()));
    let said = match (changed, &chosen) {
        (Err(Error::NotFound), _) => bail!("there is no such organization: run latchkey organization list to see them"),
        (Err(other), _) => return Err(other.into()),
        (Ok(false), _) => "This is already the default.".to_owned(),
        (Ok(true), Some(id)) => format!("A service that names no organization now accepts keys of {id} only."),
        (Ok(true), None) => "Services must now name the organization whose keys they accept.".to_owned(),
    };
    Ok(output::print(said)?)
}
