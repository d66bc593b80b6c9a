// Draws the timeline: one entry for each step, with the request and the answer as names and values. Secrets are
// shortened until the person asks for them. Everything becomes text nodes, never markup.

const list = document.getElementById("timeline");

/** Where the panel and the timeline stand side by side: there is room to show everything. */
const wide = matchMedia("(min-width: 60rem)");

/** Names whose values are worth something to a thief. */
const SECRETS = new Set(["code", "code_verifier", "access_token", "refresh_token", "id_token", "token"]);

/** How much of a secret is shown: enough to recognise its kind and to tell it from another. */
const HEAD = 13;
const TAIL = 4;

/**
 * Adds an entry. `party` is who acts: "browser", "pixie" or "api". `parts` are lists of names and values, each with a
 * heading. Gives a handle whose `answer` adds what came back.
 */
export function add({ party, title, why, line, parts = [] }) {
  const item = make("li", { className: `entry ${party}` });
  const head = make("div", { className: "entry-head" }, make("h3", {}, title));
  item.append(head);
  if (why) item.append(make("p", { className: "why" }, why));
  if (line) item.append(make("p", { className: "line" }, make("code", {}, line)));
  const details = make("details", { open: wide.matches }, make("summary", { ariaLabel: `Details: ${title}` }, "Details"));
  const tell = (parts) => {
    for (const part of parts) details.append(...values(part));
    if (details.childElementCount > 1) item.append(details);
    show(item);
  };
  list.append(item);
  tell(parts);
  return {
    answer({ status, good, parts }) {
      head.append(make("span", { className: `status ${good ? "good" : "refused"}` }, status));
      tell(parts);
    },
  };
}

/** Entries that answer a browser's own request: method, address and fields, then status and body. */
export function request({ party, title, why, method, url, headers = {}, fields = {} }) {
  const { address, query } = split(url);
  return add({
    party,
    title,
    why,
    line: `${method} ${address}`,
    parts: [
      { of: query, label: "Parameters" },
      { of: headers, label: "Headers" },
      { of: fields, label: "Form" },
    ],
  });
}

/** An element that shows a secret in short, with a button to see it whole. */
function secret(name, text) {
  if (text.length <= HEAD + TAIL + 3) return make("code", {}, text);
  const short = `${text.slice(0, HEAD)}…${text.slice(-TAIL)}`;
  const shown = make("code", {});
  const button = make("button", { type: "button", className: "reveal" });
  let whole = false;
  const draw = () => {
    shown.textContent = whole ? text : short;
    button.textContent = whole ? "Hide" : "Show";
    button.ariaLabel = `${button.textContent} ${name}`;
  };
  button.addEventListener("click", () => {
    whole = !whole;
    draw();
  });
  draw();
  return make("span", { className: "secret" }, shown, button);
}

/** A list of names and values as elements; nothing where there are none. */
export function values({ of, label }) {
  const entries = Object.entries(of ?? {});
  if (entries.length === 0) return [];
  const rows = entries.map(([name, value]) =>
    make("div", {}, make("dt", {}, name), make("dd", {}, element(name, value))));
  return [make("div", { className: "values" }, make("h4", {}, label), make("dl", {}, ...rows))];
}

function element(name, value) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (SECRETS.has(name)) return secret(name, text);
  const bearer = name === "Authorization" && text.match(/^Bearer (.*)$/);
  if (bearer) return make("span", {}, make("code", {}, "Bearer "), secret(name, bearer[1]));
  return make("code", {}, text);
}

function split(url) {
  const parsed = new URL(url);
  return { address: parsed.origin + parsed.pathname, query: Object.fromEntries(parsed.searchParams) };
}

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Beside the panel, the newest entry is brought into view; below it, that would take the person away from the buttons. */
function show(item) {
  if (!wide.matches) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  item.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
}
