//! `latchkey serve`: prints the address and the first steps, and serves.

use std::sync::Arc;

use actix_web::rt::System;
use clap::Parser;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    cautions,
    demo::{Demo, ShiftedClock},
    log, output,
};
use crate::{
    config::{AuditStream, Config, Options, files},
    domain::Timestamp,
    server::{Server, Surroundings},
};

#[derive(Debug, Parser)]
pub struct ServeArguments {
    #[command(flatten)]
    options: Options,
    /// Run with a temporary organization that has sample people and keys, and print how to sign in
    #[arg(long)]
    demo: bool,
    /// With --demo: a number that selects the sample data. The same number and --now give the same data
    #[arg(long, requires = "demo", default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
    /// With --demo: the time at which the server's clock starts, as in 2026-11-29T12:00:00Z
    #[arg(long, requires = "demo", value_name = "TIME", value_parser = parse_time)]
    now: Option<Timestamp>,
}

fn parse_time(text: &str) -> Result<Timestamp, time::error::Parse> {
    OffsetDateTime::parse(text, &Rfc3339).map(Timestamp::from)
}

pub fn run(arguments: ServeArguments) -> anyhow::Result<()> {
    // Lives as long as the server. Dropping it deletes the demo's data.
    let demo = if arguments.demo { Some(Demo::prepare()?) } else { None };
    let options = match &demo {
        Some(demo) => demo.options(arguments.options),
        None => arguments.options,
    };
    let config = options.check()?;
    let _log = log::start(&config)?;
    warn(&config);
    System::new().block_on(async move {
        let surroundings = Surroundings::of_this_machine();
        let surroundings = match arguments.now {
            Some(start) => Surroundings { clock: Arc::new(ShiftedClock::starting_at(start)), ..surroundings },
            None => surroundings,
        };
        let mut server = Server::start(&config, surroundings)?;
        if demo.is_some() {
            let now = arguments.now.unwrap_or_else(|| server.state.clock.now());
            Demo::fill(&server, arguments.seed, now)?;
        }
        let streams_to_stdout = config.audit_stream == Some(AuditStream::Stdout);
        greet(&server, demo.is_some(), streams_to_stdout);
        if streams_to_stdout {
            server.stream_audit_to(output::audit_stream());
        }
        if server.state.site.is_https() && !server.address.ip().is_loopback() && config.trusted_proxies.is_empty() {
            tracing::warn!(
                bind = %server.address,
                "browsers use https, but this server also accepts plain http from other machines. Set \
                 LATCHKEY_TRUSTED_PROXIES to the https proxy, and block all other access to this port"
            );
        }
        Ok(server.run().await?)
    })
}

fn warn(config: &Config) {
    for caution in cautions::find(config) {
        tracing::warn!("{caution}");
    }
    if files::is_writable_by_everybody(&config.data_dir) {
        let directory = config.data_dir.display().to_string();
        tracing::warn!(
            directory,
            "every account on this machine can replace files in the data directory: run chmod 700 on it"
        );
    }
}

/// On standard output, unless that has the audit log and nothing else.
fn greet(server: &Server, is_demo: bool, streams_to_stdout: bool) {
    let site = &server.state.site;
    let mut greeting = format!("Latchkey is running at {}\n", site.base_url.as_str().trim_end_matches('/'));
    greeting += &match (is_demo, server.is_new) {
        (true, _) => Demo::sign_ins(),
        (false, true) => "Open it in a browser and create the first account: it becomes the Owner.".to_owned(),
        (false, false) => "Open it in a browser and sign in.".to_owned(),
    };
    if let Some(code) = server.state.setup_code.as_ref().filter(|_| !is_demo) {
        greeting = greeting + "\nSetup code for the first account: " + code;
    }
    // The server runs anyway. The setup code must not be logged, because others may read the log.
    let printed = if streams_to_stdout { output::print_to_stderr(greeting) } else { output::print(greeting) };
    if let Err(error) = printed {
        tracing::warn!(%error, "the server's address, and the setup code if there is one, could not be printed");
    }
    if !site.secure_cookies {
        tracing::warn!(
            "browsers use plain http: anyone on the network can read passwords and keys. Put an https proxy in front \
             of this server and set LATCHKEY_BASE_URL"
        );
    }
}
