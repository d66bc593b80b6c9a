// A web application without OpenID Connect: code with PKCE, then everything that can be done with the tokens.
// The argument is how it authenticates: client_secret_basic, client_secret_post or none.

import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { CALLBACK, SECRET, codeFlow, discover } from '../application.mjs'
import { Person } from '../person.mjs'
import { refused, step } from '../step.mjs'

const [, , method] = process.argv
const { id, authentication, redirectUri } = {
  client_secret_basic: { id: 'web-basic', authentication: client.ClientSecretBasic(SECRET), redirectUri: CALLBACK },
  client_secret_post: { id: 'web-post', authentication: client.ClientSecretPost(SECRET), redirectUri: CALLBACK },
  none: { id: 'native', authentication: client.None(), redirectUri: 'http://127.0.0.1:49152/callback' },
}[method]

const config = await step('the metadata is found by the issuer', () => discover(id, undefined, authentication, 'oauth2'))

const person = new Person()
const tokens = await step('a code becomes tokens, with PKCE and state', async () => {
  const tokens = await codeFlow(config, person, { redirect_uri: redirectUri, scope: 'read' })
  assert.deepEqual(person.pressed, ['login', 'allow'])
  assert.equal(tokens.token_type, 'bearer')
  assert.equal(tokens.scope, 'read')
  assert.ok(tokens.expiresIn() > 3000)
  return tokens
})

const fresh = await step('a refresh token becomes new tokens', async () => {
  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token)
  assert.notEqual(fresh.access_token, tokens.access_token)
  assert.notEqual(fresh.refresh_token, tokens.refresh_token)
  assert.equal(fresh.scope, 'read')
  return fresh
})

if (method !== 'none') {
  await step('introspection tells what the new token is good for', async () => {
    const told = await client.tokenIntrospection(config, fresh.access_token)
    assert.equal(told.active, true)
    assert.equal(told.client_id, id)
    assert.equal(told.scope, 'read')
    assert.equal(told.username, 'alice')
  })
}

await step('revocation ends the grant', async () => {
  await client.tokenRevocation(config, fresh.refresh_token, { token_type_hint: 'refresh_token' })
  const refusal = await refused(() => client.refreshTokenGrant(config, fresh.refresh_token))
  assert.equal(refusal.error, 'invalid_grant')
  if (method !== 'none') {
    assert.equal((await client.tokenIntrospection(config, fresh.access_token)).active, false)
  }
})

await step('revoking what is no token is answered well', () => client.tokenRevocation(config, 'no-token'))
