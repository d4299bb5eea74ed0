//! The values of an answer's headers. One allocation serves them all: an answer to a proxy has a dozen of them.

use std::{
    cell::RefCell,
    fmt::{self, Write as _},
};

use actix_web::{
    http::header::{HeaderValue, InvalidHeaderValue},
    web::BytesMut,
};

use super::remembered::Remembered;
use crate::http::problem::Problem;

thread_local! {
    static SHARED: RefCell<Remembered<HeaderValue>> = RefCell::default();
}

pub struct HeaderValues(BytesMut);

impl HeaderValues {
    /// `bytes` of text fit without a second allocation.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(BytesMut::with_capacity(bytes))
    }

    /// Fails for text with control characters, which no value has.
    pub fn text(&mut self, text: &str) -> Result<HeaderValue, Problem> {
        self.0.extend_from_slice(text.as_bytes());
        self.finish()
    }

    /// The same for something to be formatted.
    pub fn format(&mut self, text: impl fmt::Display) -> Result<HeaderValue, Problem> {
        // Writing to memory cannot fail.
        let _ = write!(self.0, "{text}");
        self.finish()
    }

    fn finish(&mut self) -> Result<HeaderValue, Problem> {
        HeaderValue::from_maybe_shared(self.0.split().freeze()).map_err(|error| unusable(&error))
    }
}

/// A value that the answers about many keys have. It may be long: to find it again costs less than to check each of its
/// bytes again.
pub fn shared(text: &str) -> Result<HeaderValue, Problem> {
    let check = || HeaderValue::from_str(text).map_err(|error| unusable(&error));
    SHARED.with_borrow_mut(|shared| shared.get_or_read(text, check))
}

fn unusable(error: &InvalidHeaderValue) -> Problem {
    Problem::Unavailable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_its_own_text_even_where_the_capacity_was_too_small() {
        let mut values = HeaderValues::with_capacity(8);
        let long = "x".repeat(100);
        let made = ["first", "", &long, "last"].map(|text| values.text(text).unwrap());
        assert_eq!(made.each_ref().map(|value| value.to_str().unwrap()), ["first", "", &long, "last"]);
        assert_eq!(values.format(format_args!("{}%", 5)).unwrap(), "5%");
        assert!(values.text("a\nb").is_err() && values.text("next").unwrap() == "next");
    }

    #[test]
    fn a_shared_value_is_its_text_each_time() {
        for text in ["invoices:read", "", "invoices:read"] {
            assert_eq!([(); 2].map(|()| shared(text).unwrap()), [text; 2]);
        }
        assert!(shared("a\nb").is_err());
    }
}
