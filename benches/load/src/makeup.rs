//! Of which parts each operation is made, and what those cost together.

use crate::load::Load;
use crate::parts::{Part, Price};
use Part::{AddedRow, Argon2id, ChangedRow, Es256, JoinedRow, Read, Request, Rs256};

/// The request that brings a code, and the one that redeems it: the session with its account and the code with its client are
/// read; grant, access token and refresh token are added, and the grant is changed.
const CODE: [(Part, u32); 5] = [
    (Request, 2),
    (Read, 2),
    (JoinedRow, 2),
    (AddedRow, 3),
    (ChangedRow, 1),
];

/// How often one operation does each part; nothing for loads that are no operation of the server.
fn parts(load: Load) -> Vec<(Part, u32)> {
    match load {
        Load::Code => CODE.to_vec(),
        Load::CodeEs256 => [CODE.as_slice(), &[(Es256, 1)]].concat(),
        Load::CodeRs256 => [CODE.as_slice(), &[(Rs256, 1)]].concat(),
        // The token with its grant, client and account is read; the token is changed; two tokens and the sealed answer are added.
        Load::Refresh => vec![
            (Request, 1),
            (Read, 1),
            (JoinedRow, 3),
            (AddedRow, 3),
            (ChangedRow, 1),
        ],
        Load::ClientCredentials => vec![(Request, 1), (AddedRow, 1)],
        Load::ClientCredentialsJwt => vec![(Request, 1), (AddedRow, 1), (Es256, 1)],
        // The token with its grant, client and account.
        Load::Introspection => vec![(Request, 1), (Read, 1), (JoinedRow, 3)],
        // The same, and the account's claims.
        Load::UserInfo => vec![(Request, 1), (Read, 2), (JoinedRow, 3)],
        Load::Discovery | Load::Jwks => vec![(Request, 1)],
        // The authorization request, the login page and its form: account and credential are read, a session is added, and the
        // credential's last use is changed.
        Load::Login => vec![
            (Request, 3),
            (Read, 2),
            (AddedRow, 1),
            (ChangedRow, 1),
            (Argon2id, 1),
        ],
        Load::BareHttp | Load::Request | Load::ResourceCached | Load::ResourceIntrospected => Vec::new(),
    }
}

/// CPU microseconds of all parts of one operation; `None` if it has none or one of them has no price.
pub(crate) fn sum(load: Load, prices: &[Price]) -> Option<f64> {
    let price = |part: Part| prices.iter().find(|price| price.part == part);
    let parts = parts(load);
    let costs = parts
        .iter()
        .map(|(part, times)| price(*part).map(|price| price.cpu_us * f64::from(*times)));
    let sum = costs.sum::<Option<f64>>()?;
    (!parts.is_empty()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Prices that tell from a sum how often each part is in it.
    const PRICES: [Price; 8] = [
        price(Request, 1.0),
        price(Read, 10.0),
        price(JoinedRow, 100.0),
        price(AddedRow, 1e3),
        price(ChangedRow, 1e4),
        price(Es256, 1e5),
        price(Rs256, 1e6),
        price(Argon2id, 1e7),
    ];

    const fn price(part: Part, cpu_us: f64) -> Price {
        Price { part, cpu_us }
    }

    #[test]
    fn the_parts_of_an_operation_are_added_up() {
        for (load, expected) in [
            (Load::Code, 13_222.0),
            (Load::CodeEs256, 113_222.0),
            (Load::CodeRs256, 1_013_222.0),
            (Load::Refresh, 13_311.0),
            (Load::ClientCredentials, 1_001.0),
            (Load::ClientCredentialsJwt, 101_001.0),
            (Load::Introspection, 311.0),
            (Load::UserInfo, 321.0),
            (Load::Jwks, 1.0),
            (Load::Login, 10_011_023.0),
        ] {
            assert_eq!(sum(load, &PRICES), Some(expected), "{}", load.name());
        }
    }

    #[test]
    fn an_operation_without_parts_or_with_a_part_without_a_price_has_no_sum() {
        assert_eq!(sum(Load::BareHttp, &PRICES), None);
        assert_eq!(sum(Load::Request, &PRICES), None);
        assert_eq!(sum(Load::Code, &PRICES[1..]), None);
    }
}
