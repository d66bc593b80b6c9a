//! The standard claims (OpenID Connect Core section 5.1), the scopes that ask for them (section 5.4) and their forms.

use serde_json::Value;

use super::error::ClaimError;
use super::form;

crate::words! {
    /// A claim that OpenID Connect defines.
    StandardClaim, "unknown standard claim" {
        /// The full name, as it is shown.
        Name = "name",
        /// Given names.
        GivenName = "given_name",
        /// Family names.
        FamilyName = "family_name",
        /// Middle names.
        MiddleName = "middle_name",
        /// A casual name.
        Nickname = "nickname",
        /// The name by which the user wants to be addressed; not unique.
        PreferredUsername = "preferred_username",
        /// The URL of a page about the user.
        Profile = "profile",
        /// The URL of a picture of the user.
        Picture = "picture",
        /// The URL of the user's own page.
        Website = "website",
        /// The e-mail address.
        Email = "email",
        /// `true` if the server has verified that the e-mail address is the user's.
        EmailVerified = "email_verified",
        /// The gender, in the user's own words.
        Gender = "gender",
        /// The birthday: `YYYY-MM-DD`, `0000-MM-DD` without the year, or `YYYY` alone.
        Birthdate = "birthdate",
        /// The time zone, by its name in the IANA database.
        Zoneinfo = "zoneinfo",
        /// The language and region, as a language tag (RFC 5646).
        Locale = "locale",
        /// The telephone number.
        PhoneNumber = "phone_number",
        /// `true` if the server has verified that the telephone number is the user's.
        PhoneNumberVerified = "phone_number_verified",
        /// The postal address, an object (section 5.1.1).
        Address = "address",
        /// When any of this changed last, seconds since 1970.
        UpdatedAt = "updated_at",
    }
}

impl StandardClaim {
    /// The claim that a name means, with or without a language tag behind `#` (section 5.2).
    pub fn of(name: &str) -> Option<Self> {
        Self::named(form::split_language(name).0)
    }

    /// The scope that requests it.
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Email | Self::EmailVerified => "email",
            Self::PhoneNumber | Self::PhoneNumberVerified => "phone",
            Self::Address => "address",
            _ => "profile",
        }
    }

    /// Returns `true` if the claim may have a language tag, as `name#de`: every claim that is a string may.
    pub const fn can_be_localized(self) -> bool {
        !matches!(
            self,
            Self::EmailVerified | Self::PhoneNumberVerified | Self::UpdatedAt | Self::Address
        )
    }

    /// Checks that a value is of the claim's type and form. A claim that is not known is left out, never empty.
    ///
    /// # Errors
    /// [`ClaimError::Value`].
    pub fn check(self, value: &Value) -> Result<(), ClaimError> {
        let text = |holds: fn(&str) -> bool| form::line(value).is_some_and(holds);
        let (holds, must) = match self {
            Self::EmailVerified | Self::PhoneNumberVerified => (value.is_boolean(), "true or false"),
            Self::UpdatedAt => (form::is_past_or_present(value), "a number of seconds since 1970"),
            Self::Address => (
                form::is_address(value),
                "an object with any of formatted, street_address, locality, region, postal_code, country, each a text",
            ),
            Self::Profile | Self::Picture | Self::Website => (
                text(form::is_web_address),
                "a web address that begins with https:// or http://",
            ),
            Self::Email => (text(form::is_email), "an e-mail address"),
            Self::Birthdate => (text(form::is_birthdate), "a date: YYYY-MM-DD, 0000-MM-DD or YYYY"),
            Self::Zoneinfo => (
                text(form::is_time_zone),
                "the name of a time zone such as Europe/Paris",
            ),
            Self::Locale => (text(form::is_language_tag), "a language tag such as en-GB"),
            Self::PhoneNumber => (
                text(form::is_phone_number),
                "a telephone number such as +1 (604) 555-1234",
            ),
            _ => (
                text(|_| true),
                "one line of text, neither empty nor the word null",
            ),
        };
        holds.then_some(()).ok_or_else(|| ClaimError::Value {
            claim: self.to_string(),
            must,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    fn accepts(claim: StandardClaim, value: impl std::borrow::Borrow<Value>) -> bool {
        claim.check(value.borrow()).is_ok()
    }

    #[test]
    fn every_claim_belongs_to_one_of_four_scopes() {
        let in_scope = |scope| {
            StandardClaim::ALL
                .iter()
                .filter(|claim| claim.scope() == scope)
                .count()
        };
        assert_eq!(in_scope("profile"), 14);
        assert_eq!(
            (in_scope("email"), in_scope("phone"), in_scope("address")),
            (2, 2, 1)
        );
        let scopes: BTreeSet<_> = StandardClaim::ALL.iter().map(|claim| claim.scope()).collect();
        assert_eq!(scopes.len(), 4);
    }

    #[test]
    fn no_claim_is_empty_or_null_or_of_another_type() {
        for claim in StandardClaim::ALL {
            for value in [
                json!(null),
                json!(""),
                json!(" "),
                json!("null"),
                json!([]),
                json!({"x": {}}),
            ] {
                assert!(!accepts(*claim, value.clone()), "{claim} {value}");
            }
        }
        assert!(!accepts(StandardClaim::Name, json!(7)));
        assert!(!accepts(StandardClaim::Name, json!("two\nlines")));
        assert!(accepts(StandardClaim::Name, json!("Ada Lovelace")));
    }

    #[test]
    fn verified_is_a_boolean_and_updated_at_a_number() {
        for claim in [StandardClaim::EmailVerified, StandardClaim::PhoneNumberVerified] {
            assert!(accepts(claim, json!(true)) && accepts(claim, json!(false)));
            assert!(!accepts(claim, json!("true")) && !accepts(claim, json!(1)));
        }
        assert!(accepts(StandardClaim::UpdatedAt, json!(1_700_000_000)));
        for value in [json!("2023-11-14"), json!(-1), json!("1700000000")] {
            assert!(!accepts(StandardClaim::UpdatedAt, value));
        }
    }

    #[test]
    fn a_birthdate_is_a_date_a_day_or_a_year() {
        for text in ["1815-12-10", "0000-12-10", "1815", "2000-02-29", "0000-02-29"] {
            assert!(accepts(StandardClaim::Birthdate, json!(text)), "{text}");
        }
        for text in [
            "10.12.1815",
            "1815-13-10",
            "1815-00-10",
            "1815-12-32",
            "1900-02-29",
            "1815-12",
            "0000",
            "15",
            "+815-12-10",
            "1815-12-1x",
            "1815-2-029",
        ] {
            assert!(!accepts(StandardClaim::Birthdate, json!(text)), "{text}");
        }
    }

    #[test]
    fn an_address_has_the_known_members_and_no_others() {
        let address = |value| accepts(StandardClaim::Address, value);
        assert!(address(
            json!({ "formatted": "1 Street\r\nTown", "postal_code": "1", "country": "GB" })
        ));
        for value in [
            json!("1 Street"),
            json!({}),
            json!({ "town": "Town" }),
            json!({ "postal_code": 1 }),
            json!({ "region": "" }),
            json!({ "region": "null" }),
            json!({ "region": "two\nlines" }),
            json!({ "region": null }),
        ] {
            assert!(!address(value.clone()), "{value}");
        }
    }

    #[test]
    fn addresses_of_pages_are_https_or_http() {
        for claim in [
            StandardClaim::Profile,
            StandardClaim::Picture,
            StandardClaim::Website,
        ] {
            for text in [
                "https://ada.example/",
                "http://ada.example:8080/x?y=z#w",
                "https://[::1]/",
            ] {
                assert!(accepts(claim, json!(text)), "{text}");
            }
            for text in [
                "javascript:alert(1)",
                "data:image/png;base64,AA",
                "//ada.example",
                "ada.example",
                "https://",
                "https:///x",
                "https://a b",
                "https://u:p@ada.example",
                "https://ada.example/\"><script>",
                "ftp://ada.example",
            ] {
                assert!(!accepts(claim, json!(text)), "{text}");
            }
        }
    }

    #[test]
    fn locales_zones_emails_and_numbers_look_like_it() {
        let cases: [(StandardClaim, &[&str], &[&str]); 4] = [
            (
                StandardClaim::Locale,
                &["en", "en-GB", "zh-Hant-TW", "de-CH-1996"],
                &["e", "en_GB", "en-", "-en", "english language", "en-toolongsubtag"],
            ),
            (
                StandardClaim::Zoneinfo,
                &[
                    "Europe/Paris",
                    "UTC",
                    "Etc/GMT+5",
                    "America/Argentina/Buenos_Aires",
                    "America/Port-au-Prince",
                ],
                &["Europe/", "/Paris", "Europe Paris", "../etc/passwd", "+01:00"],
            ),
            (
                StandardClaim::Email,
                &["ada@example.com", "a+b@localhost", "ä@exämple.example"],
                &[
                    "ada",
                    "@example.com",
                    "ada@",
                    "a b@example.com",
                    "a@b@example.com",
                ],
            ),
            (
                StandardClaim::PhoneNumber,
                &["+1 (604) 555-1234;ext=5678", "+442071838750", "0171 1234"],
                &["call me", "+", "12", "<1234>"],
            ),
        ];
        for (claim, good, bad) in cases {
            for text in good {
                assert!(accepts(claim, json!(text)), "{claim} {text}");
            }
            for text in bad {
                assert!(!accepts(claim, json!(text)), "{claim} {text}");
            }
        }
    }

    #[test]
    fn a_language_tag_does_not_change_which_claim_it_is() {
        assert_eq!(StandardClaim::of("name#ja-Kana-JP"), Some(StandardClaim::Name));
        assert_eq!(StandardClaim::of("name"), Some(StandardClaim::Name));
        assert_eq!(StandardClaim::of("Name"), None);
    }
}
