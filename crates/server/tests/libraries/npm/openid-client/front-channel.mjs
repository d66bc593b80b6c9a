// Answers that do not come in the query: form_post, and response types with an id token.
// The argument is one of: form_post, implicit, hybrid, hybrid_form_post.

import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { CALLBACK, SECRET, discover, freshRequest } from '../application.mjs'
import { Person } from '../person.mjs'
import { step } from '../step.mjs'

const [, , how] = process.argv
const config = await step('the metadata is found by the issuer', () => discover('web-front-channel', undefined, client.ClientSecretPost(SECRET)))
client.enableNonRepudiationChecks(config)

const nonce = client.randomNonce()
const more = { scope: 'openid email', nonce }
if (how.endsWith('form_post')) more.response_mode = 'form_post'
if (how === 'implicit') client.useIdTokenResponseType(config)
if (how.startsWith('hybrid')) client.useCodeIdTokenResponseType(config)

const { parameters, checks } = await freshRequest(more)
const answer = await step('the answer comes where it was asked for', async () => {
  const answer = await new Person().reach(client.buildAuthorizationUrl(config, parameters), CALLBACK)
  if (how.endsWith('form_post')) assert.equal(answer.method, 'POST')
  else assert.equal(answer.search, '')
  return answer
})

if (how === 'implicit') {
  await step('the id token alone tells who the person is', async () => {
    const claims = await client.implicitAuthentication(config, answer, nonce, { expectedState: checks.expectedState })
    assert.equal(claims.email, 'alice@example.com', 'there is no userinfo to ask')
  })
} else {
  await step('the code becomes tokens', async () => {
    const tokens = await client.authorizationCodeGrant(config, answer, { ...checks, expectedNonce: nonce })
    await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  })
}
