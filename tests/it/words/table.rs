//! The words, and what to write instead.

pub struct Entry {
    /// In lower case; `a/b` is either of two words, `word*` any word that begins so.
    pub phrase: &'static str,
    pub instead: &'static str,
    /// Phrases around it that are plain English.
    pub but: &'static [&'static str],
}

const fn say(phrase: &'static str, instead: &'static str) -> Entry {
    Entry { phrase, instead, but: &[] }
}

const fn unless(phrase: &'static str, but: &'static [&'static str], instead: &'static str) -> Entry {
    Entry { phrase, instead, but }
}

pub const ENGLISH: &[Entry] = &[
    // Private words.
    say("door/doors", "“endpoint” or “API”"),
    say("drawer/drawers", "“folder” or “group”"),
    say("house", "“architecture”"),
    unless("room", &["make room", "makes room"], "“space” of a disk, “module” of the code"),
    say("rooms", "“modules”"),
    say("strand/strands", "“access path”"),
    say("survey/surveys", "“probe”"),
    say("supply of", "“token bucket” or “limit”"),
    say("from memory", "“from the cache”"),
    say("place in the/this list", "“position” or “cursor”"),
    say("pick/picks/picked/chosen", "“select” or “selected”"),
    say("told", "who reports what: “Latchkey reports”, “the message says”"),
    say("tell/tells of", "“report”"),
    say("noted", "“recorded” or “marked”"),
    say("put/puts/putting down", "“store” or “record”"),
    say("write/writes/wrote/written/note/noted down", "“store” or “record”"),
    say("is/are/was/were/be said", "who says it"),
    say("mend/mends/mended", "“repair” or “fix”"),
    say("thrown away", "“removed” or “discarded”"),
    say("throw-away", "“temporary”"),
    say("secret keys", "“API keys”"),
    unless("secret key", &["secret key file", "secret key files"], "“API key”; the server has a “secret key file”"),
    say("mails/mailed", "“emails” or “emailed”"),
    unless("a/by/no/this/that/one/each/another mail", &["a/by/no/this/that/one/each/another mail server"], "“email”"),
    // Stilted ones.
    say("anew", "“again”"),
    say("whoever", "“anyone who” or “people who”"),
    say("shall", "“must” or “will”"),
    unless("no more", &["no more than"], "“no longer”"),
    unless("any more", &["any more keys/members/projects/emails/people"], "“no longer”"),
    say("by now", "“now” or “already”"),
    say("is none", "“is not”"),
    say("look/looks/looked whether", "“check whether”"),
    say("worth nothing", "“not valid”"),
    say("dear", "“expensive”"),
    say("see/sees to it", "“make sure”"),
    say("meanwhile", "“in the meantime”"),
    say("those that", "the noun: “keys that”"),
    say("for/of/to/from/only who", "“people who” or “anyone who”"),
    say("one's/oneself", "“your”"),
    say("one does/sees/wants/lands/knows/looks", "“you” or “people”"),
    say("so is no more/longer", "what is no longer so"),
    say("is/are good", "“is valid”"),
    say("key is for", "“the key's scope is”"),
    say("keys are for", "“the keys' scope is”"),
    say("stays/stay so", "“continues”"),
    say("stands before/behind", "“is in front of”"),
    say("lies/lie in", "“is in”"),
    say("leads nowhere", "“does not work”"),
    say("as it should be", "“is correct”"),
    say("in its/their state", "“does not apply to a revoked key”"),
    say("works/work no", "“no longer works”"),
    say("goes on with/working", "“continues” or “still works”"),
    say("go on working", "“continue to work”"),
    say("to go on", "“to continue”"),
    say("is/are no secret", "“is not secret”"),
    say("thereby/therein/thereof/hereby/heretofore", "a plain word"),
];

pub const RUSSIAN: &[Entry] = &[
    say("дверь/двери/дверью/дверей", "«адрес» или «API»"),
    say("осуществ*", "сам глагол: «проверяет», а не «осуществляет проверку»"),
    say("является/являются", "«—» или другой глагол"),
    say("данный/данная/данного/данной/данном/данному", "«этот»"),
    say("таковой/таковая/таковые/сей/оный", "«этот»"),
    say("дабы", "«чтобы»"),
    say("нежели", "«чем»"),
    say("посредством", "«с помощью» или «через»"),
    say("имеется/имеются", "«есть»"),
    say("в случае если", "«если»"),
    say("взгляните/посмотрите ли", "«проверьте»"),
    say("ничего не стоит", "«недействителен»"),
    say("кто бы ни", "«любой, кто»"),
    say("к этому времени", "«уже»"),
    say("не сказано", "«не указано»"),
    say("чем являются/является", "простой глагол"),
];
