//! The flags of the command line: the often used keys by name, every key by `--set section.key=value`.

use std::path::{Path, PathBuf};

use clap::{Args, value_parser};

use super::Hidden;
use super::error::Origin;
use super::key::{self, help};
use super::layers::{Given, Layers, unknown_key, unknown_section};

/// The flags that every command takes.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    #[arg(
        long,
        value_name = "FILE",
        help = "The configuration file [default: pixie.toml, if there is one]"
    )]
    config: Option<PathBuf>,
    #[arg(long, value_name = "FOLDER", help = help("server.data"))]
    data: Option<String>,
    #[arg(long, value_name = "URL", value_parser = value_parser!(Hidden), help = help("database.url"))]
    database: Option<Hidden>,
    #[arg(long, value_name = "FORMAT", help = help("logging.format"))]
    log_format: Option<String>,
    #[arg(long, value_name = "LEVEL", help = help("logging.level"))]
    log_level: Option<String>,
    #[arg(
        long,
        value_name = "SECTION.KEY=VALUE",
        help = "Set any other key of the configuration; may be repeated"
    )]
    set: Vec<String>,
    #[arg(skip)]
    serve: Vec<(&'static str, &'static str, String)>,
}

impl Flags {
    /// Flags as if each `section.key=value` had been given with `--set`.
    #[must_use]
    pub fn set<const N: usize>(settings: [&str; N]) -> Self {
        Self {
            set: settings.map(str::to_owned).to_vec(),
            ..Self::default()
        }
    }

    /// The same flags, with the file that `--config` names.
    #[must_use]
    pub fn with_config(self, path: impl Into<PathBuf>) -> Self {
        Self {
            config: Some(path.into()),
            ..self
        }
    }

    /// The level of `--log-level`, if it is given: commands are quiet otherwise.
    #[must_use]
    pub fn log_level(&self) -> Option<&str> {
        self.log_level.as_deref()
    }

    pub(super) fn config(&self) -> Option<&Path> {
        self.config.as_deref()
    }
}

/// The flags of `pixie serve`.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeFlags {
    #[command(flatten)]
    flags: Flags,
    #[arg(long, value_name = "URL", help = help("server.issuer"))]
    issuer: Option<String>,
    #[arg(long, value_name = "ADDRESS:PORT", help = help("server.listen"))]
    listen: Option<String>,
    #[arg(long, help = help("server.behind_tls_proxy"))]
    behind_tls_proxy: bool,
    #[arg(long, help = help("server.insecure_http_issuer"))]
    insecure_http_issuer: bool,
    #[arg(long, value_name = "ADDRESS:PORT", help = help("metrics.listen"))]
    metrics: Option<String>,
    #[arg(long, value_name = "FILE", help = help("tls.certificate"))]
    tls_certificate: Option<String>,
    #[arg(long, value_name = "FILE", help = help("tls.key"))]
    tls_key: Option<String>,
}

impl From<ServeFlags> for Flags {
    fn from(given: ServeFlags) -> Self {
        let proxy = given.behind_tls_proxy.then(|| "true".to_owned());
        let insecure = given.insecure_http_issuer.then(|| "true".to_owned());
        let serve = [
            ("--issuer", "server.issuer", given.issuer),
            ("--listen", "server.listen", given.listen),
            ("--behind-tls-proxy", "server.behind_tls_proxy", proxy),
            ("--insecure-http-issuer", "server.insecure_http_issuer", insecure),
            ("--metrics", "metrics.listen", given.metrics),
            ("--tls-certificate", "tls.certificate", given.tls_certificate),
            ("--tls-key", "tls.key", given.tls_key),
        ];
        let serve = serve
            .into_iter()
            .filter_map(|(flag, path, text)| Some((flag, path, text?)))
            .collect();
        Self { serve, ..given.flags }
    }
}

/// Takes the flags: first every `--set` in its order, then the named flags.
pub(super) fn read(flags: &Flags, layers: &mut Layers) {
    for setting in &flags.set {
        set(setting, layers);
    }
    let common = [
        ("--data", "server.data", flags.data.as_deref()),
        (
            "--database",
            "database.url",
            flags.database.as_ref().map(Hidden::expose),
        ),
        ("--log-format", "logging.format", flags.log_format.as_deref()),
        ("--log-level", "logging.level", flags.log_level.as_deref()),
    ];
    let common = common
        .into_iter()
        .filter_map(|(flag, path, text)| Some((flag, path, text?)));
    for (flag, path, text) in common.chain(
        flags
            .serve
            .iter()
            .map(|(flag, path, text)| (*flag, *path, text.as_str())),
    ) {
        layers.put(
            path.to_owned(),
            Given::Text(text.to_owned()),
            Origin::Flag(flag.to_owned()),
        );
    }
}

fn set(setting: &str, layers: &mut Layers) {
    let keys = key::all();
    let Some((path, text)) = setting.split_once('=') else {
        let sentence = "--set needs a key and a value, such as --set lifetimes.access_token=10m.";
        return layers.refuse(Some(Origin::Flag("--set".to_owned())), sentence.to_owned());
    };
    let path = path.trim();
    let origin = Origin::Flag(format!("--set {path}"));
    match keys.iter().find(|key| key.path() == path) {
        Some(key) if key.secret => {
            let sentence = format!(
                "a secret does not belong on the command line, where every process can read it; use the environment \
                 variable {}.",
                key.variable()
            );
            layers.refuse(Some(origin), sentence);
        }
        Some(_) => layers.put(path.to_owned(), Given::Text(text.trim().to_owned()), origin),
        None => {
            let mut sections: Vec<_> = keys.iter().map(|key| key.section).collect();
            sections.dedup();
            let sentence = match path.split_once('.') {
                Some((section, name)) if sections.contains(&section) => unknown_key(&keys, section, name),
                Some((section, _)) => unknown_section(&sections, section),
                None => format!("{path} is not a key; write it with its section, such as server.issuer."),
            };
            layers.refuse(Some(origin), sentence);
        }
    }
}
