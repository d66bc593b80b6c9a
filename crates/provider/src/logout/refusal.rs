//! Why a request to sign out is refused, and what its page says (OpenID Connect RP-Initiated Logout 1.0 sections 2 and 3).

use pixie_oauth::ParamsError;
use thiserror::Error;

use crate::clients::UnregisteredUri;
use crate::store::StoreError;
use crate::tokens::id_token_hint::HintRefusal;

/// Why a request to sign out is refused. Nothing is ended and nobody is sent anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LogoutRefusal {
    /// Not a set of parameters.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// The hint is not an id token of ours.
    #[error(transparent)]
    Hint(#[from] HintRefusal),
    /// No such client.
    #[error("unknown client_id “{0}”")]
    UnknownClient(String),
    /// The hint was issued to another client than `client_id` names.
    #[error("client_id is not the client that id_token_hint was issued to")]
    OtherClient,
    /// A return address without a word about whose it is.
    #[error("post_logout_redirect_uri without id_token_hint")]
    NobodysReturn,
    /// Not a return address that the client has registered.
    #[error("post_logout_redirect_uri is not registered for this client: {0}")]
    UnregisteredReturn(Box<UnregisteredUri>),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LogoutRefusal {
    /// The HTTP status of the page.
    pub fn status(&self) -> u16 {
        if matches!(self, Self::Store(_)) { 503 } else { 400 }
    }

    /// The advice for the developer of the application, as a sentence.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Params(ParamsError::Repeated(_)) => "Send each parameter of the logout request once.",
            Self::Params(_) => {
                "Send the parameters form-encoded, in UTF-8, and no more of them than the protocol has."
            }
            Self::Hint(_) => {
                "Send as id_token_hint the last id token that this server issued to the application, as it came; expired ones are good."
            }
            Self::UnknownClient(_) => {
                "Compare client_id, or the audience of id_token_hint, with the registered client, letter by letter."
            }
            Self::OtherClient => {
                "Send the client_id that the id token was issued to, or leave client_id out."
            }
            Self::NobodysReturn => {
                "Send id_token_hint beside post_logout_redirect_uri; without an id token, send client_id."
            }
            Self::UnregisteredReturn(_) => {
                "post_logout_redirect_uri must be one of the registered post_logout_redirect_uris, byte for byte: scheme, host, port, path, slash at the end and query."
            }
            Self::Store(error) => error.answer().advice,
        }
    }
}
