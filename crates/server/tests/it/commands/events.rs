//! `pixie events …`

use serde_json::Value;

use crate::pixie::Pixie;

fn kinds(events: &Value) -> Vec<&str> {
    let events = events.as_array().unwrap().iter();
    events.map(|event| event["kind"].as_str().unwrap()).collect()
}

/// A data folder in which two accounts and a client were made and one of each changed.
fn with_events() -> Pixie {
    let pixie = Pixie::new();
    for name in ["alice", "bob"] {
        pixie.run(&["user", "add", name, "--no-password"]).done();
    }
    pixie.run(&["user", "disable", "bob"]).done();
    let client = [
        "client",
        "add",
        "--client-id",
        "notes",
        "--name",
        "Notes",
        "--redirect-uri",
        "https://notes.example/cb",
    ];
    pixie.run(&client).done();
    pixie.run(&["client", "delete", "notes"]).done();
    pixie
}

#[test]
fn what_commands_changed_is_listed_the_newest_first() {
    let pixie = with_events();
    let events = pixie.run(&["events", "list", "--json"]).json();
    let expected = [
        "client_deleted",
        "client_registered",
        "account_disabled",
        "account_added",
        "account_added",
    ];
    assert_eq!(kinds(&events)[..5], expected);
    assert_eq!(events[0]["actor"]["kind"], "operator");
    assert_eq!(events[0]["details"]["client_id"], "notes");
    assert_eq!(events[2]["account"]["username"], "bob");
    let text = pixie.run(&["events", "list"]).done();
    let headings: Vec<_> = text.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(headings.join(" "), "TIME EVENT BY ACCOUNT APPLICATION DETAILS");
    assert!(
        text.lines()
            .any(|line| line.contains("account_disabled") && line.contains("bob")),
        "{text}"
    );
}

#[test]
fn events_are_listed_by_account_and_kind_and_as_many_as_asked_for() {
    let pixie = with_events();
    let of_bob = pixie
        .run(&["events", "list", "--account", "bob", "--json"])
        .json();
    assert_eq!(kinds(&of_bob), ["account_disabled", "account_added"]);
    let added = [
        "events",
        "list",
        "--kind",
        "account_added",
        "--limit",
        "1",
        "--json",
    ];
    let added = pixie.run(&added).json();
    assert_eq!(
        (added.as_array().unwrap().len(), &added[0]["account"]["username"]),
        (1, &"bob".into())
    );
    let none = pixie.run(&["events", "list", "--kind", "code_replayed"]).done();
    assert_eq!(none, "No such events are stored.");
    let unknown = pixie
        .run(&["events", "list", "--kind", "sign-in"])
        .called_wrongly();
    assert!(
        unknown.contains("unknown kind of event `sign-in`, expected one of `signed_in`"),
        "{unknown}"
    );
    let nothing = pixie.run(&["events", "count"]).done();
    assert_eq!(nothing, "Nothing was counted in this time.");
}
