// The application: openid-client, set up from what the server says of itself, and a code flow with it.

import * as client from 'openid-client'
import { fetchAndRemember } from './exchanges.mjs'

/** The server under test. */
export const ISSUER = new URL(process.env.ISSUER)

/** The redirect URI of the web applications in pixie.toml. Nobody listens there: the person stops before it. */
export const CALLBACK = 'https://app.example/callback'

/** The secret of the confidential clients in pixie.toml. */
export const SECRET = '100% secret: + and / and =, of forty characters'

/** How openid-client is called on this machine: without TLS, and so that a failing step can show what was said. */
export const OPTIONS = { execute: [client.allowInsecureRequests], [client.customFetch]: fetchAndRemember }

/** Reads the server's metadata: as OpenID Connect says unless `algorithm` is `oauth2` (RFC 8414). */
export function discover(clientId, metadata, authentication, algorithm = 'oidc') {
  return client.discovery(ISSUER, clientId, metadata, authentication, { ...OPTIONS, algorithm })
}

/** A request with fresh PKCE and state, as `parameters` for the address and `checks` for what comes back. */
export async function freshRequest(more) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const parameters = {
    redirect_uri: CALLBACK,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    ...more,
  }
  return { parameters, checks: { pkceCodeVerifier, expectedState } }
}

/** A whole code flow: the person is sent to the server and comes back, and the code becomes tokens. */
export async function codeFlow(config, person, more) {
  const { parameters, checks } = await freshRequest(more)
  const answer = await person.reach(client.buildAuthorizationUrl(config, parameters), parameters.redirect_uri)
  return client.authorizationCodeGrant(config, answer, checks)
}
