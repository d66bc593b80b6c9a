// A web application that wants to know who the person is: id token, userinfo, refresh, silent sign-in, sign-out.
// The argument is the algorithm that its id tokens are signed with: RS256 or ES256.

import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { CALLBACK, ISSUER, SECRET, discover, freshRequest } from '../application.mjs'
import { Person } from '../person.mjs'
import { refused, step } from '../step.mjs'

const [, , algorithm] = process.argv
const id = `web-${algorithm.toLowerCase()}`
const scope = 'openid profile email address phone offline_access'

const config = await step('the metadata is found by the issuer', async () => {
  const config = await discover(id, { id_token_signed_response_alg: algorithm }, client.ClientSecretBasic(SECRET))
  // Without this the library trusts TLS for what comes from the token endpoint (OpenID Connect Core section 3.1.3.7).
  client.enableNonRepudiationChecks(config)
  assert.ok(config.serverMetadata().id_token_signing_alg_values_supported.includes(algorithm))
  return config
})

const person = new Person()

/** A code flow with a nonce. */
async function signIn(more = {}, moreChecks = {}) {
  const nonce = client.randomNonce()
  const { parameters, checks } = await freshRequest({ scope, nonce, ...more })
  const answer = await person.reach(client.buildAuthorizationUrl(config, parameters), CALLBACK)
  return client.authorizationCodeGrant(config, answer, { ...checks, expectedNonce: nonce, ...moreChecks })
}

const tokens = await step('an id token comes with the code, for this client and nonce', async () => {
  const tokens = await signIn({ prompt: 'consent' })
  assert.deepEqual(person.pressed, ['login', 'allow'])
  const claims = tokens.claims()
  assert.equal(claims.iss, ISSUER.href)
  assert.equal(claims.aud, id)
  assert.equal(claims.email, undefined, 'the claims of scopes belong into userinfo')
  assert.equal(header(tokens.id_token).alg, algorithm)
  assert.ok(header(tokens.id_token).kid)
  return tokens
})
const { sub, auth_time: authTime, sid } = tokens.claims()

await step('userinfo knows the same person', async () => {
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, sub)
  assert.equal(userinfo.email, 'alice@example.com')
  assert.equal(userinfo.email_verified, true)
  assert.equal(userinfo.given_name, 'Alice')
  assert.equal(userinfo.address.country, 'Wonderland')
  assert.equal(userinfo.phone_number_verified, false)
})

await step('a refreshed id token is about the same sign-in', async () => {
  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token)
  const claims = fresh.claims()
  assert.equal(claims.sub, sub)
  assert.equal(claims.auth_time, authTime)
  await client.fetchUserInfo(config, fresh.access_token, sub)
})

await step('prompt=none tells who is signed in without showing a page', async () => {
  const claims = (await signIn({ prompt: 'none', id_token_hint: tokens.id_token })).claims()
  assert.deepEqual(person.pressed, [])
  assert.equal(claims.sub, sub)
  assert.equal(claims.sid, sid)
})

await step('max_age brings auth_time, of the sign-in that there was', async () => {
  const claims = (await signIn({ max_age: '1000' }, { maxAge: 1000 })).claims()
  assert.deepEqual(person.pressed, [])
  assert.equal(claims.auth_time, authTime)
})

await step('the claims parameter brings a claim into the id token', async () => {
  const claims = (await signIn({ claims: JSON.stringify({ id_token: { email: { essential: true } } }) })).claims()
  assert.equal(claims.email, 'alice@example.com')
})

await step('what else a request may say of the sign-in does no harm', async () => {
  await signIn({ display: 'popup', ui_locales: 'fr-CA en', login_hint: 'alice', acr_values: '1', extra: 'unknown' })
  assert.deepEqual(person.pressed, [])
})

await step('prompt=login and max_age=0 ask for the password again', async () => {
  await signIn({ prompt: 'login' })
  assert.deepEqual(person.pressed, ['login'])
  await signIn({ max_age: '0' }, { maxAge: 0 })
  assert.deepEqual(person.pressed, ['login'])
})

await step('signing out leads back with the state', async () => {
  const back = 'https://app.example/signed-out'
  const state = client.randomState()
  const address = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: back, state })
  const reached = await person.reach(address, back)
  assert.equal(reached.searchParams.get('state'), state)
})

await step('and then prompt=none knows nobody', async () => {
  const refusal = await refused(() => signIn({ prompt: 'none' }))
  assert.equal(refusal.error, 'login_required')
})

function header(jwt) {
  return JSON.parse(Buffer.from(jwt.split('.')[0], 'base64url'))
}
