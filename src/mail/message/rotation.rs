//! Emails about keys that are due for rotation.

use super::{Letter, Link, day, link_to_key, minute, unlinked};
use crate::{
    app::mail::{DueRotation, EndingOverlap, ForeignRotation, RotationRequest},
    catalogue::Words,
};

pub(super) fn requested(words: Words, request: &RotationRequest) -> Letter {
    let RotationRequest { api_keys, count, organization, marked_by, rotate_by, note, link } = request;
    let named = api_keys
        .iter()
        .map(|(name, hint)| words.say("mail-rotation-key").with("name", unlinked(name)).with("hint", hint).to_string());
    let others = count.saturating_sub(api_keys.len());
    let others = (others > 0).then(|| words.say("list-and-more").with("count", others).to_string());
    let date = day(words, rotate_by.date());
    let text = words.say("mail-rotation-requested-text").with("count", count).with("date", date.as_str());
    let mut text = text.with("marked_by", unlinked(marked_by)).with("organization", unlinked(organization)).to_string();
    if let Some(note) = note {
        let note = words.say("mail-rotation-requested-note").with("note", unlinked(note));
        text = format!("{text} {note}");
    }
    let label = if *count == 1 { "mail-api-key-expires-link" } else { "mail-rotation-requested-link" };
    Letter {
        subject: words.say("mail-rotation-requested-subject").with("count", count).with("date", date).into(),
        paragraphs: [text, words.say("mail-rotation-what-to-do").into()],
        items: named.chain(others).collect(),
        link: Some(Link { label: words.say(label).into(), address: link.clone() }),
    }
}

pub(super) fn due(words: Words, due: &DueRotation) -> Letter {
    let DueRotation { name, organization, hint, rotate_by, days, link } = due;
    let name = unlinked(name);
    let (subject, text) = match days {
        ..=-1 => ("mail-rotation-overdue-subject", "mail-rotation-overdue-text"),
        0 => ("mail-rotation-due-today-subject", "mail-rotation-due-text"),
        1 => ("mail-rotation-due-tomorrow-subject", "mail-rotation-due-text"),
        _ => ("mail-rotation-due-subject", "mail-rotation-due-text"),
    };
    let text = words.say(text).with("name", &name).with("organization", unlinked(organization)).with("hint", hint);
    Letter {
        subject: words.say(subject).with("name", &name).with("days", days).into(),
        paragraphs: [
            text.with("date", day(words, rotate_by.date())).into(),
            words.say("mail-rotation-what-to-do").into(),
        ],
        items: Vec::new(),
        link: Some(link_to_key(words, link)),
    }
}

pub(super) fn by_other(words: Words, rotation: &ForeignRotation) -> Letter {
    let ForeignRotation { name, organization, hint, rotated_by, former_ends_at, link } = rotation;
    let name = unlinked(name);
    let text = words.say("mail-rotated-by-other-text").with("name", &name).with("organization", unlinked(organization));
    let text = text.with("rotated_by", unlinked(rotated_by)).with("hint", hint);
    Letter {
        subject: words.say("mail-rotated-by-other-subject").with("name", &name).into(),
        paragraphs: [
            text.with("until", minute(words, *former_ends_at)).into(),
            words.say("mail-rotated-by-other-what-to-do").into(),
        ],
        items: Vec::new(),
        link: Some(link_to_key(words, link)),
    }
}

pub(super) fn overlap_ends(words: Words, overlap: &EndingOverlap) -> Letter {
    let EndingOverlap { name, organization, hint, ends_at, link } = overlap;
    let name = unlinked(name);
    let text = words.say("mail-overlap-ends-text").with("name", &name).with("organization", unlinked(organization));
    Letter {
        subject: words.say("mail-overlap-ends-subject").with("name", &name).into(),
        paragraphs: [
            text.with("hint", hint).with("until", minute(words, *ends_at)).into(),
            words.say("mail-overlap-ends-what-to-do").into(),
        ],
        items: Vec::new(),
        link: Some(link_to_key(words, link)),
    }
}
