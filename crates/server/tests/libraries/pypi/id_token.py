"""A web application that wants to know who the person is: id token, userinfo, refresh, silent sign-in, sign-out.

The argument is the algorithm that its id tokens are signed with: RS256 or ES256.
"""

import sys
from urllib.parse import parse_qs, urlsplit

from authlib.integrations.base_client import OAuthError
from joserfc import jws

from application import ISSUER, SECRET, Application
from person import Person
from steps import refused, step

algorithm = sys.argv[1]
client_id = {"RS256": "web-plain", "ES256": "web-plain-es256"}[algorithm]
application = Application(client_id, SECRET, "client_secret_basic", "openid profile email offline_access")
person = Person()

with step("an id token comes with the code, for this client and nonce"):
    token, nonce = application.code_flow(person, prompt="consent")
    assert person.pressed == ["login", "allow"], person.pressed
    claims = application.parse_id_token(token, nonce)
    assert claims["iss"] == ISSUER, claims
    assert claims["aud"] in (client_id, [client_id]), claims
    assert jws.extract_compact(token["id_token"].encode()).protected["alg"] == algorithm

with step("userinfo knows the same person"):
    userinfo = application.userinfo(token=token)
    assert userinfo["sub"] == claims["sub"], userinfo
    assert userinfo["email"] == "alice@example.com", userinfo
    assert userinfo["email_verified"] is True, userinfo
    assert userinfo["preferred_username"] == "alice", userinfo

with step("a refreshed id token is about the same sign-in"):
    metadata = application.load_server_metadata()
    fresh = application.session(token).refresh_token(metadata["token_endpoint"])
    again = application.parse_id_token(fresh, nonce=None)
    assert again["sub"] == claims["sub"], again
    assert again.get("auth_time") == claims.get("auth_time"), again

with step("prompt=none tells who is signed in without showing a page"):
    token, nonce = application.code_flow(person, prompt="none", id_token_hint=token["id_token"])
    assert person.pressed == [], person.pressed
    assert application.parse_id_token(token, nonce)["sub"] == claims["sub"]

with step("signing out leads back with the state"):
    back = "https://app.example/signed-out"
    request = application.create_logout_url(back, token["id_token"])
    reached = person.reach(request["url"], back)
    assert parse_qs(urlsplit(reached).query)["state"] == [request["state"]], reached

with step("and then prompt=none knows nobody"):
    with refused("login_required", OAuthError):
        application.code_flow(person, prompt="none")
