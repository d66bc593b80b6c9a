// The requests that a library sends, kept so that a step that fails can show what was said.

import dns from 'node:dns'
import { webcrypto } from 'node:crypto'

// What Node.js 18 still lacks, and what later versions do by themselves.
globalThis.crypto ??= webcrypto
dns.setDefaultResultOrder('ipv4first')

const SHOWN = 3
const seen = []

/** `fetch` that remembers what was asked and answered. */
export async function fetchAndRemember(url, options) {
  const answer = await fetch(url, options)
  const shown = {
    request: `${options?.method ?? 'GET'} ${url}`,
    body: options?.body === undefined || options.body === null ? undefined : String(options.body),
    status: answer.status,
    location: answer.headers.get('location') ?? undefined,
    authenticate: answer.headers.get('www-authenticate') ?? undefined,
    answer: (await answer.clone().text()).slice(0, 2000),
  }
  seen.push(shown)
  return answer
}

/** The last exchanges, the newest last. */
export function lastExchanges() {
  return seen.slice(-SHOWN)
}
