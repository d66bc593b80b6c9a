"""A web application without OpenID Connect: code with PKCE, then everything that can be done with the tokens.

The argument is how it authenticates: client_secret_basic, client_secret_post or none.
"""

import sys

from application import CALLBACK, SECRET, Application
from person import Person
from steps import refused, step

method = sys.argv[1]
client_id, secret, redirect_uri = {
    "client_secret_basic": ("web-plain", SECRET, CALLBACK),
    "none": ("native", None, "http://127.0.0.1:49152/callback"),
}[method]
application = Application(client_id, secret, method, scope="read", document="oauth-authorization-server")

with step("the metadata names the endpoints"):
    metadata = application.load_server_metadata()
    assert "S256" in metadata["code_challenge_methods_supported"]

with step("a code becomes tokens, with PKCE and state"):
    person = Person()
    token, _ = application.code_flow(person, redirect_uri)
    assert person.pressed == ["login", "allow"], person.pressed
    assert token["token_type"] == "Bearer", token
    assert token["scope"] == "read", token

session = application.session(token)
with step("a refresh token becomes new tokens"):
    fresh = session.refresh_token(metadata["token_endpoint"])
    assert fresh["access_token"] != token["access_token"]
    assert fresh["refresh_token"] != token["refresh_token"]
    assert fresh["scope"] == "read", fresh

if method != "none":
    with step("introspection tells what the new token is good for"):
        told = session.introspect_token(metadata["introspection_endpoint"], fresh["access_token"]).json()
        assert told["active"] is True, told
        assert told["client_id"] == client_id, told

with step("revocation is answered with JSON and ends the grant"):
    answer = session.revoke_token(metadata["revocation_endpoint"], fresh["refresh_token"], "refresh_token")
    assert (answer.status_code, answer.json()) == (200, {}), answer.text
    with refused("invalid_grant"):
        session.refresh_token(metadata["token_endpoint"], fresh["refresh_token"])
