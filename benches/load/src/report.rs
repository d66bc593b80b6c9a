//! The figures, as a table for people and as JSON for comparisons.

use crate::failure::Outcome;
use crate::load::Load;
use crate::process;
use crate::server::Server;
use serde::Serialize;
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// All figures of a run.
#[derive(Serialize)]
pub(crate) struct Report {
    /// Size of the binary in bytes.
    binary_bytes: u64,
    /// From the start of the process on an empty data folder to the first answer, in milliseconds.
    first_start_up_ms: f64,
    /// The same on a data folder that is ready, in milliseconds.
    start_up_ms: f64,
    /// Resident memory after the first answer, in KiB.
    idle_kib: u64,
    /// The most that was ever resident, in KiB.
    peak_kib: u64,
    /// One write of 4 KiB with fdatasync on the same disk.
    pub(crate) flush: Percentiles,
    /// One entry a load.
    loads: Vec<Measured>,
}

/// The figures of one load.
#[derive(Serialize)]
pub(crate) struct Measured {
    /// Its name.
    pub(crate) load: &'static str,
    /// Whether it was held at half the rate of the full load.
    pub(crate) at_half_load: bool,
    /// Operations that ended well; there are no others.
    pub(crate) operations: u32,
    /// Operations a second.
    pub(crate) per_second: f64,
    /// Time to answer.
    pub(crate) latency_us: Percentiles,
    /// CPU microseconds of the server, an operation.
    pub(crate) server_cpu_us: f64,
    /// CPU microseconds of this program, an operation: it shares the machine with the server.
    pub(crate) generator_cpu_us: f64,
}

/// Median and 99th percentile in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Percentiles {
    p50: u32,
    p99: u32,
}

impl Percentiles {
    /// Of these microseconds, by nearest rank.
    pub(crate) fn of(mut micros: Vec<u32>) -> Self {
        micros.sort_unstable();
        let rank = |percent: usize| {
            let index = (micros.len() * percent).div_ceil(100).saturating_sub(1);
            micros.get(index).copied().unwrap_or_default()
        };
        Self {
            p50: rank(50),
            p99: rank(99),
        }
    }
}

impl Report {
    /// What is known before the first load.
    pub(crate) fn begin(pixie: &Path, first_start_up: Duration, server: &Server) -> Outcome<Self> {
        Ok(Self {
            binary_bytes: std::fs::metadata(pixie)?.len(),
            first_start_up_ms: first_start_up.as_secs_f64() * 1e3,
            start_up_ms: server.start_up.as_secs_f64() * 1e3,
            idle_kib: server.idle_kib,
            peak_kib: 0,
            flush: Percentiles::default(),
            loads: Vec::new(),
        })
    }

    /// Adds a load.
    pub(crate) fn add(&mut self, measured: Measured) {
        self.loads.push(measured);
    }

    /// The rate at which a load ran as fast as it could.
    pub(crate) fn operations_per_second(&self, load: Load) -> Option<f64> {
        self.loads
            .iter()
            .find(|measured| measured.load == load.name())
            .map(|measured| measured.per_second)
    }

    /// Reads what is known only after the last load.
    pub(crate) fn finish(&mut self, server: &Server) -> Outcome<()> {
        self.peak_kib = process::memory_kib(server.process_id(), "VmHWM")?;
        Ok(())
    }

    /// The report as JSON.
    pub(crate) fn as_json(&self) -> Outcome<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "                           per second   p50 ms   p99 ms   server CPU µs   generator CPU µs"
        )?;
        for measured in &self.loads {
            let name = if measured.at_half_load {
                format!("{}, half load", measured.load)
            } else {
                measured.load.to_owned()
            };
            writeln!(
                out,
                "{name:<24}  {:>11.0}  {:>7.2}  {:>7.2}  {:>14.0}  {:>17.0}",
                measured.per_second,
                milliseconds(measured.latency_us.p50),
                milliseconds(measured.latency_us.p99),
                measured.server_cpu_us,
                measured.generator_cpu_us
            )?;
        }
        writeln!(out)?;
        writeln!(
            out,
            "write and fdatasync of 4 KiB  p50 {:.2} ms, p99 {:.2} ms",
            milliseconds(self.flush.p50),
            milliseconds(self.flush.p99)
        )?;
        writeln!(
            out,
            "start to first answer         {:.0} ms, on an empty folder {:.0} ms",
            self.start_up_ms, self.first_start_up_ms
        )?;
        writeln!(
            out,
            "memory                        idle {} MiB, peak {} MiB",
            self.idle_kib / 1024,
            self.peak_kib / 1024
        )?;
        write!(
            out,
            "binary                        {:.1} MB",
            self.binary_bytes as f64 / 1e6
        )
    }
}

fn milliseconds(micros: u32) -> f64 {
    f64::from(micros) / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        assert_eq!(
            Percentiles::of((1..=1000).rev().collect()),
            Percentiles { p50: 500, p99: 990 }
        );
        assert_eq!(Percentiles::of(vec![7]), Percentiles { p50: 7, p99: 7 });
        assert_eq!(Percentiles::of(Vec::new()), Percentiles::default());
    }
}
