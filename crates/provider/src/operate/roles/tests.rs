use uuid::Uuid;

use super::*;
use crate::events::actor::{ActingClient, RequestOrigin};
use crate::examples::{client, person, settings};

/// The expected right for each pair, written out here a second time and not read from the table.
fn expected(command: Command, role: Role) -> bool {
    use Command::{
        AddAccount, Apply, ChangeAccount, ChangeClient, DeleteAccount, DeleteClient, DisableAccount,
        GiveReservedScope, ImportKey, Invite, MakeResetLink, ManageSessions, RegisterClient,
        RemoveCredential, RevokeTokens, RotateKey, RotateMasterKey, SendTestMail, SetPassword, TrustClient,
        ViewClient, ViewEvents, ViewKeys, WithdrawAuthorization, WithdrawKey,
    };
    match role {
        Role::Operator => true,
        Role::Administrator => match command {
            RegisterClient
            | ViewClient
            | ChangeClient
            | DeleteClient
            | TrustClient
            | GiveReservedScope
            | ViewKeys
            | RotateKey
            | WithdrawKey
            | AddAccount
            | ChangeAccount
            | SetPassword
            | Invite
            | DeleteAccount
            | ManageSessions
            | MakeResetLink
            | RemoveCredential
            | DisableAccount
            | WithdrawAuthorization
            | RevokeTokens
            | SendTestMail
            | ViewEvents => true,
            ImportKey | RotateMasterKey | Apply => false,
        },
        Role::ApplicationOwner => matches!(command, ViewClient | ChangeClient | DeleteClient),
        // Registering applications is off until the operator allows it.
        Role::Person => false,
        Role::System => matches!(command, RotateKey),
    }
}

#[test]
fn each_role_may_do_what_the_table_says_and_nothing_else() {
    let settings = settings();
    let (mut administrator, owner) = (person(), person());
    administrator.id = AccountId::from_uuid(Uuid::from_u128(77));
    administrator.administrator = true;
    let mut other = person();
    other.id = AccountId::from_uuid(Uuid::from_u128(78));
    let mut own = client();
    own.owner = Some(owner.id);
    let actors = [
        (Actor::Operator, Role::Operator),
        (Actor::person(&administrator), Role::Administrator),
        (Actor::person(&owner), Role::ApplicationOwner),
        (Actor::person(&other), Role::Person),
        (Actor::System, Role::System),
    ];
    for (actor, as_role) in actors {
        assert_eq!(role(actor, Target::Client(&own)), Some(as_role));
        for command in Command::ALL {
            let may = may(actor, *command, Target::Client(&own), &settings);
            assert_eq!(may, expected(*command, as_role), "{as_role:?} {command:?}");
        }
    }
}

#[test]
fn people_register_applications_only_if_self_service_is_on() {
    let person = person();
    for self_service in [true, false] {
        let settings = Settings {
            self_service,
            ..settings()
        };
        let actor = Actor::person(&person);
        assert_eq!(
            may(actor, Command::RegisterClient, Target::Server, &settings),
            self_service
        );
    }
}

#[test]
fn people_take_back_only_what_they_allowed_themselves() {
    let (settings, person) = (settings(), person());
    let withdraws = |account| {
        let target = Target::Account(account);
        may(
            Actor::person(&person),
            Command::WithdrawAuthorization,
            target,
            &settings,
        )
    };
    assert!(withdraws(person.id));
    assert!(!withdraws(AccountId::from_uuid(Uuid::from_u128(99))));
}

#[test]
fn a_client_without_the_scope_manages_itself_and_no_other() {
    let (settings, own) = (settings(), client());
    let actor = Actor::client_itself(&own, RequestOrigin::default());
    assert_eq!(role(actor, Target::Client(&own)), Some(Role::ApplicationOwner));
    for target in [Target::Server, Target::Client(&crate::examples::stranger())] {
        for command in Command::ALL {
            assert!(!may(actor, *command, target, &settings), "{command:?}");
        }
    }
    let Actor::Client(acting) = actor else {
        unreachable!("a client acts")
    };
    let administers = Actor::Client(ActingClient {
        administers: true,
        ..acting
    });
    assert_eq!(role(administers, Target::Server), Some(Role::Administrator));
}

/// The table as the documentation shows it.
fn table() -> String {
    let mut lines = vec![
        "| to | operator | administrator | application owner | person | system |".to_owned(),
        "|---|---|---|---|---|---|".to_owned(),
    ];
    for command in Command::ALL {
        let rights = command.rights().map(|right| match right {
            Right::Yes => "yes",
            Right::No => "",
            Right::Own => "their own",
            Right::SelfService => "if `applications.self_service`",
        });
        lines.push(format!("| {} | {} |", command.name(), rights.join(" | ")));
    }
    lines.join("\n")
}

#[test]
fn the_documentation_has_the_table() {
    let page = include_str!("../../../../../docs/roles.md");
    assert!(
        page.contains(&table()),
        "docs/roles.md should contain:\n{}",
        table()
    );
}
