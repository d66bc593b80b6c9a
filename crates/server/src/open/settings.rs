//! From the configuration to the provider's settings.

use pixie_oauth::{Issuer, ResponseType, Scope};
use pixie_provider::{
    EventSettings, HashingSettings, KeySettings, Lifetimes, RegistrationSettings, Scopes, Settings,
    ThrottleSettings,
};

use super::OpenError;
use crate::config::{Config, claims, resources, upstreams, whole_seconds as seconds};

/// The provider's settings of a configuration.
///
/// # Errors
/// A value that the configuration accepts and the provider does not.
pub fn settings(config: &Config) -> Result<Settings, OpenError> {
    let issuer = Issuer::parse(config.server.issuer.as_str()).map_err(|error| OpenError::Setting {
        key: "server.issuer",
        cause: error.to_string(),
    })?;
    let settings = Settings {
        issuer: issuer.clone(),
        scopes: scopes(config)?,
        lifetimes: lifetimes(config),
        hashing: HashingSettings {
            memory_kib: config.passwords.memory_kib,
            iterations: config.passwords.iterations,
            parallelism: config.passwords.parallelism,
            threads: config.passwords.hashing_threads(),
            queue: config.passwords.hashing_queue,
        },
        throttle: ThrottleSettings {
            free_attempts: config.throttle.free_attempts,
            first_delay: seconds(config.throttle.first_delay),
            max_delay: seconds(config.throttle.max_delay),
            forget_after: seconds(config.throttle.reset_after),
        },
        min_password_length: config.passwords.min_length as usize,
        breached_passwords: config.passwords.breached_list.clone(),
        product: config.pages.product_name.clone(),
        self_service: config.applications.self_service,
        sign_up: config.accounts.sign_up,
        session_management: config.openid.session_management,
        request_objects: config.openid.request_objects,
        request_uris: config.openid.request_uris,
        registration: registration(config),
        access_token_format: config.tokens.access_token_format,
        resources: resources(&config.resources)?,
        upstreams: upstreams(&config.upstream)?,
        response_types: response_types(config),
        signing_algorithms: config.keys.algorithms.clone(),
        keys: keys(config),
        events: EventSettings {
            retention: Some(seconds(config.events.retention)).filter(|retention| *retention > 0),
            store_tokens: config.events.store_tokens,
            store_addresses: config.events.store_addresses,
        },
        ..Settings::new(issuer)
    };
    let passkeys = config.passkeys.settings(&settings.issuer);
    let passkeys = passkeys.map_err(|(key, cause)| OpenError::Setting { key, cause })?;
    Ok(settings
        .with_passkeys(passkeys)
        .with_claims(claims(&config.claims)?))
}

fn registration(config: &Config) -> RegistrationSettings {
    let registration = &config.registration;
    RegistrationSettings {
        mode: registration.mode,
        profile: registration.profile,
        per_hour: registration.per_hour,
        per_hour_in_all: registration.per_hour_in_all,
        max_clients: registration.max_clients.into(),
        unused_clients_expire: Some(seconds(registration.unused_clients_expire)).filter(|after| *after > 0),
    }
}

fn response_types(config: &Config) -> Vec<ResponseType> {
    let front_channel = config.openid.enabled && config.openid.implicit_and_hybrid;
    let known = ResponseType::ALL.iter().copied();
    known
        .filter(|one| front_channel || !one.is_front_channel())
        .collect()
}

fn scopes(config: &Config) -> Result<Scopes, OpenError> {
    let described = config.scopes.descriptions.clone().into_iter().collect();
    let default = config.applications.default_scopes.as_ref();
    let default = default.map(|scopes| Scope::parse(&scopes.join(" "))).transpose();
    let default = default.map_err(|error| OpenError::Setting {
        key: "applications.default_scopes",
        cause: error.to_string(),
    })?;
    let scopes = Scopes::new(described, default);
    Ok(if config.openid.enabled {
        scopes
    } else {
        scopes.without_openid()
    })
}

fn keys(config: &Config) -> KeySettings {
    let every = config.keys.rotate_every;
    KeySettings {
        rotate_every: (!every.is_zero()).then(|| seconds(every)),
        publish_ahead: seconds(config.keys.publish_ahead),
        ..KeySettings::default()
    }
}

fn lifetimes(config: &Config) -> Lifetimes {
    let lifetimes = &config.lifetimes;
    Lifetimes {
        code: seconds(lifetimes.code),
        access_token: seconds(lifetimes.access_token),
        id_token: seconds(lifetimes.id_token),
        refresh_token_idle: seconds(lifetimes.refresh_token_idle),
        refresh_token_absolute: seconds(lifetimes.refresh_token_absolute),
        refresh_grace: seconds(lifetimes.refresh_grace),
        session_idle: seconds(lifetimes.session_idle),
        session_absolute: seconds(lifetimes.session_absolute),
        one_time_link: seconds(lifetimes.one_time_link),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pixie_provider::SignUpMode;

    use super::*;

    #[test]
    fn the_defaults_of_the_configuration_are_those_of_the_provider() {
        let config = Config::default();
        let settings = settings(&config).unwrap();
        let defaults = Settings::new(settings.issuer.clone());
        assert_eq!(settings.lifetimes, defaults.lifetimes);
        assert_eq!(settings.keys, defaults.keys);
        assert_eq!(settings.registration, defaults.registration);
        assert_eq!(settings.passkeys, defaults.passkeys);
        assert_eq!(settings.acr_values, defaults.acr_values);
        assert_eq!(switches(&settings), switches(&defaults));
        assert_eq!(settings.response_types, defaults.response_types);
        assert_eq!(settings.signing_algorithms, defaults.signing_algorithms);
    }

    #[test]
    fn every_switch_reaches_the_provider() {
        let mut config = Config::default();
        let as_it_comes = switches(&settings(&config).unwrap());
        config.accounts.sign_up = SignUpMode::Open;
        config.applications.self_service = true;
        config.openid.session_management = false;
        config.openid.request_objects = false;
        config.openid.request_uris = false;
        config.lifetimes.id_token = Duration::from_secs(300);
        let settings = settings(&config).unwrap();
        assert_eq!(switches(&settings), as_it_comes.map(|switch| !switch));
        assert_eq!(settings.lifetimes.id_token, 300);
    }

    fn switches(settings: &Settings) -> [bool; 5] {
        [
            settings.sign_up == SignUpMode::Open,
            settings.self_service,
            settings.session_management,
            settings.request_objects,
            settings.request_uris,
        ]
    }
}
