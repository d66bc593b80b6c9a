"""A mail server: aiosmtpd with TLS and a login.

The arguments are a certificate, its key, and when TLS begins: implicit or starttls. It prints its port, and then each mail as a line
of JSON. The recipient unknown@example.com does not exist.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

certificate, key, tls = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)


class Handler:
    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address == "unknown@example.com":
            return "550 5.1.1 <unknown@example.com>: no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
        print(json.dumps({
            "login": session.auth_data.login.decode(),
            "hello": session.host_name,
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": message["Subject"],
            "sender": message["From"],
            "id": message["Message-ID"],
            "parts": parts,
            "defects": [str(defect) for part in message.walk() for defect in part.defects],
        }), flush=True)
        return "250 taken"


def authenticate(_server, _session, _envelope, _mechanism, data):
    right = data.login == b"pixie" and data.password == "p\u00e4ssword +/=".encode()
    return AuthResult(success=right, handled=False, auth_data=data)


def session():
    implicit = tls == "implicit"
    return SMTP(
        Handler(),
        tls_context=None if implicit else context,
        require_starttls=not implicit,
        # With TLS from the start the library does not know of it.
        auth_require_tls=not implicit,
        auth_required=True,
        authenticator=authenticate,
    )


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", 0, ssl=context if tls == "implicit" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(serve())
