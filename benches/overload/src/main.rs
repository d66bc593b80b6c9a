//! Floods a running Pixie with sign-ins, slow peers and idle connections, and measures meanwhile how long a token takes.
//!
//! docs/overload.md says how it is used and what it found.

#![expect(clippy::print_stdout, reason = "a command line program prints")]

mod flood;
mod tokens;

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use clap::Parser;

/// By then what a flood began with is answered, and it is what it stays.
const WARM_UP: Duration = Duration::from_secs(2);

/// Floods a Pixie and measures how long a token takes meanwhile.
#[derive(Parser)]
struct Arguments {
    /// The address and port on which Pixie listens.
    #[arg(long)]
    address: String,
    /// A client that may ask for tokens for itself, with `client_secret_post`.
    #[arg(long)]
    client_id: String,
    /// The secret.
    #[arg(long)]
    client_secret: String,
    /// Seconds to measure.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Tokens a second.
    #[arg(long, default_value_t = 400)]
    tokens: u32,
    /// Connections that sign in with wrong passwords as fast as they can. The server must believe 127.0.0.1 as a proxy,
    /// so that each comes from another address and none is slowed down for its failures.
    #[arg(long, default_value_t = 0)]
    sign_ins: usize,
    /// Slow peers: a third with their headers, a third with their bodies, a third with reading.
    #[arg(long, default_value_t = 0)]
    slow: usize,
    /// Connections that have asked once and stay.
    #[arg(long, default_value_t = 0)]
    idle: usize,
}

fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let address = arguments.address.as_str();
    let idle = flood::idle(address, arguments.idle)?;
    let slow = flood::slow(address, arguments.slow)?;
    std::thread::sleep(WARM_UP);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let stop = &stop;
        let sign_ins: Vec<_> = (0..arguments.sign_ins)
            .map(|number| scope.spawn(move || flood::sign_in(address, number, stop)))
            .collect();
        std::thread::sleep(WARM_UP);
        let measured = tokens::measure(&tokens::Requests {
            address,
            client_id: &arguments.client_id,
            client_secret: &arguments.client_secret,
            per_second: arguments.tokens.max(1),
            duration: Duration::from_secs(arguments.seconds),
        });
        stop.store(true, Relaxed);
        println!("{}", measured?);
        let (mut checked, mut refused) = (0, 0);
        for flooding in sign_ins {
            if let Ok(Ok(counted)) = flooding.join() {
                checked += counted.checked;
                refused += counted.refused;
            }
        }
        println!("sign-ins: {checked} checked, {refused} told to come back");
        println!(
            "idle connections that are still open: {}",
            flood::still_open(&idle)
        );
        drop(slow);
        Ok(())
    })
}
