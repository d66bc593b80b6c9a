// A service that acts for itself.

import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { SECRET, discover } from '../application.mjs'
import { refused, step } from '../step.mjs'

const config = await step('the metadata is found by the issuer', () => discover('service', undefined, client.ClientSecretBasic(SECRET), 'oauth2'))

const tokens = await step('its credentials become a token without a refresh token', async () => {
  const tokens = await client.clientCredentialsGrant(config, { scope: 'read' })
  assert.equal(tokens.token_type, 'bearer')
  assert.equal(tokens.refresh_token, undefined)
  return tokens
})

await step('introspection names the client as the subject', async () => {
  const told = await client.tokenIntrospection(config, tokens.access_token)
  assert.equal(told.active, true)
  assert.equal(told.sub, 'service')
})

await step('a scope that it may not have is refused', async () => {
  const refusal = await refused(() => client.clientCredentialsGrant(config, { scope: 'write' }))
  assert.equal(refusal.error, 'invalid_scope')
})

await step('a wrong secret is refused', async () => {
  const stranger = await discover('service', undefined, client.ClientSecretBasic('wrong'), 'oauth2')
  const refusal = await refused(() => client.clientCredentialsGrant(stranger, { scope: 'read' }))
  assert.equal(refusal.status, 401)
  assert.equal(refusal.cause[0].scheme, 'basic')
})
