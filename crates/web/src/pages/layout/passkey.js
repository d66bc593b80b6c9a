// Asks the browser for a passkey (WebAuthn Level 3) and sends the form with the answer. The conversions of JSON are written out: browsers
// got theirs late, and password managers that stand in for browsers often lack them.
{
  const form = document.querySelector("[data-passkey]");
  const button = form.querySelector("[data-passkey-button]");
  const { passkey, from, options } = form.dataset;
  const { challenge, credential } = form.elements;
  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt());
  const base64 = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const say = (name) => {
    const text = (when) => form.querySelector(`[data-when="${when}"]`);
    const shown = name && (text(name) ?? text("other"));
    for (const one of form.querySelectorAll("[data-when]")) one.hidden = one !== shown;
  };
  const decoded = (one, name) => ({ ...one, [name]: bytes(one[name]) });
  const read = (options) => {
    const publicKey = decoded(options, "challenge");
    if (options.user) publicKey.user = decoded(options.user, "id");
    for (const list of ["allowCredentials", "excludeCredentials"])
      if (options[list]) publicKey[list] = options[list].map((one) => decoded(one, "id"));
    return publicKey;
  };
  const write = ({ id, rawId, type, response }) => {
    const parts = { transports: response.getTransports?.() };
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
      parts[name] = response[name] ? base64(response[name]) : null;
    return JSON.stringify({ id, rawId: base64(rawId), type, response: parts });
  };
  // The request is there before the button is pressed: some browsers ask for passkeys only right after that.
  const load = async () => {
    if (options) return { options: JSON.parse(options), challenge: challenge.value };
    const answer = await fetch(from);
    return answer.json();
  };
  let request, waiting, inAutofill, pressed;
  const ask = async (mediation) => {
    waiting?.abort();
    const { signal } = (waiting = new AbortController());
    try {
      const loaded = await request;
      const found = await navigator.credentials[passkey]({ publicKey: read(loaded.options), mediation, signal });
      challenge.value = loaded.challenge;
      credential.value = write(found);
      form.submit();
    } catch (error) {
      if (signal.aborted) return;
      say(error.name);
      if (inAutofill && pressed) ask("conditional");
      pressed = false;
    }
  };
  const renew = () => {
    request = load();
    request.catch(() => {});
    if (inAutofill && !pressed) ask("conditional");
  };
  if (window.PublicKeyCredential) {
    form.hidden = button.hidden = false;
    button.addEventListener("click", () => {
      say("");
      pressed = true;
      ask();
    });
    renew();
    // A page that stays open longer than a challenge is valid.
    if (from) {
      setInterval(renew, 300000);
      PublicKeyCredential.isConditionalMediationAvailable?.().then((available) => {
        inAutofill = available;
        if (available && !pressed) ask("conditional");
      });
    }
  } else say("unsupported");
}
