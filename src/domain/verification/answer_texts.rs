//! What all answers about a key have in common.

use std::{mem, sync::OnceLock};

/// Parts of an answer. The first answer writes them, since a service asks about the same key again and again. Permissions
/// are not among them: many keys share one long text of those. Small until then, because the cache holds many keys.
#[derive(Debug)]
pub struct AnswerTexts<const COUNT: usize>(OnceLock<Box<JoinedTexts<COUNT>>>);

/// Texts in one piece of memory.
#[derive(Debug)]
pub struct JoinedTexts<const COUNT: usize> {
    pub joined: Box<str>,
    /// Where each of them ends, in bytes.
    pub ends: [usize; COUNT],
}

impl<const COUNT: usize> AnswerTexts<COUNT> {
    /// `write` is called once.
    pub fn get_or_write(&self, write: impl FnOnce() -> [String; COUNT]) -> &JoinedTexts<COUNT> {
        self.0.get_or_init(|| Box::new(JoinedTexts::new(&write())))
    }
}

impl<const COUNT: usize> JoinedTexts<COUNT> {
    fn new(texts: &[String; COUNT]) -> Self {
        let mut end = 0;
        let ends = texts.each_ref().map(|text| {
            end += text.len();
            end
        });
        Self { joined: texts.concat().into(), ends }
    }

    pub fn texts(&self) -> [&str; COUNT] {
        let mut start = 0;
        self.ends.map(|end| &self.joined[mem::replace(&mut start, end)..end])
    }
}

impl<const COUNT: usize> Default for AnswerTexts<COUNT> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

/// Without texts, because a copy is there to be changed.
impl<const COUNT: usize> Clone for AnswerTexts<COUNT> {
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
        let read = |texts: &AnswerTexts<3>, first: &str, second: &str| {
            let written = texts.get_or_write(|| [first, second, "last"].map(str::to_owned));
            written.texts().map(str::to_owned)
        };
        assert_eq!(read(&texts, "имя", ""), ["имя", "", "last"]);
        assert_eq!(read(&texts, "other", "end"), ["имя", "", "last"]);
        assert_eq!(read(&texts.clone(), "other", "end"), ["other", "end", "last"]);
    }
}
