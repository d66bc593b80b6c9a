//! The cost of one durable write on the disk that the server writes to.

use crate::report::Percentiles;
use pixie_testing::{Outcome, Stopwatch};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

const WRITES: u64 = 500;
const BLOCK: [u8; 4096] = [0x5a; 4096];

/// Times writes of 4 KiB, each followed by fdatasync, one after another as a write-ahead log grows.
pub(crate) fn flushes(folder: &Path) -> Outcome<Percentiles> {
    let path = folder.join("flush.probe");
    let file = File::create(&path)?;
    let mut micros = Vec::new();
    for block in 0..WRITES {
        let watch = Stopwatch::start();
        file.write_all_at(&BLOCK, block * BLOCK.len() as u64)?;
        file.sync_data()?;
        micros.push(u32::try_from(watch.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    std::fs::remove_file(&path)?;
    Ok(Percentiles::of(micros))
}
