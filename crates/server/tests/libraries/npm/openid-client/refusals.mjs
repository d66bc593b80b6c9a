// What goes wrong is told so that the library can read it.

import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { CALLBACK, SECRET, codeFlow, discover, freshRequest } from '../application.mjs'
import { Person } from '../person.mjs'
import { refused, step } from '../step.mjs'

const config = await step('the metadata is found by the issuer', () => discover('web-rs256', undefined, client.ClientSecretBasic(SECRET)))

await step('a person who denies sends access_denied, with state and issuer', async () => {
  const person = new Person('deny')
  const refusal = await refused(() => codeFlow(config, person, { scope: 'openid' }))
  assert.deepEqual(person.pressed, ['login', 'deny'])
  assert.ok(refusal instanceof client.AuthorizationResponseError, String(refusal))
  assert.equal(refusal.error, 'access_denied')
})

await step('so does a request of which no scope exists, as invalid_scope', async () => {
  const refusal = await refused(() => codeFlow(config, new Person(), { scope: 'no-such-scope' }))
  assert.ok(refusal instanceof client.AuthorizationResponseError, String(refusal))
  assert.equal(refusal.error, 'invalid_scope')
})

await step('a code that is used twice is refused, and ends what it gave', async () => {
  const { parameters, checks } = await freshRequest({ scope: 'openid' })
  const answer = await new Person().reach(client.buildAuthorizationUrl(config, parameters), CALLBACK)
  const tokens = await client.authorizationCodeGrant(config, answer, checks)
  const { sub } = tokens.claims()
  await client.fetchUserInfo(config, tokens.access_token, sub)

  const refusal = await refused(() => client.authorizationCodeGrant(config, answer, checks))
  assert.ok(refusal instanceof client.ResponseBodyError, String(refusal))
  assert.equal(refusal.error, 'invalid_grant')

  const challenged = await refused(() => client.fetchUserInfo(config, tokens.access_token, sub))
  assert.ok(challenged instanceof client.WWWAuthenticateChallengeError, String(challenged))
  assert.equal(challenged.status, 401)
  assert.equal(challenged.cause[0].parameters.error, 'invalid_token')
})

await step('a verifier that does not fit the challenge is refused', async () => {
  const { parameters, checks } = await freshRequest({ scope: 'openid' })
  const answer = await new Person().reach(client.buildAuthorizationUrl(config, parameters), CALLBACK)
  const wrong = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() }
  const refusal = await refused(() => client.authorizationCodeGrant(config, answer, wrong))
  assert.equal(refusal.error, 'invalid_grant')
})
