//! An answer of the server, with access by test id.

use scraper::{ElementRef, Html, Selector};
use ureq::{
    Body,
    http::{HeaderMap, Response},
};

#[derive(Clone, Debug)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

#[derive(Clone, Debug)]
pub struct Element {
    /// Trimmed, inner white space as it is.
    pub text: String,
    attributes: Vec<(String, String)>,
}

impl Page {
    pub fn read(response: Response<Body>) -> Self {
        let (parts, mut body) = response.into_parts();
        Self { status: parts.status.as_u16(), headers: parts.headers, body: body.read_to_string().unwrap() }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub fn find_all(&self, selector: &str) -> Vec<Element> {
        let html = Html::parse_document(&self.body);
        html.select(&Selector::parse(selector).unwrap()).map(Element::from).collect()
    }

    pub fn has(&self, selector: &str) -> bool {
        !self.find_all(selector).is_empty()
    }

    /// The one element with this test id.
    pub fn test_id(&self, id: &str) -> Element {
        let mut found = self.find_all(&format!("[data-testid={id}]"));
        assert_eq!(found.len(), 1, "{id} in {}", self.body);
        found.remove(0)
    }

    /// The fields that a browser would send with the form, unchanged.
    pub fn form_fields(&self, form: &str) -> Vec<(String, String)> {
        let html = Html::parse_document(&self.body);
        let chosen = Selector::parse("option[selected]").unwrap();
        let selects = Selector::parse(&format!("main {form} select[name]")).unwrap();
        let selects = html.select(&selects).map(|select| {
            let value = select.select(&chosen).next().and_then(|option| option.attr("value")).unwrap_or_default();
            (select.attr("name").unwrap().to_owned(), value.to_owned())
        });
        self.find_all(&format!("main {form} input[name], main {form} textarea[name]"))
            .into_iter()
            .filter(|field| {
                let is_of_kind = |kind: &str| field.attribute("type").as_deref() == Some(kind);
                !(is_of_kind("radio") || is_of_kind("checkbox")) || field.attribute("checked").is_some()
            })
            .map(|field| {
                let value = field.attribute("value").unwrap_or(field.text.clone());
                (field.attribute("name").unwrap(), value)
            })
            .chain(selects)
            .collect()
    }

    /// The key that this page is about, by the addresses its forms go to.
    pub fn api_key_id(&self) -> String {
        let start = self.body.find("key_").unwrap_or_else(|| panic!("no key in {}", self.body));
        self.body[start..start + "key_".len() + 26].to_owned()
    }
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    }
}

impl From<ElementRef<'_>> for Element {
    fn from(element: ElementRef<'_>) -> Self {
        let attributes = element.value().attrs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let texts = element
            .descendants()
            .filter(|node| {
                let mut above = node.ancestors().filter_map(|above| above.value().as_element());
                above.all(|above| above.name() != "noscript")
            })
            .filter_map(|node| node.value().as_text());
        Self { text: texts.map(|text| &**text).collect::<String>().trim().to_owned(), attributes }
    }
}
