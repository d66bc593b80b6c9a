// The authorization code flow with PKCE (RFC 7636) for an app that cannot keep a secret. Every request goes through a
// `send(request)` that the caller gives: it takes { title, method, url, headers, fields } and resolves to
// { status, body }, where `body` is the JSON of the answer.

/** Learns the server's addresses (RFC 8414). The document must be about the issuer that was asked. */
export async function discover(issuer, send) {
  const { body } = await send({
    title: "Learn the server’s addresses",
    why: "One address is configured, the issuer. The metadata (RFC 8414) names the rest.",
    url: `${issuer}/.well-known/oauth-authorization-server`,
    shows: [
      "issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "revocation_endpoint", "end_session_endpoint",
      "code_challenge_methods_supported",
    ],
  });
  if (body?.issuer !== issuer) {
    throw new Error(`The metadata at ${issuer} is about another issuer.`);
  }
  return body;
}

/** 256 random bits in 43 characters: a verifier of the shortest legal length, or a state. */
export function randomText() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** What may be shown of a verifier: the base64url of its SHA-256, without padding (RFC 7636 section 4.2). */
export async function challengeOf(verifier) {
  return base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
}

/** Where the browser goes to ask for a code. */
export function authorizationUrl(metadata, parameters) {
  return `${metadata.authorization_endpoint}?${new URLSearchParams(parameters)}`;
}

/**
 * Checks what came back: the `state` must be the one that this tab sent (nobody else started this), and `iss` must be
 * the server that was asked (RFC 9207). Throws an Error whose text is for the person; gives the code.
 */
export function codeOf(answer, { state, issuer }) {
  if (answer.get("state") !== state) {
    throw new Error("The answer’s state is not the one this tab sent. It was not used.");
  }
  if (answer.get("iss") !== issuer) {
    throw new Error("The answer comes from another server than the one that was asked. It was not used.");
  }
  if (answer.has("error")) {
    const sentence = answer.get("error_description") ?? "";
    throw new Error(`The server refused: ${answer.get("error")}. ${sentence}`);
  }
  return answer.get("code");
}

/**
 * What an id token says, after its checks (OpenID Connect Core section 3.1.3.7). It came straight from the token endpoint,
 * so that the connection vouches for it; an id token that came any other way must have its signature verified.
 */
export function claimsOf(idToken, { issuer, client_id, nonce }) {
  const bytes = Uint8Array.from(atob(idToken.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const claims = JSON.parse(new TextDecoder().decode(bytes));
  const fits = claims.iss === issuer && claims.aud === client_id && claims.nonce === nonce && claims.exp * 1000 > Date.now();
  if (!fits) throw new Error("The id token is not the answer to this sign-in. It was not used.");
  return claims;
}

/** Where the browser goes to sign the person out of the server too, and to come back (OpenID Connect RP-Initiated Logout). */
export function signOutUrl(metadata, parameters) {
  return `${metadata.end_session_endpoint}?${new URLSearchParams(parameters)}`;
}

/** Trades the code for tokens, with the verifier as the proof. */
export function redeem(metadata, fields, send) {
  return tokens(send({
    title: "Trade the code for a token",
    why: "The verifier leaves the browser for the first time. Whoever stole the code does not have it.",
    method: "POST",
    url: metadata.token_endpoint,
    fields: { grant_type: "authorization_code", ...fields },
  }));
}

/** Trades the refresh token for new tokens; the old one is then used up. */
export function refresh(metadata, fields, send) {
  return tokens(send({
    title: "Refresh",
    why: "A new access token and a new refresh token. Using the old one again later would end them all.",
    method: "POST",
    url: metadata.token_endpoint,
    fields: { grant_type: "refresh_token", ...fields },
  }));
}

/** Ends a refresh token and every token that came with it (RFC 7009). */
export function revoke(metadata, fields, send) {
  return send({
    title: "Sign out",
    why: "Revoking the refresh token ends its whole family, the access token included.",
    method: "POST",
    url: metadata.revocation_endpoint,
    fields: { token_type_hint: "refresh_token", ...fields },
  });
}

async function tokens(answering) {
  const { status, body } = await answering;
  if (status !== 200) {
    throw new Error(`The server refused: ${body?.error ?? status}. ${body?.error_description ?? ""}`);
  }
  return body;
}

function base64url(bytes) {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
