"""The application: Authlib, put together as in its integrations for web frameworks, without a web framework."""

import os
from urllib.parse import parse_qsl, urlsplit

from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OAuthError, OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session

from steps import remember

# The server under test.
ISSUER = os.environ["ISSUER"]

# The redirect URI of the web applications in pixie.toml. Nobody listens there: the person stops before it.
CALLBACK = "https://app.example/callback"

# The secret of `web-plain` in pixie.toml: Authlib does not encode it as RFC 6749 section 2.3.1 asks.
SECRET = "a-secret-of-forty-characters-and-no-more"


class Session(OAuth2Session):
    """The library's session, so that a failing step can show what was said."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.hooks["response"].append(remember)


class Application(OAuth2Mixin, OpenIDMixin, BaseApp):
    """The classes of which Authlib makes its clients for Flask and Django."""

    client_cls = Session

    def __init__(self, client_id, client_secret, method, scope, document="openid-configuration", **options):
        super().__init__(
            framework=None,
            client_id=client_id,
            client_secret=client_secret,
            server_metadata_url=f"{ISSUER}/.well-known/{document}",
            client_kwargs={
                "scope": scope,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": method,
                "revocation_endpoint_auth_method": method,
            },
            **options,
        )

    def session(self, token):
        """A session that acts with a token."""
        session = Session(
            client_id=self.client_id,
            client_secret=self.client_secret,
            token_endpoint=self.load_server_metadata()["token_endpoint"],
            token=token,
            **self.client_kwargs,
        )
        for method in self.client_auth_methods or []:
            session.register_client_auth_method(method)
        return session

    def code_flow(self, person, redirect_uri=CALLBACK, **parameters):
        """A whole code flow: hands back the tokens and the nonce that was asked for."""
        request = self.create_authorization_url(redirect_uri, **parameters)
        answer = dict(parse_qsl(urlsplit(person.reach(request["url"], redirect_uri)).query))
        # The integrations for web frameworks read the answer in this way before they ask for tokens.
        if "error" in answer:
            raise OAuthError(error=answer["error"], description=answer.get("error_description"))
        assert answer["state"] == request["state"], answer
        assert answer["iss"] == ISSUER, answer
        token = self.fetch_access_token(redirect_uri, code=answer["code"], code_verifier=request["code_verifier"])
        return token, request.get("nonce")
