// A token for one API, which the API reads by itself.

import assert from 'node:assert/strict'
import * as client from 'openid-client'
import * as oauth from 'oauth4webapi'
import { CALLBACK, SECRET, codeFlow, discover, freshRequest } from '../application.mjs'
import { Person } from '../person.mjs'
import { step } from '../step.mjs'

const API = 'https://api.example/'
const OTHER = 'https://other.example/'
const config = await step('the metadata is found by the issuer', () => discover('web-jwt', undefined, client.ClientSecretBasic(SECRET)))

const tokens = await step('a token is issued for the resource that was named', () => codeFlow(config, new Person(), { scope: 'read', resource: API }))

await step('the API verifies it with nothing but the published keys', async () => {
  const claims = await verified(tokens, API)
  assert.equal(claims.client_id, 'web-jwt')
  assert.equal(claims.scope, 'read')
})

await step('introspection knows that it was revoked', async () => {
  assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, true)
  await client.tokenRevocation(config, tokens.access_token)
  assert.equal((await client.tokenIntrospection(config, tokens.access_token)).active, false)
})

await step('of two resources each gets a token of its own', async () => {
  const { parameters, checks } = await freshRequest({ scope: 'read' })
  const both = new URLSearchParams(parameters)
  for (const resource of [API, OTHER]) both.append('resource', resource)
  const answer = await new Person().reach(client.buildAuthorizationUrl(config, both), CALLBACK)

  const first = await client.authorizationCodeGrant(config, answer, checks, { resource: API })
  assert.equal(onlyAudience(await verified(first, API)), API)
  const second = await client.refreshTokenGrant(config, first.refresh_token, { resource: OTHER })
  assert.equal(onlyAudience(await verified(second, OTHER)), OTHER)
})

/** What an API learns from a token, or an error if the token is not for it. */
function verified(tokens, api) {
  const request = new Request(api, { headers: { authorization: `Bearer ${tokens.access_token}` } })
  return oauth.validateJwtAccessToken(config.serverMetadata(), request, api, { [oauth.allowInsecureRequests]: true })
}

function onlyAudience({ aud }) {
  const [only, ...others] = [aud].flat()
  assert.deepEqual(others, [])
  return only
}
