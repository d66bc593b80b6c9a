//! The trace that a request belongs to (W3C Trace Context section 3.2), if a trusted proxy names it. The log has it
//! beside our own id, so that the lines of several servers are found together.

use http::Request;

use crate::client_address::TrustedProxies;
use crate::peer::PeerAddress;

/// The trace id of a request: 32 hexadecimal digits. What anybody else than a trusted proxy sends is not looked at, and no
/// id of others takes the place of ours.
pub(crate) fn trace_id<'a, B>(request: &'a Request<B>, proxies: &TrustedProxies) -> Option<&'a str> {
    let header = request.headers().get("traceparent")?;
    if !proxies.trusts(PeerAddress::of(request.extensions()).as_ref()) {
        return None;
    }
    parse(header.to_str().ok()?)
}

/// `00-<trace>-<parent>-<flags>`; versions to come may add to it.
fn parse(traceparent: &str) -> Option<&str> {
    let (version, rest) = traceparent.split_once('-')?;
    let (trace, rest) = rest.split_once('-')?;
    let (parent, flags) = rest.split_once('-')?;
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let flags_end = match version {
        "00" => flags.len(),
        _ => flags.find('-').unwrap_or(flags.len()),
    };
    let well_formed = is_hex(version, 2)
        && version != "ff"
        && is_hex(trace, 32)
        && is_hex(parent, 16)
        && is_hex(&flags[..flags_end], 2);
    let means_something = |id: &str| id.bytes().any(|byte| byte != b'0');
    (well_formed && means_something(trace) && means_something(parent)).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forwarded::ForwardedHeader;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn request(peer: &str, traceparent: &str) -> Request<()> {
        let mut request = Request::new(());
        let headers = request.headers_mut();
        headers.insert("traceparent", traceparent.parse().unwrap());
        let peer = PeerAddress(format!("{peer}:1").parse().unwrap());
        request.extensions_mut().insert(peer);
        request
    }

    #[test]
    fn only_a_trusted_proxy_says_which_trace_it_is() {
        let proxies = TrustedProxies::new(ForwardedHeader::default(), |address| {
            address.to_string() == "10.0.0.1"
        });
        let traceparent = format!("00-{TRACE}-00f067aa0ba902b7-01");
        assert_eq!(
            trace_id(&request("10.0.0.1", &traceparent), &proxies),
            Some(TRACE)
        );
        assert_eq!(trace_id(&request("192.0.2.1", &traceparent), &proxies), None);
    }

    #[test]
    fn a_trace_is_of_the_form_that_the_recommendation_gives() {
        assert_eq!(parse(&format!("00-{TRACE}-00f067aa0ba902b7-00")), Some(TRACE));
        assert_eq!(
            parse(&format!("01-{TRACE}-00f067aa0ba902b7-00-more")),
            Some(TRACE)
        );
        for wrong in [
            "",
            "00",
            &format!("ff-{TRACE}-00f067aa0ba902b7-00"),
            &format!("00-{TRACE}-00f067aa0ba902b7-00-more"),
            &format!("00-{TRACE}-0000000000000000-00"),
            &format!("00-{}-00f067aa0ba902b7-00", TRACE.to_uppercase()),
            "00-00000000000000000000000000000000-00f067aa0ba902b7-00",
            "00-line\u{1}break-00f067aa0ba902b7-00",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
