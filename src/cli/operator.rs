//! The context of commands that change something: the audit log names the command and who ran it.

use crate::{app::Context, config::system_user, domain::audit::OperatorCommand, server::Surroundings};

/// `name`: the words of the command without arguments, which may be secret.
pub fn context(name: &'static str) -> Context {
    let Surroundings { clock, rng, .. } = Surroundings::of_this_machine();
    let command = OperatorCommand { name, system_user: system_user::current() };
    Context::of_command(command, clock.now(), rng())
}
