//! Tests of the rules, case by case.

use super::*;
use crate::examples::{NOW, client, refresh_token, stranger};
use crate::store::{RotatedAnswer, TokenOwner};

fn decided(change: impl FnOnce(&mut RefreshTokenRecord)) -> Result<(), TokenRefusal> {
    let mut token = refresh_token();
    change(&mut token);
    decide(&client(), &token, NOW)
}

#[test]
fn a_living_token_of_the_client_is_good_also_when_rotated() {
    assert_eq!(decided(|_| {}), Ok(()));
    // Whether it is a repeated request or reuse is for the guarded command to say.
    let rotated = RotatedAnswer {
        milliseconds: NOW.seconds() * 1000,
        sealed: Vec::new(),
    };
    assert_eq!(decided(|token| token.rotated = Some(rotated)), Ok(()));
}

#[test]
fn the_client_is_looked_at_before_everything_else() {
    let mut token = refresh_token();
    token.revoked = true;
    token.expires_at = NOW;
    assert_eq!(
        decide(&stranger(), &token, NOW),
        Err(TokenRefusal::ForeignRefreshToken)
    );
}

#[test]
fn revoked_families_and_disabled_people_refresh_nothing() {
    assert_eq!(
        decided(|token| token.revoked = true),
        Err(TokenRefusal::RevokedRefreshToken)
    );
    let disabled = TokenOwner {
        disabled: true,
        ..refresh_token().owner
    };
    assert_eq!(
        decided(|token| token.owner = disabled),
        Err(TokenRefusal::RevokedRefreshToken)
    );
}

#[test]
fn a_token_ends_at_the_second_at_which_it_or_its_family_ends() {
    for end in [
        |token: &mut RefreshTokenRecord, end| token.expires_at = end,
        |token: &mut RefreshTokenRecord, end| token.grant_expires_at = end,
    ] {
        assert_eq!(
            decided(|token| end(token, NOW)),
            Err(TokenRefusal::ExpiredRefreshToken)
        );
        assert_eq!(decided(|token| end(token, NOW.plus(1))), Ok(()));
    }
}
