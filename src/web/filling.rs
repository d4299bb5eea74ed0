//! Fills in a form of a page that is already rendered, with what was typed into it before.
//!
//! It reads only HTML of our own templates: attributes in double quotes, and no `>` in them.

use std::fmt::Write as _;

/// The page with the fields in the first form that is sent to `action`, and with a note in front of them. None if the
/// page has no such form.
pub fn fill(page: &str, action: &str, fields: &[(String, String)], note: &str) -> Option<String> {
    let (start, end) = find_form(page, action)?;
    // What is filled in differs from what is saved.
    let mut filled = format!("{} data-changed>{}", &page[..start - 1], paragraph(note));
    let mut filling = Filling { rest: fields.to_vec(), fields, select: None };
    let mut content = &page[start..end];
    while let Some((before, tag, after)) = next_tag(content) {
        filled.push_str(before);
        content = filling.write(&mut filled, tag, after);
    }
    filled.push_str(content);
    filled.push_str(&page[end..]);
    Some(filled)
}

/// The page with a note in front of the fields. None if the page has no such form.
pub fn note(page: &str, action: &str, note: &str) -> Option<String> {
    let (start, _) = find_form(page, action)?;
    Some(format!("{}{}{}", &page[..start], paragraph(note), &page[start..]))
}

fn paragraph(note: &str) -> String {
    format!("<p class=\"message\" role=\"status\" data-testid=\"kept-form\">{}</p>", escape(note))
}

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Where the content of the form starts and ends.
fn find_form(page: &str, action: &str) -> Option<(usize, usize)> {
    let action = escape(action);
    page.match_indices("<form").find_map(|(position, _)| {
        let (_, tag, _) = next_tag(&page[position..])?;
        let start = position + tag.len();
        let is_wanted = Tag::parse(tag).value("action").is_some_and(|own| escape(&unescape(own)) == action);
        is_wanted.then(|| Some((start, start + page[start..].find("</form>")?)))?
    })
}

/// The text before the next tag, the tag, and the rest.
fn next_tag(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find('<')?;
    let end = start + text[start..].find('>')? + 1;
    Some((&text[..start], &text[start..end], &text[end..]))
}

struct Filling<'a> {
    fields: &'a [(String, String)],
    /// The fields that no input has taken. Several may have the same name.
    rest: Vec<(String, String)>,
    /// The select box whose options come.
    select: Option<String>,
}

impl Filling<'_> {
    /// Writes one tag, and returns the text that follows.
    fn write<'t>(&mut self, filled: &mut String, text: &str, after: &'t str) -> &'t str {
        let mut tag = Tag::parse(text);
        let name = tag.value("name").map(unescape);
        match tag.name {
            "input" => self.set_input(&mut tag, name.as_deref()),
            "select" => self.select = name,
            "option" => {
                let value = tag.value("value").map(unescape).unwrap_or_default();
                let select = self.select.as_deref();
                if let Some(select) = select.filter(|select| self.fields.iter().any(|(name, _)| name == select)) {
                    tag.set_flag("selected", self.has(select, &value));
                }
            }
            // What is filled in must be in sight.
            "details" => tag.set_flag("open", true),
            "textarea" => {
                let typed = name.and_then(|name| self.take(&name));
                if let (Some(typed), Some(end)) = (typed, after.find("</textarea>")) {
                    // Browsers drop the first line break.
                    let _ = write!(filled, "{text}\n{}", escape(&typed));
                    return &after[end..];
                }
            }
            _ => {
                filled.push_str(text);
                return after;
            }
        }
        tag.write(filled);
        after
    }

    fn set_input(&mut self, tag: &mut Tag<'_>, name: Option<&str>) {
        let Some(name) = name else { return };
        match tag.value("type") {
            Some("password") => {}
            Some("radio" | "checkbox") => {
                let value = tag.value("value").map_or_else(|| "on".to_owned(), unescape);
                tag.set_flag("checked", self.has(name, &value));
            }
            _ => {
                if let Some(typed) = self.take(name) {
                    tag.set("value", &typed);
                }
            }
        }
    }

    fn has(&self, name: &str, value: &str) -> bool {
        self.fields.iter().any(|(field, typed)| field == name && typed == value)
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let position = self.rest.iter().position(|(field, _)| field == name)?;
        Some(self.rest.remove(position).1)
    }
}

struct Tag<'a> {
    name: &'a str,
    /// Their values are escaped. None for a flag.
    attributes: Vec<(&'a str, Option<String>)>,
}

impl<'a> Tag<'a> {
    fn parse(tag: &'a str) -> Self {
        let inside = tag.trim_start_matches('<').trim_end_matches('>');
        let end = inside.find(char::is_whitespace).unwrap_or(inside.len());
        let (name, mut rest) = inside.split_at(end);
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                break;
            }
            let end = rest.find(|character: char| character == '=' || character.is_whitespace()).unwrap_or(rest.len());
            let (attribute, after) = rest.split_at(end);
            if let Some((value, after)) = after.strip_prefix("=\"").and_then(|after| after.split_once('"')) {
                attributes.push((attribute, Some(value.to_owned())));
                rest = after;
            } else {
                attributes.push((attribute, None));
                rest = after.trim_start_matches('=');
            }
        }
        Self { name, attributes }
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| *own == name)?.1.as_deref()
    }

    fn set(&mut self, name: &'a str, value: &str) {
        self.attributes.retain(|(own, _)| *own != name);
        self.attributes.push((name, Some(escape(value))));
    }

    fn set_flag(&mut self, name: &'a str, is_set: bool) {
        self.attributes.retain(|(own, _)| *own != name);
        if is_set {
            self.attributes.push((name, None));
        }
    }

    fn write(&self, text: &mut String) {
        text.push('<');
        text.push_str(self.name);
        for (name, value) in &self.attributes {
            let _ = match value {
                Some(value) => write!(text, " {name}=\"{value}\""),
                None => write!(text, " {name}"),
            };
        }
        text.push('>');
    }
}

/// The references that templates and [`escape`] write.
fn unescape(text: &str) -> String {
    let references = [("&#34;", "\""), ("&quot;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&lt;", "<"), ("&#62;", ">")];
    let text =
        references.iter().fold(text.to_owned(), |text, (reference, character)| text.replace(reference, character));
    text.replace("&gt;", ">").replace("&#38;", "&").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(content: &str, fields: &[(&str, &str)]) -> String {
        let page =
            format!("<form action=\"/other\"><input name=\"a\"></form><form action=\"/x?a&#38;b\">{content}</form>");
        let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let page = fill(&page, "/x?a&b", &fields, "Note").unwrap();
        let (before, content) = page.split_once("Note</p>").unwrap();
        assert!(before.starts_with("<form action=\"/other\"><input name=\"a\"></form>"));
        content.strip_suffix("</form>").unwrap().to_owned()
    }

    #[test]
    fn each_kind_of_field_gets_what_was_typed() {
        let typed = [("a", "1 < \"2\""), ("b", "\nline"), ("c", "two"), ("d", "y"), ("e", "k")];
        for (content, expected) in [
            ("<input id=\"a\" name=\"a\" value=\"old\">", "<input id=\"a\" name=\"a\" value=\"1 &lt; &quot;2&quot;\">"),
            ("<textarea name=\"b\" rows=\"2\">old</textarea>", "<textarea name=\"b\" rows=\"2\">\n\nline</textarea>"),
            (
                "<select name=\"c\"><option value=\"one\" selected>1</option><option value=\"two\">2</option></select>",
                "<select name=\"c\"><option value=\"one\">1</option><option value=\"two\" selected>2</option></select>",
            ),
            (
                "<input type=\"radio\" name=\"d\" value=\"x\" checked><input type=\"radio\" name=\"d\" value=\"y\">",
                "<input type=\"radio\" name=\"d\" value=\"x\"><input type=\"radio\" name=\"d\" value=\"y\" checked>",
            ),
            (
                "<input type=\"checkbox\" name=\"z\" value=\"k\" checked>",
                "<input type=\"checkbox\" name=\"z\" value=\"k\">",
            ),
            ("<details class=\"m\"><p>checked</p></details>", "<details class=\"m\" open><p>checked</p></details>"),
            ("<input type=\"password\" name=\"a\">", "<input type=\"password\" name=\"a\">"),
        ] {
            assert_eq!(filled(content, &typed), expected);
        }
    }

    #[test]
    fn fields_of_one_name_are_filled_in_their_order() {
        let content = "<input name=\"id\" value=\"\"><input name=\"id\" value=\"\"><input name=\"id\" value=\"kept\">";
        let expected =
            "<input name=\"id\" value=\"1\"><input name=\"id\" value=\"2\"><input name=\"id\" value=\"kept\">";
        assert_eq!(filled(content, &[("id", "1"), ("id", "2")]), expected);
    }

    #[test]
    fn a_page_without_the_form_stays_as_it_is() {
        assert_eq!(fill("<form action=\"/x\"></form>", "/y", &[], "Note"), None);
    }
}
