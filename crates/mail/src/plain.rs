//! The part of a connection before STARTTLS (RFC 3207).
//!
//! It is read here and not by the library: what a third party on the way has put behind the last plain reply must not be taken
//! for a reply under TLS.

use lettre::transport::smtp::extension::ClientId;
use pixie_provider::{MailError, MailReply};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Bytes of one reply at most; servers list a dozen short lines.
const MAX_REPLY: usize = 8 * 1024;

/// Greets the server and asks for TLS. Afterwards the next byte in both directions is TLS's.
pub(crate) async fn ask_for_tls(stream: &mut TcpStream, hello: &ClientId) -> Result<(), MailError> {
    let greeting = read_reply(stream).await?;
    if greeting.code != Some(220) {
        return Err(MailError::Greeting(greeting));
    }
    let extensions = command(stream, &format!("EHLO {hello}\r\n")).await?;
    if extensions.code != Some(250) {
        return Err(MailError::Greeting(extensions));
    }
    let offers_tls = |line: &str| line.trim().eq_ignore_ascii_case("STARTTLS");
    if !extensions.text.lines().any(offers_tls) {
        return Err(MailError::Tls(
            "it does not offer STARTTLS; many servers speak TLS from the start on port 465".to_owned(),
        ));
    }
    let agreed = command(stream, "STARTTLS\r\n").await?;
    if agreed.code == Some(220) {
        Ok(())
    } else {
        Err(MailError::Tls(format!("it refused STARTTLS{agreed}")))
    }
}

async fn command(stream: &mut TcpStream, line: &str) -> Result<MailReply, MailError> {
    stream
        .write_all(line.as_bytes())
        .await
        .map_err(|cause| broken(&cause))?;
    read_reply(stream).await
}

/// Reads one reply of one or more lines (RFC 5321 section 4.2.1). Bytes behind it are refused.
async fn read_reply(stream: &mut TcpStream) -> Result<MailReply, MailError> {
    let mut read = Vec::new();
    loop {
        let mut buffer = [0; 1024];
        let more = stream.read(&mut buffer).await.map_err(|cause| broken(&cause))?;
        read.extend_from_slice(&buffer[..more]);
        if let Some(reply) = whole_reply(&read)? {
            return Ok(reply);
        }
        if more == 0 || read.len() > MAX_REPLY {
            return Err(not_smtp());
        }
    }
}

/// The reply, if its last line is there: `250-` lines and then `250 `.
fn whole_reply(read: &[u8]) -> Result<Option<MailReply>, MailError> {
    let mut rest = read;
    let mut reply = MailReply::default();
    while let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") {
        let line = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 2..];
        let code = line
            .get(..3)
            .and_then(|code| code.parse().ok())
            .ok_or_else(not_smtp)?;
        reply.code = Some(code);
        reply.text.push_str(line.get(4..).unwrap_or_default());
        reply.text.push('\n');
        match line.as_bytes().get(3) {
            Some(b'-') => {}
            Some(b' ') | None if rest.is_empty() => return Ok(Some(reply)),
            _ => return Err(not_smtp()),
        }
    }
    Ok(None)
}

fn broken(cause: &std::io::Error) -> MailError {
    MailError::Connection(cause.to_string())
}

fn not_smtp() -> MailError {
    MailError::Connection("what answers there does not speak SMTP before TLS as RFC 3207 says".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_ends_with_the_line_that_has_a_space_after_its_code() {
        assert_eq!(whole_reply(b"250-one\r\n250 two"), Ok(None));
        let reply = whole_reply(b"250-one\r\n250 two\r\n").unwrap().unwrap();
        assert_eq!((reply.code, reply.text.as_str()), (Some(250), "one\ntwo\n"));
        assert_eq!(whole_reply(b"220\r\n").unwrap().unwrap().code, Some(220));
    }

    #[test]
    fn nothing_may_follow_a_reply_before_tls() {
        for read in [
            &b"220 ready\r\n250 injected\r\n"[..],
            b"220 ready\r\nx",
            b"hello\r\n",
            b"2\r\n",
            b"220+ready\r\n",
        ] {
            assert!(whole_reply(read).is_err(), "{}", String::from_utf8_lossy(read));
        }
    }
}
