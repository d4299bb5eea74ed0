//! `latchkey serve`: says where the page is and what to do first, and serves.

use actix_web::rt::System;
use clap::Parser;

use super::{demo::Demo, log};
use crate::{
    config::Options,
    server::{Server, Surroundings},
};

#[derive(Debug, Parser)]
pub struct Arguments {
    #[command(flatten)]
    options: Options,
    /// Serve a throw-away organization with people and keys to look around in, and print their sign-ins
    #[arg(long)]
    demo: bool,
}

pub fn run(arguments: Arguments) -> anyhow::Result<()> {
    // Lives as long as the server and takes the demo's data with it.
    let demo = if arguments.demo { Some(Demo::prepare()?) } else { None };
    let options = match &demo {
        Some(demo) => demo.options(arguments.options),
        None => arguments.options,
    };
    let config = options.check()?;
    log::start(&config);
    System::new().block_on(async move {
        let server = Server::start(&config, Surroundings::of_this_machine())?;
        if demo.is_some() {
            Demo::fill(&server)?;
        }
        greet(&server, demo.is_some());
        Ok(server.run().await?)
    })
}

fn greet(server: &Server, is_demo: bool) {
    let site = &server.state.site;
    println!("Latchkey is at {}", site.base_url.as_str().trim_end_matches('/'));
    match (is_demo, server.is_new) {
        (true, _) => println!("{}", Demo::sign_ins()),
        (false, true) => println!("Open it in a browser and create the first account: it becomes the Owner."),
        (false, false) => println!("Open it in a browser and sign in."),
    }
    if let Some(code) = server.state.setup_code.as_ref().filter(|_| !is_demo) {
        println!("Setup code for the first account: {code}");
    }
    if !site.secure_cookies {
        tracing::warn!(
            "browsers reach this server by plain http: anybody on the way can read passwords and keys. \
             Put a proxy with https in front and set LATCHKEY_BASE_URL"
        );
    }
}
