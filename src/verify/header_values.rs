//! The values of an answer's headers. Many of them are parts of one text: an answer to a proxy has a dozen.

use std::cell::RefCell;

use actix_web::{
    http::header::{HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue},
    web::Bytes,
};

use super::remembered::Remembered;
use crate::http::problem::Problem;

thread_local! {
    static SHARED: RefCell<Remembered<HeaderValue>> = RefCell::default();
}

/// Appends headers whose values follow each other in `text`. Each comes with the end of its value, in bytes. Fails for text
/// with control characters, which no value has.
pub fn append<'a>(
    headers: &mut HeaderMap,
    text: String,
    names: impl IntoIterator<Item = (&'a HeaderName, usize)>,
) -> Result<(), Problem> {
    let text = Bytes::from(text);
    let mut start = 0;
    for (name, end) in names {
        let value = HeaderValue::from_maybe_shared(text.slice(start..end)).map_err(|error| unusable(&error))?;
        headers.append(name.clone(), value);
        start = end;
    }
    Ok(())
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
    use actix_web::http::header;

    use super::*;

    #[test]
    fn each_header_gets_its_part_of_the_text() {
        let names = [header::AGE, header::ALLOW, header::DATE];
        let append = |text: &str, ends: [usize; 3]| {
            let mut headers = HeaderMap::new();
            append(&mut headers, text.to_owned(), names.iter().zip(ends))?;
            Ok::<_, Problem>(names.each_ref().map(|name| headers.get(name).unwrap().to_str().unwrap().to_owned()))
        };
        assert_eq!(append("firstlast", [5, 5, 9]).unwrap(), ["first", "", "last"]);
        assert_eq!(append("", [0; 3]).unwrap(), [""; 3]);
        assert!(append("a\nbc", [3, 3, 4]).is_err());
    }

    #[test]
    fn a_shared_value_is_its_text_each_time() {
        for text in ["invoices:read", "", "invoices:read"] {
            assert_eq!([(); 2].map(|()| shared(text).unwrap()), [text; 2]);
        }
        assert!(shared("a\nb").is_err());
    }
}
