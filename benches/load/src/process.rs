//! The kernel's figures for a process: CPU time and memory, from `/proc` (proc(5)).

use pixie_testing::{Failure, Outcome};
use std::time::Duration;

/// Linux counts CPU time in `/proc` in hundredths of a second on every architecture (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// User and system time that the process has used, all threads together.
pub(crate) fn cpu(process: u32) -> Outcome<Duration> {
    let stat = read(process, "stat")?;
    // The second field is the program's name in parentheses and may hold spaces: count from behind it.
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<u32>().ok());
    match (ticks(11), ticks(12)) {
        (Some(user), Some(system)) => Ok(TICK * (user + system)),
        _ => Err(Failure::because(format!(
            "/proc/{process}/stat cannot be understood"
        ))),
    }
}

/// A line of `/proc/<pid>/status` in KiB, such as `VmRSS` or `VmHWM`.
pub(crate) fn memory_kib(process: u32, line: &str) -> Outcome<u64> {
    let status = read(process, "status")?;
    status
        .lines()
        .find_map(|found| {
            found
                .strip_prefix(line)?
                .strip_prefix(':')?
                .trim()
                .strip_suffix(" kB")?
                .parse()
                .ok()
        })
        .ok_or_else(|| Failure::because(format!("/proc/{process}/status has no {line}")))
}

fn read(process: u32, file: &str) -> Outcome<String> {
    std::fs::read_to_string(format!("/proc/{process}/{file}"))
        .map_err(|error| Failure::because(format!("process {process} cannot be watched: {error}")))
}
