//! The policy: the second factor that the rules of the server and of an application demand from a person now.

use crate::clock::Timestamp;
use crate::entities::{Account, Client};
use crate::settings::{SecondFactorRule, SignInSettings};

/// The demand for a second factor, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Demand {
    /// Nobody is asked.
    None,
    /// People who have one are asked for it.
    IfEnrolled,
    /// As before, and people who have none are asked to add one, which they may put off.
    Suggested,
    /// People who have none must add one.
    Required,
}

/// The strictest of the rules that apply. An application can only be stricter. How people of a host application sign in is decided
/// there, so that the rules of the server do not apply to them.
pub(crate) fn demand(
    settings: &SignInSettings,
    account: &Account,
    client: Option<&Client>,
    now: Timestamp,
) -> Demand {
    let own = of_account(settings, account).map(|rule| of_rule(rule, now));
    let of_client = client.filter(|client| client.require_second_factor);
    own.chain(of_client.map(|_| Demand::Required))
        .max()
        .unwrap_or(Demand::IfEnrolled)
}

/// The rules of the server that apply to a person.
fn of_account(settings: &SignInSettings, account: &Account) -> impl Iterator<Item = SecondFactorRule> {
    let of_groups = settings
        .groups
        .iter()
        .filter(|rule| account.groups.contains(&rule.group));
    let rules = of_groups
        .map(|rule| rule.second_factor)
        .chain([settings.second_factor]);
    rules.filter(|_| account.external_id.is_none())
}

fn of_rule(rule: SecondFactorRule, now: Timestamp) -> Demand {
    match rule {
        SecondFactorRule::Never => Demand::None,
        SecondFactorRule::Offered => Demand::IfEnrolled,
        SecondFactorRule::Required { from: Some(from) } if now < from => Demand::Suggested,
        SecondFactorRule::Required { .. } => Demand::Required,
    }
}

/// The time from which a second factor is required of a person of whom none is yet.
pub(crate) fn required_from(settings: &SignInSettings, account: &Account) -> Option<Timestamp> {
    let rules = of_account(settings, account);
    let times = rules.filter_map(|rule| match rule {
        SecondFactorRule::Required { from } => from,
        _ => None,
    });
    times.min()
}

/// The step after the first factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FactorStep {
    /// One factor is enough, or two were proved at once.
    Done,
    /// The person proves their second factor.
    Prove,
    /// The person adds a second factor.
    Enrol,
    /// The person is asked to add one, and may go on without.
    Suggest,
}

/// The step that a demand leads to.
pub(crate) fn factor_step(demand: Demand, two_proved: bool, enrolled: bool) -> FactorStep {
    match demand {
        _ if two_proved => FactorStep::Done,
        Demand::None => FactorStep::Done,
        _ if enrolled => FactorStep::Prove,
        Demand::IfEnrolled => FactorStep::Done,
        Demand::Suggested => FactorStep::Suggest,
        Demand::Required => FactorStep::Enrol,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entities::{ExternalId, Username};
    use crate::examples;
    use crate::ids::AccountId;
    use crate::settings::GroupRule;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn account(groups: &[&str]) -> Account {
        let id = AccountId::from_uuid(uuid::Uuid::nil());
        Account {
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            ..Account::new(id, Username::parse("alice").unwrap(), NOW)
        }
    }

    fn required(after: i64) -> SecondFactorRule {
        SecondFactorRule::Required {
            from: Some(NOW.plus(after)),
        }
    }

    #[test]
    fn the_strictest_rule_of_server_groups_and_application_counts() {
        use SecondFactorRule::{Never, Offered, Required};
        let always = Required { from: None };
        for (everybody, staff, admins, groups, of_client, expected) in [
            (Never, Never, Never, &[][..], false, Demand::None),
            (Offered, Never, Never, &["staff"], false, Demand::IfEnrolled),
            (Never, always, Never, &[], false, Demand::None),
            (Never, always, Never, &["staff"], false, Demand::Required),
            (Offered, Offered, always, &["staff"], false, Demand::IfEnrolled),
            (
                Offered,
                required(60),
                always,
                &["staff", "admins"],
                false,
                Demand::Required,
            ),
            (required(60), Never, Never, &[], false, Demand::Suggested),
            (required(1), Never, Never, &[], false, Demand::Suggested),
            (required(0), Never, Never, &[], false, Demand::Required),
            (required(-60), Never, Never, &[], false, Demand::Required),
            (Never, Never, Never, &[], true, Demand::Required),
            (required(60), Never, Never, &[], true, Demand::Required),
        ] {
            let rule = |group: &str, second_factor| GroupRule {
                group: group.to_owned(),
                second_factor,
            };
            let settings = SignInSettings {
                second_factor: everybody,
                groups: vec![rule("staff", staff), rule("admins", admins)],
            };
            let client = Client {
                require_second_factor: of_client,
                ..examples::client()
            };
            assert_eq!(
                demand(&settings, &account(groups), Some(&client), NOW),
                expected,
                "{everybody:?}, staff {staff:?}, admins {admins:?}, {groups:?}, client {of_client}"
            );
        }
    }

    #[test]
    fn the_rules_of_the_server_do_not_apply_to_people_of_a_host_application() {
        let settings = SignInSettings {
            second_factor: SecondFactorRule::Required { from: None },
            groups: Vec::new(),
        };
        let alice = Account {
            external_id: Some(ExternalId::parse("17").unwrap()),
            ..account(&[])
        };
        let strict = Client {
            require_second_factor: true,
            ..examples::client()
        };
        assert_eq!(demand(&settings, &alice, None, NOW), Demand::IfEnrolled);
        assert_eq!(demand(&settings, &alice, Some(&strict), NOW), Demand::Required);
    }

    #[test]
    fn the_table_of_steps_after_the_first_factor() {
        use FactorStep::{Done, Enrol, Prove, Suggest};
        for (demand, without, enrolled) in [
            (Demand::None, Done, Done),
            (Demand::IfEnrolled, Done, Prove),
            (Demand::Suggested, Suggest, Prove),
            (Demand::Required, Enrol, Prove),
        ] {
            assert_eq!(factor_step(demand, false, false), without, "{demand:?}");
            assert_eq!(factor_step(demand, false, true), enrolled, "{demand:?}");
            assert_eq!(factor_step(demand, true, false), Done, "{demand:?}");
            assert_eq!(factor_step(demand, true, true), Done, "{demand:?}");
        }
    }
}
