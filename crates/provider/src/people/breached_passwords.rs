//! A list of leaked passwords in a file: a line for each, the SHA-1 in hexadecimal digits or the beginning of it, sorted; what follows a
//! colon is not read. That is the form of the downloads of haveibeenpwned.com. The file is searched where it lies, so that its size does not matter.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use thiserror::Error;

/// Digits of a SHA-1.
const DIGITS: usize = 40;

/// Digits of a prefix at least: shorter ones would refuse passwords by chance.
const MIN_DIGITS: usize = 10;

/// Bytes of a line at most, its end included.
const MAX_LINE: u64 = 128;

/// Bytes that are read as a whole once the search is that close.
const BLOCK: u64 = 4096;

/// Why a file is no list of leaked passwords.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BreachedListError {
    /// It cannot be read.
    #[error("cannot be read ({0}); check the path and its permissions")]
    Unreadable(#[from] io::Error),
    /// A line is not as expected.
    #[error(
        "is not a sorted list of SHA-1 hashes, a line for each, as haveibeenpwned.com offers it: see the line at byte {0}"
    )]
    Line(u64),
}

/// Checks that a file looks like a list: the beginning, the middle and the end of it are read.
///
/// # Errors
/// See [`BreachedListError`].
pub fn check_breached_list(path: &Path) -> Result<(), BreachedListError> {
    let mut list = List::open(path)?;
    let middle = list.line_after(list.size / 2)?;
    let last = list.line_after(list.size.saturating_sub(MAX_LINE).max(list.size / 2))?;
    let mut before = Vec::new();
    for (start, line) in [
        list.line_at(0)?,
        middle.unwrap_or_default(),
        last.unwrap_or_default(),
    ] {
        if line.is_empty() && start == 0 && list.size > 0 {
            continue;
        }
        if line < before || line.is_empty() {
            return Err(BreachedListError::Line(start));
        }
        before = line;
    }
    Ok(())
}

/// Returns `true` if a password is in the list.
pub(crate) fn is_breached(path: &Path, password: &str) -> Result<bool, BreachedListError> {
    let hash: String = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    List::open(path)?.has(hash.as_bytes())
}

/// An open list.
struct List {
    file: File,
    size: u64,
}

impl List {
    fn open(path: &Path) -> Result<Self, BreachedListError> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        Ok(Self { file, size })
    }

    /// Every line before `low` is less than the hash, and every line that begins after `high` is greater.
    fn has(&mut self, hash: &[u8]) -> Result<bool, BreachedListError> {
        let (mut low, mut high) = (0, self.size);
        while high - low > BLOCK {
            let middle = low + (high - low) / 2;
            match self.line_after(middle)? {
                Some((start, line)) if &line[..] <= hash => low = start,
                _ => high = middle,
            }
        }
        let block = self.read(low, high - low + MAX_LINE)?;
        let mut start = low;
        for line in block.split(|byte| *byte == b'\n') {
            let at = start;
            start += line.len() as u64 + 1;
            if start > self.size + 1 || line.is_empty() {
                continue;
            }
            // The last line of the block may be cut off: the search does not need it.
            let Some(digits) = digits(line) else {
                if start > high {
                    break;
                }
                return Err(BreachedListError::Line(at));
            };
            if hash.starts_with(&digits) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The first line that begins after a position, and where it begins; `None` at the end.
    fn line_after(&mut self, position: u64) -> Result<Option<(u64, Vec<u8>)>, BreachedListError> {
        let bytes = self.read(position, 2 * MAX_LINE)?;
        let end = bytes
            .iter()
            .take(MAX_LINE as usize)
            .position(|byte| *byte == b'\n');
        let Some(end) = end else {
            let ends_here = position + (bytes.len() as u64) >= self.size;
            return if ends_here {
                Ok(None)
            } else {
                Err(BreachedListError::Line(position))
            };
        };
        let start = position + end as u64 + 1;
        if start >= self.size {
            return Ok(None);
        }
        self.line_at(start).map(Some)
    }

    /// The digits of the line that begins at a position.
    fn line_at(&mut self, start: u64) -> Result<(u64, Vec<u8>), BreachedListError> {
        let bytes = self.read(start, MAX_LINE)?;
        let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let digits = digits(line).ok_or(BreachedListError::Line(start))?;
        Ok((start, digits))
    }

    fn read(&mut self, start: u64, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(start))?;
        (&self.file).take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// The digits of a line in upper case; `None` if it has none or others.
fn digits(line: &[u8]) -> Option<Vec<u8>> {
    let line = line.split(|byte| *byte == b':').next()?;
    let digits = line.trim_ascii().to_ascii_uppercase();
    let hexadecimal = digits.iter().all(u8::is_ascii_hexdigit);
    ((MIN_DIGITS..=DIGITS).contains(&digits.len()) && hexadecimal).then_some(digits)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn sha1(password: &str) -> String {
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
        hash.as_ref().iter().map(|byte| format!("{byte:02X}")).collect()
    }

    fn written(lines: &[String], end: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        for line in lines {
            write!(file, "{line}{end}").unwrap();
        }
        file.flush().unwrap();
        file
    }

    fn numbered(count: usize) -> Vec<String> {
        let mut hashes: Vec<_> = (0..count)
            .map(|number| sha1(&format!("leaked {number}")))
            .collect();
        hashes.sort();
        hashes
    }

    #[test]
    fn every_password_of_a_list_is_found_and_no_other() {
        for count in [1, 2, 3, 50, 100, 101, 3000] {
            let with_counts: Vec<_> = numbered(count).iter().map(|hash| format!("{hash}:42")).collect();
            let list = written(&with_counts, "\r\n");
            check_breached_list(list.path()).unwrap();
            for number in 0..count {
                assert!(
                    is_breached(list.path(), &format!("leaked {number}")).unwrap(),
                    "{count} {number}"
                );
                let other = is_breached(list.path(), &format!("secret {number}"));
                assert!(!other.unwrap(), "{count} {number}");
            }
        }
    }

    #[test]
    fn a_list_of_prefixes_in_small_letters_without_a_last_line_end_is_a_list() {
        let prefixes: Vec<_> = numbered(500)
            .iter()
            .map(|hash| hash[..16].to_lowercase())
            .collect();
        let text = prefixes.join("\n");
        let list = written(&[text], "");
        check_breached_list(list.path()).unwrap();
        for number in 0..500 {
            assert!(
                is_breached(list.path(), &format!("leaked {number}")).unwrap(),
                "{number}"
            );
            assert!(
                !is_breached(list.path(), &format!("secret {number}")).unwrap(),
                "{number}"
            );
        }
    }

    #[test]
    fn an_empty_list_refuses_nothing_and_what_is_no_list_is_no_list() {
        let missing = Path::new("/nowhere/to/be/found");
        assert!(matches!(
            check_breached_list(missing),
            Err(BreachedListError::Unreadable(_))
        ));
        let mut unsorted = numbered(300);
        unsorted.reverse();
        for lines in [
            Vec::new(),
            vec!["password".to_owned()],
            vec!["0123456".to_owned()],
            vec!["x".repeat(10_000)],
            unsorted,
        ] {
            let list = written(&lines, "\n");
            let checked = check_breached_list(list.path());
            assert!(matches!(checked, Err(BreachedListError::Line(_))), "{lines:?}");
        }
    }
}
