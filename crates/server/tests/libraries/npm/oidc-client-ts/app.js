// An application without a server of its own, as oidc-client-ts wants it. What a button did stands in #outcome.

const settings = await (await fetch('/settings.json')).json()
const home = `${location.origin}/`
const manager = new oidc.UserManager({
  ...settings,
  redirect_uri: home,
  silent_redirect_uri: `${home}silent`,
  popup_redirect_uri: `${home}popup`,
  post_logout_redirect_uri: home,
  automaticSilentRenew: false,
  silentRequestTimeoutInSeconds: 20,
  checkSessionIntervalInSeconds: 1,
})

if (location.pathname === '/silent') await manager.signinSilentCallback()
else if (location.pathname === '/popup') await manager.signinPopupCallback()
else await page()

async function page() {
  manager.events.addUserSignedOut(() => (document.getElementById('changed').textContent = 'signed out at the server'))
  const answer = new URLSearchParams(location.search)
  if (answer.has('code') || answer.has('error')) await told('sign_in', returned(() => manager.signinCallback()))
  else if (answer.has('state')) await told('sign_out', returned(() => manager.signoutCallback()))
  else await show(await manager.getUser())

  when('sign_in', () => manager.signinRedirect())
  when('sign_in_in_window', () => manager.signinPopup())
  when('renew_by_refresh_token', () => manager.signinSilent())
  when('renew_by_hidden_frame', async () => {
    const user = await manager.getUser()
    if (user !== null) await manager.storeUser(new oidc.User({ ...user, refresh_token: undefined }))
    return manager.signinSilent()
  })
  when('sign_out', () => manager.signoutRedirect({ state: 'the person wanted it' }))
}

/** Handles an answer in the address, which then leaves the address. */
function returned(handle) {
  return async () => {
    const handled = await handle()
    history.replaceState(null, '', home)
    return handled
  }
}

function when(button, action) {
  document.getElementById(button).addEventListener('click', () => told(button, action))
}

/** Does something and tells how it ended. */
async function told(button, action) {
  const before = await manager.getUser()
  let text = 'done'
  try {
    await action()
    const after = await manager.getUser()
    if (before !== null && after !== null && before.access_token === after.access_token) text = 'done, with the token of before'
  } catch (error) {
    text = `failed: ${error.error ?? error}`
  }
  await show(await manager.getUser())
  const outcome = document.getElementById('outcome')
  outcome.textContent = text
  outcome.className = button
}

async function show(user) {
  document.getElementById('user').textContent = user === null ? 'nobody' : JSON.stringify(user.profile)
}
