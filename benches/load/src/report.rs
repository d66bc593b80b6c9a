//! The figures, as tables for people and as JSON for comparisons.

use crate::load::Load;
use crate::parts::Part;
use crate::process;
use crate::server::{Place, Server};
use crate::{size, targets};
use pixie_testing::{Failure, Outcome};
use serde::Serialize;
use std::fmt;
use std::path::Path;

/// The markers of the part of a document that the figures replace.
const END: &str = "<!-- end -->";

/// All figures of a run.
#[derive(Serialize)]
pub(crate) struct Report {
    /// Size of the binary in bytes.
    binary_bytes: u64,
    /// `true` if the database was PostgreSQL.
    on_postgres: bool,
    /// From the start of the process on an empty data folder to the first answer, in milliseconds: keys are made then.
    pub(crate) first_start_up_ms: f64,
    /// One write of 4 KiB with fdatasync on the same disk.
    pub(crate) flush: Percentiles,
    /// The cost of the parts.
    pub(crate) parts: Vec<Part>,
    /// One entry for each number of stored tokens.
    pub(crate) stages: Vec<Stage>,
}

/// The figures on top of so many stored tokens.
#[derive(Serialize)]
pub(crate) struct Stage {
    /// Tokens that were stored before the measurement.
    stored_tokens: u64,
    /// `true` if the database was PostgreSQL.
    on_postgres: bool,
    /// From the start of the process to the first answer, in milliseconds.
    start_up_ms: f64,
    /// Resident memory after the first answer, in KiB.
    idle_kib: u64,
    /// The most that was ever resident before the first password was hashed, in KiB.
    loaded_kib: u64,
    /// The same after all loads.
    peak_kib: u64,
    /// Bytes of the SQLite file before and after the measurement.
    file_bytes: [u64; 2],
    /// One entry a load.
    pub(crate) loads: Vec<Measured>,
}

/// The figures of one load.
#[derive(Serialize)]
pub(crate) struct Measured {
    /// The name.
    pub(crate) load: &'static str,
    /// `true` if it came at a rate of its own, a part of the full load, instead of as fast as possible.
    pub(crate) paced: bool,
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
    /// The limit of the cost.
    pub(crate) target_us: Option<f64>,
}

/// Median, 99th percentile and the most in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Percentiles {
    /// Half took no longer.
    pub(crate) p50: u32,
    /// Of a hundred, 99 took no longer.
    pub(crate) p99: u32,
    /// None took longer.
    pub(crate) max: u32,
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
            max: rank(100),
        }
    }
}

impl Report {
    /// The values that are known before the first load.
    pub(crate) fn begin(pixie: &Path, place: &Place) -> Outcome<Self> {
        Ok(Self {
            binary_bytes: std::fs::metadata(pixie)?.len(),
            on_postgres: place.database.is_some(),
            first_start_up_ms: 0.0,
            flush: Percentiles::default(),
            parts: Vec::new(),
            stages: Vec::new(),
        })
    }

    /// The report as JSON.
    pub(crate) fn as_json(&self) -> Outcome<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// A document with the tables in place of what stands between its two marks for this database.
    pub(crate) fn written_into(&self, document: &str) -> Outcome<String> {
        let database = if self.on_postgres { "postgres" } else { "sqlite" };
        let stages: String = self.stages.iter().map(ToString::to_string).collect();
        written_between_marks(document, database, &format!("{stages}\n{self}\n"))
    }

    /// The cost of a load with nothing stored.
    fn cost(&self, load: Load) -> Option<f64> {
        self.stages.first()?.cost(load)
    }
}

impl Stage {
    /// The values that are known before the first load.
    pub(crate) fn begin(server: &Server, place: &Place, stored_tokens: u64) -> Self {
        Self {
            stored_tokens,
            on_postgres: place.database.is_some(),
            start_up_ms: server.start_up.as_secs_f64() * 1e3,
            idle_kib: server.idle_kib,
            loaded_kib: 0,
            peak_kib: 0,
            file_bytes: [size(&place.sqlite_file()), 0],
            loads: Vec::new(),
        }
    }

    /// Reads the most that was resident until now.
    pub(crate) fn note_memory(&mut self, server: &Server) -> Outcome<()> {
        self.peak_kib = process::memory_kib(server.process_id(), "VmHWM")?;
        if self.loaded_kib == 0 {
            self.loaded_kib = self.peak_kib;
        }
        Ok(())
    }

    /// Reads the size of the file once the server has closed it.
    pub(crate) fn note_size(&mut self, place: &Place) {
        self.file_bytes[1] = size(&place.sqlite_file());
    }

    fn cost(&self, load: Load) -> Option<f64> {
        self.loads
            .iter()
            .find(|measured| measured.load == load.name() && !measured.paced)
            .map(|measured| measured.server_cpu_us)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = if self.on_postgres { "PostgreSQL" } else { "SQLite" };
        writeln!(out, "\n{database}, {} stored tokens", self.stored_tokens)?;
        writeln!(
            out,
            "                          per second   p50 ms   p99 ms   server CPU µs   target   of it   generator CPU µs"
        )?;
        for measured in &self.loads {
            let name = if measured.paced {
                format!("{}, half load", measured.load)
            } else {
                measured.load.to_owned()
            };
            let (target, share) = measured.target_us.map_or_else(Default::default, |target| {
                (
                    format!("{target:.0}"),
                    format!("{:.2}", measured.server_cpu_us / target),
                )
            });
            writeln!(
                out,
                "{name:<24}  {:>10.0}  {:>7.2}  {:>7.2}  {:>14.1}  {target:>7}  {share:>6}  {:>17.1}",
                measured.per_second,
                milliseconds(measured.latency_us.p50),
                milliseconds(measured.latency_us.p99),
                measured.server_cpu_us,
                measured.generator_cpu_us
            )?;
        }
        let target = |value: f64| format!("target {value:.0}");
        let lines = [
            (
                "start to first answer, ms",
                self.start_up_ms,
                target(targets::START_UP_MS),
            ),
            (
                "memory idle, MB",
                megabytes(self.idle_kib),
                target(targets::IDLE_MB),
            ),
            (
                "memory under load, MB",
                megabytes(self.loaded_kib),
                target(targets::LOADED_MB),
            ),
            (
                "with passwords hashed, MB",
                megabytes(self.peak_kib),
                String::new(),
            ),
            ("file before, MB", self.file_bytes[0] as f64 / 1e6, String::new()),
            ("file after, MB", self.file_bytes[1] as f64 / 1e6, String::new()),
        ];
        for (name, value, target) in lines {
            if self.on_postgres && name.starts_with("file") {
                continue;
            }
            writeln!(out, "{name:<28} {value:>8.1}   {target}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "Parts on this machine, CPU µs")?;
        for part in &self.parts {
            writeln!(out, "{:<40} {:>9.1}", part.name, part.cpu_us)?;
        }
        if let Some(bare) = self.cost(Load::BareHttp) {
            writeln!(
                out,
                "{:<40} {bare:>9.1}",
                "a bare HTTP request, form in, JSON out"
            )?;
            if let Some(cached) = self.cost(Load::ResourceCached) {
                let name = "the resource layer beside it, cached";
                writeln!(out, "{name:<40} {:>9.1}   target 2", cached - bare)?;
            }
        }
        if let Some((empty, full)) = self.stages.first().zip(self.stages.last())
            && self.stages.len() > 1
        {
            writeln!(
                out,
                "\nCost on {} stored tokens against {}",
                full.stored_tokens, empty.stored_tokens
            )?;
            for load in Load::ON_STORED {
                if let Some((before, after)) = empty.cost(load).zip(full.cost(load)) {
                    let name = load.name();
                    writeln!(out, "{name:<40} {:>9.2}   target 1.1", after / before)?;
                }
            }
        }
        writeln!(
            out,
            "\nwrite and fdatasync of 4 KiB, ms          p50 {:.2}, p99 {:.2}",
            milliseconds(self.flush.p50),
            milliseconds(self.flush.p99)
        )?;
        writeln!(
            out,
            "first start on an empty folder, ms       {:>9.0}",
            self.first_start_up_ms
        )?;
        write!(
            out,
            "binary, MB                               {:>9.1}   target {}",
            self.binary_bytes as f64 / 1e6,
            targets::BINARY_MB
        )
    }
}

/// A document with these figures in place of what stands between its two marks for what was measured.
pub(crate) fn written_between_marks(document: &str, measured: &str, figures: &str) -> Outcome<String> {
    let begin = format!("<!-- measured: {measured} -->\n");
    let no_marks = || Failure::because(format!("the document has no place for the figures of {measured}"));
    let (before, rest) = document.split_once(&begin).ok_or_else(no_marks)?;
    let (_, after) = rest.split_once(END).ok_or_else(no_marks)?;
    Ok(format!("{before}{begin}```text{figures}```\n{END}{after}"))
}

/// As milliseconds.
pub(crate) fn milliseconds(micros: u32) -> f64 {
    f64::from(micros) / 1e3
}

fn megabytes(kib: u64) -> f64 {
    kib as f64 * 1024.0 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_between_the_marks_of_their_database() {
        let report = Report {
            binary_bytes: 1,
            on_postgres: false,
            first_start_up_ms: 0.0,
            flush: Percentiles::default(),
            parts: Vec::new(),
            stages: Vec::new(),
        };
        let before = "a\n<!-- measured: sqlite -->\nstale\n<!-- end -->\nb\n<!-- measured: postgres -->\nkept\n<!-- end -->\n";
        let after = report.written_into(before).unwrap();
        assert!(after.starts_with("a\n<!-- measured: sqlite -->\n```text\n"));
        assert!(!after.contains("stale"));
        assert!(after.ends_with("```\n<!-- end -->\nb\n<!-- measured: postgres -->\nkept\n<!-- end -->\n"));
        assert!(report.written_into("no marks").is_err());
    }

    #[test]
    fn percentiles_are_by_nearest_rank() {
        assert_eq!(
            Percentiles::of((1..=1000).rev().collect()),
            Percentiles {
                p50: 500,
                p99: 990,
                max: 1000
            }
        );
        let seven = Percentiles {
            p50: 7,
            p99: 7,
            max: 7,
        };
        assert_eq!(Percentiles::of(vec![7]), seven);
        assert_eq!(Percentiles::of(Vec::new()), Percentiles::default());
    }
}
