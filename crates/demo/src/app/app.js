// The app: sign in, call the API, refresh, sign out. Tokens live in `session`, in memory; sessionStorage holds what one
// sign-in needs across the redirect, and only until the answer is read.

import * as oauth from "./oauth.js";
import * as timeline from "./timeline.js";

const PENDING = "pending_sign_in";
const element = (id) => document.getElementById(id);

let settings;
let metadata;
let session = null;

await report(start);

async function start() {
  settings = await (await fetch("/settings.json")).json();
  element("own_origin").textContent = location.origin;
  element("api_address").textContent = `GET ${settings.api}test/`;
  if (location.href.split(/[?#]/)[0] !== settings.redirect_uri) {
    throw new Error(`Open this app at ${settings.redirect_uri}: it is registered with that address.`);
  }
  drawClients();
  draw();
  element("sign_in").addEventListener("click", () => busy("sign_in", signIn));
  element("call_api").addEventListener("click", () => busy("call_api", callApi));
  element("refresh").addEventListener("click", () => busy("refresh", refresh));
  element("sign_out").addEventListener("click", () => busy("sign_out", signOut));
  setInterval(drawExpiry, 1000);

  await discover();
  const answer = new URLSearchParams(location.search);
  if (answer.has("state")) await finishSignIn(answer);
}

async function discover() {
  metadata ??= await oauth.discover(settings.issuer, send);
}

async function signIn() {
  await discover();
  const chosen = document.querySelector("input[name=client]:checked").value;
  const client = settings.clients.find(({ client_id }) => client_id === chosen);
  const pending = {
    client_id: client.client_id,
    verifier: client.verifier ?? oauth.randomText(),
    state: oauth.randomText(),
    nonce: oauth.randomText(),
  };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  location.assign(oauth.authorizationUrl(metadata, await authorizationRequest(pending)));
}

async function authorizationRequest({ client_id, verifier, state, nonce }) {
  return {
    client_id,
    response_type: "code",
    redirect_uri: settings.redirect_uri,
    scope: settings.scope,
    state,
    nonce,
    code_challenge: await oauth.challengeOf(verifier),
    code_challenge_method: "S256",
  };
}

async function finishSignIn(answer) {
  history.replaceState(null, "", location.pathname);
  const pending = JSON.parse(sessionStorage.getItem(PENDING));
  sessionStorage.removeItem(PENDING);
  if (!pending) throw new Error("This tab did not ask for the answer that came. It was not used.");
  choose(pending.client_id);
  const code = await tellTheRedirect(pending, answer);
  const tokens = await oauth.redeem(metadata, {
    client_id: pending.client_id,
    redirect_uri: settings.redirect_uri,
    code,
    code_verifier: pending.verifier,
  }, send);
  const claims = oauth.claimsOf(tokens.id_token, { ...pending, issuer: settings.issuer });
  timeline.add({
    party: "browser",
    title: "Read the id token",
    why: "It is for this app, from the server that was asked, and about this sign-in: iss, aud and nonce say so.",
    parts: [{ label: "Says", of: claims }],
  });
  keep(pending.client_id, tokens);
  const { body } = await send({
    title: "Ask who signed in",
    why: "The userinfo endpoint tells what the scopes allow: “profile” is the name, “email” was not asked for.",
    url: metadata.userinfo_endpoint,
    headers: bearer(),
    shows: ["sub", "name", "preferred_username", "birthdate", "locale"],
  });
  const same = body?.sub === claims.sub;
  session.name = (same && (body.name ?? body.preferred_username)) || "somebody";
  draw();
  tell(`Signed in as ${session.name}`);
}

/** The page was away while this happened: the entries are told from what it kept and from what came back. */
async function tellTheRedirect(pending, answer) {
  const request = await authorizationRequest(pending);
  timeline.add({
    party: "browser",
    title: "Make the challenge",
    why: "A secret for this one sign-in, and its SHA-256. Only the hash is shown for now.",
    parts: [{ label: "Made here", of: { code_verifier: pending.verifier, code_challenge: request.code_challenge } }],
  });
  const entry = timeline.request({
    party: "pixie",
    title: "Ask for a code",
    why: "The browser leaves for the login page. This app never sees the password.",
    method: "GET",
    url: oauth.authorizationUrl(metadata, request),
  });
  const refused = answer.has("error");
  entry.answer({
    status: "back by redirect",
    good: !refused,
    parts: [{ label: "Came back", of: Object.fromEntries(answer) }],
  });
  const code = oauth.codeOf(answer, { state: pending.state, issuer: settings.issuer });
  timeline.add({
    party: "browser",
    title: "Check the answer",
    why: "The state is the one this tab sent, and iss is the server that was asked. The address bar is clean again.",
  });
  return code;
}

async function callApi() {
  const { status, challenge, body } = await send({
    title: session ? "Call the API" : "Call the API without a token",
    why: session ? "The access token goes into the Authorization header." : "Nobody vouches for this request.",
    url: `${settings.api}test/`,
    headers: bearer(),
  });
  const parts = [
    ...timeline.values({ label: `Answer ${status}`, of: body }),
    ...timeline.values({ label: "Header", of: challenge && { "WWW-Authenticate": challenge } }),
  ];
  element("api_answer").className = status === 200 ? "good" : "refused";
  element("api_answer").replaceChildren(...parts);
}

async function refresh() {
  const { client_id, refresh_token, id_token, name } = session;
  try {
    keep(client_id, { id_token, ...(await oauth.refresh(metadata, { client_id, refresh_token }, send)) });
  } catch (refusal) {
    forget();
    throw refusal;
  }
  session.name = name;
  draw();
  tell("The access token is new");
}

async function signOut() {
  const { client_id, refresh_token, id_token } = session;
  await oauth.revoke(metadata, { client_id, token: refresh_token }, send);
  forget();
  element("server_sign_out").href = oauth.signOutUrl(metadata, {
    id_token_hint: id_token,
    post_logout_redirect_uri: settings.redirect_uri,
  });
  element("forgotten").hidden = false;
  element("server_sign_out").focus();
  tell("Signed out of this app");
}

function keep(client_id, { access_token, refresh_token, id_token, expires_in, scope }) {
  session = { client_id, access_token, refresh_token, id_token, scope, ends: performance.now() + expires_in * 1000 };
}

function forget() {
  session = null;
  element("api_answer").replaceChildren();
  draw();
}

function bearer() {
  return session ? { Authorization: `Bearer ${session.access_token}` } : {};
}

/** Sends a request and tells it on the timeline. */
async function send({ title, why, method = "GET", url, headers = {}, fields, shows }) {
  const party = url.startsWith(settings.api) ? "api" : "pixie";
  const entry = timeline.request({ party, title, why, method, url, headers, fields });
  const response = await fetch(url, {
    method,
    headers,
    body: fields && new URLSearchParams(fields),
    credentials: "omit",
  }).catch(() => {
    entry.answer({ status: "no answer", good: false, parts: [] });
    throw new Error(`There is no answer from ${new URL(url).origin}. Is the demo still running?`);
  });
  const body = await response.json().catch(() => null);
  const challenge = response.headers.get("WWW-Authenticate");
  const shown = shows ? Object.fromEntries(shows.map((name) => [name, body?.[name]])) : body;
  entry.answer({
    status: `${response.status} ${response.statusText}`,
    good: response.ok,
    parts: [
      { label: "Answer", of: shown },
      { label: "Header", of: challenge && { "WWW-Authenticate": challenge } },
    ],
  });
  return { status: response.status, challenge, body };
}

async function busy(id, work) {
  const button = element(id);
  if (button.ariaDisabled === "true") return;
  button.ariaDisabled = "true";
  await report(work);
  button.ariaDisabled = null;
}

async function report(work) {
  const problem = element("problem");
  problem.hidden = true;
  try {
    await work();
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
    console.warn(error);
  }
}

function draw() {
  element("api").hidden = false;
  element("signed_out").hidden = session !== null;
  element("signed_in").hidden = session === null;
  element("api_hint").textContent = session
    ? "This app sends its access token."
    : "This app has no token yet: the API will say what it wants.";
  if (!session) return;
  element("forgotten").hidden = true;
  element("signed_in_as").textContent = session.name;
  element("client").textContent = session.client_id;
  element("scope").textContent = session.scope;
  drawExpiry();
}

function drawExpiry() {
  if (!session) return;
  const seconds = Math.round((session.ends - performance.now()) / 1000);
  const minutes = Math.floor(seconds / 60);
  element("expiry").textContent =
    seconds > 0 ? `ends in ${minutes} min ${seconds % 60} s` : "has ended: refresh";
}

function drawClients() {
  const options = settings.clients.map(({ client_id, name, description }) => {
    const option = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "client", value: client_id });
    input.id = `client_${client_id}`;
    const title = Object.assign(document.createElement("strong"), { textContent: name });
    const text = Object.assign(document.createElement("span"), { textContent: description });
    option.append(input, title, text);
    return option;
  });
  element("client_choice").append(...options);
  choose(settings.clients[0].client_id);
}

function choose(client_id) {
  const option = element(`client_${client_id}`);
  if (option) option.checked = true;
}

function tell(news) {
  element("news").textContent = news;
}
