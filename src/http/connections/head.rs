//! Checks the head of a request for what the HTTP library accepts: heads of up to 128 KiB, and lines that end with a
//! bare line feed. Programs in front may take a bare line feed for part of a line (RFC 9112 §2.2), which allows request
//! smuggling.

use memchr::memchr_iter;

/// The largest head of a request, in bytes.
const LARGEST: usize = 32 * 1024;

#[derive(Debug, Default)]
pub struct HeadReader {
    /// Bytes so far, without empty lines before the request line.
    length: usize,
    /// Bytes of the current line.
    line: usize,
    last: u8,
    is_done: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadFault {
    TooLarge,
    BareLineFeed,
}

impl HeadReader {
    pub fn is_empty(&self) -> bool {
        self.length == 0 && self.line == 0
    }

    /// Reads the next bytes. Ignores those after the end of the head.
    pub fn read(&mut self, bytes: &[u8]) -> Result<(), HeadFault> {
        let mut start = 0;
        for at in memchr_iter(b'\n', bytes) {
            if self.is_done {
                return Ok(());
            }
            let before = if at > 0 { bytes[at - 1] } else { self.last };
            if before != b'\r' {
                return Err(HeadFault::BareLineFeed);
            }
            let line = self.line + at + 1 - start;
            let is_empty_line = line == 2;
            self.is_done = is_empty_line && self.length > 0;
            if !is_empty_line || self.is_done {
                self.length += line;
            }
            if self.length > LARGEST {
                return Err(HeadFault::TooLarge);
            }
            (self.line, start) = (0, at + 1);
        }
        if !self.is_done {
            self.line += bytes.len() - start;
            self.last = bytes.last().copied().unwrap_or(self.last);
            if self.length + self.line > LARGEST {
                return Err(HeadFault::TooLarge);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[&[u8]]) -> Result<bool, HeadFault> {
        let mut head = HeadReader::default();
        parts.iter().try_for_each(|part| head.read(part))?;
        Ok(head.is_done)
    }

    #[test]
    fn a_head_ends_with_an_empty_line_however_it_comes() {
        let whole = b"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nbody\nwith\nlines";
        assert_eq!(read(&[whole]), Ok(true));
        for cut in 0..whole.len() {
            assert_eq!(read(&[&whole[..cut], &whole[cut..]]), Ok(true), "{cut}");
        }
        let bytes: Vec<_> = whole.chunks(1).collect();
        assert_eq!(read(&bytes), Ok(true));
        assert_eq!(read(&[b"GET / HTTP/1.1\r\nHost: a\r\n"]), Ok(false));
    }

    #[test]
    fn a_line_feed_alone_ends_no_line() {
        for bad in
            ["GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\n"]
        {
            assert_eq!(read(&[bad.as_bytes()]), Err(HeadFault::BareLineFeed), "{bad:?}");
            let bytes: Vec<_> = bad.as_bytes().chunks(1).collect();
            assert_eq!(read(&bytes), Err(HeadFault::BareLineFeed), "{bad:?}");
        }
        assert_eq!(read(&[b"\nGET"]), Err(HeadFault::BareLineFeed));
    }

    #[test]
    fn the_largest_head_passes_and_one_byte_more_does_not() {
        let head = |size: usize| {
            let (begin, end) = ("GET / HTTP/1.1\r\nX: ", "\r\n\r\n");
            format!("{begin}{}{end}", "a".repeat(size - begin.len() - end.len()))
        };
        assert_eq!(read(&[head(LARGEST).as_bytes()]), Ok(true));
        assert_eq!(read(&[head(LARGEST + 1).as_bytes()]), Err(HeadFault::TooLarge));
        assert_eq!(read(&[&vec![b'a'; LARGEST + 1]]), Err(HeadFault::TooLarge));
        let parts = head(LARGEST + 1);
        let parts: Vec<_> = parts.as_bytes().chunks(1000).collect();
        assert_eq!(read(&parts), Err(HeadFault::TooLarge));
    }
}
