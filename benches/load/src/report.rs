//! The figures, as tables for people and as JSON for comparisons.

use crate::load::Load;
use crate::parts::{Part, Price};
use crate::process;
use crate::server::{Place, Server};
use crate::{makeup, size, targets};
use pixie_testing::{Failure, Outcome};
use serde::{Serialize, Serializer};
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
    /// The cost of the parts, in microseconds.
    #[serde(serialize_with = "by_name")]
    pub(crate) parts: Vec<Price>,
    /// CPU microseconds of a code flow on a SQLite file beside the PostgreSQL that was measured.
    pub(crate) code_on_sqlite_us: Option<f64>,
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
    /// The load.
    #[serde(serialize_with = "load_by_name")]
    pub(crate) load: Load,
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
    /// CPU microseconds of the processes of a PostgreSQL that was started for the measurement, an operation.
    pub(crate) database_cpu_us: Option<f64>,
    /// CPU microseconds of the parts of an operation; none if it was measured alone, or on PostgreSQL, whose parts are others.
    pub(crate) parts_us: Option<f64>,
}

impl Measured {
    /// CPU microseconds of an operation, those of the database included.
    pub(crate) fn cpu_us(&self) -> f64 {
        self.server_cpu_us + self.database_cpu_us.unwrap_or_default()
    }

    /// How often the operation costs what its parts cost.
    fn of_its_parts(&self) -> Option<f64> {
        self.parts_us.map(|parts| self.cpu_us() / parts)
    }
}

/// A load as JSON: its name.
fn load_by_name<S: Serializer>(load: &Load, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(load.name())
}

/// Prices as JSON: an object of numbers.
fn by_name<S: Serializer>(prices: &[Price], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(prices.iter().map(|price| (price.part.name(), price.cpu_us)))
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
            code_on_sqlite_us: None,
            stages: Vec::new(),
        })
    }

    /// Adds to the figures of a stage what the parts of each operation cost together. What `health` costs in the first stage is
    /// the price of a request. The parts of a PostgreSQL are others, so that nothing is added up there.
    pub(crate) fn add_up(&mut self, stage: &mut Stage) {
        if let Some(cpu_us) = stage.cost(Load::Request) {
            self.parts.push(Price {
                part: Part::Request,
                cpu_us,
            });
        }
        if self.on_postgres {
            return;
        }
        for measured in &mut stage.loads {
            measured.parts_us = makeup::sum(measured.load, &self.parts);
        }
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

    fn write_ratios(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((postgres, sqlite)) = self.cost(Load::Code).zip(self.code_on_sqlite_us) {
            writeln!(
                out,
                "\nA code flow on PostgreSQL, the database's processes counted, against SQLite in the same run\n\
                 {postgres:.1} of {sqlite:.1} µs {:>34.2}   target {}",
                postgres / sqlite,
                targets::POSTGRES_OF_SQLITE
            )?;
        }
        if self
            .stages
            .iter()
            .flat_map(|stage| &stage.loads)
            .any(|load| load.parts_us.is_some())
        {
            writeln!(
                out,
                "\nCPU of an operation against that of its parts            target {}",
                targets::OF_ITS_PARTS
            )?;
        }
        Ok(())
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
            .find(|measured| measured.load == load && !measured.paced)
            .map(Measured::cpu_us)
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.paced {
            format!("{}, half load", self.load.name())
        } else {
            self.load.name().to_owned()
        };
        let with_digits = |digits: usize, value: Option<f64>| {
            value.map_or_else(String::new, |value| format!("{value:.digits$}"))
        };
        write!(
            out,
            "{name:<24}  {:>10.0}  {:>7.2}  {:>7.2}  {:>14.1}  {:>9}  {:>10}  {:>6}  {:>17.1}",
            self.per_second,
            milliseconds(self.latency_us.p50),
            milliseconds(self.latency_us.p99),
            self.server_cpu_us,
            with_digits(1, self.database_cpu_us),
            with_digits(1, self.parts_us),
            with_digits(2, self.of_its_parts()),
            self.generator_cpu_us
        )
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = if self.on_postgres { "PostgreSQL" } else { "SQLite" };
        writeln!(out, "\n{database}, {} stored tokens", self.stored_tokens)?;
        writeln!(
            out,
            "                          per second   p50 ms   p99 ms   server CPU µs   database   its parts   ratio   generator CPU µs"
        )?;
        for measured in &self.loads {
            writeln!(out, "{measured}")?;
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
        for price in &self.parts {
            writeln!(out, "{:<40} {:>9.1}", price.part.name(), price.cpu_us)?;
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
                    let target = targets::STORED_OF_EMPTY;
                    writeln!(out, "{name:<40} {:>9.2}   target {target}", after / before)?;
                }
            }
        }
        self.write_ratios(out)?;
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

    fn report(on_postgres: bool) -> Report {
        Report {
            binary_bytes: 1,
            on_postgres,
            first_start_up_ms: 0.0,
            flush: Percentiles::default(),
            parts: Vec::new(),
            code_on_sqlite_us: None,
            stages: Vec::new(),
        }
    }

    fn stage(on_postgres: bool, loads: Vec<Measured>) -> Stage {
        Stage {
            stored_tokens: 0,
            on_postgres,
            start_up_ms: 0.0,
            idle_kib: 0,
            loaded_kib: 0,
            peak_kib: 0,
            file_bytes: [0, 0],
            loads,
        }
    }

    fn measured(load: Load, server_cpu_us: f64, database_cpu_us: Option<f64>) -> Measured {
        Measured {
            load,
            paced: false,
            operations: 1,
            per_second: 1.0,
            latency_us: Percentiles::default(),
            server_cpu_us,
            generator_cpu_us: 1.0,
            database_cpu_us,
            parts_us: None,
        }
    }

    #[test]
    fn an_operation_is_compared_with_the_sum_of_its_parts() {
        let mut report = report(false);
        report.parts = vec![Price {
            part: Part::AddedRow,
            cpu_us: 30.0,
        }];
        let loads = vec![
            measured(Load::Request, 10.0, None),
            measured(Load::ClientCredentials, 50.0, None),
        ];
        let mut stage = stage(false, loads);
        report.add_up(&mut stage);
        let [health, credentials] = &stage.loads[..] else {
            panic!()
        };
        assert_eq!(health.parts_us, None);
        assert_eq!(credentials.parts_us, Some(40.0));
        assert_eq!(credentials.of_its_parts(), Some(1.25));
        let line = credentials.to_string();
        let words: Vec<_> = line.split_whitespace().rev().take(4).collect();
        assert_eq!(words, ["1.0", "1.25", "40.0", "50.0"]);
    }

    #[test]
    fn a_code_flow_on_postgres_is_compared_with_one_on_sqlite_and_its_database_counts() {
        let mut report = report(true);
        let mut stage = stage(true, vec![measured(Load::Code, 30.0, Some(70.0))]);
        report.add_up(&mut stage);
        report.stages.push(stage);
        report.code_on_sqlite_us = Some(50.0);
        let text = report.to_string();
        let line = text.lines().find(|line| line.starts_with("100.0 of 50.0 µs"));
        let end: Vec<_> = line.unwrap().split_whitespace().rev().take(3).collect();
        assert_eq!(end, ["2.2", "target", "2.00"]);
    }

    #[test]
    fn figures_are_written_between_the_marks_of_their_database() {
        let report = report(false);
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
