//! Binary values, piece by piece.

use diesel::deserialize::Result;
use diesel::pg::PgValue;

/// What is left of a value.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn of(value: &PgValue<'a>) -> Self {
        Self(value.as_bytes())
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, left) = self.0.split_at_checked(count).ok_or_else(|| {
            format!(
                "the value ends early: {count} bytes are expected, and {} left",
                self.0.len()
            )
        })?;
        self.0 = left;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        Ok(self.take(N)?.try_into()?)
    }

    pub(super) fn u8(&mut self) -> Result<u8> {
        self.array().map(u8::from_be_bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn i32(&mut self) -> Result<i32> {
        self.array().map(i32::from_be_bytes)
    }

    pub(super) fn i64(&mut self) -> Result<i64> {
        self.array().map(i64::from_be_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_be_bytes)
    }

    pub(super) fn f32(&mut self) -> Result<f32> {
        self.array().map(f32::from_be_bytes)
    }

    /// How many follow.
    pub(super) fn count(&mut self) -> Result<usize> {
        Ok(usize::try_from(self.i32()?)?)
    }

    /// Bytes behind their number; `None` is null.
    pub(super) fn sized(&mut self) -> Result<Option<&'a [u8]>> {
        match self.i32()? {
            -1 => Ok(None),
            size => self.take(usize::try_from(size)?).map(Some),
        }
    }

    /// Text up to a zero byte.
    pub(super) fn text(&mut self) -> Result<&'a str> {
        let end = self.0.iter().position(|byte| *byte == 0);
        let text = self.take(end.ok_or("a text in the value does not end")?)?;
        self.take(1)?;
        Ok(core::str::from_utf8(text)?)
    }

    pub(super) fn rest(self) -> &'a [u8] {
        self.0
    }

    /// Nothing may be left.
    pub(super) fn end(self) -> Result<()> {
        match self.0.len() {
            0 => Ok(()),
            left => Err(format!("{left} bytes are left behind the value").into()),
        }
    }
}
