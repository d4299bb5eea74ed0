//! The controls above a list that people filter: selects in a popover, and a chip for each filter that is set.

use super::html_message::Markup;

pub struct Select {
    pub name: &'static str,
    /// A message id of the catalogue.
    pub label: &'static str,
    pub everything: &'static str,
    /// A message id of the catalogue.
    pub hint: Option<&'static str>,
    pub choices: Vec<FilterOption>,
}

pub struct FilterOption {
    pub value: String,
    pub label: String,
    /// Whether the label is what somebody typed.
    pub is_name: bool,
    pub is_chosen: bool,
}

/// A filter that is set.
pub struct Chip {
    /// A message id of the catalogue.
    pub label: &'static str,
    pub value: Markup,
    /// The list without it.
    pub href: String,
}

impl Select {
    /// `options` are values and labels, `selected` is the value that is set.
    pub fn new(
        name: &'static str,
        label: &'static str,
        everything: &'static str,
        options: Vec<(String, String)>,
        selected: Option<&str>,
    ) -> Self {
        let option = |(value, label): (String, String)| {
            let is_chosen = selected == Some(value.as_str());
            FilterOption { value, label, is_name: false, is_chosen }
        };
        Self { name, label, everything, hint: None, choices: options.into_iter().map(option).collect() }
    }

    /// None if nothing is selected. `without` is the address of the list without a filter.
    pub fn chip(&self, without: impl FnOnce(&str) -> String) -> Option<Chip> {
        let chosen = self.choices.iter().find(|choice| choice.is_chosen)?;
        let value = if chosen.is_name { Markup::verbatim } else { Markup::escaped };
        Some(Chip { label: self.label, value: value(&chosen.label), href: without(self.name) })
    }
}
