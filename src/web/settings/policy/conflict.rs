//! Differences between the policy in force and a form that was filled in before the policy changed.

use super::{field::in_words, form::PolicyInput};
use crate::{
    catalogue::Words,
    domain::{Policy, policy::SettingGroup},
};

/// A setting with another value in the form than in the policy.
pub struct SettingConflict {
    pub label: &'static str,
    pub present: String,
    pub typed: String,
}

/// In the order of the page.
pub fn differences(words: Words, present: &Policy, typed: &PolicyInput) -> Vec<SettingConflict> {
    let in_force = PolicyInput::from_policy(present, 0);
    let settings = SettingGroup::ALL.into_iter().flat_map(SettingGroup::settings);
    settings
        .map(|setting| SettingConflict {
            label: setting.label,
            present: in_words(words, setting, &in_force),
            typed: in_words(words, setting, typed),
        })
        .filter(|difference| difference.present != difference.typed)
        .collect()
}
