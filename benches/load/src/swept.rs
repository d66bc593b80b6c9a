//! The figures of a sweep, as a table for people and as JSON for comparisons.

use crate::Arguments;
use crate::load::Load;
use crate::report::{Measured, milliseconds, written_between_marks};
use pixie_testing::Outcome;
use serde::Serialize;
use std::fmt;

/// At least so much of an empty database's throughput is left when all was swept.
const THROUGHPUT: f64 = 0.9;

/// The state of the database while a load was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Situation {
    /// An empty database, before anything else.
    Empty,
    /// Expired rows are swept meanwhile.
    Sweeping,
    /// All is swept, and the file is made shorter meanwhile.
    Shortening,
    /// The empty database once more, by turns with the other.
    EmptyAgain,
    /// All is swept and the file is short.
    Swept,
}

impl Situation {
    const ALL: [Self; 5] = [
        Self::Empty,
        Self::Sweeping,
        Self::Shortening,
        Self::EmptyAgain,
        Self::Swept,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty database",
            Self::Sweeping => "while it is swept",
            Self::Shortening => "while the file is made shorter",
            Self::EmptyAgain => "empty database, by turns with",
            Self::Swept => "when that has ended",
        }
    }
}

/// The figures of a load in a situation.
#[derive(Serialize)]
pub(crate) struct Cell {
    situation: Situation,
    #[serde(flatten)]
    measured: Measured,
    /// Rows of tokens and families that went meanwhile, a second.
    pub(crate) swept_per_second: Option<f64>,
}

impl Cell {
    /// Of a load that nothing was swept beside.
    pub(crate) fn new(situation: Situation, measured: Measured) -> Self {
        Self {
            situation,
            measured,
            swept_per_second: None,
        }
    }

    /// Operations a second.
    pub(crate) fn per_second(&self) -> f64 {
        self.measured.per_second
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let latency = self.measured.latency_us;
        let swept = self
            .swept_per_second
            .map_or_else(String::new, |rows| format!("{rows:.0}"));
        let line = format!(
            "  {:<32}  {:>10.0}  {:>7.2}  {:>7.2}  {:>7.1}  {swept:>13}",
            self.situation.name(),
            self.measured.per_second,
            milliseconds(latency.p50),
            milliseconds(latency.p99),
            milliseconds(latency.max),
        );
        writeln!(out, "{}", line.trim_end())
    }
}

/// Bytes of the files.
#[derive(Default, Serialize)]
pub(crate) struct Sizes {
    /// With all that has ended.
    pub(crate) ended: u64,
    /// The number of rows that were swept.
    pub(crate) swept: u64,
    /// The time at which the file was made shorter.
    pub(crate) shortened: u64,
    /// After all loads, the empty database.
    pub(crate) empty_in_the_end: Grown,
    /// After all loads, the other one.
    pub(crate) swept_in_the_end: Grown,
}

/// The rows that the loads made in a database.
#[derive(Clone, Copy, Default, Serialize)]
pub(crate) struct Grown {
    /// Bytes of the file.
    pub(crate) file: u64,
    /// Bytes of the smallest file that holds the same.
    pub(crate) smallest: u64,
    /// Tokens in it, all alive.
    pub(crate) tokens: u64,
}

/// All figures.
#[derive(Serialize)]
pub(crate) struct Swept {
    expired_tokens: u64,
    connections: u16,
    seconds: u64,
    /// One for each load in each situation.
    pub(crate) cells: Vec<Cell>,
    /// Rows that went in a second while nobody asked for anything.
    pub(crate) swept_alone_per_second: f64,
    /// From the first row until all was swept, with the loads that were measured meanwhile.
    pub(crate) sweep_seconds: f64,
    /// The files.
    pub(crate) sizes: Sizes,
}

impl Swept {
    /// The values that are known before the first load.
    pub(crate) fn begin(expired_tokens: u64, arguments: &Arguments) -> Self {
        Self {
            expired_tokens,
            connections: arguments.connections,
            seconds: arguments.seconds,
            cells: Vec::new(),
            swept_alone_per_second: 0.0,
            sweep_seconds: 0.0,
            sizes: Sizes::default(),
        }
    }

    /// The figures as JSON.
    pub(crate) fn as_json(&self) -> Outcome<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// A document with the table in place of what stands between its marks.
    pub(crate) fn written_into(&self, document: &str) -> Outcome<String> {
        written_between_marks(document, "swept", &format!("\n{self}"))
    }

    /// The loads in the order in which they were measured, each with whether it came at a rate of its own.
    fn loads(&self) -> Vec<(Load, bool)> {
        self.in_situation(Situation::Empty)
            .map(|cell| (cell.measured.load, cell.measured.paced))
            .collect()
    }

    fn in_situation(&self, situation: Situation) -> impl Iterator<Item = &Cell> {
        self.cells.iter().filter(move |cell| cell.situation == situation)
    }

    fn cell(&self, situation: Situation, load: (Load, bool)) -> Option<&Cell> {
        self.in_situation(situation)
            .find(|cell| (cell.measured.load, cell.measured.paced) == load)
    }

    /// How a figure of a load in one situation compares with the same in another.
    fn ratio(
        &self,
        load: (Load, bool),
        of: (Situation, Situation),
        figure: fn(&Measured) -> f64,
    ) -> Option<f64> {
        let [one, other] = [of.0, of.1].map(|situation| self.cell(situation, load));
        Some(figure(&one?.measured) / figure(&other?.measured))
    }

    fn write_load(&self, out: &mut fmt::Formatter<'_>, load: (Load, bool)) -> fmt::Result {
        let paced = if load.1 { ", quarter load" } else { "" };
        writeln!(out, "{}{paced}", load.0.name())?;
        for situation in Situation::ALL {
            let Some(cell) = self.cell(situation, load) else {
                continue;
            };
            write!(out, "{cell}")?;
        }
        Ok(())
    }

    fn write_ratios(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for load in self.loads() {
            let (name, paced) = (load.0.name(), load.1);
            if paced {
                let of = (Situation::Sweeping, Situation::Empty);
                if let Some(ratio) = self.ratio(load, of, |found| f64::from(found.latency_us.p99)) {
                    let name = format!("{name}, quarter load: p99 while swept / empty");
                    writeln!(out, "{name:<56} {ratio:>6.2}")?;
                }
            } else {
                let of = (Situation::Swept, Situation::EmptyAgain);
                if let Some(ratio) = self.ratio(load, of, |found| found.per_second) {
                    let name = format!("{name}: throughput when all was swept / empty");
                    writeln!(out, "{name:<56} {ratio:>6.2}   target {THROUGHPUT}")?;
                }
            }
        }
        Ok(())
    }

    fn write_sizes(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes = &self.sizes;
        for (name, bytes) in [
            ("file with what has ended, MB", sizes.ended),
            ("file when that was swept, MB", sizes.swept),
            ("file made shorter, MB", sizes.shortened),
        ] {
            writeln!(out, "{name:<56} {:>6.1}", megabytes(bytes))?;
        }
        for (name, grown) in [
            ("empty database", sizes.empty_in_the_end),
            ("swept one", sizes.swept_in_the_end),
        ] {
            let name = format!("{name} with {} live tokens of the loads, MB", grown.tokens);
            writeln!(
                out,
                "{name:<56} {:>6.1}   at the least {:.1}",
                megabytes(grown.file),
                megabytes(grown.smallest)
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Swept {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "SQLite, {} tokens that ended before the start, {} connections, {} s each",
            self.expired_tokens, self.connections, self.seconds
        )?;
        writeln!(
            out,
            "{:<34}  per second   p50 ms   p99 ms   max ms   rows swept/s",
            ""
        )?;
        for load in self.loads() {
            self.write_load(out, load)?;
        }
        writeln!(out)?;
        self.write_ratios(out)?;
        writeln!(out)?;
        let lines = [
            (
                "rows swept a second while nobody asks",
                self.swept_alone_per_second,
            ),
            ("until all were swept, loads included, s", self.sweep_seconds),
        ];
        for (name, value) in lines {
            writeln!(out, "{name:<56} {value:>6.0}")?;
        }
        self.write_sizes(out)
    }
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Percentiles;

    fn cell(situation: Situation, paced: bool, per_second: f64, slowest: u32) -> Cell {
        let measured = Measured {
            load: Load::Code,
            paced,
            operations: 2,
            per_second,
            latency_us: Percentiles::of(vec![1000, slowest]),
            server_cpu_us: 1.0,
            generator_cpu_us: 1.0,
            database_cpu_us: None,
            parts_us: None,
        };
        Cell::new(situation, measured)
    }

    #[test]
    fn throughput_is_compared_with_the_empty_database_by_turns_and_p99_with_the_one_before() {
        let mut swept = Swept {
            expired_tokens: 2,
            connections: 1,
            seconds: 1,
            cells: vec![
                cell(Situation::Empty, false, 9.0, 1000),
                cell(Situation::Empty, true, 5.0, 2000),
                cell(Situation::Sweeping, true, 5.0, 3000),
                cell(Situation::EmptyAgain, false, 10.0, 1000),
                cell(Situation::Swept, false, 8.0, 1000),
            ],
            swept_alone_per_second: 7.0,
            sweep_seconds: 3.0,
            sizes: Sizes::default(),
        };
        swept.cells[2].swept_per_second = Some(77.0);
        let table = swept.to_string();
        let behind = |beginning: &str| {
            let line = table.lines().find_map(|line| line.trim().strip_prefix(beginning));
            line.unwrap_or_default().split_whitespace().collect::<Vec<_>>()
        };
        let throughput = behind("code flow: throughput when all was swept / empty");
        assert_eq!(throughput, ["0.80", "target", "0.9"]);
        assert_eq!(
            behind("code flow, quarter load: p99 while swept / empty"),
            ["1.50"]
        );
        assert_eq!(behind("while it is swept").last(), Some(&"77"));
        assert!(!table.contains("while the file is made shorter"));
    }
}
