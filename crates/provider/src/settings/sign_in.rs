//! The rules for second factors: for everybody, and for the members of groups.

use crate::clock::Timestamp;

/// The use of second factors, the weakest rule first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecondFactorRule {
    /// Nobody is asked for one, and nobody can add one.
    Never,
    /// People who have added one are asked for it.
    #[default]
    Offered,
    /// People who have none add one when they sign in.
    Required {
        /// The time from which they do. Before it, they are asked to add one at each sign-in and may put it off. `None` if the time
        /// has come.
        from: Option<Timestamp>,
    },
}

/// The rule for the members of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRule {
    /// The name of the group.
    pub group: String,
    /// The use of second factors by its members.
    pub second_factor: SecondFactorRule,
    /// Seconds for which their devices are remembered at most; `None` for as long as everybody's.
    pub remember_devices: Option<i64>,
}

/// The rules for the sign-ins of this server's own accounts. The strictest of those that apply to a person counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInSettings {
    /// The use of second factors by everybody.
    pub second_factor: SecondFactorRule,
    /// Seconds for which people are not asked for their second factor on a device on which they proved it, if they choose so. 0 if they
    /// have no choice.
    pub remember_devices: i64,
    /// Further rules, for the members of groups.
    pub groups: Vec<GroupRule>,
}

impl Default for SignInSettings {
    /// Second factors are offered, and devices are remembered for 30 days.
    fn default() -> Self {
        Self {
            second_factor: SecondFactorRule::Offered,
            remember_devices: 30 * 24 * 3600,
            groups: Vec::new(),
        }
    }
}

impl SignInSettings {
    /// `false` if no rule lets anybody have a second factor.
    pub fn offer_second_factors(&self) -> bool {
        let of_groups = self.groups.iter().map(|rule| rule.second_factor);
        let mut rules = std::iter::once(self.second_factor).chain(of_groups);
        rules.any(|rule| rule != SecondFactorRule::Never)
    }
}
