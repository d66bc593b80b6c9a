"""An application that registers its public key and authenticates with assertions that it signs."""

import requests
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import RSAKey

from application import CALLBACK, ISSUER, Application
from person import Person
from steps import refused, remember, step

# The secret of `service` in pixie.toml, as the header carries it (RFC 6749 section 2.3.1).
SERVICE = ("service", "100%25+secret%3A+%2B+and+%2F+and+%3D%2C+of+forty+characters")

key = RSAKey.generate_key(2048)
metadata = requests.get(f"{ISSUER}/.well-known/openid-configuration", timeout=10).json()

with step("an application registers its public key"):
    token = requests.post(
        metadata["token_endpoint"],
        auth=SERVICE,
        data={"grant_type": "client_credentials", "scope": "registration"},
        hooks={"response": remember},
        timeout=10,
    ).json()
    answer = requests.post(
        metadata["registration_endpoint"],
        headers={"Authorization": f"Bearer {token['access_token']}"},
        json={
            "client_name": "Application with a key",
            "redirect_uris": [CALLBACK],
            "grant_types": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": {"keys": [key.as_dict(private=False, kid=key.thumbprint())]},
        },
        hooks={"response": remember},
        timeout=10,
    )
    assert answer.status_code == 201, answer.text
    registered = answer.json()
    assert "client_secret" not in registered, registered

application = Application(
    registered["client_id"],
    key,
    "private_key_jwt",
    scope="openid",
    client_auth_methods=[PrivateKeyJWT(metadata["token_endpoint"])],
)

with step("a code becomes tokens with an assertion"):
    token, nonce = application.code_flow(Person())
    claims = application.parse_id_token(token, nonce)
    assert claims["aud"] in (registered["client_id"], [registered["client_id"]]), claims

session = application.session(token)
with step("a refresh token becomes new tokens with another assertion"):
    fresh = session.refresh_token(metadata["token_endpoint"])
    assert fresh["access_token"] != token["access_token"]

with step("revocation takes an assertion too"):
    answer = session.revoke_token(metadata["revocation_endpoint"], fresh["refresh_token"], "refresh_token")
    assert (answer.status_code, answer.json()) == (200, {}), answer.text
    with refused("invalid_grant"):
        session.refresh_token(metadata["token_endpoint"], fresh["refresh_token"])

with step("another key is refused"):
    application.client_secret = RSAKey.generate_key(2048)
    with refused("invalid_client"):
        application.session(token).refresh_token(metadata["token_endpoint"], fresh["refresh_token"])
