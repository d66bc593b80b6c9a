//! The kernel's figures for a process: CPU time and memory, from `/proc` (proc(5)).

use pixie_testing::{Failure, Outcome};
use std::time::Duration;

/// Linux counts CPU time in `/proc` in hundredths of a second on every architecture (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

/// User and system time that the process has used, all threads together.
pub(crate) fn cpu(process: u32) -> Outcome<Duration> {
    let stat = Stat::parse(&read(process, "stat")?).ok_or_else(|| not_understood(process))?;
    Ok(TICK * stat.own_ticks)
}

/// The same of a process and its children, those included that have ended.
pub(crate) fn cpu_with_children(parent: u32) -> Outcome<Duration> {
    let stat = Stat::parse(&read(parent, "stat")?).ok_or_else(|| not_understood(parent))?;
    let children = processes()?.filter_map(|process| Stat::parse(&read(process, "stat").ok()?));
    let of_children: u32 = children
        .filter(|child| child.parent == parent)
        .map(|child| child.own_ticks)
        .sum();
    Ok(TICK * (stat.own_ticks + stat.ended_children_ticks + of_children))
}

/// The part of `/proc/<pid>/stat` that is needed here.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: u32,
    own_ticks: u32,
    ended_children_ticks: u32,
}

impl Stat {
    fn parse(stat: &str) -> Option<Self> {
        // The second field is the program's name in parentheses and may hold spaces: count from behind it.
        let (_, fields) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let field = |index: usize| fields.get(index)?.parse::<u32>().ok();
        Some(Self {
            parent: field(1)?,
            own_ticks: field(11)? + field(12)?,
            ended_children_ticks: field(13)? + field(14)?,
        })
    }
}

/// The ids of all processes.
fn processes() -> Outcome<impl Iterator<Item = u32>> {
    let entries = std::fs::read_dir("/proc")?;
    Ok(entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()))
}

fn not_understood(process: u32) -> Failure {
    Failure::because(format!("/proc/{process}/stat cannot be understood"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_behind_its_name() {
        let stat = "7 (post (gres) x) S 3 7 7 0 -1 4194560 1 2 3 4 500 60 70 8 20 0 1 0 9 10 11";
        let expected = Stat {
            parent: 3,
            own_ticks: 560,
            ended_children_ticks: 78,
        };
        assert_eq!(Stat::parse(stat), Some(expected));
        assert_eq!(Stat::parse("7 (x) S 3"), None);
    }
}
