// Applications that register themselves with an initial access token: signed client authentication, signed requests.

import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { CALLBACK, ISSUER, OPTIONS, SECRET, codeFlow, discover, freshRequest } from '../application.mjs'
import { fetchAndRemember } from '../exchanges.mjs'
import { Person } from '../person.mjs'
import { refused, step } from '../step.mjs'

const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
const jwk = { ...(await crypto.subtle.exportKey('jwk', keys.publicKey)), kid: 'of-the-application', alg: 'ES256', use: 'sig' }
const metadata = {
  client_name: 'Application that registers itself',
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'ES256',
  request_object_signing_alg: 'ES256',
  id_token_signed_response_alg: 'ES256',
  userinfo_signed_response_alg: 'RS256',
  subject_type: 'pairwise',
  jwks: { keys: [jwk] },
  contacts: ['owner@app.example'],
  scope: 'openid profile email read',
}

await step('without an initial access token nothing is registered', async () => {
  const refusal = await refused(() => client.dynamicClientRegistration(ISSUER, metadata, undefined, OPTIONS))
  assert.equal(refusal.status, 401)
})

const initialAccessToken = await step('a service gets an initial access token', async () => {
  const service = await discover('service', undefined, client.ClientSecretBasic(SECRET))
  return (await client.clientCredentialsGrant(service, { scope: 'registration' })).access_token
})

const key = { key: keys.privateKey, kid: jwk.kid }
const config = await step('an application registers', async () => {
  const config = await client.dynamicClientRegistration(ISSUER, metadata, client.PrivateKeyJwt(key), { ...OPTIONS, initialAccessToken })
  const registered = config.clientMetadata()
  assert.equal(registered.token_endpoint_auth_method, 'private_key_jwt')
  assert.equal(registered.client_secret, undefined)
  assert.deepEqual(registered.contacts, ['owner@app.example'])
  client.enableNonRepudiationChecks(config)
  return config
})
const registered = config.clientMetadata()

await step('its people sign in, and it signs its own assertions', async () => {
  const person = new Person()
  const tokens = await codeFlow(config, person, { scope: 'openid read' })
  assert.deepEqual(person.pressed, ['login', 'allow'])
  const told = await client.tokenIntrospection(config, tokens.access_token)
  assert.equal(told.client_id, registered.client_id)
  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token)
  await client.tokenRevocation(config, fresh.access_token)
  assert.equal((await client.tokenIntrospection(config, fresh.access_token)).active, false)
})

await step('a signed request object carries the request', async () => {
  const nonce = client.randomNonce()
  const { parameters, checks } = await freshRequest({ scope: 'openid', nonce })
  const address = await client.buildAuthorizationUrlWithJAR(config, parameters, key)
  assert.deepEqual([...address.searchParams.keys()].sort(), ['client_id', 'request'])
  const answer = await new Person().reach(address, CALLBACK)
  const tokens = await client.authorizationCodeGrant(config, answer, { ...checks, expectedNonce: nonce })
  // Userinfo is signed for this application, and knows the person by the name that only this application has for them.
  await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
})

await step('it reads and deletes its registration', async () => {
  const headers = { authorization: `Bearer ${registered.registration_access_token}` }
  const read = await fetchAndRemember(registered.registration_client_uri, { headers })
  assert.equal(read.status, 200)
  assert.equal((await read.json()).client_id, registered.client_id)
  const deleted = await fetchAndRemember(registered.registration_client_uri, { method: 'DELETE', headers })
  assert.equal(deleted.status, 204)
  const refusal = await refused(() => client.tokenIntrospection(config, 'any'))
  assert.equal(refusal.status, 401)
})
