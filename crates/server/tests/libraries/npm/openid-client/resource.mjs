// A token for one API, which the API reads by itself.

import assert from 'node:assert/strict'
import * as client from 'openid-client'
import * as oauth from 'oauth4webapi'
import { SECRET, codeFlow, discover } from '../application.mjs'
import { Person } from '../person.mjs'
import { step } from '../step.mjs'

const API = 'https://api.example/'
const config = await step('the metadata is found by the issuer', () => discover('web-jwt', undefined, client.ClientSecretBasic(SECRET)))

const tokens = await step('a token is issued for the resource that was named', () => codeFlow(config, new Person(), { scope: 'read', resource: API }))

await step('the API verifies it with nothing but the published keys', async () => {
  const request = new Request(API, { headers: { authorization: `Bearer ${tokens.access_token}` } })
  const claims = await oauth.validateJwtAccessToken(config.serverMetadata(), request, API, { [oauth.allowInsecureRequests]: true })
  assert.equal(claims.client_id, 'web-jwt')
  assert.equal(claims.scope, 'read')
})

await step('introspection knows that it was revoked', async () => {
  assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, true)
  await client.tokenRevocation(config, tokens.access_token)
  assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, false)
})
