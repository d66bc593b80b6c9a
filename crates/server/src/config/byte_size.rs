//! Sizes as people write them: `65536` (bytes), `"64KiB"`, `"1MiB"`.

use toml::Value;

use super::setting::{Setting, must_be};

const UNITS: [(&str, usize); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(usize);

impl ByteSize {
    /// That many KiB.
    pub(super) const fn kib(number: usize) -> Self {
        Self(number << 10)
    }

    /// The number of bytes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        self.0
    }
}

impl Setting for ByteSize {
    fn form() -> String {
        "a size: bytes, or text such as \"64KiB\" or \"1MiB\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        let bytes = match value {
            Value::Integer(bytes) => usize::try_from(*bytes).ok(),
            Value::String(text) => parse(text),
            _ => None,
        };
        bytes.map(Self).ok_or_else(must_be::<Self>)
    }

    fn write(&self) -> Option<Value> {
        let (unit, size) = UNITS
            .iter()
            .find(|(_, size)| self.0.is_multiple_of(*size))
            .unwrap_or(&UNITS[3]);
        Some(Value::String(format!("{}{unit}", self.0 / size)))
    }
}

fn parse(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let (_, size) = UNITS.iter().find(|(name, _)| *name == unit.trim())?;
    number.parse::<usize>().ok()?.checked_mul(*size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_bytes_or_have_a_binary_unit() {
        assert_eq!(ByteSize::read_text("65536"), Ok(ByteSize::kib(64)));
        assert_eq!(ByteSize::read_text("64 KiB"), Ok(ByteSize::kib(64)));
        assert_eq!(ByteSize::kib(2048).write(), Some("2MiB".into()));
        for wrong in ["64KB", "-1", "big", "99999999999999999999GiB", "99999999999GiB"] {
            insta::allow_duplicates! {
                insta::assert_snapshot!(
                    ByteSize::read_text(wrong).unwrap_err(),
                    @r#"must be a size: bytes, or text such as "64KiB" or "1MiB""#
                );
            }
        }
    }
}
