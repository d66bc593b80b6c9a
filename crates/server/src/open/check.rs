//! Opening what a configuration names, without making or changing anything.

use pixie_store::{pending_migrations, pending_postgres_migrations};
use pixie_web::{check_mail_templates, check_templates};

use super::listener::check_certificate;
use super::{Missing, OpenError, open_postgres, read_master_key};
use crate::config::Config;

/// The errors of every file that a configuration names: certificate and key, templates, master key, and the certificates by which
/// the database's is checked.
pub fn check_files(config: &Config) -> Vec<OpenError> {
    let templates = config.pages.templates.as_deref();
    let checks = [
        check_certificate(config),
        // Those of the mails stand in the same folder: a folder that cannot be read is one error.
        templates.map_or(Ok(()), |folder| {
            let checked = check_templates(folder).and_then(|()| check_mail_templates(folder));
            checked.map_err(OpenError::Templates)
        }),
        check_master_key(config),
        check_database_url(config),
    ];
    checks.into_iter().filter_map(Result::err).collect()
}

/// A file with the master key that the configuration does not name is made at the first start.
fn check_master_key(config: &Config) -> Result<(), OpenError> {
    if config.secrets.master_key_file.is_none() {
        return Ok(());
    }
    read_master_key(config)
        .map(drop)
        .map_err(|refused| match refused {
            OpenError::MasterKeyMissing(path) => OpenError::MasterKeyFileMissing(path),
            refused => refused,
        })
}

fn check_database_url(config: &Config) -> Result<(), OpenError> {
    let Some(url) = &config.database.url else {
        return Ok(());
    };
    Ok(open_postgres(config, url, Missing::Refuse).check()?)
}

/// Connects to the database, and tells how many of its tables the start would change.
///
/// # Errors
/// The database does not answer, or cannot be used.
pub async fn check_database(config: &Config) -> Result<usize, OpenError> {
    Ok(match &config.database.url {
        Some(url) => {
            let open = open_postgres(config, url, Missing::Refuse);
            pending_postgres_migrations(&open).await?.len()
        }
        None => {
            check_folder(config)?;
            pending_migrations(&config.database_path())?.len()
        }
    })
}

/// The start makes the data folder, and no other folder for the SQLite file.
fn check_folder(config: &Config) -> Result<(), OpenError> {
    let path = config.database_path();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder.filter(|folder| *folder != config.server.data) {
        Some(folder) => folder
            .metadata()
            .map(drop)
            .map_err(|cause| OpenError::File { path, cause }),
        None => Ok(()),
    }
}
