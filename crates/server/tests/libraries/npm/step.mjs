// A step of a flow: one line of JSON when it is done; when it fails, one with what was said, and the end.

import { lastExchanges } from './exchanges.mjs'

/** Runs one step and hands back what it found. */
export async function step(name, action) {
  const begun = performance.now()
  try {
    const found = await action()
    console.log(JSON.stringify({ step: name, passed: true, milliseconds: Math.round(performance.now() - begun) }))
    return found
  } catch (error) {
    console.log(JSON.stringify({ step: name, passed: false, error: told(error), exchanges: lastExchanges() }))
    process.exit(1)
  }
}

/** Runs an action that has to be refused, and hands back the refusal. */
export async function refused(action) {
  let allowed
  try {
    allowed = await action()
  } catch (error) {
    return error
  }
  throw new Error(`this was allowed, and should not be: ${JSON.stringify(allowed)}`)
}

function told(error) {
  const cause = error.cause === undefined ? '' : `; cause: ${describe(error.cause)}`
  return `${error.stack}${cause}`
}

function describe(cause) {
  try {
    return cause instanceof Error ? String(cause) : JSON.stringify(cause)
  } catch {
    return String(cause)
  }
}
