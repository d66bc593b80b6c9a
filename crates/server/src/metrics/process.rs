//! Memory, processor time and files of the process, under the names that Prometheus's own libraries use. Read from `/proc`, so
//! on Linux only.

use std::fs;

use pixie_provider::metrics::{Labels, Metric, MetricList, MetricValue};

/// Clock ticks in a second: Linux gives times to programs in hundredths, independent of the kernel's clock rate.
const TICKS: f64 = 100.0;

/// The resources that this process uses. Empty if the system does not report them.
pub(super) fn metrics() -> Vec<Metric> {
    let Some(seen) = Seen::now() else {
        return Vec::new();
    };
    let mut list = MetricList::default();
    list.counters(
        "process_cpu_seconds",
        "Time of all processors",
        [(Labels::new(), MetricValue::Measure(seen.cpu))],
    );
    for (name, help, value) in [
        ("process_resident_memory_bytes", "Memory in use", seen.resident),
        (
            "process_virtual_memory_bytes",
            "Memory reserved, most of it unused",
            seen.virtual_memory,
        ),
        ("process_open_fds", "Open files and connections", seen.open_files),
        (
            "process_max_fds",
            "How many of them the system allows",
            seen.max_files,
        ),
        (
            "process_start_time_seconds",
            "When it started, seconds since 1970",
            seen.started,
        ),
    ] {
        list.gauges(name, help, [(Labels::new(), MetricValue::Measure(value))]);
    }
    list.into_metrics()
}

struct Seen {
    cpu: f64,
    resident: f64,
    virtual_memory: f64,
    open_files: f64,
    max_files: f64,
    started: f64,
}

impl Seen {
    fn now() -> Option<Self> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        // The name of the program is in parentheses and may have any character.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        // proc(5) numbers the fields from 1, and the state, the first of these, is the third.
        let field = |number: usize| fields.get(number - 3)?.parse::<f64>().ok();
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let kibibytes = |name: &str| Some(first_number(&status, name)? * 1024.0);
        let limits = fs::read_to_string("/proc/self/limits").ok()?;
        let machine = fs::read_to_string("/proc/stat").ok()?;
        Some(Self {
            cpu: (field(14)? + field(15)?) / TICKS,
            resident: kibibytes("VmRSS:")?,
            virtual_memory: kibibytes("VmSize:")?,
            open_files: fs::read_dir("/proc/self/fd").ok()?.count() as f64,
            max_files: first_number(&limits, "Max open files").unwrap_or(f64::INFINITY),
            started: first_number(&machine, "btime")? + field(22)? / TICKS,
        })
    }
}

/// The first number after a name at the beginning of a line.
fn first_number(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
