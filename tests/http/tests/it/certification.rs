//! The certification of OpenID providers, module by module: each test has the name of the module that it follows. The
//! relying party registers afresh for each, as the suite does, and knows nothing but the metadata.

mod basic;
mod config;
mod dynamic;
mod front_channel;
mod relying_party;

use pixie_oauth::jose::SigningAlgorithm;
use pixie_oauth::{Profile, ResponseType};
use pixie_provider::{RegistrationMode, Settings};

use pixie_testing::harness::Server;

/// The server as it is set up for certification: everybody may register, for every response type.
fn certified(settings: &mut Settings) {
    settings.signing_algorithms = vec![SigningAlgorithm::Rs256, SigningAlgorithm::Es256];
    settings.response_types = ResponseType::ALL.to_vec();
    settings.registration.mode = RegistrationMode::Open;
    settings.registration.profile = Profile::Oidc;
}

/// A server whose person `dora` has every claim.
async fn provider() -> Server {
    let server = Server::with(certified).await;
    server.dora().await;
    server
}
