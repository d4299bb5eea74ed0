//! What differs between the policy as it is by now and as somebody typed it who was overtaken.

use super::form::{self, Typed};
use crate::{
    catalogue::Words,
    domain::{Policy, Scope},
};

/// A setting that says something else than the policy does by now.
pub struct Difference {
    pub label: &'static str,
    pub present: String,
    pub typed: String,
}

pub fn differences(words: Words, present: &Policy, typed: &Typed) -> Vec<Difference> {
    let present = shown(words, &Typed::of(present, 0));
    let typed = shown(words, typed);
    let all = present.into_iter().zip(typed);
    let others = all.filter(|((_, present), (_, typed))| present != typed);
    others.map(|((label, present), (_, typed))| Difference { label, present, typed }).collect()
}

/// Each setting by its label, as people read it.
fn shown(words: Words, typed: &Typed) -> Vec<(&'static str, String)> {
    let switch = |is_on| words.say(if is_on { "policy-on" } else { "policy-off" }).to_string();
    let scopes = Scope::ALL.map(|scope| (scope.as_str(), form::scope(words, scope)));
    let chosen = |boxes: Vec<super::BoxChoice>| {
        let chosen = boxes.into_iter().filter(|one| one.is_chosen).map(|one| one.label);
        chosen.collect::<Vec<_>>().join(", ")
    };
    vec![
        ("policy-who-may-create", who_may_create(words, &typed.who_may_create)),
        ("policy-max-keys", typed.max_keys_per_user.trim().to_owned()),
        ("policy-default-lifetime", typed.default_lifetime_days.trim().to_owned()),
        ("policy-max-lifetime", typed.max_lifetime_days.trim().to_owned()),
        ("policy-allow-no-expiry", switch(typed.allow_no_expiry)),
        ("policy-revoke-unused", typed.revoke_unused_after_days.trim().to_owned()),
        ("policy-reminders", typed.reminder_days.trim().to_owned()),
        ("policy-viewable", viewable(words, &typed.viewable)),
        ("policy-require-copy", switch(typed.require_copy_confirmation)),
        ("policy-system-key", switch(typed.system_default_key)),
        ("policy-scopes", chosen(form::boxes(&scopes, &typed.scopes_offered))),
        ("policy-one-click", switch(typed.one_click_creation)),
        ("policy-row-buttons", chosen(form::boxes(&form::row_buttons(words), &typed.row_buttons))),
    ]
}

fn who_may_create(words: Words, value: &str) -> String {
    let everyone = value == "everyone";
    words.say(if everyone { "policy-who-everyone" } else { "policy-who-administrators" }).into()
}

fn viewable(words: Words, value: &str) -> String {
    let id = match value {
        "all" => "policy-viewable-all",
        "web_and_mobile" => "policy-viewable-web-and-mobile",
        _ => "policy-viewable-never",
    };
    words.say(id).into()
}
