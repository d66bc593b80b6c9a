//! The policy: the second factor that the rules of the server and of an application demand from a person now.

use crate::clock::Timestamp;
use crate::entities::{Account, Client};
use crate::settings::{GroupRule, SecondFactorRule, SignInSettings};

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
fn of_account<'a>(
    settings: &'a SignInSettings,
    account: &'a Account,
) -> impl Iterator<Item = SecondFactorRule> + 'a {
    let rules = groups_of(settings, account)
        .map(|rule| rule.second_factor)
        .chain([settings.second_factor]);
    rules.filter(|_| account.external_id.is_none())
}

/// The rules of the groups of a person.
fn groups_of<'a>(settings: &'a SignInSettings, account: &'a Account) -> impl Iterator<Item = &'a GroupRule> {
    let rules = settings.groups.iter();
    rules.filter(|rule| account.groups.contains(&rule.group))
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

/// Seconds for which the devices of a person are remembered: as the strictest rule says. `None` if they are not.
pub(crate) fn remember_devices(settings: &SignInSettings, account: &Account) -> Option<i64> {
    let rules = groups_of(settings, account).filter_map(|rule| rule.remember_devices);
    let least = rules.chain([settings.remember_devices]).min();
    least.filter(|seconds| *seconds > 0)
}

/// The factors that a person has proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proved {
    One,
    /// One, on a device on which the other was proved some days ago at most.
    OneOnRememberedDevice,
    Two,
}

/// The step after the first factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FactorStep {
    /// One factor is enough, two were proved at once, or the device is remembered.
    Done,
    /// The person proves their second factor.
    Prove,
    /// The person adds a second factor.
    Enrol,
    /// The person is asked to add one, and may go on without.
    Suggest,
}

/// The step that a demand leads to.
pub(crate) fn factor_step(demand: Demand, proved: Proved, enrolled: bool) -> FactorStep {
    match demand {
        _ if proved != Proved::One => FactorStep::Done,
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
                remember_devices: None,
            };
            let settings = SignInSettings {
                second_factor: everybody,
                remember_devices: 0,
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
            ..SignInSettings::default()
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
            assert_eq!(factor_step(demand, Proved::One, false), without, "{demand:?}");
            assert_eq!(factor_step(demand, Proved::One, true), enrolled, "{demand:?}");
            assert_eq!(factor_step(demand, Proved::Two, false), Done, "{demand:?}");
            for proved in [Proved::OneOnRememberedDevice, Proved::Two] {
                assert_eq!(factor_step(demand, proved, true), Done, "{demand:?}");
            }
        }
    }

    #[test]
    fn devices_are_remembered_for_the_least_time_of_the_rules_that_apply() {
        for (everybody, of_group, groups, expected) in [
            (0, None, &[][..], None),
            (60, None, &["staff"], Some(60)),
            (60, Some(30), &[], Some(60)),
            (60, Some(30), &["staff"], Some(30)),
            (60, Some(90), &["staff"], Some(60)),
            (60, Some(0), &["staff"], None),
            (0, Some(30), &["staff"], None),
        ] {
            let settings = SignInSettings {
                remember_devices: everybody,
                groups: vec![GroupRule {
                    group: "staff".to_owned(),
                    second_factor: SecondFactorRule::Offered,
                    remember_devices: of_group,
                }],
                ..SignInSettings::default()
            };
            let remembered = remember_devices(&settings, &account(groups));
            assert_eq!(remembered, expected, "{everybody} {of_group:?} {groups:?}");
        }
    }
}
