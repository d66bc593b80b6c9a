"use strict";
// The browser's state as the server wrote it into a cookie; null where there is none, or where it may not be seen.
function browserState() {
  const name = document.documentElement.dataset.cookie + "=";
  const own = document.cookie.split("; ").find((cookie) => cookie.startsWith(name));
  return own === undefined ? null : own.slice(name.length);
}
// A message is a client id, a space and the session_state of its last sign-in, whose salt stands behind its dot.
async function answer(message, origin) {
  if (typeof message !== "string" || message.length > 1000) return "error";
  const space = message.lastIndexOf(" ");
  const dot = message.lastIndexOf(".");
  if (space < 1 || dot < space + 2 || dot === message.length - 1) return "error";
  let state = browserState();
  // A browser that hides cookies from frames of other sites looks like one that is signed out.
  if (state === null && document.hasStorageAccess && !(await document.hasStorageAccess())) return "error";
  state ??= "signed-out";
  const salt = message.slice(dot + 1);
  const text = [message.slice(0, space), origin, state, salt].join(" ");
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return message.slice(space + 1) === hex + "." + salt ? "unchanged" : "changed";
}
addEventListener("message", async (event) => {
  if (event.source === null || event.origin === "null") return;
  const said = await answer(event.data, event.origin).catch(() => "error");
  event.source.postMessage(said, event.origin);
});
