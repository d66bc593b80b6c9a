//! The meaning of an identity at an upstream provider. Accounts are linked only on proof: a session of the account beside the
//! identity, or an e-mail address that both sides have verified and for which the operator trusts the provider.

use crate::ids::AccountId;

/// All that the decision depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// The account to which the identity is linked.
    pub(super) linked: Option<AccountId>,
    /// The account whose signed-in person asks to link the identity; `None` to sign in.
    pub(super) linking: Option<AccountId>,
    /// The owner of the identity's e-mail address here.
    pub(super) address: AddressOwner,
    /// `true` if people without an account get one.
    pub(super) create_accounts: bool,
}

/// The owner of an e-mail address here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AddressOwner {
    /// No account has it, or the provider is not trusted for it.
    Nobody,
    /// One account has it, and it is verified there.
    Proved(AccountId),
    /// Accounts have it, and it is not verified there, or several say so. Somebody else may have typed it.
    Unproved,
}

/// The consequence of the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The person of this account is signed in.
    SignIn(AccountId),
    /// The identity is linked to the account of the session.
    LinkToSession(AccountId),
    /// The identity is linked to the account of the session already.
    LinkedBefore,
    /// The identity is linked to another account than that of the session.
    BelongsToSomebodyElse,
    /// The identity is linked to the account with its address, and its person is signed in.
    LinkByAddress(AccountId),
    /// An account has the address: its person has to sign in to link the identity.
    AskToSignInToLink,
    /// An account is made, and its person is signed in.
    Create,
    /// Nobody here is linked to the identity.
    NotAllowed,
}

pub(super) fn decide(facts: Facts) -> Outcome {
    match (facts.linked, facts.linking) {
        (Some(linked), Some(linking)) if linked == linking => return Outcome::LinkedBefore,
        (Some(_), Some(_)) => return Outcome::BelongsToSomebodyElse,
        (Some(linked), None) => return Outcome::SignIn(linked),
        (None, Some(linking)) => return Outcome::LinkToSession(linking),
        (None, None) => {}
    }
    match facts.address {
        AddressOwner::Proved(account) => Outcome::LinkByAddress(account),
        AddressOwner::Unproved => Outcome::AskToSignInToLink,
        AddressOwner::Nobody if facts.create_accounts => Outcome::Create,
        AddressOwner::Nobody => Outcome::NotAllowed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: AccountId = AccountId::from_uuid(uuid::Uuid::from_u128(1));
    const BOB: AccountId = AccountId::from_uuid(uuid::Uuid::from_u128(2));

    #[test]
    fn an_identity_opens_an_account_only_on_proof() {
        use AddressOwner::{Nobody, Proved, Unproved};
        use Outcome::{
            AskToSignInToLink, BelongsToSomebodyElse, Create, LinkByAddress, LinkToSession, LinkedBefore,
            NotAllowed, SignIn,
        };
        let (alice, bob) = (Some(ALICE), Some(BOB));
        for (linked, linking, address, create_accounts, expected) in [
            (alice, None, Nobody, false, SignIn(ALICE)),
            // The link counts, not the address.
            (alice, None, Proved(BOB), true, SignIn(ALICE)),
            (alice, None, Unproved, true, SignIn(ALICE)),
            (alice, alice, Nobody, true, LinkedBefore),
            (alice, bob, Nobody, true, BelongsToSomebodyElse),
            (alice, bob, Proved(BOB), true, BelongsToSomebodyElse),
            (None, bob, Nobody, true, LinkToSession(BOB)),
            // The person has said to which account.
            (None, bob, Proved(ALICE), true, LinkToSession(BOB)),
            (None, bob, Unproved, false, LinkToSession(BOB)),
            (None, None, Proved(ALICE), false, LinkByAddress(ALICE)),
            (None, None, Proved(ALICE), true, LinkByAddress(ALICE)),
            (None, None, Unproved, true, AskToSignInToLink),
            (None, None, Unproved, false, AskToSignInToLink),
            (None, None, Nobody, true, Create),
            (None, None, Nobody, false, NotAllowed),
        ] {
            let facts = Facts {
                linked,
                linking,
                address,
                create_accounts,
            };
            assert_eq!(decide(facts), expected, "{facts:?}");
        }
    }
}
