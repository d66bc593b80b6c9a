// The person in front of a browser: keeps cookies, follows redirects, signs in and allows what is asked.

import { fetchAndRemember } from './exchanges.mjs'

/** More pages than any flow shows. */
const PAGES = 12

/** The account in pixie.toml. */
export const USERNAME = 'alice'
const PASSWORD = 'correct horse battery staple'

export class Person {
  #cookies = new Map()
  #decision

  /** The ids of the buttons that were pressed since the last start, such as `login` and `allow`. */
  pressed = []

  /** Somebody who answers what an application asks for with this button: `allow` or `deny`. */
  constructor(decision = 'allow') {
    this.#decision = decision
  }

  /**
   * Opens an address and goes on until the browser is sent to an address that begins with `end`: hands back that
   * address, or the request where a form is posted there.
   */
  async reach(start, end) {
    this.pressed = []
    let request = new Request(start)
    for (let page = 0; page < PAGES; page += 1) {
      const answer = await this.#send(request)
      const location = answer.headers.get('location')
      if (answer.status >= 300 && answer.status < 400 && location !== null) {
        const next = new URL(location, request.url)
        if (next.href.startsWith(end)) return next
        request = new Request(next)
        continue
      }
      const text = await answer.text()
      const form = mainForm(text)
      if (form === undefined) throw new Error(`no form to send at ${request.url} (${answer.status}): ${text.slice(0, 4000)}`)
      const action = new URL(form.action, request.url)
      request = new Request(action, { method: 'POST', body: this.#filledIn(form) })
      if (action.href.startsWith(end)) return request
    }
    throw new Error(`more than ${PAGES} pages, and none led to ${end}`)
  }

  #filledIn({ fields, buttons }) {
    const button = buttons.find(({ id }) => id === this.#decision) ?? buttons[0] ?? {}
    const sent = new URLSearchParams(fields)
    if (sent.has('username')) sent.set('username', USERNAME)
    if (sent.has('password')) sent.set('password', PASSWORD)
    if (button.id !== undefined) this.pressed.push(button.id)
    if (button.name !== undefined) sent.set(button.name, button.value)
    return sent
  }

  async #send(request) {
    const headers = new Headers(request.headers)
    if (this.#cookies.size > 0) headers.set('cookie', [...this.#cookies].map((pair) => pair.join('=')).join('; '))
    const body = request.body === null ? undefined : await request.clone().text()
    const answer = await fetchAndRemember(request.url, { method: request.method, headers, body, redirect: 'manual' })
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = cookie.split(';')
      const [name, value] = pair.split('=')
      if (attributes.some((attribute) => attribute.trim().toLowerCase() === 'max-age=0')) this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return answer
  }
}

/** The form in a page's main part (or of a page that is nothing but a form), with its fields and buttons. */
function mainForm(page) {
  const main = /<main\b[\s\S]*<\/main>/.exec(page)?.[0] ?? page
  const [whole, opening] = /<form\b([^>]*)>[\s\S]*?<\/form>/.exec(main) ?? []
  if (whole === undefined) return undefined
  const fields = [...whole.matchAll(/<input\b([^>]*)>/g)]
    .map(([, text]) => attributes(text))
    .filter(({ name, type }) => name !== undefined && !['checkbox', 'radio', 'submit'].includes(type))
    .map(({ name, value }) => [name, value ?? ''])
  // Those of type `button` send nothing.
  const buttons = [...whole.matchAll(/<button\b([^>]*)>/g)]
    .map(([, text]) => attributes(text))
    .filter(({ type }) => type !== 'button')
  return { action: attributes(opening).action ?? '', fields, buttons }
}

function attributes(text) {
  const found = [...text.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)]
  return Object.fromEntries(found.map(([, name, ...values]) => [name, decoded(values.find((value) => value !== undefined) ?? '')]))
}

function decoded(text) {
  const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    return named[name] ?? whole
  })
}
