//! `[sign_in]`: the second factors that people need, and the names of the strengths of a sign-in.

use std::time::Duration;

use pixie_oauth::Acr;
use pixie_provider::{GroupRule, SecondFactorRule, Timestamp};
use toml::{Table, Value};

use super::checks::without_fraction;
use super::key::section;
use super::layers::Layers;
use super::setting::{Setting, must_be};
use super::span::whole_seconds;

section! {
    /// The second factors that people need, and the names of the strengths of a sign-in. See `docs/sign-in.md`.
    SignIn = "sign_in" {
        /// The use of second factors: `"never"`, nobody is asked for one or can add one; `"offered"`, people who have added one are asked
        /// for it; `"required"`, people who have none add one when they sign in.
        second_factor: SecondFactor = SecondFactor::Offered;
        /// The day from which `second_factor = "required"` counts, at midnight UTC. Before it, people are asked to add one at each sign-in, and
        /// may put it off.
        second_factor_required_from: Option<Day> = None;
        /// How long a device on which somebody proved their second factor is not asked for it, if they choose so; `0` takes the choice from the
        /// page. It ends when the password is changed, the app is removed or the device is forgotten.
        remember_devices: Duration = Duration::from_secs(30 * 24 * 3600), if without_fraction;
        /// Rules for the members of groups, one `[[sign_in.groups]]` for each, with `group`, `second_factor`, `second_factor_required_from`
        /// and `remember_devices`. The strictest of the rules that apply to a person counts.
        groups: Vec<GroupSecondFactor> = Vec::new();
        /// The name (`acr`) of a sign-in with one factor, such as a password.
        acr_one_factor: AcrName = AcrName(Acr::one_factor());
        /// The name (`acr`) of a sign-in with two factors, such as a password and a code.
        acr_two_factors: AcrName = AcrName(Acr::two_factors());
        /// The name (`acr`) of a sign-in that a page of another site cannot obtain: with a passkey.
        acr_phishing_resistant: AcrName = AcrName(Acr::phishing_resistant());
    }
}

impl SignIn {
    /// The rule for everybody.
    #[must_use]
    pub fn rule(&self) -> SecondFactorRule {
        self.second_factor.from(self.second_factor_required_from)
    }

    /// Seconds for which devices are remembered.
    #[must_use]
    pub fn remember_devices(&self) -> i64 {
        whole_seconds(self.remember_devices)
    }

    /// The rules for the members of groups.
    #[must_use]
    pub fn group_rules(&self) -> Vec<GroupRule> {
        let rule = |one: &GroupSecondFactor| GroupRule {
            group: one.group.clone(),
            second_factor: one.second_factor.from(one.required_from),
            remember_devices: one.remember_devices.map(whole_seconds),
        };
        self.groups.iter().map(rule).collect()
    }
}

/// The rules that tie keys together.
pub(super) fn check(sign_in: &SignIn, layers: &mut Layers) {
    if sign_in.second_factor_required_from.is_some() && sign_in.second_factor != SecondFactor::Required {
        let sentence = "sign_in.second_factor_required_from needs sign_in.second_factor = \"required\".";
        layers.refuse_keys(&["sign_in.second_factor_required_from"], sentence);
    }
    let (one, two) = (&sign_in.acr_one_factor, &sign_in.acr_two_factors);
    let phishing_resistant = &sign_in.acr_phishing_resistant;
    if one == two || two == phishing_resistant || one == phishing_resistant {
        let paths = [
            "sign_in.acr_one_factor",
            "sign_in.acr_two_factors",
            "sign_in.acr_phishing_resistant",
        ];
        let sentence =
            "sign_in.acr_one_factor, sign_in.acr_two_factors and sign_in.acr_phishing_resistant must differ.";
        layers.refuse_keys(&paths, sentence);
    }
}

/// The use of second factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// Nobody is asked for one.
    Never,
    /// People who have one are asked for it.
    Offered,
    /// Everybody needs one.
    Required,
}

impl SecondFactor {
    fn from(self, day: Option<Day>) -> SecondFactorRule {
        match self {
            Self::Never => SecondFactorRule::Never,
            Self::Offered => SecondFactorRule::Offered,
            Self::Required => SecondFactorRule::Required {
                from: day.map(Day::begins_at),
            },
        }
    }
}

impl Setting for SecondFactor {
    fn form() -> String {
        "\"never\", \"offered\" or \"required\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        match value.as_str() {
            Some("never") => Ok(Self::Never),
            Some("offered") => Ok(Self::Offered),
            Some("required") => Ok(Self::Required),
            _ => Err(must_be::<Self>()),
        }
    }

    fn write(&self) -> Option<Value> {
        let word = match self {
            Self::Never => "never",
            Self::Offered => "offered",
            Self::Required => "required",
        };
        Some(Value::String(word.to_owned()))
    }
}

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(jiff::civil::Date);

impl Day {
    /// The time at which the day begins in UTC.
    fn begins_at(self) -> Timestamp {
        let midnight = self.0.at(0, 0, 0, 0);
        let since_1970 = jiff::civil::date(1970, 1, 1)
            .at(0, 0, 0, 0)
            .duration_until(midnight);
        Timestamp::from_seconds(since_1970.as_secs())
    }
}

impl Setting for Day {
    fn form() -> String {
        "a day such as 2027-01-31".to_owned()
    }

    fn example() -> String {
        "2027-01-31".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        let text = match value {
            Value::Datetime(date) => date.to_string(),
            Value::String(text) => text.clone(),
            _ => return Err(must_be::<Self>()),
        };
        // A time of the day is refused, not dropped.
        let whole = text.len() == "2027-01-31".len();
        let day = text.parse().ok().filter(|_| whole);
        day.map(Self).ok_or_else(must_be::<Self>)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(self.0.to_string()))
    }
}

/// The rule for the members of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSecondFactor {
    /// The name of the group.
    pub group: String,
    /// The use of second factors.
    pub second_factor: SecondFactor,
    /// The day from which they are required.
    pub required_from: Option<Day>,
    /// How long devices are remembered, if not as long as everybody's.
    pub remember_devices: Option<Duration>,
}

impl Setting for GroupSecondFactor {
    fn form() -> String {
        "a table such as { group = \"staff\", second_factor = \"required\" }".to_owned()
    }

    fn example() -> String {
        "{ group = \"staff\", second_factor = \"required\" }".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        let table = value.as_table().ok_or_else(must_be::<Self>)?;
        let names = [
            "group",
            "second_factor",
            "second_factor_required_from",
            "remember_devices",
        ];
        if let Some(unknown) = table.keys().find(|name| !names.contains(&name.as_str())) {
            let names = names.map(|name| format!("`{name}`")).join(", ");
            return Err(format!("has an unknown key `{unknown}`, expected one of {names}"));
        }
        let missing = |name: &str| format!("needs `{name}` in each item");
        let group = table.get("group").ok_or_else(|| missing("group"))?;
        let second_factor = table
            .get("second_factor")
            .ok_or_else(|| missing("second_factor"))?;
        let of = |name: &str, complaint: String| format!("has a `{name}` that {complaint}");
        let day = table.get("second_factor_required_from");
        let time = table.get("remember_devices");
        let rule = Self {
            group: String::read(group).map_err(|complaint| of("group", complaint))?,
            second_factor: SecondFactor::read(second_factor)
                .map_err(|complaint| of("second_factor", complaint))?,
            required_from: day
                .map(Day::read)
                .transpose()
                .map_err(|complaint| of("second_factor_required_from", complaint))?,
            remember_devices: time
                .map(|value| Duration::read(value).and_then(|time| without_fraction(&time).map(|()| time)))
                .transpose()
                .map_err(|complaint| of("remember_devices", complaint))?,
        };
        if rule.required_from.is_some() && rule.second_factor != SecondFactor::Required {
            return Err(
                "has a `second_factor_required_from` without `second_factor = \"required\"`".to_owned(),
            );
        }
        Ok(rule)
    }

    fn write(&self) -> Option<Value> {
        let mut table = Table::new();
        table.insert("group".to_owned(), Value::String(self.group.clone()));
        let values = [
            ("second_factor", self.second_factor.write()),
            ("second_factor_required_from", self.required_from.write()),
            ("remember_devices", self.remember_devices.write()),
        ];
        for (name, value) in values {
            table.extend(value.map(|value| (name.to_owned(), value)));
        }
        Some(Value::Table(table))
    }
}

/// The name of a strength.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcrName(pub Acr);

impl Setting for AcrName {
    fn form() -> String {
        "1 to 100 visible ASCII characters, such as \"2\" or \"urn:example:high\"".to_owned()
    }

    fn read(value: &Value) -> Result<Self, String> {
        let acr = value.as_str().and_then(|text| Acr::parse(text).ok());
        acr.map(Self).ok_or_else(must_be::<Self>)
    }

    fn write(&self) -> Option<Value> {
        Some(Value::String(self.0.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_utc() {
        let begins = |value: Value| Day::read(&value).map(|day| day.begins_at().seconds());
        assert_eq!(begins(Value::String("1970-01-02".to_owned())), Ok(86_400));
        let date = "2027-01-31".parse().unwrap();
        assert_eq!(begins(Value::Datetime(date)), Ok(1_801_353_600));
        for wrong in ["2027-02-30", "2027-01-31T10:00:00Z", "2027-01", "soon", ""] {
            assert!(Day::read(&Value::String(wrong.to_owned())).is_err(), "{wrong}");
        }
    }

    #[test]
    fn mistakes_in_the_rule_of_a_group_are_named() {
        let refused = |text: &str| GroupSecondFactor::read(&text.parse().unwrap()).unwrap_err();
        insta::assert_snapshot!(refused("5"), @r#"must be a table such as { group = "staff", second_factor = "required" }"#);
        insta::assert_snapshot!(refused(r#"{ group = "staff" }"#), @"needs `second_factor` in each item");
        insta::assert_snapshot!(refused(r#"{ second_factor = "required" }"#), @"needs `group` in each item");
        insta::assert_snapshot!(refused(r#"{ group = "staff", second_factor = "always" }"#), @r#"has a `second_factor` that must be "never", "offered" or "required""#);
        insta::assert_snapshot!(refused(r#"{ group = "staff", mfa = true }"#), @"has an unknown key `mfa`, expected one of `group`, `second_factor`, `second_factor_required_from`, `remember_devices`");
        insta::assert_snapshot!(refused(r#"{ group = "staff", second_factor = "offered", second_factor_required_from = 2027-01-31 }"#), @r#"has a `second_factor_required_from` without `second_factor = "required"`"#);
    }
}
