//! Using what was given, and presenting again what was spent.

use std::net::SocketAddr;

use pixie_testing::{Failure, Outcome};

use super::book::{End, Family, FamilyId, Spent};
use super::{Ledger, PATIENCE};
use crate::exchange::Tokens;
use crate::wire::{Answer, Connection};

/// How many codes and refresh tokens a verification uses.
const USED: usize = 20;

impl Ledger {
    /// Redeems some codes that nobody presented yet, and exchanges some refresh tokens: what was acknowledged can be used.
    pub(super) async fn use_some(&self, node: SocketAddr) -> Outcome {
        let mut connection = Connection::to(node, PATIENCE);
        for id in self.some(|family| family.redeemed == Spent::No && family.end == End::Alive) {
            let Some(family) = self.book().copy(id) else {
                continue;
            };
            let request = self.requests().redeem(&family.code, &family.verifier);
            let tokens = expect_tokens("a code that was given", &connection.demand(&request).await?)?;
            self.book().family(id, |family| {
                family.redeemed = Spent::Yes;
                family.gave(tokens);
            });
        }
        for id in self.some(|family| family.next_refresh().is_some()) {
            let Some(family) = self.book().copy(id) else {
                continue;
            };
            let request = self.requests().refresh(family.next_refresh().unwrap_or_default());
            let tokens = expect_tokens(
                "a refresh token that was given",
                &connection.demand(&request).await?,
            )?;
            self.book().family(id, |family| {
                if let Some(newest) = family.newest() {
                    newest.refreshed = Spent::Yes;
                }
                family.gave(tokens);
            });
        }
        Ok(())
    }

    /// The newest families of which this is true.
    fn some(&self, is: impl Fn(&Family) -> bool) -> Vec<FamilyId> {
        let book = self.book();
        let found = book
            .families
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, family)| is(family));
        found.take(USED).map(|(number, _)| FamilyId(number)).collect()
    }
}

fn expect_tokens(what: &str, answer: &Answer) -> Outcome<Tokens> {
    Tokens::of(answer)
        .filter(|_| answer.status == 200)
        .ok_or_else(|| Failure::because(format!("{what} {}", answer.quoted())))
}

/// Presents what was spent, by turns a code and a refresh token, at the nodes by turns.
pub(super) async fn run(ledger: &Ledger, nodes: &[SocketAddr], max: usize) -> Outcome<usize> {
    let mut connections: Vec<_> = nodes.iter().map(|node| Connection::to(*node, PATIENCE)).collect();
    let spent: Vec<FamilyId> = {
        let book = ledger.book();
        let families = book.families.iter().enumerate();
        let spent = families.filter(|(_, family)| family.redeemed == Spent::Yes && family.end == End::Alive);
        // From all over the time of the load, so that old and new ones are presented.
        let all: Vec<_> = spent.map(|(number, _)| FamilyId(number)).collect();
        let step = all.len().div_ceil(max.max(1)).max(1);
        all.into_iter().step_by(step).collect()
    };
    for (turn, id) in spent.iter().enumerate() {
        let node = turn % connections.len().max(1);
        if let Some(connection) = connections.get_mut(node) {
            replay(ledger, *id, turn % 2 == 0, connection).await?;
        }
    }
    Ok(spent.len())
}

async fn replay(ledger: &Ledger, id: FamilyId, by_code: bool, connection: &mut Connection) -> Outcome {
    let Some(family) = ledger.book().copy(id) else {
        return Ok(());
    };
    let requests = ledger.requests();
    let rotated = family
        .generations
        .windows(2)
        .filter_map(|pair| match pair {
            [before, after] if before.refreshed == Spent::Yes => {
                Some((before.tokens.refresh.clone()?, after))
            }
            _ => None,
        })
        .next_back();
    let (request, repeated) = match rotated {
        Some((refresh, after)) if !by_code => (requests.refresh(&refresh), Some(&after.tokens)),
        _ => (requests.redeem(&family.code, &family.verifier), None),
    };
    let answer = connection.demand(&request).await?;
    if answer.status == 200 {
        // Within the grace the same answer comes again, for a client that lost it.
        let same = repeated.is_some() && Tokens::of(&answer).as_ref() == repeated;
        return Failure::unless(same, || {
            "a code or a refresh token that was spent gave other tokens".to_owned()
        });
    }
    let refused = answer.status == 400 && answer.text().contains("invalid_grant");
    Failure::unless(refused, || {
        format!("a spent code or refresh token {}", answer.quoted())
    })?;
    ledger.book().family(id, |family| family.end = End::Ended);
    for generation in &family.generations {
        let response = connection
            .demand(&requests.introspect(&generation.tokens.access))
            .await?;
        Failure::unless(response.text().contains("\"active\":false"), || {
            format!(
                "a token whose code or refresh token was presented twice {}",
                response.quoted()
            )
        })?;
    }
    Ok(())
}
