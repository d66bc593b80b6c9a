//! Tests of the rules, case by case.

use proptest::prelude::*;

use super::*;
use crate::examples::{client, scope};
use crate::scopes::known::INTROSPECTION_SCOPE;

fn narrow_client() -> Client {
    Client {
        scope: Some(scope("read")),
        ..client()
    }
}

fn resolved(requested: Option<&str>, client: &Client) -> Result<Scope, ScopeRefusal> {
    granted(requested, client, &Scopes::default())
}

#[test]
fn what_is_asked_for_is_granted_in_its_order() {
    assert_eq!(
        resolved(Some("write read"), &client()).unwrap().to_string(),
        "write read"
    );
}

#[test]
fn who_asks_for_nothing_gets_the_default_of_the_client_or_of_the_server() {
    assert_eq!(resolved(None, &client()), Ok(scope("read write")));
    let own = Client {
        default_scope: Some(scope("write")),
        ..client()
    };
    assert_eq!(resolved(None, &own), Ok(scope("write")));
    assert_eq!(resolved(None, &narrow_client()), Ok(scope("read")));
}

#[test]
fn a_client_without_any_scope_of_the_default_gets_its_own_list() {
    for (list, given) in [
        ("introspection", "introspection"),
        ("registration", "registration"),
        ("registration openid email", "registration"),
    ] {
        let own = Client {
            scope: Some(scope(list)),
            ..client()
        };
        assert_eq!(resolved(None, &own), Ok(scope(given)), "{list}");
    }
}

#[test]
fn who_may_have_nothing_by_default_must_ask() {
    let own = Client {
        scope: Some(scope("openid email groups")),
        ..client()
    };
    assert_eq!(resolved(None, &own), Err(ScopeRefusal::Empty));
    assert_eq!(resolved(Some(" "), &client()), Err(ScopeRefusal::Empty));
}

#[test]
fn one_scope_too_many_refuses_all() {
    let refused = |requested, client: &Client| resolved(Some(requested), client).unwrap_err();
    assert_eq!(
        refused("read write", &narrow_client()),
        ScopeRefusal::NotForClient("write".into())
    );
    assert_eq!(
        refused("read nothing write", &narrow_client()),
        ScopeRefusal::NotForClient("write".into())
    );
    assert_eq!(refused("read\"", &client()), ScopeRefusal::Malformed);
}

/// OpenID Connect Core section 3.1.2.1: "Scope values used that are not understood by an implementation SHOULD be ignored."
#[test]
fn unknown_scopes_are_left_out_unless_nothing_is_left() {
    for (requested, left) in [
        ("openid profile email nothing", "openid profile email"),
        ("nothing read", "read"),
        ("read READ nothing write", "read write"),
    ] {
        assert_eq!(
            resolved(Some(requested), &client()),
            Ok(scope(left)),
            "{requested}"
        );
    }
    assert_eq!(
        resolved(Some("nothing else"), &client()),
        Err(ScopeRefusal::Unknown("nothing".into()))
    );
    let own = Client {
        scope: Some(scope("read gone")),
        default_scope: Some(scope("gone read")),
        ..client()
    };
    assert_eq!(resolved(None, &own), Ok(scope("read")));
}

#[test]
fn a_refresh_leaves_unknown_scopes_out_too() {
    let refreshed = |requested| {
        narrowed(
            Some(requested),
            &scope("read write"),
            &client(),
            &Scopes::default(),
        )
    };
    assert_eq!(refreshed("read nothing"), Ok(scope("read")));
    assert_eq!(refreshed("nothing"), Err(ScopeRefusal::Unknown("nothing".into())));
    assert_eq!(
        refreshed("email nothing"),
        Err(ScopeRefusal::Widened("email".into()))
    );
}

#[test]
fn a_default_that_the_client_may_no_longer_ask_for_is_not_granted() {
    let own = Client {
        default_scope: Some(scope("read write")),
        ..narrow_client()
    };
    assert_eq!(
        resolved(None, &own),
        Err(ScopeRefusal::NotForClient("write".into()))
    );
}

#[test]
fn introspection_is_for_clients_whose_own_list_names_it() {
    assert_eq!(
        resolved(Some(INTROSPECTION_SCOPE), &client()),
        Err(ScopeRefusal::NotForClient(INTROSPECTION_SCOPE.into()))
    );
    let listed = Client {
        scope: Some(scope(INTROSPECTION_SCOPE)),
        ..client()
    };
    assert_eq!(
        resolved(Some(INTROSPECTION_SCOPE), &listed),
        Ok(scope(INTROSPECTION_SCOPE))
    );
}

#[test]
fn nothing_asked_for_in_a_refresh_means_what_was_granted() {
    let original = scope("read write");
    for requested in [None, Some(""), Some("  ")] {
        let given = narrowed(requested, &original, &client(), &Scopes::default());
        assert_eq!(given, Ok(original.clone()));
    }
}

/// Keycloak GHSA-895x-rfqp-jh5c: what a client loses, its refresh tokens lose.
#[test]
fn a_refresh_gives_nothing_that_the_client_may_no_longer_ask_for() {
    let refreshed = |requested, original: &str| {
        narrowed(requested, &scope(original), &narrow_client(), &Scopes::default())
    };
    assert_eq!(refreshed(None, "read write"), Ok(scope("read")));
    assert_eq!(
        refreshed(Some("read write"), "read write"),
        Err(ScopeRefusal::NotForClient("write".into()))
    );
    assert_eq!(
        refreshed(None, "write"),
        Err(ScopeRefusal::NotForClient("write".into()))
    );
    assert_eq!(
        refreshed(Some("gone"), "gone"),
        Err(ScopeRefusal::Unknown("gone".into()))
    );
}

proptest! {
    #[test]
    fn a_refresh_never_widens(
        requested in "(read|write|nothing| ){0,6}",
        original in "(read|write|nothing| ){0,6}",
        own in "(read|write| ){0,4}",
    ) {
        let (original, own) = (scope(&original), scope(&own));
        let client = Client { scope: Some(own.clone()), ..client() };
        if let Ok(given) = narrowed(Some(&requested), &original, &client, &Scopes::default()) {
            prop_assert!(original.covers(&given));
            prop_assert!(own.covers(&given));
        }
    }

    #[test]
    fn nobody_gets_more_than_the_client_may_ask_for(requested in "(read|write|introspection| ){0,6}", own in "(read|write| ){0,4}") {
        let client = Client { scope: Some(scope(&own)), ..client() };
        if let Ok(given) = resolved(Some(&requested), &client) {
            prop_assert!(scope(&own).covers(&given));
            prop_assert!(!given.is_empty());
        }
    }
}
