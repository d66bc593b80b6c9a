//! The rules beyond types: those for one value that several sections share, and those that tie keys together.

use std::time::Duration;

use super::layers::Layers;
use super::{
    Config, IssuerUrl, Purpose, database, keys, mail, metrics, outbound, passkeys, passwords, sign_in,
};

/// Numbers of which none would stop everything.
pub(super) fn at_least_one<N: Copy + Default + PartialEq>(number: &N) -> Result<(), String> {
    if *number == N::default() {
        Err("must be at least 1".to_owned())
    } else {
        Ok(())
    }
}

/// Durations of which zero would stop everything.
pub(super) fn longer_than_zero(duration: &Duration) -> Result<(), String> {
    if duration.is_zero() {
        Err("must be longer than zero".to_owned())
    } else {
        Ok(())
    }
}

/// Durations that are stored and sent to clients in seconds: a fraction of one would be rounded.
pub(super) fn without_fraction(duration: &Duration) -> Result<(), String> {
    if duration.subsec_nanos() == 0 {
        Ok(())
    } else {
        Err("must be a whole number of seconds".to_owned())
    }
}

/// Such durations of which zero would stop everything.
pub(super) fn whole_and_longer_than_zero(duration: &Duration) -> Result<(), String> {
    longer_than_zero(duration)?;
    without_fraction(duration)
}

/// The default issuer follows the port that was given, so that `--listen 127.0.0.1:9000` alone gives a server whose
/// metadata is true.
pub(super) fn follow_listen_port(config: &mut Config, layers: &Layers) {
    let port = config.server.listen.port();
    let plain = config.tls.certificate.is_none() && !config.server.behind_tls_proxy;
    if plain && port != 0 && !layers.has("server.issuer") {
        config.server.issuer = IssuerUrl::local(port);
    }
}

/// The rules that tie keys together.
pub(super) fn check(config: &Config, purpose: Purpose, layers: &mut Layers) {
    tls_files(config, layers);
    transport(config, purpose, layers);
    lifetimes(config, layers);
    keys::check(config, layers);
    outbound::check(config, layers);
    mail::check(config, layers);
    passwords::check(config, layers);
    metrics::check(config, layers);
    passkeys::check(config, layers);
    database::check(&config.database, layers);
    sign_in::check(&config.sign_in, layers);
    let Config {
        passwords,
        throttle,
        secrets,
        ..
    } = config;
    if passwords.memory_kib < passwords.parallelism.saturating_mul(8) {
        let paths = ["passwords.memory_kib", "passwords.parallelism"];
        layers.refuse_keys(
            &paths,
            "passwords.memory_kib must be at least 8 for each of passwords.parallelism.",
        );
    }
    if throttle.first_delay > throttle.max_delay {
        let paths = ["throttle.first_delay", "throttle.max_delay"];
        layers.refuse_keys(
            &paths,
            "throttle.first_delay must not be longer than throttle.max_delay.",
        );
    }
    for scope in config.applications.default_scopes.iter().flatten() {
        if !config.scopes.descriptions.contains_key(scope) {
            let sentence = format!(
                "applications.default_scopes names {scope:?}, which is missing in [scopes]; add it there."
            );
            layers.refuse_keys(&["applications.default_scopes"], &sentence);
        }
    }
    if secrets.master_key.is_some() && secrets.master_key_file.is_some() {
        let paths = ["secrets.master_key", "secrets.master_key_file"];
        layers.refuse_keys(
            &paths,
            "secrets.master_key and secrets.master_key_file are both set; keep one of them.",
        );
    }
}

/// Settings that are allowed and most likely not intended, or not for production.
pub(super) fn warnings(config: &Config) -> Vec<String> {
    let (server, mut warnings) = (&config.server, Vec::new());
    let issuer = &server.issuer;
    if !issuer.is_https() && !issuer.is_loopback() {
        warnings.push(format!(
            "server.issuer is {issuer}: the issuer is plain http, so that everybody on the network can read passwords and tokens; not \
             for production"
        ));
    }
    if server.behind_tls_proxy && server.trusted_proxies.is_empty() {
        let sentence = "server.behind_tls_proxy is true and server.trusted_proxies is empty: everybody behind the proxy counts as one \
                        address, so that after a hundred wrong passwords nobody new can sign in; list the address of the proxy, such as \
                        trusted_proxies = [\"127.0.0.1\"], and let it set X-Forwarded-For";
        warnings.push(sentence.to_owned());
    }
    warnings
}

fn tls_files(config: &Config, layers: &mut Layers) {
    match (&config.tls.certificate, &config.tls.key) {
        (Some(_), None) => {
            layers.refuse_keys(
                &["tls.certificate"],
                "tls.certificate is set without tls.key; name the file of its key.",
            );
        }
        (None, Some(_)) => {
            layers.refuse_keys(
                &["tls.key"],
                "tls.key is set without tls.certificate; name the file of the certificate.",
            );
        }
        _ => {}
    }
}

/// The issuer's scheme and what is spoken on the wire must agree, and http must not leave the machine.
fn transport(config: &Config, purpose: Purpose, layers: &mut Layers) {
    let issuer = &config.server.issuer;
    let tls = config.tls.certificate.is_some() || config.tls.key.is_some();
    let proxy = config.server.behind_tls_proxy;
    let allowed = config.server.insecure_http_issuer;
    let (paths, sentence) = if proxy && tls {
        let sentence = "server.behind_tls_proxy and tls.certificate are both set; remove the one that does not speak TLS here.";
        (
            ["server.behind_tls_proxy", "tls.certificate"],
            sentence.to_owned(),
        )
    } else if proxy && !issuer.is_https() {
        let sentence = format!(
            "server.issuer is {issuer}, but behind a TLS proxy clients see https; write the https address that they use."
        );
        (["server.issuer", "server.behind_tls_proxy"], sentence)
    } else if !(issuer.is_https() || issuer.is_loopback() || allowed && issuer.is_private()) {
        let exception = match (allowed, issuer.is_private()) {
            (false, true) => " For development only, set server.insecure_http_issuer = true.",
            (true, _) => {
                " server.insecure_http_issuer is for private names and addresses only, such as http://pixie:8000."
            }
            (false, false) => "",
        };
        let sentence = format!(
            "server.issuer is {issuer}, and http is allowed only on this machine; write the https address, and set \
             tls.certificate and tls.key, or server.behind_tls_proxy = true where a proxy in front speaks TLS.{exception}"
        );
        (["server.issuer", "server.issuer"], sentence)
    } else if tls && !issuer.is_https() {
        let sentence = format!(
            "server.issuer is {issuer}, but with tls.certificate Pixie speaks https; write the https address."
        );
        (["server.issuer", "tls.certificate"], sentence)
    } else if !tls && !proxy && issuer.is_https() && purpose == Purpose::Serve {
        let sentence = format!(
            "server.issuer is {issuer}, but nothing here speaks TLS; set tls.certificate and tls.key, or \
             server.behind_tls_proxy = true where a proxy in front speaks TLS."
        );
        (["server.issuer", "server.issuer"], sentence)
    } else {
        return;
    };
    layers.refuse_keys(&paths, &sentence);
}

fn lifetimes(config: &Config, layers: &mut Layers) {
    let lifetimes = &config.lifetimes;
    if lifetimes.refresh_token_idle > lifetimes.refresh_token_absolute {
        let paths = ["lifetimes.refresh_token_idle", "lifetimes.refresh_token_absolute"];
        let sentence =
            "lifetimes.refresh_token_idle must not be longer than lifetimes.refresh_token_absolute.";
        layers.refuse_keys(&paths, sentence);
    }
    if lifetimes.persistent_session_idle > lifetimes.persistent_session_absolute {
        let paths = [
            "lifetimes.persistent_session_idle",
            "lifetimes.persistent_session_absolute",
        ];
        let sentence = "lifetimes.persistent_session_idle must not be longer than lifetimes.persistent_session_absolute.";
        layers.refuse_keys(&paths, sentence);
    }
    if lifetimes.session_idle > lifetimes.session_absolute {
        let paths = ["lifetimes.session_idle", "lifetimes.session_absolute"];
        let sentence = "lifetimes.session_idle must not be longer than lifetimes.session_absolute.";
        layers.refuse_keys(&paths, sentence);
    }
}
