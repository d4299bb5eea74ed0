//! What a thread remembers of texts that come again and again, such as the list of permissions in a service's code. Each
//! thread remembers its own, so nothing waits for a lock.

use quick_cache::unsync::Cache;

/// Texts that are remembered at once. The ones that are rarely asked for are forgotten first.
const MOST: usize = 256;
/// In bytes. What longer texts mean is read each time.
const LONGEST: usize = 2_048;

/// What texts mean. Strangers can send any text, so few are remembered.
#[derive(Debug)]
pub struct Remembered<T>(Cache<String, T>);

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl<T: Clone> Remembered<T> {
    /// Calls `read` unless the meaning is remembered. An error is not.
    pub fn get_or_read<E>(&mut self, text: &str, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if let Some(known) = self.0.get(text) {
            return Ok(known.clone());
        }
        let meaning = read()?;
        if text.len() <= LONGEST {
            self.0.insert(text.to_owned(), meaning.clone());
        }
        Ok(meaning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_texts_are_remembered_and_no_long_one() {
        let mut remembered = Remembered::default();
        let mut read = |text: &str| {
            let mut is_read = false;
            let outcome = remembered.get_or_read(text, || {
                is_read = true;
                text.parse::<u32>()
            });
            (outcome.ok(), is_read)
        };
        let long = format!("{:0>1$}", 7, LONGEST + 1);
        assert_eq!([(); 2].map(|()| read("7")), [(Some(7), true), (Some(7), false)]);
        assert_eq!([(); 2].map(|()| read(&long)), [(Some(7), true); 2]);
        assert_eq!([(); 2].map(|()| read("seven")), [(None, true); 2]);
        for number in 0..10 * u32::try_from(MOST).unwrap() {
            assert_eq!(read(&number.to_string()).0, Some(number));
        }
        assert!(remembered.0.len() <= MOST);
    }
}
