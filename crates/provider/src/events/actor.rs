//! On whose behalf something is changed. Every function that changes something names its [`Actor`].

use std::fmt;
use std::net::IpAddr;

use crate::entities::{Account, Client};

/// The person, client or server that makes a change.
#[derive(Clone, Copy, Debug)]
pub enum Actor<'a> {
    /// The operator: the command line and the configuration file.
    Operator,
    /// A person who is signed in.
    Person(ActingPerson<'a>),
    /// A client: with an access token at an API of this server, or on its own registration (RFC 7592).
    Client(ActingClient<'a>),
    /// Somebody who is not known: no right follows from that.
    Anonymous(RequestOrigin<'a>),
    /// The server itself, in a job that runs in the background.
    System,
}

/// A person who acts, and the request by which they do.
#[derive(Clone, Copy, Debug)]
pub struct ActingPerson<'a> {
    /// Their account.
    pub account: &'a Account,
    /// The request.
    pub request: RequestOrigin<'a>,
    /// `true` if they signed in a moment ago ([`crate::Provider::fresh_session`]): what is dangerous needs it.
    pub fresh: bool,
}

/// A client that acts, and the request by which it does.
#[derive(Clone, Copy, Debug)]
pub struct ActingClient<'a> {
    /// The client.
    pub client: &'a Client,
    /// `true` if the client's access token may administer this server. Only
    /// [`authenticate_administration`](crate::operate::api::authenticate_administration) finds that out.
    pub(crate) administers: bool,
    /// The person for whom it acts; none if it acts for itself.
    pub(crate) person: Option<&'a Account>,
    /// The request.
    pub request: RequestOrigin<'a>,
}

/// The address and the id of the request by which somebody acts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestOrigin<'a> {
    /// The address of the client, as the configured proxies report it.
    pub address: Option<IpAddr>,
    /// The id of the request, by which the log is searched.
    pub id: Option<&'a str>,
}

impl<'a> Actor<'a> {
    /// A person who is signed in, if nothing is known of the request and of the time of their sign-in.
    pub fn person(account: &'a Account) -> Self {
        Self::Person(ActingPerson {
            account,
            request: RequestOrigin::default(),
            fresh: false,
        })
    }

    /// A client that acts on its own registration or with tokens of its own.
    pub(crate) fn client_itself(client: &'a Client, request: RequestOrigin<'a>) -> Self {
        Self::Client(ActingClient {
            client,
            administers: false,
            person: None,
            request,
        })
    }

    /// The account of the person who acts, or for whom a client acts.
    pub fn account(&self) -> Option<&'a Account> {
        match self {
            Self::Person(person) => Some(person.account),
            Self::Client(client) => client.person,
            Self::Operator | Self::Anonymous(_) | Self::System => None,
        }
    }

    /// The request by which they act.
    pub(crate) fn request(&self) -> RequestOrigin<'a> {
        match self {
            Self::Person(person) => person.request,
            Self::Client(client) => client.request,
            Self::Anonymous(request) => *request,
            Self::Operator | Self::System => RequestOrigin::default(),
        }
    }
}

/// For the log: no name that somebody chose, but for the client id.
impl fmt::Display for Actor<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => formatter.write_str("operator"),
            Self::Anonymous(_) => formatter.write_str("anonymous"),
            Self::System => formatter.write_str("system"),
            Self::Person(person) => write!(formatter, "user {}", person.account.id),
            Self::Client(client) => {
                write!(formatter, "client {}", client.client.id)?;
                match client.person {
                    Some(person) => write!(formatter, " for user {}", person.id),
                    None => Ok(()),
                }
            }
        }
    }
}
