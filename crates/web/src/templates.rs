//! The pages' templates: the built-in ones, the folder that may replace them, and how a typed view becomes HTML.
//!
//! No template can turn escaping off: the environment has one formatter, it escapes always, and the `safe`
//! filter does not exist (OWASP ASVS 5.0, 1.2.1). A template that is broken stops the start of the server, not a person's login.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};
use serde::Serialize;

use crate::assets::Assets;
use crate::pages::PAGES;
use crate::pages::layout::Layout;
use crate::scripts::{ScriptSources, script};
use crate::texts::{Texts, check_calls, t};

/// The instructions of the template engine that one page may cost. The largest built-in page needs a hundredth of it.
pub(crate) const FUEL: u64 = 500_000;

/// The built-in parts of pages. A name that starts with `_` is a part, not a page.
const PARTS: &[(&str, &str)] = &[
    ("_form.html", include_str!("pages/layout/form.html")),
    ("_layout.html", include_str!("pages/layout/layout.html")),
    ("_parts.html", include_str!("pages/layout/parts.html")),
];

/// The built-in templates by name: the parts, then the pages.
fn built_in() -> impl Iterator<Item = (&'static str, &'static str)> {
    let pages = PAGES.iter().map(|page| (page.template, page.source));
    PARTS.iter().copied().chain(pages)
}

/// The typed context of one template.
pub(crate) trait View: Serialize + Sized {
    /// The name of the template, by which a file of the operator's folder replaces it.
    const TEMPLATE: &'static str;

    /// The text of the built-in template.
    const SOURCE: &'static str;

    /// The layout, which has the language of the page.
    fn layout(&self) -> &Layout;

    /// The page as it usually looks, with every optional part present.
    fn sample() -> Self;

    /// Further states of the page worth looking at (empty, refused, slowed down …), each with a short name. A template is checked
    /// with all of them.
    fn other_samples() -> Vec<(&'static str, Self)> {
        Vec::new()
    }
}

/// Reads and checks a folder of templates as [`Web::new`](crate::Web::new) does.
///
/// # Errors
/// A template that cannot be read, does not parse or does not render.
pub fn check_templates(folder: &Path) -> Result<(), TemplateError> {
    Templates::new(Some(folder)).map(drop)
}

/// The states of a page: the name of each (empty for the usual one) and its HTML.
type States = Vec<(&'static str, String)>;

/// One page in the list of all: its template, and how to render its samples.
pub(crate) struct Page {
    /// The name of the template.
    pub(crate) template: &'static str,
    /// The text of the built-in template.
    source: &'static str,
    /// Renders every sample of the view.
    render: fn(&Templates) -> Result<States, TemplateError>,
    #[cfg(test)]
    pub(crate) contexts: fn(&Templates) -> Vec<(&'static str, serde_json::Value)>,
}

impl Page {
    /// The page that this view fills.
    pub(crate) const fn of<V: View>() -> Self {
        Self {
            template: V::TEMPLATE,
            source: V::SOURCE,
            render: |templates| {
                let usual = [("", V::sample())];
                usual
                    .into_iter()
                    .chain(V::other_samples())
                    .map(|(state, view)| Ok((state, templates.render(&view)?.html)))
                    .collect()
            },
            #[cfg(test)]
            contexts: |templates| {
                let usual = [("", V::sample())];
                let language = templates.texts.language(V::sample().layout().language);
                let context = |(state, view): (_, V)| (state, serde_json::to_value(&view).unwrap());
                let all = usual.into_iter().chain(V::other_samples());
                language.scope(|| all.map(context).collect())
            },
        }
    }
}

/// An error that makes the templates or static files unusable. Every message names the file and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The override folder, or a file in it, cannot be read.
    #[error("cannot read {}: {source}. Check the path of the templates folder and its permissions", path.display())]
    Read {
        /// The folder or file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The override folder holds a page that Pixie does not have, most likely a misspelt name.
    #[error("{} replaces nothing: Pixie has no template of that name. It has {known}. A part of your own starts with an underscore", path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// The names that exist.
        known: String,
    },
    /// A template does not parse, or does not render with its sample.
    #[error(
        "template {file}, line {line}: {reason}. Correct that line, or remove the file to use the built-in template"
    )]
    Broken {
        /// The override file's path, or the name of the built-in template.
        file: String,
        /// The line, counted from 1 (0 if the template engine does not know it).
        line: usize,
        /// The error, in words.
        reason: String,
    },
    /// A file with texts is not Fluent, or replaces a message that does not exist.
    #[error("{}, line {line}: {reason}. Correct that line, or remove the file to use the built-in texts", path.display())]
    Texts {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The error, in words.
        reason: String,
    },
}

/// A page.
#[derive(Debug)]
pub(crate) struct Rendered {
    /// The page.
    pub(crate) html: String,
    /// The scripts in it.
    pub(crate) scripts: ScriptSources,
}

/// All templates, parsed and checked, and the static files that they refer to.
#[derive(Debug)]
pub(crate) struct Templates {
    environment: Environment<'static>,
    assets: Arc<Assets>,
    texts: Texts,
    overrides: BTreeMap<String, PathBuf>,
}

impl Templates {
    /// Reads the templates, replaces those that the override folder holds, and renders each with its samples.
    ///
    /// # Errors
    /// The folder cannot be read, or one of its files replaces nothing, does not parse or does not render.
    pub(crate) fn new(folder: Option<&Path>) -> Result<Self, TemplateError> {
        let assets = Arc::new(Assets::new(folder)?);
        let mut templates = Self {
            environment: environment(&assets),
            assets,
            texts: Texts::new(folder)?,
            overrides: BTreeMap::new(),
        };
        let mut replaced = BTreeMap::new();
        for path in folder.map(files_in).transpose()?.unwrap_or_default() {
            if let Some(name) = template_name(&path)? {
                let text = std::fs::read_to_string(&path).map_err(|source| TemplateError::Read {
                    path: path.clone(),
                    source,
                })?;
                replaced.insert(name.clone(), text);
                templates.overrides.insert(name, path);
            }
        }
        for (name, text) in built_in() {
            let text = replaced.remove(name).unwrap_or_else(|| text.to_owned());
            templates.add(name.to_owned(), text)?;
        }
        for (name, text) in replaced {
            templates.add(name, text)?;
        }
        for page in PAGES {
            (page.render)(&templates)?;
        }
        Ok(templates)
    }

    /// The page as HTML.
    ///
    /// # Errors
    /// The template fails with this view although it rendered with its samples. A replaced template can do that.
    pub(crate) fn render<V: View>(&self, view: &V) -> Result<Rendered, TemplateError> {
        let language = self.texts.language(view.layout().language);
        language.scope(|| self.render_named(V::TEMPLATE, Value::from(Serde(view))))
    }

    /// The texts of the pages.
    pub(crate) const fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The static files, as the pages refer to them.
    pub(crate) fn assets(&self) -> &Assets {
        &self.assets
    }

    fn add(&mut self, name: String, text: String) -> Result<(), TemplateError> {
        check_calls(&text, self.texts.known()).map_err(|(line, reason)| TemplateError::Broken {
            file: file(&name, &self.overrides),
            line,
            reason,
        })?;
        self.environment
            .add_template_owned(name, text)
            .map_err(|error| broken(&error, &self.overrides))
    }

    fn render_named(&self, name: &str, context: Value) -> Result<Rendered, TemplateError> {
        let template = self.environment.get_template(name);
        let page = template.and_then(|template| template.render_captured(context));
        let page = page.map_err(|error| broken(&error, &self.overrides))?;
        Ok(Rendered {
            scripts: page.state().get_extension().cloned().unwrap_or_default(),
            html: page.into_output(),
        })
    }
}

/// The error of a template, at its innermost place: a page that extends a broken layout fails in the layout. `overrides` are the
/// operator's files by the names of the templates that they replace.
pub(crate) fn broken(error: &Error, overrides: &BTreeMap<String, PathBuf>) -> TemplateError {
    let mut cause = error;
    while let Some(inner) = std::error::Error::source(cause).and_then(|inner| inner.downcast_ref::<Error>()) {
        cause = inner;
    }
    let name = cause.name().or(error.name()).unwrap_or("?");
    TemplateError::Broken {
        file: file(name, overrides),
        line: cause.line().unwrap_or(0),
        reason: match cause.detail() {
            Some(detail) => format!("{}: {detail}", cause.kind()),
            None => cause.kind().to_string(),
        },
    }
}

/// The operator's file for a template, or the name of the built-in one.
pub(crate) fn file(name: &str, overrides: &BTreeMap<String, PathBuf>) -> String {
    overrides
        .get(name)
        .map_or_else(|| name.to_owned(), |path| path.display().to_string())
}

/// The regular files of a folder, in a fixed order.
///
/// # Errors
/// The folder cannot be read.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>, TemplateError> {
    let failed = |source| TemplateError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The template that a file of the override folder replaces or adds; `None` for files that are no templates.
fn template_name(path: &Path) -> Result<Option<String>, TemplateError> {
    let Some(name) = path
        .file_name()
        .and_then(|name| name.to_str())
        .filter(|name| name.ends_with(".html"))
    else {
        return Ok(None);
    };
    if name.starts_with('_') || built_in().any(|(known, _)| known == name) {
        return Ok(Some(name.to_owned()));
    }
    let known: Vec<_> = built_in().map(|(known, _)| known).collect();
    Err(TemplateError::Unknown {
        path: path.to_owned(),
        known: known.join(", "),
    })
}

fn environment(assets: &Arc<Assets>) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(|out, _, value| write_escaped(out, value));
    environment.remove_filter("safe");
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.add_function("t", t);
    environment.add_function("script", script);
    let assets = Arc::clone(assets);
    environment.add_function("asset", move |state: &State, name: &str| {
        asset_url(&assets, state, name)
    });
    environment
}

/// `asset("pixie.css")` in a template: the path of a static file with its version.
fn asset_url(assets: &Assets, state: &State, name: &str) -> Result<String, Error> {
    let base = state
        .lookup("chrome")
        .map(|chrome| chrome.get_attr("base"))
        .transpose()?
        .unwrap_or_default();
    let asset = assets.asset(name).ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidOperation,
            format!("there is no asset named {name:?}"),
        )
    })?;
    Ok(format!("{base}/assets/{name}?v={}", asset.version))
}

/// The only way from a value to a page. Output of macros and blocks is HTML already; everything else is text.
pub(crate) fn write_escaped(out: &mut Output, value: &Value) -> Result<(), Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    if value.is_none() {
        return Ok(());
    }
    let text = value.to_string();
    if value.is_safe() {
        return out.write_str(&text).map_err(Error::from);
    }
    escape(out, &text).map_err(Error::from)
}

/// Writes text so that a browser reads it as text, in elements and in quoted attributes.
pub(crate) fn escape(out: &mut impl fmt::Write, text: &str) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (before, special) = rest.split_at(at);
        out.write_str(before)?;
        out.write_str(match special.as_bytes()[0] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = &special[1..];
    }
    out.write_str(rest)
}

#[cfg(test)]
mod tests;
