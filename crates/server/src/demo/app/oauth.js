// The authorization code flow with PKCE (RFC 7636) for an app that cannot keep a secret. Every request goes through a
// `send(request)` that the caller gives: it takes { title, method, url, headers, fields } and resolves to
// { status, body }, where `body` is the JSON of the answer.

/** Learns the server's addresses (RFC 8414). The document must be about the issuer that was asked. */
export async function discover(issuer, send) {
  const { body } = await send({
    title: "Learn the server’s addresses",
    why: "One address is configured, the issuer. The metadata (RFC 8414) names the rest.",
    url: `${issuer}/.well-known/oauth-authorization-server`,
    shows: ["issuer", "authorization_endpoint", "token_endpoint", "revocation_endpoint", "code_challenge_methods_supported"],
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
