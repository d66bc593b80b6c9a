//! One worker: a connection to each node, and flows by turns. Every request is in the ledger before it is sent.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use pixie_testing::{Failure, Outcome};
use tokio::time::sleep;

use super::{Counts, Load};
use crate::exchange::{Requests, Tokens, authorize_path, code_of, error_of, verifier};
use crate::ledger::{End, FamilyId, Ledger, Spent};
use crate::wire::{Answer, Connection, Lost, Reply};

/// After an answer that promises nothing.
const PAUSE: Duration = Duration::from_millis(10);

/// A worker.
pub(super) struct Worker {
    connections: Vec<Connection>,
    node: usize,
    requests: Requests,
    cookies: String,
    ledger: Ledger,
    counts: Arc<Counts>,
    turn: usize,
    races: bool,
    /// A token that nobody ends: there is always something to ask about.
    steady: Option<Tokens>,
    /// A family that this worker alone uses.
    own: Option<FamilyId>,
}

/// An operation of a worker.
#[derive(Clone, Copy)]
enum Operation {
    Code,
    KeepCode,
    Refresh,
    RaceCode,
    RaceRefresh,
    ClientCredentials,
    Introspect,
    RevokeAccess,
    RevokeFamily,
    Register,
}

const OPERATIONS: [Operation; 16] = [
    Operation::Code,
    Operation::Refresh,
    Operation::Introspect,
    Operation::RaceRefresh,
    Operation::RevokeAccess,
    Operation::Introspect,
    Operation::Refresh,
    Operation::KeepCode,
    Operation::RevokeFamily,
    Operation::Code,
    Operation::ClientCredentials,
    Operation::Introspect,
    Operation::RaceCode,
    Operation::Register,
    Operation::Code,
    Operation::Refresh,
];

impl Worker {
    pub(super) fn new(load: &Load, cookies: &str, number: usize, counts: &Arc<Counts>) -> Self {
        let connect = |node: &SocketAddr| Connection::to(*node, load.patience);
        let mut connections: Vec<_> = load.nodes.iter().map(connect).collect();
        connections.rotate_left(number % load.nodes.len().max(1));
        let steady = load
            .ledger
            .book()
            .services
            .first()
            .map(|(tokens, _)| tokens.clone());
        Self {
            connections,
            node: 0,
            requests: load.ledger.requests(),
            cookies: cookies.to_owned(),
            ledger: load.ledger.clone(),
            counts: Arc::clone(counts),
            turn: number * 5,
            races: load.races,
            steady,
            own: None,
        }
    }

    /// Works until it is stopped.
    pub(super) async fn work(mut self) -> Outcome {
        while !self.counts.stop.load(Ordering::Relaxed) {
            let turn = OPERATIONS
                .get(self.turn % OPERATIONS.len())
                .copied()
                .unwrap_or(Operation::Code);
            self.turn += 1;
            // The next node has its turn, so that what one acknowledged is used at another.
            self.node = self.turn;
            match turn {
                Operation::RaceCode if self.races => self.race_code().await?,
                Operation::RaceRefresh if self.races => self.race_refresh().await?,
                Operation::Code | Operation::RaceCode => self.code().await?,
                Operation::KeepCode => self.issue().await.map(drop)?,
                Operation::Refresh | Operation::RaceRefresh => self.refresh().await?,
                Operation::ClientCredentials => self.client_credentials().await?,
                Operation::Introspect => self.introspect().await?,
                Operation::RevokeAccess => self.revoke_access().await?,
                Operation::RevokeFamily => self.revoke_family().await?,
                Operation::Register => self.register().await?,
            }
        }
        Ok(())
    }

    /// Sends a request to the next node; `None` if the answer acknowledges nothing.
    async fn ask(&mut self, request: &str) -> Outcome<Option<Answer>> {
        let node = self.node % self.connections.len().max(1);
        let connection = self
            .connections
            .get_mut(node)
            .ok_or_else(|| Failure::because("there is no node"))?;
        let sent = self.counts.hearing.send();
        let reply = connection.exchange(request).await;
        let slowest = u64::try_from(connection.slowest.as_micros()).unwrap_or(u64::MAX);
        self.counts.slowest_micros.fetch_max(slowest, Ordering::Relaxed);
        match reply? {
            Reply::Answered(_) if !self.counts.hearing.heard(sent) => {
                self.counts.lost.fetch_add(1, Ordering::Relaxed);
            }
            Reply::Answered(answer) => return Ok(Some(answer)),
            Reply::Unavailable => {
                self.unavailable().await;
                return Ok(None);
            }
            Reply::Lost(lost) => {
                self.counts.lost.fetch_add(1, Ordering::Relaxed);
                if lost == Lost::CutOff {
                    self.counts.cut_off.fetch_add(1, Ordering::Relaxed);
                }
                self.node += 1;
            }
        }
        sleep(PAUSE).await;
        Ok(None)
    }

    async fn unavailable(&self) {
        self.counts.unavailable.fetch_add(1, Ordering::Relaxed);
        sleep(PAUSE).await;
    }

    fn acknowledged(&self) {
        self.counts.acknowledged.fetch_add(1, Ordering::Relaxed);
    }

    fn read(&self) {
        self.counts.reads.fetch_add(1, Ordering::Relaxed);
    }

    /// A code, which nobody presents yet.
    async fn issue(&mut self) -> Outcome<Option<FamilyId>> {
        let number = self.ledger.book().number();
        let verifier = verifier(number);
        let request = self.requests.get(&authorize_path(&verifier), &self.cookies);
        let Some(answer) = self.ask(&request).await? else {
            return Ok(None);
        };
        if error_of(&answer).as_deref() == Some("temporarily_unavailable") {
            // The answer that is 503 elsewhere: a browser on its way back to the application gets it as an error code
            // (RFC 6749 section 4.1.2.1).
            self.unavailable().await;
            return Ok(None);
        }
        let code = code_of(&answer).ok_or_else(|| {
            let location = answer.header("location").unwrap_or_default();
            Failure::because(format!("an authorization request {} {location}", answer.quoted()))
        })?;
        self.acknowledged();
        Ok(Some(self.ledger.book().issued(code, verifier)))
    }

    /// A code and its tokens, which are this worker's from then on.
    async fn code(&mut self) -> Outcome {
        let Some(id) = self.issue().await? else {
            return Ok(());
        };
        if self.redeem(id).await? {
            self.own = Some(id);
        }
        Ok(())
    }

    async fn redeem(&mut self, id: FamilyId) -> Outcome<bool> {
        let Some(family) = self.ledger.book().copy(id) else {
            return Ok(false);
        };
        let request = self.requests.redeem(&family.code, &family.verifier);
        self.ledger
            .book()
            .family(id, |family| family.redeemed = Spent::Unsure);
        // An answer that was lost is asked for again, as clients do.
        for attempt in 0..3 {
            let Some(answer) = self.ask(&request).await? else {
                continue;
            };
            if let Some(tokens) = tokens(&answer) {
                self.acknowledged();
                self.ledger.book().family(id, |family| {
                    family.redeemed = Spent::Yes;
                    family.gave(tokens);
                });
                return Ok(true);
            }
            // Refused: then the first attempt was done, and its answer lost.
            let allowed = attempt > 0 && is_invalid_grant(&answer);
            Failure::unless(allowed, || format!("a code that was given {}", answer.quoted()))?;
            self.ledger.book().family(id, |family| family.end = End::Ended);
            return Ok(false);
        }
        self.ledger.book().family(id, |family| family.end = End::Unsure);
        Ok(false)
    }

    async fn refresh(&mut self) -> Outcome {
        let Some((id, token)) = self.own_refresh() else {
            return self.code().await;
        };
        let request = self.requests.refresh(&token);
        self.set_refreshed(id, Spent::Unsure);
        for attempt in 0..3 {
            let Some(answer) = self.ask(&request).await? else {
                continue;
            };
            if let Some(tokens) = tokens(&answer) {
                self.acknowledged();
                self.set_refreshed(id, Spent::Yes);
                self.ledger.book().family(id, |family| family.gave(tokens));
                return Ok(());
            }
            let allowed = attempt > 0 && is_invalid_grant(&answer);
            Failure::unless(allowed, || {
                format!("a refresh token that was given {}", answer.quoted())
            })?;
            self.ledger.book().family(id, |family| family.end = End::Ended);
            break;
        }
        self.leave(id);
        Ok(())
    }

    /// The same code presented twice at once: at most one of them gets tokens, and the other ends them.
    async fn race_code(&mut self) -> Outcome {
        let Some(id) = self.issue().await? else {
            return Ok(());
        };
        let Some(family) = self.ledger.book().copy(id) else {
            return Ok(());
        };
        self.ledger
            .book()
            .family(id, |family| family.redeemed = Spent::Unsure);
        let request = self.requests.redeem(&family.code, &family.verifier);
        let answers = self.ask_twice(&request).await?;
        let given: Vec<_> = answers.iter().flatten().filter_map(tokens).collect();
        let refused = answers
            .iter()
            .flatten()
            .filter(|answer| is_invalid_grant(answer))
            .count();
        let answer_count = answers.iter().flatten().count();
        Failure::unless(given.len() <= 1, || "one code gave tokens twice".to_owned())?;
        Failure::unless(given.len() + refused == answer_count, || {
            format!("a code presented twice at once: {answers:?}")
        })?;
        Failure::unless(answer_count < 2 || given.len() == 1, || {
            "a code presented twice at once was refused twice".to_owned()
        })?;
        self.ledger.book().family(id, |family| {
            for tokens in given {
                family.redeemed = Spent::Yes;
                family.gave(tokens);
            }
            family.end = if refused > 0 { End::Ended } else { End::Unsure };
        });
        self.acknowledged();
        Ok(())
    }

    /// The same refresh token presented twice at once, as two tabs do: both get the same answer.
    async fn race_refresh(&mut self) -> Outcome {
        let Some((id, token)) = self.own_refresh() else {
            return self.code().await;
        };
        self.set_refreshed(id, Spent::Unsure);
        let answers = self.ask_twice(&self.requests.refresh(&token)).await?;
        let mut given = Vec::new();
        for answer in answers.iter().flatten() {
            given.extend(tokens(answer));
            Failure::unless(answer.status == 200, || {
                format!("a refresh token presented twice at once {}", answer.quoted())
            })?;
        }
        if let [first, second] = given.as_slice() {
            Failure::unless(first == second, || {
                "one refresh token gave two sets of tokens".to_owned()
            })?;
        }
        match given.pop() {
            Some(tokens) => {
                self.acknowledged();
                self.set_refreshed(id, Spent::Yes);
                self.ledger.book().family(id, |family| family.gave(tokens));
            }
            None => self.leave(id),
        }
        Ok(())
    }

    /// Sends a request twice at the same time, to two nodes if there are two.
    async fn ask_twice(&mut self, request: &str) -> Outcome<[Option<Answer>; 2]> {
        let mut twin = Self {
            connections: self.connections.iter().map(Connection::again).collect(),
            node: self.node + 1,
            requests: self.requests.clone(),
            cookies: String::new(),
            ledger: self.ledger.clone(),
            counts: Arc::clone(&self.counts),
            turn: 0,
            races: false,
            steady: None,
            own: None,
        };
        let (first, second) = tokio::join!(self.ask(request), twin.ask(request));
        Ok([first?, second?])
    }

    async fn client_credentials(&mut self) -> Outcome {
        let request = self.requests.client_credentials();
        let Some(answer) = self.ask(&request).await? else {
            return Ok(());
        };
        let tokens = tokens(&answer)
            .ok_or_else(|| Failure::because(format!("a client credentials request {}", answer.quoted())))?;
        self.acknowledged();
        self.steady.get_or_insert_with(|| tokens.clone());
        self.ledger.book().services.push((tokens, End::Alive));
        Ok(())
    }

    /// A question about a token whose state this worker knows.
    async fn introspect(&mut self) -> Outcome {
        let Some((token, expected)) = self.known() else {
            return self.client_credentials().await;
        };
        let request = self.requests.introspect(&token);
        if let Some(answer) = self.ask(&request).await? {
            Failure::unless(answer.text().contains(expected), || {
                format!(
                    "a question about a token whose answer is {expected} {}",
                    answer.quoted()
                )
            })?;
            self.read();
        }
        Ok(())
    }

    /// A token that only this worker ends, and the expected introspection of it.
    fn known(&self) -> Option<(String, &'static str)> {
        const ALIVE: &str = "\"active\":true";
        let own = self.own.and_then(|id| self.ledger.book().copy(id));
        let own = own.and_then(|family| {
            let newest = family.generations.last()?;
            let expected = match (family.end, newest.access) {
                (End::Unsure, _) | (_, End::Unsure) => return None,
                (End::Alive, End::Alive) => ALIVE,
                _ => "\"active\":false",
            };
            Some((newest.tokens.access.clone(), expected))
        });
        own.or_else(|| Some((self.steady.as_ref()?.access.clone(), ALIVE)))
    }

    async fn revoke_access(&mut self) -> Outcome {
        let Some(id) = self.own else {
            return self.code().await;
        };
        let token = self.ledger.book().family(id, |family| {
            let newest = family.newest()?;
            newest.access = End::Unsure;
            Some(newest.tokens.access.clone())
        });
        let Some(token) = token.flatten() else {
            return Ok(());
        };
        let request = self.requests.revoke(&token);
        if let Some(answer) = self.ask(&request).await? {
            revoked(&answer)?;
            self.acknowledged();
            self.ledger.book().family(id, |family| {
                if let Some(newest) = family.newest() {
                    newest.access = End::Ended;
                }
            });
        }
        Ok(())
    }

    async fn revoke_family(&mut self) -> Outcome {
        let Some((id, token)) = self.own_refresh() else {
            return self.code().await;
        };
        self.leave(id);
        let request = self.requests.revoke(&token);
        if let Some(answer) = self.ask(&request).await? {
            revoked(&answer)?;
            self.acknowledged();
            self.ledger.book().family(id, |family| family.end = End::Ended);
        }
        Ok(())
    }

    async fn register(&mut self) -> Outcome {
        let number = self.ledger.book().number();
        let request = self.requests.register(number);
        let Some(answer) = self.ask(&request).await? else {
            return Ok(());
        };
        let json = answer.json();
        let text = |name: &str| json.get(name).and_then(|value| value.as_str()).map(str::to_owned);
        let (Some(client), Some(token)) = (text("client_id"), text("registration_access_token")) else {
            return Err(Failure::because(format!("a registration {}", answer.quoted())));
        };
        self.acknowledged();
        self.ledger.book().registered(client, token);
        Ok(())
    }

    fn own_refresh(&self) -> Option<(FamilyId, String)> {
        let id = self.own?;
        let family = self.ledger.book().copy(id)?;
        Some((id, family.next_refresh()?.to_owned()))
    }

    fn set_refreshed(&self, id: FamilyId, spent: Spent) {
        self.ledger.book().family(id, |family| {
            if let Some(newest) = family.newest() {
                newest.refreshed = spent;
            }
        });
    }

    /// Nothing is known of the family's end any more, and it is left alone.
    fn leave(&mut self, id: FamilyId) {
        self.own = None;
        self.ledger
            .book()
            .family(id, crate::ledger::Family::may_have_ended);
    }
}

fn tokens(answer: &Answer) -> Option<Tokens> {
    Tokens::of(answer).filter(|_| answer.status == 200)
}

fn is_invalid_grant(answer: &Answer) -> bool {
    answer.status == 400 && answer.text().contains("\"invalid_grant\"")
}

fn revoked(answer: &Answer) -> Outcome {
    Failure::unless(answer.status == 200, || {
        format!("a revocation {}", answer.quoted())
    })
}
