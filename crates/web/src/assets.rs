//! The static files that Pixie's pages use (stylesheet, logo, icon): what is built in, what an override folder replaces, and the
//! version and entity tag of each (RFC 9110 section 8.8.3).

use std::collections::BTreeMap;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;

use crate::templates::TemplateError;

/// The files that are part of Pixie itself.
const EMBEDDED: &[(&str, &[u8])] = &[
    ("pixie.css", STYLES.as_bytes()),
    ("logo.svg", include_bytes!("../assets/logo.svg")),
    ("favicon.svg", include_bytes!("../assets/favicon.svg")),
];

/// The stylesheet. Later files build on earlier ones.
pub(crate) const STYLES: &str = concat!(
    include_str!("../assets/styles/tokens.css"),
    include_str!("../assets/styles/base.css"),
    include_str!("../assets/styles/layout.css"),
    include_str!("../assets/styles/buttons.css"),
    include_str!("../assets/styles/forms.css"),
    include_str!("../assets/styles/notes.css"),
    include_str!("../assets/styles/lists.css"),
    include_str!("../assets/styles/parts.css"),
    include_str!("../assets/styles/circumstances.css"),
);

/// File name endings that are served, with their media types. Scripts are not among them: pages have theirs in themselves.
const CONTENT_TYPES: &[(&str, &str)] = &[
    ("css", "text/css; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("webp", "image/webp"),
    ("ico", "image/x-icon"),
];

/// One static file, ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Asset {
    /// The media type for `Content-Type`.
    pub(crate) content_type: &'static str,
    /// The content.
    pub(crate) bytes: Bytes,
    /// The strong entity tag with its quotes, for `ETag` and to compare with `If-None-Match`.
    pub(crate) etag: String,
    /// The first eight hexadecimal digits of the content's SHA-256. It is part of the URL, so a file may be cached for ever.
    pub(crate) version: String,
}

impl Asset {
    fn new(content_type: &'static str, bytes: Bytes) -> Self {
        let hex: String = digest(&SHA256, &bytes)
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            content_type,
            bytes,
            etag: format!("\"{}\"", &hex[..32]),
            version: hex[..8].to_owned(),
        }
    }
}

/// All static files by name.
#[derive(Debug)]
pub(crate) struct Assets(BTreeMap<String, Asset>);

impl Assets {
    /// Takes the built-in files and, over them, the files of the override folder.
    ///
    /// # Errors
    /// The folder or a file in it cannot be read.
    pub(crate) fn new(overrides: Option<&Path>) -> Result<Self, TemplateError> {
        let mut assets = BTreeMap::new();
        for (name, bytes) in EMBEDDED {
            if let Some(content_type) = content_type(name) {
                assets.insert(
                    (*name).to_owned(),
                    Asset::new(content_type, Bytes::from_static(bytes)),
                );
            }
        }
        for path in overrides
            .map(crate::templates::files_in)
            .transpose()?
            .unwrap_or_default()
        {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            if let Some(content_type) = content_type(name) {
                let bytes = std::fs::read(&path).map_err(|source| TemplateError::Read {
                    path: path.clone(),
                    source,
                })?;
                assets.insert(name.to_owned(), Asset::new(content_type, bytes.into()));
            }
        }
        Ok(Self(assets))
    }

    /// The file of this name, if there is one.
    pub(crate) fn asset(&self, name: &str) -> Option<&Asset> {
        self.0.get(name)
    }
}

/// The media type by the ending of the name. A name that starts with a dot is private to its folder and is never served.
fn content_type(name: &str) -> Option<&'static str> {
    let (stem, ending) = name.rsplit_once('.')?;
    if stem.is_empty() || stem.starts_with('.') {
        return None;
    }
    CONTENT_TYPES
        .iter()
        .find(|(known, _)| *known == ending)
        .map(|(_, content_type)| *content_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_file_has_a_content_type() {
        let assets = Assets::new(None).unwrap();
        for (name, bytes) in EMBEDDED {
            let asset = assets.asset(name).unwrap_or_else(|| panic!("{name} is served"));
            assert_eq!(asset.bytes, *bytes);
        }
    }

    #[test]
    fn the_version_follows_the_content() {
        let one = Asset::new("text/css", Bytes::from_static(b""));
        let other = Asset::new("text/css", Bytes::from_static(b"a"));
        assert_eq!(one.version, "e3b0c442");
        assert_ne!(one.version, other.version);
        assert_ne!(one.etag, other.etag);
    }

    #[test]
    fn scripts_and_hidden_files_are_not_served() {
        assert_eq!(content_type("app.js"), None);
        assert_eq!(content_type(".secret.css"), None);
        assert_eq!(content_type(".css"), None);
        assert_eq!(content_type("brand.css"), Some("text/css; charset=utf-8"));
    }

    #[test]
    fn the_override_folder_replaces_and_adds_files() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pixie.css"), "body{}").unwrap();
        std::fs::write(folder.path().join("brand.png"), "png").unwrap();
        std::fs::write(folder.path().join("notes.txt"), "private").unwrap();
        let assets = Assets::new(Some(folder.path())).unwrap();
        assert_eq!(assets.asset("pixie.css").unwrap().bytes, "body{}");
        assert_eq!(assets.asset("brand.png").unwrap().content_type, "image/png");
        assert!(assets.asset("notes.txt").is_none());
        assert!(assets.asset("logo.svg").is_some());
    }

    #[test]
    fn the_stylesheet_asks_for_nothing_from_outside() {
        for refused in ["@import", "http:", "https:", "//", "@font-face"] {
            assert!(!STYLES.contains(refused), "{refused} in pixie.css");
        }
    }

    /// The colours of one theme by name, in the order of the stylesheet.
    fn colours(css: &str) -> BTreeMap<&str, [f64; 3]> {
        let channel = |hex: &str| f64::from(u8::from_str_radix(hex, 16).unwrap()) / 255.0;
        css.split("--")
            .filter_map(|declaration| declaration.split_once(": #"))
            .map(|(name, value)| {
                (
                    name,
                    [channel(&value[..2]), channel(&value[2..4]), channel(&value[4..6])],
                )
            })
            .collect()
    }

    /// The contrast ratio of WCAG 2.2.
    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let luminance = |colour: [f64; 3]| {
            let linear = colour.map(|c| {
                if c <= 0.04045 {
                    c / 12.92
                } else {
                    ((c + 0.055) / 1.055).powf(2.4)
                }
            });
            0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        };
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn every_text_is_readable_on_its_ground_in_both_themes() {
        let css = include_str!("../assets/styles/tokens.css");
        let (light, rest) = css.split_once("@media (prefers-color-scheme: dark)").unwrap();
        let (dark, _) = rest.split_once("@media print").unwrap();
        let mut themes = vec![("light", colours(light)), ("dark", colours(light))];
        themes[1].1.extend(colours(dark));
        let grounds: &[(&str, &[&str])] = &[
            (
                "ink",
                &[
                    "paper",
                    "surface",
                    "sunken",
                    "accent-soft",
                    "danger-soft",
                    "warning-soft",
                    "good-soft",
                ],
            ),
            (
                "ink-soft",
                &["paper", "surface", "sunken", "accent-soft", "warning-soft"],
            ),
            ("accent", &["paper", "surface", "sunken", "accent-soft"]),
            ("accent-strong", &["paper", "surface", "sunken"]),
            ("accent-ink", &["accent", "accent-strong"]),
            ("danger", &["surface", "danger-soft"]),
            ("danger-strong", &["danger-soft"]),
            ("danger-ink", &["danger", "danger-strong"]),
            ("warning", &["warning-soft"]),
            ("good", &["surface", "good-soft"]),
        ];
        for (theme, colours) in themes {
            for (text, grounds) in grounds {
                for ground in *grounds {
                    let ratio = contrast(colours[text], colours[ground]);
                    assert!(ratio >= 4.5, "{theme}: {text} on {ground} has {ratio:.2}");
                }
            }
            let ratio = contrast(colours["line-strong"], colours["surface"]);
            assert!(ratio >= 3.0, "{theme}: the border of a field has {ratio:.2}");
        }
    }
}
