//! The colours of `static/css/tokens.css` against each other, by the formula of WCAG 2.2 for contrast.

use std::{collections::BTreeMap, fs, path::Path};

/// For text, and for the edges of controls.
const TEXT: f64 = 4.5;
const CONTROL: f64 = 3.0;

/// Lightness and the two axes of `OKLab`.
type Lab = [f64; 3];

/// The tokens that are colours: in light, and in dark.
fn tokens() -> BTreeMap<String, [Lab; 2]> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/css/tokens.css");
    let text = fs::read_to_string(path).unwrap();
    let (_, rest) = text.split_once(":root {").unwrap();
    let declarations = rest.split_once('}').unwrap().0.split(';');
    let pairs = declarations.filter_map(|line| line.trim().strip_prefix("--")?.split_once(": "));
    let colours = pairs.filter_map(|(name, value)| {
        let both = value.strip_prefix("light-dark(").and_then(|both| both.strip_suffix(')'));
        let (light, dark) = both.map_or((value, value), |both| both.split_once(", ").unwrap());
        Some((name.to_owned(), [parse(light)?, parse(dark)?]))
    });
    colours.collect()
}

fn parse(colour: &str) -> Option<Lab> {
    if colour == "#fff" {
        return Some([1.0, 0.0, 0.0]);
    }
    let inside = colour.strip_prefix("oklch(")?.strip_suffix(')')?;
    let parts: Vec<f64> = inside.split(' ').map(|part| part.trim_end_matches('%').parse().unwrap()).collect();
    let [lightness, chroma, hue] = parts[..] else { return None };
    let hue = hue.to_radians();
    Some([lightness / 100.0, chroma * hue.cos(), chroma * hue.sin()])
}

/// `color-mix(in oklab, top SHARE, below)`.
fn mix(top: Lab, share: f64, below: Lab) -> Lab {
    std::array::from_fn(|axis| top[axis] * share + below[axis] * (1.0 - share))
}

/// The relative luminance, with what a screen cannot show cut off.
fn luminance([lightness, green_red, blue_yellow]: Lab) -> f64 {
    let long = (lightness + 0.396_337_777_4 * green_red + 0.215_803_757_3 * blue_yellow).powi(3);
    let medium = (lightness - 0.105_561_345_8 * green_red - 0.063_854_172_8 * blue_yellow).powi(3);
    let short = (lightness - 0.089_484_177_5 * green_red - 1.291_485_548 * blue_yellow).powi(3);
    let red = 4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short;
    let green = -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short;
    let blue = -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short;
    0.2126 * red.clamp(0.0, 1.0) + 0.7152 * green.clamp(0.0, 1.0) + 0.0722 * blue.clamp(0.0, 1.0)
}

fn ratio(one: Lab, other: Lab) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

#[test]
fn every_pair_of_colours_that_meet_has_enough_contrast() {
    let tokens = tokens();
    assert!(tokens.len() >= 11, "{:?}", tokens.keys());
    for (theme, name) in ["light", "dark"].into_iter().enumerate() {
        let token = |name: &str| tokens.get(name).unwrap_or_else(|| panic!("there is no --{name}"))[theme];
        let mut pairs = Vec::new();
        for below in ["bg", "surface", "raised"] {
            for text in ["ink", "muted", "accent", "danger", "good", "warn"] {
                pairs.push((format!("{text} on {below}"), TEXT, token(text), token(below)));
            }
            pairs.push((format!("control on {below}"), CONTROL, token("control"), token(below)));
            // What is pointed at, and buttons that cannot be used now.
            let hovered = mix(token("ink"), 0.06, token(below));
            pairs.push((format!("muted on {below}, pointed at"), TEXT, token("muted"), hovered));
        }
        // Badges and messages: a text on a tint of its own colour.
        for tone in ["muted", "accent", "danger", "good", "warn"] {
            let tint = mix(token(tone), 0.1, token("surface"));
            pairs.push((format!("{tone} on its tint"), TEXT, token(tone), tint));
            pairs.push((format!("ink on a tint of {tone}"), TEXT, token("ink"), tint));
        }
        for filled in ["accent", "danger"] {
            pairs.push((format!("on-accent on {filled}"), TEXT, token("on-accent"), token(filled)));
        }
        for (pair, least, one, other) in pairs {
            let found = ratio(one, other);
            assert!(found >= least, "{pair} in {name}: {found:.2}, not {least}");
        }
    }
}

#[test]
fn the_ratio_of_black_and_white_is_21() {
    assert!((ratio([0.0; 3], [1.0, 0.0, 0.0]) - 21.0).abs() < 0.01);
    // The grey that WCAG's own examples call just enough: #767676 on white.
    assert!((ratio(parse("oklch(56.6% 0 0)").unwrap(), parse("#fff").unwrap()) - 4.5).abs() < 0.1);
}
