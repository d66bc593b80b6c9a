//! Lets a server sweep what ended before it started, and measures loads meanwhile and afterwards, beside an empty database.

use crate::Arguments;
use crate::backlog::Backlog;
use crate::load::Load;
use crate::measure::Pace;
use crate::running::Running;
use crate::seed::{self, Seeded};
use crate::server::{Place, Server};
use crate::stored::{self, Life};
use crate::swept::{Cell, Situation, Swept};
use pixie_testing::{Failure, Outcome, Stopwatch};
use std::path::Path;
use std::sync::Arc;

/// The loads of each situation, at full load and at a quarter of it: half as many refreshes, which come alone then
/// instead of many at once, are more than two cores can do.
const LOADS: [Load; 2] = [Load::Code, Load::Refresh];

/// The number of times that each of two compared databases is measured, in turns: other work of the machine affects
/// both.
const TURNS: u64 = 3;

/// Measures with so many tokens that have ended, prints the figures and writes them if a file is named.
pub(crate) async fn run(arguments: &Arguments, folder: &Path, tokens: u64) -> Outcome<()> {
    let (mut swept, run) = sweep(arguments, folder, tokens).await?;
    compare(&mut swept, run).await?;
    println!("{swept}");
    if let Some(document) = &arguments.document {
        let text = std::fs::read_to_string(document)?;
        std::fs::write(document, swept.written_into(&text)?)?;
    }
    if let Some(file) = &arguments.json {
        std::fs::write(file, swept.as_json()?)?;
    }
    Ok(())
}

/// One of the two databases, with its server.
struct Side {
    running: Running,
    backlog: Backlog,
}

impl Side {
    async fn start(arguments: &Arguments, place: &Place, seeded: Arc<Seeded>) -> Outcome<Self> {
        Ok(Self {
            backlog: Backlog::of(&place.sqlite_file())?,
            running: Running::start(arguments, place, seeded).await?,
        })
    }

    async fn measure(&self, situation: Situation, work: Work) -> Outcome<Cell> {
        let measured = self.running.run.measure(work.load, work.pace).await?;
        let cell = Cell::new(situation, measured);
        eprint!("{cell}");
        Ok(cell)
    }
}

/// A load and how fast it comes.
#[derive(Clone, Copy)]
struct Work {
    load: Load,
    pace: Pace,
}

/// Both databases, and what is measured on them.
struct Sides {
    empty: Side,
    swept: Side,
    work: Vec<Work>,
}

/// Measures the empty database, then the other one while it is swept and while its file is made shorter.
async fn sweep(arguments: &Arguments, folder: &Path, tokens: u64) -> Outcome<(Swept, Sides)> {
    let mut figures = Swept::begin(tokens, arguments);
    let (place, seeded) = prepare(arguments, folder, "empty").await?;
    let empty = Side::start(arguments, &place, seeded).await?;
    let mut work = Vec::new();
    for load in LOADS {
        let pace = Pace::AsFastAsPossible;
        let full = empty.measure(Situation::Empty, Work { load, pace }).await?;
        let quarter = Pace::PerSecond(full.per_second() / 4.0);
        figures.cells.push(full);
        let calm = Work { load, pace: quarter };
        figures.cells.push(empty.measure(Situation::Empty, calm).await?);
        work.extend([Work { load, pace }, calm]);
    }
    empty.backlog.wait_for_none(Backlog::answers).await?;

    let (place, seeded) = prepare(arguments, folder, "swept").await?;
    stored::fill_sqlite(&place.sqlite_file(), tokens, Life::Ended)?;
    let swept = Side::start(arguments, &place, seeded).await?;
    let backlog = &swept.backlog;
    figures.sizes.ended = backlog.file_bytes();
    backlog.wait_for_the_first().await?;
    let begun = Stopwatch::start();
    for work in &work {
        let (rows, watch) = (backlog.rows()?, Stopwatch::start());
        let mut cell = swept.measure(Situation::Sweeping, *work).await?;
        let left = backlog.rows()?;
        if left == 0 {
            return Err(Failure::because(format!(
                "all of {tokens} tokens were swept before the loads were measured: take more"
            )));
        }
        cell.swept_per_second = Some((rows - left) as f64 / watch.elapsed().as_secs_f64());
        figures.cells.push(cell);
    }
    figures.swept_alone_per_second = backlog.wait_for_none(Backlog::rows).await?;
    figures.sweep_seconds = begun.elapsed().as_secs_f64();
    figures.sizes.swept = backlog.file_bytes();

    backlog.wait_for_none(Backlog::answers).await?;
    for work in &work {
        if backlog.bytes_to_give_back()? > 0 {
            figures
                .cells
                .push(swept.measure(Situation::Shortening, *work).await?);
        }
    }
    backlog.wait_for_none(Backlog::bytes_to_give_back).await?;
    backlog.wait_for_none(Backlog::answers).await?;
    figures.sizes.shortened = backlog.file_bytes();
    Ok((figures, Sides { empty, swept, work }))
}

/// Measures both databases by turns, and looks what they have come to.
async fn compare(figures: &mut Swept, mut sides: Sides) -> Outcome<()> {
    for side in [&mut sides.empty, &mut sides.swept] {
        side.running.run.seconds = side.running.run.seconds.div_ceil(TURNS);
    }
    for Work { load, pace } in sides.work {
        let (mut empty, mut swept) = (Vec::new(), Vec::new());
        // Not counted: what a load leaves behind is swept while the next one runs, and each of those counted has one before it.
        sides.swept.running.run.count(load, pace).await?;
        for _ in 0..TURNS {
            empty.push(sides.empty.running.run.count(load, pace).await?);
            swept.push(sides.swept.running.run.count(load, pace).await?);
        }
        for (situation, counted) in [(Situation::EmptyAgain, empty), (Situation::Swept, swept)] {
            let together = counted.into_iter().reduce(|all, one| all.and(&one));
            let counted = together.ok_or_else(|| Failure::because("nothing was measured"))?;
            figures.cells.push(Cell::new(situation, counted.measured()?));
        }
    }
    for (side, grown) in [
        (sides.empty, &mut figures.sizes.empty_in_the_end),
        (sides.swept, &mut figures.sizes.swept_in_the_end),
    ] {
        side.backlog.wait_for_none(Backlog::answers).await?;
        side.backlog.wait_for_none(Backlog::bytes_to_give_back).await?;
        side.running.stop().await?;
        grown.file = side.backlog.file_bytes();
        grown.smallest = side.backlog.smallest_bytes()?;
        grown.tokens = side.backlog.tokens()?;
    }
    Ok(())
}

/// Makes a database with a person and clients in a folder of its own.
async fn prepare(arguments: &Arguments, folder: &Path, name: &str) -> Outcome<(Place, Arc<Seeded>)> {
    let place = Place {
        folder: folder.join(name),
        database: None,
        postmaster: None,
    };
    std::fs::create_dir(&place.folder)?;
    Server::start(&arguments.pixie, &place).await?.stop()?;
    let seeded = seed::seed(&arguments.pixie, &place)?;
    Ok((place, Arc::new(seeded)))
}
