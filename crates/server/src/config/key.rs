//! The keys of the configuration, by section: the one list that the loader, the default file and the reference read.

use toml::Value;

use super::layers::Layers;

/// One key, for the loader, the reference and the messages.
#[derive(Debug, Clone)]
pub struct Key {
    /// The table of the file, such as `server`.
    pub section: &'static str,
    /// The name in that table, such as `issuer`; empty if the table itself is the value.
    pub name: &'static str,
    /// The meaning of the key, in sentences.
    pub meaning: String,
    /// The form of a value, such as `a duration such as "10m"`.
    pub form: String,
    /// A value as it stands in a file, for keys without a default.
    pub example: String,
    /// The default, if there is one.
    pub default: Option<Value>,
    /// `true` if its values are hidden in everything that is printed.
    pub secret: bool,
}

impl Key {
    /// The key as it is written in messages and for `--set`, such as `server.issuer`.
    #[must_use]
    pub fn path(&self) -> String {
        path(self.section, self.name)
    }

    /// The environment variable, such as `PIXIE_SERVER_ISSUER`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("PIXIE_{}", self.path().replace('.', "_").to_uppercase())
    }
}

/// Joins a section and a name as `section.name`, or gives the section if it is the value itself.
pub(super) fn path(section: &str, name: &str) -> String {
    if name.is_empty() {
        section.to_owned()
    } else {
        format!("{section}.{name}")
    }
}

/// All keys, section by section, in the order of the reference.
pub(super) fn all() -> Vec<Key> {
    super::Config::default()
        .sections()
        .iter()
        .flat_map(|section| section.keys())
        .collect()
}

/// The first sentence of a key's meaning, for the help text of its flag.
pub(super) fn help(path: &str) -> String {
    let key = all().into_iter().find(|key| key.path() == path);
    let sentence = key.and_then(|key| {
        key.meaning
            .split_once(". ")
            .map(|(first, _)| first.to_owned())
            .or(Some(key.meaning))
    });
    sentence.unwrap_or_default().trim_end_matches('.').to_owned()
}

/// A section that can be read from the layers.
pub(super) trait Section: Sized {
    /// Reads each key from the highest layer that has it. Errors are added to the layers.
    fn read(layers: &mut Layers) -> Self;
}

/// A section that can be listed and written.
pub(super) trait Written {
    /// The table of the file.
    fn name(&self) -> &'static str;
    /// The description of the section, in sentences.
    fn about(&self) -> String;
    /// The keys of the section, in the order of the reference.
    fn keys(&self) -> Vec<Key>;
    /// The value of each key that is set, by the name of the key.
    fn values(&self) -> Vec<(&'static str, Option<Value>)>;
}

/// Joins the lines of a doc comment to one paragraph.
pub(super) fn paragraph(lines: &[&str]) -> String {
    lines
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Defines a section: the struct, its defaults and its list of keys. A key is
/// `name: type = default`, with `, if rule` if a value must pass a function of `checks`.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $section:ident = $table:literal {
            $( $(#[doc = $meaning:literal])+ $key:ident: $kind:ty = $default:expr $(, if $rule:path)?; )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $section {
            $( $(#[doc = $meaning])+ pub $key: $kind, )+
        }

        impl Default for $section {
            fn default() -> Self {
                Self { $( $key: $default, )+ }
            }
        }

        impl $crate::config::key::Section for $section {
            fn read(layers: &mut $crate::config::layers::Layers) -> Self {
                let default = Self::default();
                Self { $( $key: layers.read(($table, stringify!($key)), default.$key, &[$($rule)?]), )+ }
            }
        }

        impl $crate::config::key::Written for $section {
            fn name(&self) -> &'static str {
                $table
            }

            fn about(&self) -> String {
                $crate::config::key::paragraph(&[$($about),+])
            }

            fn keys(&self) -> Vec<$crate::config::Key> {
                use $crate::config::setting::Setting;
                let default = Self::default();
                vec![ $( $crate::config::Key {
                    section: $table,
                    name: stringify!($key),
                    meaning: $crate::config::key::paragraph(&[$($meaning),+]),
                    form: <$kind as Setting>::form(),
                    example: <$kind as Setting>::example(),
                    default: default.$key.write(),
                    secret: <$kind as Setting>::SECRET,
                }, )+ ]
            }

            fn values(&self) -> Vec<(&'static str, Option<toml::Value>)> {
                use $crate::config::setting::Setting;
                vec![ $( (stringify!($key), self.$key.write()), )+ ]
            }
        }
    };
}
pub(super) use section;
