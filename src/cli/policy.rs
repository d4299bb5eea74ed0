//! `latchkey policy`: an organization's policy, for operators who cannot sign in.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};

use super::{database::open_existing, named_organization, operator, output};
use crate::{
    app::policies::{self, Agreed, Existing, Outcome, Plan, Proposal, file},
    catalogue::Words,
    config::Options,
    domain::{Language, Policy, policy::Preset},
    store,
    web::impact_in_words,
};

#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Print the policy as TOML, with a comment for each setting
    #[command(alias = "export")]
    Show {
        /// Name or ID of the organization; needed only if there are several
        #[arg(long)]
        organization: Option<String>,
        #[command(flatten)]
        options: Options,
    },
    /// Apply a policy at once, on every running server
    Apply(Apply),
}

#[derive(Debug, Args)]
pub struct Apply {
    /// A file in the format of `policy show`, or a preset: copy-confirmed, key-and-secret, scoped-projects,
    /// personal-default or token-vault. Settings that a file leaves out stay as they are
    policy: String,
    /// Name or ID of the organization; needed only if there are several
    #[arg(long)]
    organization: Option<String>,
    /// Print what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Shorten keys that live longer than the policy allows, with 30 days' notice, instead of leaving them unchanged
    #[arg(long)]
    shorten: bool,
    #[command(flatten)]
    options: Options,
}

pub fn run(command: PolicyCommand) -> anyhow::Result<()> {
    match command {
        PolicyCommand::Show { organization, options } => show(organization.as_deref(), options),
        PolicyCommand::Apply(apply) => self::apply(apply),
    }
}

fn show(organization: Option<&str>, options: Options) -> anyhow::Result<()> {
    let pool = open_existing(&options.check()?)?;
    let (id, _) = pool.read(|conn| named_organization::find(conn, organization))?;
    let stored = pool.read(|conn| store::policies::get(conn, &id))?;
    Ok(output::print(file::to_toml(&stored.policy).trim_end_matches('\n'))?)
}

fn apply(apply: Apply) -> anyhow::Result<()> {
    let pool = open_existing(&apply.options.check()?)?;
    let (id, name) = pool.read(|conn| named_organization::find(conn, apply.organization.as_deref()))?;
    let before = pool.read(|conn| store::policies::get(conn, &id))?;
    let policy = read(&apply.policy, &before.policy)?;
    let existing = if apply.shorten { Existing::Shorten } else { Existing::Leave };
    let mut context = operator::context("policy apply");
    if apply.dry_run {
        let plan = pool.read(|conn| policies::plan(conn, &id, before, &policy, context.now))?;
        return Ok(output::print(told(&plan) + "Nothing was changed.")?);
    }
    let edits = Some(before.edits);
    let proposal = Proposal { policy, edits, long_lived: existing, endless: existing, agreed: Some(Agreed::ToAll) };
    let report = match pool.write(|conn| policies::change_by_command(conn, &mut context, &id, &proposal))? {
        Outcome::Changed { plan, shortened } => {
            let shortened =
                if shortened > 0 { format!("Keys that now expire earlier: {shortened}.\n") } else { String::new() };
            format!("{}{shortened}The new policy of {name} is in effect.", told(&plan))
        }
        Outcome::Unchanged => format!("{name} already has this policy."),
        Outcome::TooManyToShorten(_) => bail!("more than {} keys would be shortened", policies::SHORTENING_LIMIT),
        Outcome::EnvironmentInUse { environment, count } => {
            bail!("environments must keep {environment}, which is the environment of {count} keys")
        }
        Outcome::Asks(_) | Outcome::Conflict(_) => bail!("the policy of {name} was changed in the meantime: try again"),
    };
    Ok(output::print(report)?)
}

/// One line per setting that changes, then one per sentence about what that affects.
fn told(plan: &Plan) -> String {
    let settings = file::differences(&plan.before.policy, &plan.after);
    let impact = impact_in_words(Words::new(Language::English), plan);
    settings.into_iter().chain(impact).map(|line| line + "\n").collect()
}

/// Errors have one line per fault.
fn read(named: &str, before: &Policy) -> anyhow::Result<Policy> {
    if let Some(preset) = Preset::parse(named) {
        return Ok(preset.policy());
    }
    let path = PathBuf::from(named);
    let text =
        fs::read_to_string(&path).with_context(|| format!("{named} is not a preset and cannot be read as a file"))?;
    file::from_toml(&text, before).map_err(|faults| anyhow::anyhow!(faults.join("\n")))
}
