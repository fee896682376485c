// The face of the verifier: takes the files, and says in words what verify.js found. What a file says is shown as text,
// never as markup, and nothing is sent anywhere: the page's own policy forbids it every connection.
"use strict";

const LARGEST = 64 * MIB; // bytes of a file that is read
const LANGUAGE = document.documentElement.lang.replace(/^en$/, "en-GB");
const held = { proof: null, payload: null, policy: null }; // policy: to the byte, until somebody edits it
let asked = 0;

const the = (id) => document.getElementById(id);
const sentences = new Map(the("say").content.textContent.split("\n").map((line) => line.split(/ (.*)/)));
const sentence = (key) => sentences.get(key);

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.flat());
  return made;
}

// A sentence with its %(name)s places filled in; a text keeps its own direction.
function say(key, values = {}) {
  return sentence(key).split(/%\((\w+)\)s/).map((part, at) => {
    const value = at % 2 ? values[part] : part;
    return at % 2 && !(value instanceof Node) ? element("bdi", {}, String(value)) : value;
  });
}

function moment(written) {
  const at = new Date(written), style = { dateStyle: "long", timeStyle: "short" };
  const utc = `${at.toLocaleString(LANGUAGE, { ...style, timeZone: "UTC" })} UTC`;
  const here = at.getTimezoneOffset() ? [" ", element("small", { class: "dim" }, say("yours", { time: at.toLocaleString(LANGUAGE, style) }))] : [];
  return element("span", {}, element("time", { datetime: written }, utc), here);
}

const chip = (tone, key) => element("span", { class: `chip ${tone}` }, sentence(key));
const kind = (name) => sentence(`kind-${name}`) ?? name;

// ---- what was found

function headline(found) {
  if (found.receipt) return say(found.receipt.kind === "answer" ? "head-answer" : "head-receipt");
  if (found.openedAt && found.shown.size) return say("head-opened", { when: moment(found.sealedAt) });
  if (found.sealedAt) return say("head-sealed", { when: moment(found.sealedAt) });
  return found.entry ? [kind(found.entry.kind)] : say("head-foreign", { index: found.index });
}

// The picture: each moment in its order, those of the record's own clock apart from those that others vouch for.
function moments(found) {
  const own = [];
  if (found.sealedAt) own.push(["own-sealed", found.sealedAt], ...found.kept.map((at) => ["own-kept", at]));
  else if (found.entry) own.push(["own-entered", found.entry.at]);
  if (found.openedAt) own.push(["own-opened", found.openedAt]);
  const lines = [...own.map(([key, at]) => ({ at, mark: "own", text: say(key) })),
    ...seenBy(found).map(([name, at]) => ({ at, mark: "seen", text: say("witnessed", { name }) }))];
  lines.sort((one, other) => new Date(one.at) - new Date(other.at));
  return element("ol", { class: "track" }, lines.map((line) => element("li", { class: line.mark }, element("p", {}, moment(line.at)), element("p", {}, line.text))));
}

// Each witness's earliest word: of the older tree that is shown, or of the newest.
function seenBy(found) {
  const earliest = new Map();
  for (const [name, at] of [...found.since, ...found.witnessed]) if (!earliest.has(name) || at < earliest.get(name)) earliest.set(name, at);
  return [...earliest];
}

function byWhen(found) {
  const times = seenBy(found).map(([, at]) => at).sort();
  if (!times.length) return [chip("silence", "no-witness"), " ", ...say("no-witness-advice")];
  if (times.length === 1) return say("by-one", { when: moment(times[0]) });
  return say("by-all", { count: times.length, when: moment(times.at(-1)), first: moment(times[0]) });
}

function value(name, said) {
  if (name === "fact.kind") return kind(said);
  if (name === "fact.fields" && Array.isArray(said)) return element("code", {}, said.join(", "));
  if (name === "attempts") return said.map(([stands, at]) => element("p", {}, moment(at), " ", element("bdi", {}, stands)));
  if (typeof said === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(said)) return moment(said);
  return typeof said === "string" ? element("bdi", {}, said) : element("code", {}, JSON.stringify(said));
}

function fields(found) {
  const named = [...Object.entries(found.entry ?? {}).filter(([name]) => sentence(`entry-${name}`)), ...found.shown,
    ...Object.entries(found.receipt ?? {})].filter(([name]) => name !== "kind" && name !== "receipts");
  const rows = named.map(([name, said]) => element("div", {},
    element("dt", {}, sentence(`entry-${name}`) ?? sentence(`field-${name}`) ?? element("code", {}, name)), element("dd", {}, value(name, said))));
  return rows.length ? element("dl", { class: "fields" }, rows) : "";
}

function details(found) {
  const facts = [["origin", found.origin], ["size", found.size], ["index", found.index], ["root", found.root]];
  return element("details", {}, element("summary", {}, sentence("details")),
    element("dl", { class: "fields" }, facts.filter(([, said]) => said !== null).map(([key, said]) =>
      element("div", {}, element("dt", {}, sentence(`detail-${key}`)), element("dd", {}, element("code", {}, String(said)))))),
    found.entry ? element("pre", {}, element("code", {}, canonical(found.entry))) : "");
}

function verdict(found) {
  if (found.problems.length) return [
    element("p", {}, chip("danger", "fails")), element("h2", {}, sentence("fails-head")),
    element("p", {}, element("bdi", { lang: "en", dir: "ltr" }, found.problems.join(" "))), element("p", { class: "dim" }, sentence("fails-advice"))];
  const paid = held.payload && found.entry ? [element("p", {}, sentence("payload-holds"))] : [];
  return [element("p", {}, chip("good", "holds")), element("h2", {}, headline(found)), element("p", {}, byWhen(found)), moments(found), fields(found), ...paid, details(found)];
}

function show(tone, ...content) {
  the("verdict").className = tone;
  the("verdict").replaceChildren(...content);
}

async function check() {
  const turn = ++asked;
  if (!held.proof) return show("", element("p", {}, sentence("choose")));
  const policy = held.policy ?? bytesOf(the("policy").value);
  if (!octetsOf(policy).trim()) return show("", element("p", {}, sentence("no-policy")));
  if (!await canVerify()) return show("fails", element("p", {}, chip("danger", "cannot")), element("p", {}, sentence(isSecureContext ? "cannot-old" : "cannot-http")));
  const found = await verifyProof(held.proof, policy, held.payload, `${new Date().toISOString().slice(0, 23)}000`);
  if (turn === asked) show(found.problems.length ? "fails" : "holds", ...verdict(found));
}

// ---- what is handed in

async function take(file, as) {
  if (file.size > LARGEST) return show("fails", element("p", {}, say("too-large", { name: file.name })));
  const bytes = new Uint8Array(await file.arrayBuffer());
  held[as] = bytes;
  if (as === "policy") the("policy").value = shown(octetsOf(bytes));
  else the(`${as}-name`).textContent = file.name;
  return check();
}

// A dropped file is known by what it begins with.
async function dropped(file) {
  const start = octetsOf(new Uint8Array(await file.slice(0, 400).arrayBuffer()));
  if (start.startsWith("c2sp.org/tlog-proof")) return take(file, "proof");
  return take(file, /^(?:#.*\n|\s*\n)*(?:log|witness) \S/.test(start) ? "policy" : "payload");
}

for (const [id, as] of [["proof-file", "proof"], ["payload-file", "payload"], ["policy-file", "policy"]])
  the(id).addEventListener("change", (event) => { for (const file of event.target.files) take(file, as); });
the("policy").addEventListener("input", () => { held.policy = null; });
the("policy").addEventListener("change", check);
the("form").addEventListener("submit", (event) => { event.preventDefault(); check().then(() => the("verdict").focus()); });
addEventListener("dragover", (event) => { event.preventDefault(); document.body.classList.add("over"); });
addEventListener("dragleave", () => document.body.classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("over");
  for (const file of event.dataTransfer.files) dropped(file);
});
if (location.protocol === "file:") the("save").hidden = true;
if (the("given").content.textContent) held.proof = bytesOf(the("given").content.textContent);
check();
