//! Templates of mails: the built-in ones, the folder that may replace them, and how a mail becomes words.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, UndefinedBehavior, context};
use pixie_provider::{MailContent, MailRenderer, RenderError, RenderedMail, Timestamp};

use super::{LAYOUT, MAILS, MailTemplate};
use crate::pages::moment;
use crate::templates::{FUEL, TemplateError, broken, file, files_in, write_escaped};
use crate::texts::{Texts, check_calls, t};

/// Characters of a line of text: what an answer quotes still fits into 80 (RFC 5322 section 2.1.1).
const LINE: usize = 72;

/// The folder for mails inside the operator's folder of templates.
const FOLDER: &str = "mails";

/// The facts about the server that every mail names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSite {
    /// The name of the server, as on its pages.
    pub product: String,
    /// The address of the first page, which mails link to.
    pub home: String,
}

/// Reads and checks the mails of a folder of templates as [`MailTemplates::new`] does.
///
/// # Errors
/// A template that cannot be read, does not parse or does not render.
pub fn check_mail_templates(folder: &Path) -> Result<(), TemplateError> {
    let site = MailSite {
        product: "Pixie".to_owned(),
        home: "https://login.example/".to_owned(),
    };
    MailTemplates::new(Some(folder), site).map(drop)
}

/// The templates of all mails, parsed and checked: the renderer for `pixie_provider::MailParts`.
#[derive(Debug)]
pub struct MailTemplates {
    text: Environment<'static>,
    html: Environment<'static>,
    texts: Texts,
    overrides: BTreeMap<String, PathBuf>,
    site: MailSite,
}

impl MailTemplates {
    /// Reads the templates, replaces those that `mails` in the operator's folder of templates holds, and renders each mail with a
    /// sample.
    ///
    /// # Errors
    /// The folder cannot be read, or one of its files replaces nothing, does not parse or does not render.
    pub fn new(folder: Option<&Path>, site: MailSite) -> Result<Self, TemplateError> {
        let mut templates = Self {
            text: environment(|_| AutoEscape::None, write_plain),
            html: environment(|_| AutoEscape::Html, write_escaped),
            texts: Texts::new(folder)?,
            overrides: BTreeMap::new(),
            site,
        };
        let folder = folder.map(|folder| folder.join(FOLDER));
        let replaced = folder.filter(|folder| folder.is_dir());
        for path in replaced.as_deref().map(files_in).transpose()?.unwrap_or_default() {
            templates.replace(path)?;
        }
        for MailTemplate { name, text, html } in [&LAYOUT].into_iter().chain(MAILS) {
            templates.add(&format!("{name}.txt"), text)?;
            templates.add(&format!("{name}.html"), html)?;
        }
        for sample in MailContent::samples() {
            templates.write(&sample, None)?;
        }
        Ok(templates)
    }

    /// Notes down a file of the operator.
    fn replace(&mut self, path: PathBuf) -> Result<(), TemplateError> {
        let known: Vec<_> = [&LAYOUT]
            .into_iter()
            .chain(MAILS)
            .flat_map(|mail| [format!("{}.txt", mail.name), format!("{}.html", mail.name)])
            .collect();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if !known.iter().any(|known| known == name) {
            return Err(TemplateError::Unknown {
                known: known.join(", "),
                path,
            });
        }
        self.overrides.insert(name.to_owned(), path);
        Ok(())
    }

    /// Parses a template: the operator's, if there is one of this name.
    fn add(&mut self, name: &str, built_in: &str) -> Result<(), TemplateError> {
        let text = match self.overrides.get(name) {
            Some(path) => std::fs::read_to_string(path).map_err(|source| TemplateError::Read {
                path: path.clone(),
                source,
            })?,
            None => built_in.to_owned(),
        };
        check_calls(&text, self.texts.known()).map_err(|(line, reason)| TemplateError::Broken {
            file: file(name, &self.overrides),
            line,
            reason,
        })?;
        let is_text = name.ends_with(".txt");
        let environment = if is_text { &mut self.text } else { &mut self.html };
        environment
            .add_template_owned(name.to_owned(), text)
            .map_err(|error| broken(&error, &self.overrides))
    }

    fn write(&self, content: &MailContent, locale: Option<&str>) -> Result<RenderedMail, TemplateError> {
        let language = self.texts.language(self.texts.preferred(locale));
        language.scope(|| self.write_in(content, language.tag()))
    }

    fn write_in(&self, content: &MailContent, language: &str) -> Result<RenderedMail, TemplateError> {
        let name = content.kind().as_str();
        let failed = |error: Error| broken(&error, &self.overrides);
        let MailSite { product, home } = &self.site;
        let context = context! { product, home, language, ..Value::from(Serde(content)) };
        let named = format!("{name}.txt");
        let template = self.text.get_template(&named).map_err(failed)?;
        let mut captured = template.render_captured(context.clone()).map_err(failed)?;
        let subject = captured.with_state_mut(|state| state.render_block("subject"));
        let subject = subject.map_err(|_| TemplateError::Broken {
            file: file(&named, &self.overrides),
            line: 0,
            reason: "it has no block `subject`, or one that does not render".to_owned(),
        })?;
        let text = captured.into_output();
        let html = self.html.get_template(&format!("{name}.html")).map_err(failed)?;
        let html = html
            .render(context! { subject => &subject, ..context })
            .map_err(failed)?;
        Ok(RenderedMail {
            subject,
            text: wrapped(text.trim()),
            html,
        })
    }
}

impl MailRenderer for MailTemplates {
    fn render(&self, content: &MailContent, locale: Option<&str>) -> Result<RenderedMail, RenderError> {
        self.write(content, locale)
            .map_err(|error| RenderError(error.to_string()))
    }
}

fn environment(
    escape: fn(&str) -> AutoEscape,
    write: fn(&mut Output, &Value) -> Result<(), Error>,
) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(escape);
    environment.set_formatter(move |out, _, value| write(out, value));
    environment.remove_filter("safe");
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.add_function("t", t);
    environment.add_filter("minute", |seconds: i64| {
        Value::from(Serde(moment::minute(Timestamp::from_seconds(seconds)))).to_string()
    });
    environment
}

/// Writes a value into a text, as it is.
fn write_plain(out: &mut Output, value: &Value) -> Result<(), Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    if value.is_none() {
        return Ok(());
    }
    out.write_str(&value.to_string()).map_err(Error::from)
}

/// The text in lines of at most 72 characters, if its words allow it. Addresses stay whole.
fn wrapped(text: &str) -> String {
    let mut wrapped = String::with_capacity(text.len() + 16);
    for line in text.lines() {
        let mut length = 0;
        for word in line.split_inclusive(' ') {
            let characters = word.trim_end().chars().count();
            if length > 0 && length + characters > LINE {
                wrapped.truncate(wrapped.trim_end_matches(' ').len());
                wrapped.push('\n');
                length = 0;
            }
            wrapped.push_str(word);
            length += word.chars().count();
        }
        wrapped.push('\n');
    }
    wrapped
}
