//! The rules of the configuration, each through the door that the commands use.

use std::time::Duration;

use super::*;

/// Loads a file of this content, these variables and these `--set` settings.
fn load(file: &str, environment: &[(&str, &str)], flags: &Flags) -> Result<Config, String> {
    load_for(Purpose::Serve, file, environment, flags)
}

fn load_for(
    purpose: Purpose,
    file: &str,
    environment: &[(&str, &str)],
    flags: &Flags,
) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pixie.toml"), file).unwrap();
    let environment: Vec<_> = environment
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect();
    let sources = Sources {
        purpose,
        flags,
        environment: &environment,
        folder: folder.path(),
    };
    let folder = format!("{}/", folder.path().display());
    Config::load_from(&sources).map_err(|error| error.to_string().replace(&folder, ""))
}

fn file(text: &str) -> Config {
    load(text, &[], &Flags::default()).unwrap()
}

fn refused(text: &str) -> String {
    load(text, &[], &Flags::default()).unwrap_err()
}

fn refused_variable(name: &str, value: &str) -> String {
    load("", &[(name, value)], &Flags::default()).unwrap_err()
}

fn refused_flag(setting: &str) -> String {
    load("", &[], &Flags::set([setting])).unwrap_err()
}

#[test]
fn without_any_source_the_defaults_hold() {
    let config = file("");
    assert_eq!(config.server.issuer.as_str(), "http://localhost:8000/o");
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8000");
    assert_eq!(config.database_path(), Path::new("pixie-data/pixie.sqlite3"));
    assert_eq!(config.master_key_path(), Path::new("pixie-data/master.key"));
    assert_eq!(config.lifetimes.code, Duration::from_secs(60));
    assert_eq!(config.default_scopes(), ["read", "write"]);
    assert!((1..=2).contains(&config.passwords.hashing_threads()));
}

#[test]
fn flags_cover_the_environment_which_covers_the_file() {
    let text = "lifetimes.code = 10\nlifetimes.access_token = 10\nlifetimes.session_idle = 10";
    let environment = [
        ("PIXIE_LIFETIMES_ACCESS_TOKEN", "20"),
        ("PIXIE_LIFETIMES_SESSION_IDLE", "20s"),
    ];
    let config = load(text, &environment, &Flags::set(["lifetimes.session_idle=30"])).unwrap();
    assert_eq!(config.lifetimes.code.as_secs(), 10);
    assert_eq!(config.lifetimes.access_token.as_secs(), 20);
    assert_eq!(config.lifetimes.session_idle.as_secs(), 30);
}

#[test]
fn a_named_flag_covers_set() {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        flags: ServeFlags,
    }
    let line = [
        "pixie",
        "--set",
        "server.listen=127.0.0.1:1",
        "--listen",
        "127.0.0.1:2",
        "--data",
        "here",
    ];
    let flags = <Line as clap::Parser>::try_parse_from(line).unwrap().flags.into();
    let config = load("", &[], &flags).unwrap();
    assert_eq!(config.server.listen.port(), 2);
    assert_eq!(config.server.data, Path::new("here"));
}

#[test]
fn the_default_file_loads_and_equals_the_defaults_with_and_without_its_marks() {
    let defaults = Config::default().to_toml_hidden();
    assert_eq!(file(&default_file()).to_toml_hidden(), defaults);
    let chosen: String = default_file()
        .lines()
        .map(|line| uncommented(line).to_owned() + "\n")
        .collect();
    let chosen = file(&chosen);
    let without_origins = Config {
        origins: Vec::new(),
        ..chosen
    };
    assert_eq!(without_origins.to_toml_hidden(), defaults);
}

fn uncommented(line: &str) -> &str {
    line.strip_prefix('#')
        .filter(|rest| !rest.starts_with(' '))
        .unwrap_or(line)
}

#[test]
fn what_is_printed_loads_again_as_the_same() {
    let text = "[server]\nissuer = \"https://login.example.com\"\nbehind_tls_proxy = true\n\
                trusted_proxies = \"10.0.0.0/8, ::1\"\nmax_body = 4096\n[scopes]\n\"a:b\" = \"Both \\\"a\\\" and b\"";
    let printed = file(text).to_toml_hidden();
    let without_origins = |config: Config| {
        Config {
            origins: Vec::new(),
            ..config
        }
        .to_toml_hidden()
    };
    assert_eq!(without_origins(file(&printed)), without_origins(file(text)));
}

#[test]
fn secrets_are_hidden_and_sources_are_named_in_what_is_printed() {
    let text = "[[clients]]\nclient_id = \"api\"\nclient_secret = \"S3CRET\"\n\
                [[users]]\nusername = \"alice\"\nlogin = { password = \"S3CRET\" }";
    let environment = [
        ("PIXIE_SECRETS_MASTER_KEY", "S3CRET"),
        ("PIXIE_LOGGING_LEVEL", "debug"),
    ];
    let config = load(text, &environment, &Flags::set(["pages.product_name=Acme"])).unwrap();
    let printed = config.to_toml_hidden();
    assert!(!printed.contains("S3CRET") && !format!("{config:?}").contains("S3CRET"));
    let printed: String = printed
        .lines()
        .filter(|line| line.contains("# ") || line.contains("hidden"))
        .map(without_folder)
        .collect();
    insta::assert_snapshot!(printed, @r#"
    product_name = "Acme"  # flag --set pages.product_name
    level = "debug"  # environment variable PIXIE_LOGGING_LEVEL
    master_key = "[hidden]"  # environment variable PIXIE_SECRETS_MASTER_KEY
    [[clients]]  # pixie.toml, line 1
    client_secret = "[hidden]"
    [[users]]  # pixie.toml, line 4
    login = { password = "[hidden]" }
    "#);
}

fn without_folder(line: &str) -> String {
    let line = match (line.split_once("# /"), line.rsplit_once('/')) {
        (Some((before, _)), Some((_, after))) => format!("{before}# {after}"),
        _ => line.to_owned(),
    };
    line + "\n"
}

#[test]
fn the_lists_keep_their_tables_and_lines() {
    let config =
        file("[[clients]]\nclient_id = \"a\"\n\n[[clients]]\nclient_id = \"b\"\n[[users]]\nusername = \"c\"");
    let lines: Vec<_> = config
        .clients
        .iter()
        .chain(&config.users)
        .map(|entry| entry.origin.to_string())
        .collect();
    assert_eq!(config.clients[1].table["client_id"].as_str(), Some("b"));
    assert!(
        lines[0].ends_with("line 1") && lines[1].ends_with("line 4") && lines[2].ends_with("line 6"),
        "{lines:?}"
    );
    insta::assert_snapshot!(
        refused("[clients]\nclient_id = \"a\""),
        @"pixie.toml, line 1: clients is a list: write [[clients]] with two brackets for each item."
    );
}

#[test]
fn items_of_lists_show_all_but_what_is_secret() {
    let printed = file(
        "[[clients]]\nclient_id = \"a\"\nclient_secret = \"s3cret\"\ntoken_endpoint_auth_method = \"none\"\n\
         [[users]]\nusername = \"c\"\npassword = \"s3cret\"\n\
         [[resources]]\nidentifier = \"urn:a:b\"\naccess_token_format = \"jwt\"",
    )
    .to_toml_hidden();
    assert!(!printed.contains("s3cret"), "{printed}");
    for shown in [
        "client_secret = \"[hidden]\"",
        "password = \"[hidden]\"",
        "token_endpoint_auth_method = \"none\"",
        "access_token_format = \"jwt\"",
    ] {
        assert!(printed.contains(shown), "{shown}: {printed}");
    }
}

#[test]
fn the_default_issuer_follows_the_port() {
    let issuer = |text: &str| file(text).server.issuer.to_string();
    assert_eq!(
        issuer("server.listen = \"0.0.0.0:9000\""),
        "http://localhost:9000/o"
    );
    assert_eq!(
        issuer("server.listen = \"127.0.0.1:0\""),
        "http://localhost:8000/o"
    );
    let chosen = "server.listen = \"127.0.0.1:9000\"\nserver.issuer = \"http://127.0.0.1:8080\"";
    assert_eq!(issuer(chosen), "http://127.0.0.1:8080");
}

#[test]
fn an_unknown_key_of_the_file_is_refused_with_the_nearest() {
    insta::assert_snapshot!(refused("[server]\nisuer = \"http://localhost\""), @"pixie.toml, line 2: unknown key `server.isuer`; did you mean `server.issuer`?");
    insta::assert_snapshot!(refused("[server]\n\ncertificate = \"a.pem\""), @"pixie.toml, line 3: unknown key `server.certificate`; did you mean `tls.certificate`?");
    insta::assert_snapshot!(refused("[pages]\nbackground = \"blue\""), @"pixie.toml, line 2: unknown key `pages.background`, expected one of `product_name`, `templates` in [pages].");
    insta::assert_snapshot!(refused("[sever]\nissuer = \"http://localhost\""), @"pixie.toml, line 1: unknown section [sever]; did you mean [server]?");
    insta::assert_snapshot!(refused("[radio]\nvolume = 1"), @"pixie.toml, line 1: unknown section [radio], expected one of `server`, `tls`, `database`, `lifetimes`, `tokens`, `keys`, `scopes`, `passwords`, `passkeys`, `accounts`, `sign_in`, `throttle`, `applications`, `registration`, `openid`, `outbound`, `mail`, `pages`, `logging`, `events`, `metrics`, `secrets`, `claims`, `resources`, `upstream`, `clients`, `users`.");
    insta::assert_snapshot!(refused("issuer = \"http://localhost\""), @"pixie.toml, line 1: issuer stands outside its section; write it below [server].");
    insta::assert_snapshot!(refused("colour = 1"), @"pixie.toml, line 1: colour is not a key, and keys stand below their section, such as [server].");
    insta::assert_snapshot!(refused("server = 1"), @"pixie.toml, line 1: server must be a section: write [server] and its keys below it.");
}

#[test]
fn an_unknown_variable_is_refused_with_the_nearest() {
    insta::assert_snapshot!(refused_variable("PIXIE_SERVER_ISUER", "http://localhost"), @"environment variable PIXIE_SERVER_ISUER: unknown variable; did you mean `PIXIE_SERVER_ISSUER`?");
    insta::assert_snapshot!(refused_variable("PIXIE_COLOUR", "blue"), @"environment variable PIXIE_COLOUR: unknown variable; `pixie config default` lists the sections and keys, and a variable is PIXIE_<SECTION>_<KEY>; those that begin with PIXIE_X_ are never settings.");
}

#[test]
fn variables_of_a_container_platform_are_not_ours() {
    let names = [
        "PIXIE_SERVICE_HOST",
        "PIXIE_SERVICE_PORT_HTTP",
        "PIXIE_PORT",
        "PIXIE_PORT_8000_TCP_ADDR",
        "PATH",
    ];
    load(
        "",
        &names.map(|name| (name, "tcp://10.0.0.1:8000")),
        &Flags::default(),
    )
    .unwrap();
}

#[test]
fn an_unknown_or_secret_setting_is_refused_on_the_command_line() {
    insta::assert_snapshot!(refused_flag("server.isuer=http://localhost"), @"flag --set server.isuer: unknown key `server.isuer`; did you mean `server.issuer`?");
    insta::assert_snapshot!(refused_flag("servr.issuer=http://localhost"), @"flag --set servr.issuer: unknown section [servr]; did you mean [server]?");
    insta::assert_snapshot!(refused_flag("issuer=http://localhost"), @"flag --set issuer: issuer is not a key; write it with its section, such as server.issuer.");
    insta::assert_snapshot!(refused_flag("issuer"), @"flag --set: --set needs a key and a value, such as --set lifetimes.access_token=10m.");
    insta::assert_snapshot!(refused_flag("secrets.master_key=S3CRET"), @"flag --set secrets.master_key: a secret does not belong on the command line, where every process can read it; use the environment variable PIXIE_SECRETS_MASTER_KEY.");
}

#[test]
fn a_wrong_value_names_its_place_and_what_it_must_be() {
    insta::assert_snapshot!(refused("[server]\nlisten = 8000"), @r#"pixie.toml, line 2: `server.listen` is `8000`: must be an address and a port such as "127.0.0.1:8000" or "[::]:8000"."#);
    insta::assert_snapshot!(refused_variable("PIXIE_SERVER_LISTEN", "localhost:8000"), @r#"environment variable PIXIE_SERVER_LISTEN: `server.listen` is `localhost:8000`: must be an address and a port such as "127.0.0.1:8000" or "[::]:8000"."#);
    insta::assert_snapshot!(refused_flag("server.max_body=big"), @r#"flag --set server.max_body: `server.max_body` is `big`: must be a size: bytes, or text such as "64KiB" or "1MiB"."#);
    insta::assert_snapshot!(refused("[logging]\nformat = \"xml\""), @r#"pixie.toml, line 2: `logging.format` is `"xml"`: must be "human" or "json"."#);
    insta::assert_snapshot!(refused("[scopes]\n\"read all\" = \"Reading\""), @r#"pixie.toml, line 1: `scopes` has "read all", but a scope is visible ASCII without spaces, " and \."#);
    insta::assert_snapshot!(refused("[scopes]\nread = 1"), @"pixie.toml, line 1: `scopes` needs a description in double quotes for read.");
    insta::assert_snapshot!(refused("[scopes]"), @"pixie.toml, line 1: `scopes` must name at least one scope, or be left out for read and write.");
    insta::assert_snapshot!(refused("scopes = 1"), @r#"pixie.toml, line 1: `scopes` is `1`: must be a table of scopes and their descriptions, such as { read = "Read your messages" }."#);
}

#[test]
fn a_file_that_is_not_toml_is_refused_with_its_line() {
    insta::assert_snapshot!(refused("[server]\nissuer = http://localhost"), @"pixie.toml, line 2: the file is not valid TOML: string values must be quoted, expected literal string.");
    insta::assert_snapshot!(refused("[server]\nlisten = \"a\"\nlisten = \"b\""), @"pixie.toml, line 3: the file is not valid TOML: duplicate key.");
}

#[test]
fn a_named_file_must_exist() {
    let environment = [("PIXIE_CONFIG", "/nowhere/pixie.toml")];
    insta::assert_snapshot!(load("", &environment, &Flags::default()).unwrap_err(), @"/nowhere/pixie.toml: the configuration file cannot be read (No such file or directory (os error 2)); check the path and its permissions.");
    let flags = Flags::default().with_config("/nowhere/other.toml");
    insta::assert_snapshot!(load("", &environment, &flags).unwrap_err(), @"/nowhere/other.toml: the configuration file cannot be read (No such file or directory (os error 2)); check the path and its permissions.");
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = "[server]\nisuer = \"x\"\nmax_connections = 0\n[logging]\nlevel = \"loud\"";
    insta::assert_snapshot!(load(text, &[("PIXIE_TLS_KEYS", "x")], &Flags::set(["lifetimes.code=0"])).unwrap_err(), @r#"
    pixie.toml, line 2: unknown key `server.isuer`; did you mean `server.issuer`?
    environment variable PIXIE_TLS_KEYS: unknown variable; did you mean `PIXIE_TLS_KEY`?
    pixie.toml, line 3: `server.max_connections` is `0`: must be at least 1.
    flag --set lifetimes.code: `lifetimes.code` is `0`: must be longer than zero.
    pixie.toml, line 5: `logging.level` is `"loud"`: must be error, warn, info, debug or trace, or a list such as "info,hyper=debug".
    "#);
}

#[test]
fn the_issuer_and_what_is_spoken_must_agree() {
    insta::assert_snapshot!(refused("server.issuer = \"http://login.example.com/o\""), @"pixie.toml, line 1: server.issuer is http://login.example.com/o, and http is allowed only on this machine; write the https address, and set tls.certificate and tls.key, or server.behind_tls_proxy = true where a proxy in front speaks TLS.");
    insta::assert_snapshot!(refused("server.issuer = \"https://login.example.com/o\""), @"pixie.toml, line 1: server.issuer is https://login.example.com/o, but nothing here speaks TLS; set tls.certificate and tls.key, or server.behind_tls_proxy = true where a proxy in front speaks TLS.");
    insta::assert_snapshot!(refused("server.behind_tls_proxy = true"), @"pixie.toml, line 1: server.issuer is http://localhost:8000/o, but behind a TLS proxy clients see https; write the https address that they use.");
    let tls = "[tls]\ncertificate = \"c.pem\"\nkey = \"k.pem\"\n[server]\n";
    insta::assert_snapshot!(refused(tls), @"pixie.toml, line 2: server.issuer is http://localhost:8000/o, but with tls.certificate Pixie speaks https; write the https address.");
    insta::assert_snapshot!(refused(&format!("{tls}issuer = \"https://a.example\"\nbehind_tls_proxy = true")), @"pixie.toml, line 6: server.behind_tls_proxy and tls.certificate are both set; remove the one that does not speak TLS here.");
    file("[server]\nissuer = \"https://login.example.com/o\"\nbehind_tls_proxy = true");
    file(&format!("{tls}issuer = \"https://login.example.com/o\""));
    file("server.issuer = \"http://127.0.0.7:8000\"");
}

#[test]
fn a_certificate_and_its_key_come_together() {
    let issuer = "server.issuer = \"https://a.example\"\n";
    insta::assert_snapshot!(refused(&format!("{issuer}tls.certificate = \"c.pem\"")), @"pixie.toml, line 2: tls.certificate is set without tls.key; name the file of its key.");
    insta::assert_snapshot!(refused(&format!("{issuer}tls.key = \"k.pem\"")), @"pixie.toml, line 2: tls.key is set without tls.certificate; name the file of the certificate.");
}

#[test]
fn limits_and_durations_keep_their_bounds() {
    let refused = |settings: &str| refused(&settings.replace("; ", "\n"));
    insta::assert_snapshot!(refused("server.max_connections = 0"), @"pixie.toml, line 1: `server.max_connections` is `0`: must be at least 1.");
    insta::assert_snapshot!(refused("server.max_body = 10"), @r#"pixie.toml, line 1: `server.max_body` is `10`: must be at least "1KiB"."#);
    insta::assert_snapshot!(refused("server.max_headers = 1024"), @r#"pixie.toml, line 1: `server.max_headers` is `1024`: must be at least "8KiB"."#);
    insta::assert_snapshot!(refused("server.header_timeout = 0"), @"pixie.toml, line 1: `server.header_timeout` is `0`: must be longer than zero.");
    insta::assert_snapshot!(refused("lifetimes.code = \"1h\""), @r#"pixie.toml, line 1: `lifetimes.code` is `"1h"`: must not be longer than "10m"."#);
    for key in [
        "refresh_grace",
        "code",
        "access_token",
        "persistent_session_idle",
        "session_idle",
    ] {
        let refusal = refused(&format!("lifetimes.{key} = \"1500ms\""));
        assert_eq!(
            refusal,
            format!(
                "pixie.toml, line 1: `lifetimes.{key}` is `\"1500ms\"`: must be a whole number of seconds."
            )
        );
    }
    insta::assert_snapshot!(refused("lifetimes.refresh_grace = \"1h\""), @r#"pixie.toml, line 1: `lifetimes.refresh_grace` is `"1h"`: must not be longer than "1m"."#);
    insta::assert_snapshot!(refused("lifetimes.refresh_token_idle = \"91d\""), @"pixie.toml, line 1: lifetimes.refresh_token_idle must not be longer than lifetimes.refresh_token_absolute.");
    insta::assert_snapshot!(refused("lifetimes.session_absolute = \"1h\""), @"pixie.toml, line 1: lifetimes.session_idle must not be longer than lifetimes.session_absolute.");
    insta::assert_snapshot!(refused("throttle.first_delay = \"2m\""), @"pixie.toml, line 1: throttle.first_delay must not be longer than throttle.max_delay.");
    insta::assert_snapshot!(refused("passwords.min_length = 65"), @"pixie.toml, line 1: `passwords.min_length` is `65`: must be between 1 and 64.");
    insta::assert_snapshot!(refused("passwords.memory_kib = 31; passwords.parallelism = 4"), @"pixie.toml, line 1: passwords.memory_kib must be at least 8 for each of passwords.parallelism.");
    insta::assert_snapshot!(refused("passwords.memory_kib = 5000000"), @"pixie.toml, line 1: `passwords.memory_kib` is `5000000`: must not be more than 4194304, which is 4 GiB.");
    insta::assert_snapshot!(refused("passwords.hashing_threads = 0"), @"pixie.toml, line 1: `passwords.hashing_threads` is `0`: must be at least 1.");
}

#[test]
fn default_scopes_must_exist() {
    insta::assert_snapshot!(refused("applications.default_scopes = [\"read\", \"admin\"]"), @r#"pixie.toml, line 1: applications.default_scopes names "admin", which is missing in [scopes]; add it there."#);
}

#[test]
fn the_master_key_has_one_source() {
    let environment = [("PIXIE_SECRETS_MASTER_KEY", "abc")];
    let text = "secrets.master_key_file = \"/run/secrets/master\"";
    insta::assert_snapshot!(load(text, &environment, &Flags::default()).unwrap_err(), @"environment variable PIXIE_SECRETS_MASTER_KEY: secrets.master_key and secrets.master_key_file are both set; keep one of them.");
}

#[test]
fn what_may_be_asked_is_a_list_of_hosts_and_ranges() {
    let config = file("outbound.allow = [\"rp.internal:8443\", \"10.0.0.0/8\"]");
    let written: Vec<_> = config.outbound.allow.iter().map(ToString::to_string).collect();
    assert_eq!(written, ["rp.internal:8443", "10.0.0.0/8"]);
    let environment = [("PIXIE_OUTBOUND_ALLOW", "rp.internal, ::1")];
    let config = load("", &environment, &Flags::default()).unwrap();
    assert_eq!(config.outbound.allow.len(), 2);
    insta::assert_snapshot!(refused("outbound.allow = [\"https://rp.internal\"]"), @r#"pixie.toml, line 1: `outbound.allow` is `["https://rp.internal"]`: must be a host, an address or a range such as "rp.internal", "rp.internal:8443" or "10.0.0.0/8"."#);
    insta::assert_snapshot!(refused("outbound.allow = [\"10.0.0.1/8\"]"), @r#"pixie.toml, line 1: `outbound.allow` is `["10.0.0.1/8"]`: names 10.0.0.1/8, which has address bits after its prefix; write 10.0.0.0/8."#);
    insta::assert_snapshot!(refused("outbound.max_requests = 0"), @"pixie.toml, line 1: `outbound.max_requests` is `0`: must be at least 1.");
    insta::assert_snapshot!(refused("outbound.timeout = 0"), @"pixie.toml, line 1: `outbound.timeout` is `0`: must be longer than zero.");
}

#[test]
fn a_bundle_of_authorities_must_be_readable() {
    insta::assert_snapshot!(refused("\noutbound.ca_bundle = \"/nowhere/ca.pem\""), @"pixie.toml, line 2: outbound.ca_bundle names /nowhere/ca.pem, which cannot be read (No such file or directory (os error 2)); check the path and its permissions.");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let bundle = |content: &str| {
        std::fs::write(&path, content).unwrap();
        let text = format!("outbound.ca_bundle = {:?}", path.display().to_string());
        load(&text, &[], &Flags::default()).map_err(|error| error.replace(path.to_str().unwrap(), "ca.pem"))
    };
    insta::assert_snapshot!(bundle("none").unwrap_err(), @"pixie.toml, line 1: outbound.ca_bundle names ca.pem, which holds no certificate in PEM form; it must have a part that begins with -----BEGIN CERTIFICATE-----.");
    let made = rcgen::generate_simple_self_signed(["rp.internal".to_owned()]).unwrap();
    let config = bundle(&made.cert.pem()).unwrap();
    assert!(config.outbound.read_ca_bundle().unwrap().is_some());
}

#[test]
fn every_key_can_be_set_by_its_variable() {
    for key in key::all() {
        let value = key
            .default
            .as_ref()
            .map_or_else(|| "x".to_owned(), ToString::to_string);
        let value = if key.name == "hashing_threads" {
            "1".to_owned()
        } else {
            value
        };
        let result = load("", &[(&key.variable(), &value)], &Flags::default());
        let errors = result.err().unwrap_or_default();
        let alone = [
            "tls.certificate",
            "tls.key",
            "database.url",
            "metrics.listen",
            "applications.default_scopes",
            "outbound.ca_bundle",
            "mail.from",
            "mail.reply_to",
            "mail.port",
            "sign_in.second_factor_required_from",
            "passkeys.relying_party_id",
            "passwords.breached_list",
        ]
        .contains(&key.path().as_str());
        assert!(
            errors.is_empty() || (alone && !errors.contains("no such setting")),
            "{errors}"
        );
    }
}

#[test]
fn the_reference_in_the_documentation_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/configuration.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, reference()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == reference(),
        "docs/configuration.md is old: run UPDATE_DOCS=1 cargo test -p pixie"
    );
}

#[test]
fn a_refused_value_is_quoted_unless_it_is_secret() {
    let wrong = load(
        "server.max_connections = 0",
        &[
            ("PIXIE_SECRETS_MASTER_KEY", ""),
            ("PIXIE_DATABASE_URL", "mysql://pixie:hunter2@db"),
        ],
        &Flags::set(["logging.format=xml"]),
    );
    let wrong = wrong.unwrap_err();
    assert!(
        wrong.contains("`server.max_connections` is `0`: must be at least 1"),
        "{wrong}"
    );
    assert!(wrong.contains("`logging.format` is `xml`: must be "), "{wrong}");
    assert!(
        wrong.contains("`database.url` must be ") && !wrong.contains("hunter2"),
        "{wrong}"
    );
    assert!(wrong.contains("`secrets.master_key` must "), "{wrong}");
}

/// Code spans of a page outside its fenced blocks.
fn code_spans(page: &str) -> Vec<String> {
    let text: Vec<_> = page.split("```").step_by(2).collect();
    let spans = text.iter().flat_map(|text| text.split('`').skip(1).step_by(2));
    spans.map(str::to_owned).collect()
}

#[test]
fn every_key_that_the_documentation_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folders = ["docs", "docs/decisions"].map(|folder| root.join(folder));
    let pages = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let pages = pages
        .map(|page| page.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"));
    let keys = key::all();
    let mut named = 0;
    for page in pages.chain([root.join("README.md")]) {
        for span in code_spans(&std::fs::read_to_string(&page).unwrap()) {
            let word = span.split([' ', '=']).next().unwrap_or_default();
            let Some((section, name)) = word.split_once('.') else {
                continue;
            };
            // Keys are in snake case; camel case is of other programs.
            let is_other = ["md", "rs", "toml"].contains(&name) || name.contains(char::is_uppercase);
            if is_other || !keys.iter().any(|key| key.section == section) {
                continue;
            }
            let exists = keys.iter().any(|key| key.path() == word);
            assert!(exists, "{}: no key `{word}`", page.display());
            named += 1;
        }
    }
    assert!(named > 50, "{named} keys were found");
}

#[test]
fn postgres_is_named_by_flag_variable_or_file_and_its_password_is_not_printed() {
    let text = "[database]\nurl = \"postgres://pixie:hunter2@db1,db2/pixie?target_session_attrs=read-write\"\npooler = true";
    let config = file(text);
    assert_eq!(
        config.database_name(),
        "postgres://pixie@db1,db2/pixie?target_session_attrs=read-write"
    );
    assert!(config.database.pooler);
    for shown in [config.to_toml_hidden(), format!("{config:?}")] {
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(
            shown.contains("postgres://pixie:[hidden]@db1,db2/pixie"),
            "{shown}"
        );
    }
    let variable = [("PIXIE_DATABASE_URL", "postgres://db/pixie")];
    let config = load("", &variable, &Flags::default()).unwrap();
    assert_eq!(config.database_name(), "postgres://db/pixie");
    let flag = Flags::set(["database.url=postgresql://db/other"]);
    assert_eq!(
        load("", &variable, &flag).unwrap().database_name(),
        "postgresql://db/other"
    );
}

#[test]
fn two_databases_are_one_too_many() {
    insta::assert_snapshot!(
        refused("[database]\nurl = \"postgres://db/pixie\"\npath = \"pixie.sqlite3\""),
        @"pixie.toml, line 2: database.url and database.path are both set; keep the url for PostgreSQL, or the path for SQLite."
    );
    insta::assert_snapshot!(
        refused_variable("PIXIE_DATABASE_POOLER", "true"),
        @"environment variable PIXIE_DATABASE_POOLER: database.pooler is for PostgreSQL; set database.url too, or remove it."
    );
    insta::assert_snapshot!(
        refused_variable("PIXIE_DATABASE_CONNECTIONS", "1"),
        @"environment variable PIXIE_DATABASE_CONNECTIONS: `database.connections` is `1`: must be at least 2."
    );
}

/// `pixie apply` beside a server behind a proxy needs no certificate; what would serve does.
#[test]
fn only_what_serves_needs_something_that_speaks_tls() {
    let text = "server.issuer = \"https://id.example\"";
    assert!(load_for(Purpose::Command, text, &[], &Flags::default()).is_ok());
    assert!(refused(text).contains("nothing here speaks TLS"));
    let wrong = "server.issuer = \"http://id.example\"";
    assert!(load_for(Purpose::Command, wrong, &[], &Flags::default()).is_err());
}

#[test]
fn the_domain_of_passkeys_fits_the_issuer() {
    let id = |text: &str| {
        let config = file(text);
        let issuer = pixie_oauth::Issuer::parse(config.server.issuer.as_str()).unwrap();
        let settings = config.passkeys.settings(&issuer).unwrap();
        settings.map(|passkeys| passkeys.relying_party_id().to_owned())
    };
    assert_eq!(
        id("server.issuer = \"http://localhost:8000/o\"").as_deref(),
        Some("localhost")
    );
    assert_eq!(
        id("server.issuer = \"http://localhost:8000/o\"\npasskeys.enabled = false"),
        None
    );
    assert_eq!(id("server.issuer = \"http://127.0.0.1:8000/o\""), None);
    insta::assert_snapshot!(refused("passkeys.relying_party_id = \"example.com\""), @r#"pixie.toml, line 1: passkeys.relying_party_id cannot be used: "example.com" is neither the host of the issuer nor a domain above it; if passkeys were made there before the issuer moved, list "http://localhost:8000" among the related origins, and serve that list at https://example.com/.well-known/webauthn."#);
    let path = "passkeys.related_origins = [\"https://id.example.org/o\"]";
    assert!(
        refused(path).contains("passkeys.related_origins names \"https://id.example.org/o\": an origin is")
    );
}
