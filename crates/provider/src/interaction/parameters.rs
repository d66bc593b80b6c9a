//! The parameters that Pixie itself adds to a request while its user goes through pages. Clients neither send nor see them.

use pixie_oauth::Params;

/// The interaction proof.
pub(super) const PROOF: &str = "pixie_proof";

/// The time and the way in which the request came.
pub(super) const ARRIVAL: &str = "pixie_arrival";

/// The consent form.
pub(super) const FORM: &str = "pixie_form";

/// The request as the client sent it.
pub(super) fn sent_by_client(params: &Params) -> Params {
    let mut bare = params.clone();
    for own in [PROOF, ARRIVAL, FORM] {
        bare.remove(own);
    }
    bare
}
