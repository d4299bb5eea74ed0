//! What a policy change affects, in sentences. The command line prints the same ones in English.

use crate::{
    app::policies::Plan,
    catalogue::Words,
    web::{labels, settings::developers::api_keys::fields},
};

/// All sentences.
pub fn impact_in_words(words: Words, plan: &Plan) -> Vec<String> {
    let late = of_long_lived(words, plan).into_iter().chain(of_endless(words, plan));
    late.map(|sentence| format!("{sentence}.")).chain(of_impact(words, plan)).collect()
}

/// Everything except keys that live too long, for which the page has a question.
pub fn of_impact(words: Words, plan: &Plan) -> Vec<String> {
    let (impact, after) = (&plan.impact, &plan.after);
    let said = |id, count: i64| (count > 0).then(|| words.say(id).with("count", count));
    let mut all: Vec<String> = Vec::new();
    all.extend(said("policy-impact-tokens-erased", impact.tokens_erased).map(String::from));
    let over_limit = said("policy-impact-over-limit", impact.people_over_limit);
    all.extend(over_limit.map(|text| text.with("limit", labels::count_of_keys(words, after.max_keys_per_user)).into()));
    all.extend(said("policy-impact-losing-keys", impact.people_losing_keys).map(String::from));
    for (scope, count) in &impact.out_of_scope {
        let text = words.say("policy-impact-scope").with("count", *count).with("scope", fields::scope(words, *scope));
        all.push(text.into());
    }
    if let (Some(days), Some(from)) = (after.revoke_unused_after_days, plan.unused_revoked_from) {
        let from = labels::day(words, from).text;
        let days = words.say("policy-days").with("count", days).to_string();
        let unused = said("policy-impact-unused", impact.unused);
        all.extend(unused.map(|text| text.with("days", days).with("from", from).into()));
    }
    if let Some(days) = after.rotate_every_days {
        let days = words.say("policy-days-genitive").with("count", days).to_string();
        all.extend(said("policy-impact-overdue", impact.overdue).map(|text| text.with("days", days).into()));
    }
    all.extend(said("policy-impact-getting-system-key", impact.people_getting_system_key).map(String::from));
    all.extend(said("policy-impact-system-keys-left", impact.system_keys_left).map(String::from));
    all.extend(said("policy-impact-outside-networks", impact.outside_networks).map(String::from));
    all.extend(said("policy-impact-used-by-browsers", impact.used_by_browsers).map(String::from));
    all.extend(said("policy-impact-limited", impact.limited).map(String::from));
    all
}

/// "14 keys live longer than 90 days."
pub fn of_long_lived(words: Words, plan: &Plan) -> Option<String> {
    let days = words.say("policy-days-genitive").with("count", plan.after.max_lifetime_days).to_string();
    let count = plan.impact.long_lived;
    (count > 0).then(|| words.say("policy-impact-long-lived").with("count", count).with("days", days).into())
}

/// "5 keys never expire."
pub fn of_endless(words: Words, plan: &Plan) -> Option<String> {
    let count = plan.impact.endless;
    (count > 0).then(|| words.say("policy-impact-endless").with("count", count).into())
}
