//! What all answers about a key have in common.

use std::sync::OnceLock;

/// The texts of an answer before and after its permissions. The first answer writes them, since a service asks about the
/// same key again and again. Permissions are not among them: many keys share one long text of those.
#[derive(Debug, Default)]
pub struct AnswerTexts(OnceLock<WrittenTexts>);

#[derive(Debug)]
struct WrittenTexts {
    /// In one piece of memory.
    both: Box<str>,
    /// Where the second begins.
    middle: usize,
}

impl AnswerTexts {
    /// `write` gives both texts. It is called once.
    pub fn get_or_write(&self, write: impl FnOnce() -> [String; 2]) -> (&str, &str) {
        let texts = self.0.get_or_init(|| {
            let [before, after] = write();
            WrittenTexts { middle: before.len(), both: (before + &after).into() }
        });
        texts.both.split_at(texts.middle)
    }
}

/// Without texts, because a copy is there to be changed.
impl Clone for AnswerTexts {
    fn clone(&self) -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_once_and_a_copy_has_none() {
        let texts = AnswerTexts::default();
        let read = |texts: &AnswerTexts, before: &str, after: &str| {
            let (before, after) = texts.get_or_write(|| [before, after].map(str::to_owned));
            (before.to_owned(), after.to_owned())
        };
        let first = ("имя".to_owned(), "end".to_owned());
        assert_eq!(read(&texts, "имя", "end"), first);
        assert_eq!(read(&texts, "other", ""), first);
        assert_eq!(read(&texts.clone(), "other", ""), ("other".to_owned(), String::new()));
    }
}
