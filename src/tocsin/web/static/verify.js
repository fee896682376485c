// Judges a proof file with nothing but the file and a policy: no network, no library, no trust in who handed it over.
// This is tocsin.record.verify once more, rule by rule and refusal by refusal; a test holds the two together. The rules
// are told in docs/reference/proofs.md. Sources: C2SP signed-note v1.0.0, tlog-checkpoint v1.0.0, tlog-cosignature,
// tlog-proof v1 and tlog-policy; RFC 6962 and RFC 9162 (trees); RFC 8785 (canonical JSON); RFC 8032 (Ed25519).
"use strict";

const MIB = 1 << 20;
const LIMITS = { note: MIB, proof: 2 * MIB, extra: MIB, policy: 1 << 18, entry: 1024, vkey: 1 << 14, signatures: 100,
  hashes: 64, earlier: 256, fields: 256, steps: 4, levels: 64 };
const ED25519 = 1, COSIGNATURE = 4; // C2SP signed-note, signature types
const KINDS = { [ED25519]: "an Ed25519 key", [COSIGNATURE]: "an Ed25519 cosigner's key" };
const DEPTHS = { root: 12, kept: 6 }; // of the two padded trees of a sealed entry
const NAMES = "fact.fields", MOST_FIELDS = 64, HORIZON_DAYS = 730;
const WITH_RECEIPT = ["fact.kind", NAMES, "receipts"]; // may be shown of a fact that was not opened
const WAYS = { BatchSettled: [10], ReceiptsGathered: [10, 14], AnswersTaken: [10] }; // how deep its receipts' trees are
const SHAPES = { receipt: ["attempts", "channel", "delivery", "kind", "stands", "warning"], answer: ["answer", "at", "kind", "warning", "words"] };
const LATEST = 253402300799n; // POSIX seconds of the last second of the year 9999
const TWO_63 = 1n << 63n, TWO_64 = 1n << 64n;

class Refused extends Error {}
const refuse = (why) => { throw new Refused(why); };

// ---- bytes, text and hashes

const bytesOf = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.slice(2 * at, 2 * at + 2), 16));
const equal = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
const first = (text, count) => [...text].slice(0, count).join("");

function utf8(bytes) {
  try { return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); } catch { return null; }
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts)));
// RFC 6962, 2.1: a leaf can never pass for a node.
const leafHash = (data) => sha256([0], data);
const nodeHash = (left, right) => sha256([1], left, right);

function repr(text) { // as Python quotes a text in a sentence
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const short = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", [quote]: "\\" + quote };
  const escaped = (one) => {
    const code = one.codePointAt(0), width = code < 256 ? 2 : code < 65536 ? 4 : 8;
    return "\\" + { 2: "x", 4: "u", 8: "U" }[width] + code.toString(16).padStart(width, "0");
  };
  return quote + Array.from(text, (one) => short[one] ?? (one !== " " && /[\p{C}\p{Z}]/u.test(one) ? escaped(one) : one)).join("") + quote;
}

// Octets are kept as text of one character each, U+0000 to U+00FF.
function octetsOf(bytes) {
  let octets = "";
  for (let at = 0; at < bytes.length; at += 8192) octets += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return octets;
}
const bytesOfOctets = (octets) => Uint8Array.from(octets, (one) => one.charCodeAt(0));

function shown(octets) { // octets as text that can be printed; those that are no UTF-8 as \xNN
  const raw = bytesOfOctets(octets), whole = utf8(raw);
  if (whole !== null) return whole;
  let text = "";
  for (let at = 0; at < raw.length;) {
    const size = [1, 2, 3, 4].find((n) => utf8(raw.subarray(at, at + n)) !== null);
    text += size ? utf8(raw.subarray(at, at + size)) : "\\x" + hex(raw.subarray(at, at + 1));
    at += size ?? 1;
  }
  return text;
}

// ---- one spelling of everything, so that no bit changes unnoticed

function fromBase64(text) {
  if (text.length % 4 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) refuse(`${repr(first(text, 100))} is not standard base64.`);
  const octets = atob(text);
  if (btoa(octets) !== text) refuse(`${repr(first(text, 100))} is not base64 in its canonical form.`);
  return bytesOfOctets(octets);
}

function fromDecimal(text, most) {
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(text) || BigInt(text) > most)
    refuse(`${repr(first(text, 40))} is no decimal number from 0 to ${most} without leading zeros.`);
  return BigInt(text);
}

function decodeText(bytes) {
  const text = utf8(bytes) ?? refuse("A note is UTF-8; this is not.");
  if (/[\x00-\x09\x0b-\x1f]/.test(text)) refuse("A note has no control character but the newline.");
  return text;
}

// RFC 8785: what JSON.stringify writes, names in the order of their UTF-16 units. Whole numbers end at 2^53 - 1, where a
// double would stand for several of them.
const NO_OBJECT = "This is not one JSON object.";
const DIFFERENT = "This JSON object is not in the canonical form of RFC 8785.";
function canonical(value, levels = LIMITS.levels) {
  if (typeof value === "string" && !value.isWellFormed()) refuse(NO_OBJECT);
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21) refuse(DIFFERENT);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (levels === 0) refuse(`This JSON object is nested more than ${LIMITS.levels} levels deep.`);
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, levels - 1)).join(",")}]`;
  return `{${Object.keys(value).sort().map((name) => canonical(name) + ":" + canonical(value[name], levels - 1)).join(",")}}`;
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function readCanonical(bytes) { // that it reads back as the same text refuses a name that stands there twice
  const text = utf8(bytes);
  let said = null;
  try { said = JSON.parse(text); } catch { /* said is none */ }
  if (!isObject(said)) refuse(NO_OBJECT);
  if (canonical(said) !== text) refuse(DIFFERENT);
  return said;
}

// ---- keys and notes (C2SP signed-note)

const isName = (name) => name !== "" && !/[+\x00-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(name);

async function parseVkey(vkey) {
  if ([...vkey].length > LIMITS.vkey || vkey.split("+").length < 3)
    refuse(`A verifier key is text of at most ${LIMITS.vkey} characters: NAME+KEY ID+BASE64. This is not.`);
  const [name, stated, ...rest] = vkey.split("+"), raw = fromBase64(rest.join("+")), quoted = repr(first(vkey, 100));
  const kind = raw[0], called = KINDS[kind];
  if (!called) refuse(`The verifier key ${quoted} is of type ${hex(raw.subarray(0, 1)) || "none"}. Only ${KINDS[1]} (01) and ${KINDS[4]} (04) can be used.`);
  if (raw.length !== 33) refuse(`The public part of ${called} has 32 bytes, not ${raw.length - 1}.`);
  const id = hex((await sha256(bytesOf(name + "\n"), raw)).subarray(0, 4));
  if (!isName(name) || stated.toLowerCase() !== id)
    refuse(`The verifier key ${quoted} does not have the key id that its name and key give. Copy it again.`);
  return { name, id, kind, public: raw.subarray(1), label: `${first(name, 100)}+${id}` };
}

async function ed25519(key, message, signature) {
  try {
    const known = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", known, signature, message);
  } catch { return false; } // the key is no point of the curve
}

const seconds = (signature) => BigInt("0x" + hex(signature.subarray(0, 8)));

function verifies(key, text, signature) {
  if (key.kind === ED25519) return signature.length === 64 && ed25519(key.public, text, signature);
  // C2SP tlog-cosignature: the time stands before the signature, and is signed with the text.
  if (signature.length !== 72 || seconds(signature) >= TWO_63) return false;
  const heading = bytesOf(`cosignature/v1\ntime ${seconds(signature)}\n`);
  return ed25519(key.public, joined([heading, text]), signature.subarray(8));
}

function parseSignature(line) {
  const dash = line.startsWith("— "), [name, ...rest] = (dash ? line.slice(2) : line).split(" "), raw = fromBase64(rest.join(" "));
  if (!dash || !rest.length || !isName(name) || raw.length <= 4)
    refuse(`${repr(first(line, 100))} is no signature line. It is written: dash, space, name, space, base64.`);
  return { by: `${name}+${hex(raw.subarray(0, 4))}`, signature: raw.subarray(4) };
}

// Lines by keys that are not listed pass unread; of those that are, none may fail.
async function verifiedNote(note, keys) {
  if (note.length > LIMITS.note) refuse(`A note is at most ${LIMITS.note} bytes.`);
  const whole = decodeText(note), gap = whole.lastIndexOf("\n\n"), lines = whole.slice(gap + 2).split("\n");
  if (gap < 0 || lines.pop() !== "" || lines.length < 1 || lines.length > LIMITS.signatures)
    refuse(`A note is a text, an empty line, and 1 to ${LIMITS.signatures} signature lines.`);
  const text = bytesOf(whole.slice(0, gap + 1)), signed = [];
  for (const line of lines.map(parseSignature)) {
    const listed = keys.filter((key) => `${key.name}+${key.id}` === line.by);
    if (listed.length > 1) refuse(`The key ${listed[0].label} is listed twice. List each key once.`);
    for (const key of listed) {
      if (!await verifies(key, text, line.signature)) refuse(`The signature by ${key.label} is not over this text.`);
      signed.push({ key, signature: line.signature });
    }
  }
  return { text, signed };
}

// ---- checkpoints (C2SP tlog-checkpoint)

async function parseCheckpoint(bytes) {
  const lines = decodeText(bytes).split("\n"), rest = lines.pop(), [origin, size, root] = lines;
  if (rest || lines.length < 3 || lines.includes(""))
    refuse("A checkpoint is three lines or more, none of them empty, each ended by a newline.");
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(size) || BigInt(size) >= TWO_64)
    refuse(`${repr(first(size, 40))} is no tree size. It is a decimal number without leading zeros.`);
  const hash = fromBase64(root);
  if (hash.length !== 32) refuse(`The root of a checkpoint has 32 bytes, not ${hash.length}.`);
  if (size === "0" && !equal(hash, await sha256())) refuse("A record without entries has only one root, and it is not this one.");
  return { origin, size: BigInt(size), root: hash };
}

// ---- policies (C2SP tlog-policy). Names are octets.

async function readPolicy(bytes) {
  if (bytes.length > LIMITS.policy) refuse(`A policy has at most ${LIMITS.policy} bytes.`);
  const policy = { logs: new Map(), witnesses: new Map(), groups: [], members: new Map(), quorum: null };
  for (const [at, line] of octetsOf(bytes).split("\n").entries()) {
    try { await takeLine(policy, line); } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refuse(`Line ${at + 1} of the policy cannot be used. ${error.message}`);
    }
  }
  if (policy.quorum === null) refuse("The policy has no quorum. Write `quorum NAME`, or `quorum none` if no witness is needed.");
  return policy;
}

async function takeLine(policy, line) {
  if (/[^\t\n\x20-\x7e\x80-\xff]/.test(line)) refuse("It has a control character; only tab and newline are allowed.");
  const [word, ...rest] = line.split(/[\t ]+/).filter(Boolean);
  if (word === undefined || word.startsWith("#")) return;
  if (word === "log" && (rest.length === 1 || rest.length === 2)) await listKey(policy.logs, rest[0], ED25519, "log");
  else if (word === "witness" && (rest.length === 2 || rest.length === 3)) {
    const key = await listKey(policy.witnesses, rest[1], COSIGNATURE, "witness");
    giveName(policy, rest[0]);
    key.as = rest[0];
  } else if (word === "group" && rest.length >= 3) takeGroup(policy, ...rest);
  else if (word === "quorum" && rest.length === 1) {
    if (policy.quorum !== null) refuse("There is a quorum already; a policy has one.");
    if (rest[0] !== "none" && !policy.members.has(rest[0])) refuse(`${shown(first(rest[0], 100))} is named by no line before.`);
    policy.quorum = rest[0];
  } else refuse("Write: log VKEY [URL], witness NAME VKEY [URL], group NAME HOW-MANY MEMBER..., quorum NAME.");
}

async function listKey(listed, octets, kind, whose) {
  const text = utf8(bytesOfOctets(octets)) ?? refuse(`The verifier key ${shown(first(octets, 100))} is not UTF-8.`);
  const key = await parseVkey(text), type = (one) => one.toString(16).padStart(2, "0");
  if (key.kind !== kind) refuse(`The key of a ${whose} is of type ${type(kind)}; ${key.label} is of type ${type(key.kind)}.`);
  if (listed.has(hex(key.public))) refuse(`The key of the ${whose} ${key.label} is listed already.`);
  listed.set(hex(key.public), key);
  return key;
}

function giveName(policy, name) {
  if (name === "none" || policy.members.has(name)) refuse(`The name ${shown(first(name, 100))} is taken.`);
  policy.members.set(name, false);
}

function takeGroup(policy, name, needed, ...members) {
  for (const member of members) {
    if (!policy.members.has(member)) refuse(`${shown(first(member, 100))} is named by no line before.`);
    if (policy.members.get(member)) refuse(`${shown(first(member, 100))} is a member already; it would count twice.`);
    policy.members.set(member, true);
  }
  giveName(policy, name);
  const all = BigInt(members.length), count = needed === "any" ? 1n : needed === "all" ? all : fromDecimal(shown(needed), all);
  if (count < 1n) refuse("A group of which nobody is needed decides nothing. Write any, all, or a number from 1.");
  policy.groups.push({ name, needed: Number(count), members });
}

async function judge(policy, note) {
  const logs = [...policy.logs.values()], witnesses = [...policy.witnesses.values()];
  if (!logs.length) refuse("The policy lists no log, and without a log's key nothing can be verified. Add a line: log VKEY.");
  const { text, signed } = await verifiedNote(note, [...logs, ...witnesses]);
  const signers = signed.filter((one) => logs.includes(one.key)).map((one) => one.key);
  if (!signers.length) refuse("None of the logs that the policy lists has signed this checkpoint.");
  const checkpoint = await parseCheckpoint(text);
  if (!signers.some((key) => key.name === checkpoint.origin))
    refuse(`The checkpoint is of ${repr(first(checkpoint.origin, 100))}, but it was signed by ${signers[0].label}.`);
  const moments = new Map();
  for (const { key, signature } of signed.filter((one) => witnesses.includes(one.key))) {
    const at = seconds(signature);
    if (at > LATEST) refuse("The cosignature states no moment up to the year 9999.");
    moments.set(key, moments.has(key) && moments.get(key) < at ? moments.get(key) : at);
  }
  const seen = witnesses.filter((key) => moments.has(key));
  refuseMissedQuorum(policy, new Set(seen.map((key) => key.as)));
  const moment = (at) => new Date(Number(at) * 1000).toISOString().replace(".000Z", "Z");
  return { checkpoint, seen: seen.map((key) => [key.as, moment(moments.get(key))]), witnessed: seen.map((key) => [shown(key.as), moment(moments.get(key))]) };
}

// Whether these are enough; the groups that they make up are added to them.
function reaches(policy, reached) {
  for (const group of policy.groups) // each stands after its members, so one pass is enough
    if (group.members.filter((member) => reached.has(member)).length >= group.needed) reached.add(group.name);
  return policy.quorum === "none" || reached.has(policy.quorum);
}

function refuseMissedQuorum(policy, reached) {
  if (reaches(policy, reached)) return;
  const name = policy.quorum, called = shown(first(name, 100));
  const group = policy.groups.find((one) => one.name === name);
  if (!group) refuse(`The quorum is the witness ${called}, which has not cosigned this checkpoint.`);
  const missing = group.members.filter((member) => !reached.has(member)).map((member) => shown(first(member, 100)));
  const named = missing.slice(0, 10).join(", ") + (missing.length > 10 ? ` and ${missing.length - 10} more` : "");
  refuse(`The quorum ${called} needs ${group.needed} of ${group.members.length} to have witnessed this checkpoint, and has ${group.members.length - missing.length}. Missing: ${named}.`);
}

// ---- proof files (C2SP tlog-proof) and the tree (RFC 9162, 2.1.3.2)

function readProofFile(bytes) {
  if (bytes.length > LIMITS.proof) refuse(`A proof file has at most ${LIMITS.proof} bytes.`);
  let gap = bytes.indexOf(10);
  while (gap >= 0 && bytes[gap + 1] !== 10) gap = bytes.indexOf(10, gap + 1);
  const checkpoint = gap < 0 ? new Uint8Array() : bytes.subarray(gap + 2);
  if (!checkpoint.length || checkpoint.length > LIMITS.note)
    refuse("A proof file ends with an empty line and a checkpoint. This does not, or its checkpoint is too long.");
  const head = octetsOf(bytes.subarray(0, gap));
  if (/[^\x00-\x7f]/.test(head)) refuse("A proof file is ASCII up to its checkpoint; this is not.");
  const [header, ...lines] = head.split("\n");
  if (header !== "c2sp.org/tlog-proof@v1")
    refuse(`A proof file begins with the line c2sp.org/tlog-proof@v1; this begins with ${repr(header.slice(0, 40))}.`);
  const extra = lines[0]?.startsWith("extra ") ? fromBase64(lines.shift().slice(6)) : null;
  if (extra?.length === 0) refuse("A proof file without extra data has no line for it.");
  if (!lines[0]?.startsWith("index ")) refuse("A proof file says `index` and a number in its second line, or in its third after `extra`.");
  const index = fromDecimal(lines.shift().slice(6), TWO_63 - 1n);
  if (lines.length > LIMITS.hashes) refuse(`A proof file has at most ${LIMITS.hashes} hashes.`);
  const hashes = lines.map((line) => {
    const hash = fromBase64(line);
    return hash.length === 32 ? hash : refuse(`A hash in a proof file has 32 bytes, not ${hash.length}.`);
  });
  return { index, hashes, checkpoint, extra };
}

async function isIncluded(index, size, leaf, proof, root) {
  if (index >= size) return false;
  let at = index, last = size - 1n, node = leaf;
  for (const beside of proof) {
    if (last === 0n) return false;
    if (at & 1n || at === last) {
      node = await nodeHash(beside, node);
      while (at && !(at & 1n)) { at >>= 1n; last >>= 1n; } // levels where the rightmost node has nothing beside it
    } else node = await nodeHash(node, beside);
    at >>= 1n; last >>= 1n;
  }
  return last === 0n && equal(node, root);
}

// ---- what our proof files carry (tocsin.record.bundle). Nothing in it is believed; all of it is computed again.

const text = (value) => typeof value === "string";
const count = (value) => Number.isSafeInteger(value) && value >= 0;
const hash = (value) => text(value) && /^[0-9a-f]{64}$/.test(value);
const list = (one, most, least = 0) => (value) => Array.isArray(value) && value.length >= least && value.length <= most && value.every(one);
const named = (said, names) => Object.keys(said).length === names.length && names.every((name) => Object.hasOwn(said, name));
const unset = (one) => (value) => value === undefined || one(value);
const none = (one) => (value) => value === undefined || value === null || one(value);
const struct = (parts) => (value) => isObject(value) && Object.keys(value).every((name) => Object.hasOwn(parts, name))
  && Object.entries(parts).every(([name, fits]) => fits(value[name]));
const hashes = unset(list(hash, LIMITS.hashes));
const PLACE = struct({ tree: (value) => value === "root" || value === "kept", place: count, proof: hashes });
const FIELD = struct({ payload: text, salt: hash, index: count, size: count, proof: hashes });
const SINCE = struct({ note: (value) => text(value) && [...value].length <= 1 << 18, hashes });
const ENTRY = struct({ index: count, hashes, entry: isObject, place: none(PLACE), since: none(SINCE) });
const OPENED = struct({ commitment: hash, place: PLACE, fields: unset(list(FIELD, LIMITS.fields)), earlier: unset(list(ENTRY, LIMITS.earlier)), opening: none(ENTRY) });
const STEP = struct({ place: count, proof: hashes });
const RECEIPT = struct({ payload: text, salt: hash, steps: list(STEP, LIMITS.steps, 1), field: text });
const BUNDLE = struct({ v: (value) => value === 1, entry: isObject, opened: none(OPENED), receipt: none(RECEIPT), since: none(SINCE) });

function readBundle(extra) {
  if (extra.length > LIMITS.extra) refuse(`What the proof carries has ${extra.length} bytes; at most ${LIMITS.extra} are read.`);
  let said;
  try { said = readCanonical(extra); } catch (error) { refuse(`What the proof carries is not what Tocsin writes. ${error.message}`); }
  return BUNDLE(said) ? said : refuse("What the proof carries is not what Tocsin writes.");
}

const unhexAll = (nodes = []) => nodes.map(unhex);
const entryBytes = (entry) => bytesOf(canonical(entry)); // what the record holds, and what was hashed

function readEntry(bytes) {
  if (bytes.length > LIMITS.entry) refuse(`An entry has at most ${LIMITS.entry} bytes; this has ${bytes.length}.`);
  const entry = readCanonical(bytes);
  if (!text(entry.kind) || !text(entry.at) || !Number.isSafeInteger(entry.v)) refuse("An entry has a kind, a moment (at) and a version (v).");
  return entry;
}

function readMoment(written) { // returns it with six decimals, so that moments compare as texts do
  if (!text(written) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/.test(written))
    refuse("A moment in an entry is written like 2024-03-07T18:00:00Z, with six decimals or none.");
  const whole = written.slice(0, 19), real = new Date(whole + "Z");
  if (isNaN(real) || real.toISOString().slice(0, 19) !== whole || whole.startsWith("0000"))
    refuse(`${repr(written)} is no moment. Write it like 2024-03-07T18:00:00Z.`);
  return whole + (written.length > 20 ? written.slice(19, 26) : ".000000");
}
const written = (moment) => moment.replace(".000000", "") + "Z";
const minute = (moment) => `${moment.slice(0, 10)} ${moment.slice(11, 16)} UTC`;

function readSeal(entry) {
  if (entry.kind !== "sealed") refuse(`This entry is of kind ${repr(first(entry.kind, 40))}, not a sealed one.`);
  const root = (value) => hash(value) ? unhex(value) : refuse("A sealed entry has root, kept and after: 32 bytes each, in hexadecimal.");
  return { at: readMoment(entry.at), open_by: readMoment(entry.open_by), root: root(entry.root), kept: root(entry.kept),
    settled: readMoment(entry.settled), after: root(entry.after) };
}

// A commitment, and the salted hash behind it (tocsin.record.sealed).
const commitment = (salt, payload) => sha256(bytesOf("tocsin/commit/v1\0"), salt, payload);

async function placed(entry, place, one) {
  const seal = readSeal(readEntry(entryBytes(entry)));
  if (!place) refuse("An entry is named under which the fact is said to stand, and not at which place.");
  const earliest = new Date(new Date(seal.open_by.slice(0, 19) + "Z") - HORIZON_DAYS * 86400000).toISOString();
  if (earliest.slice(0, -5) + seal.open_by.slice(19) > seal.at) // to the millionth of a second, which no Date holds
    refuse(`The seal of ${minute(seal.at)} gives itself longer than the ${HORIZON_DAYS} days there are.`);
  const size = 1n << BigInt(DEPTHS[place.tree]);
  if (!await isIncluded(BigInt(place.place), size, await leafHash(one), unhexAll(place.proof), seal[place.tree]))
    refuse(`The fact does not stand under the seal of ${minute(seal.at)}.`);
  return seal;
}

// The older tree that is shown for an entry, once it is sure that it holds it.
async function olderTree(grounds, since, number, entry) {
  if (!since) return null;
  const judged = await judge(grounds.policy, bytesOf(since.note)), tree = judged.checkpoint;
  if (tree.origin !== grounds.newest.checkpoint.origin || !await isIncluded(number, tree.size, await leafHash(entry), unhexAll(since.hashes), tree.root))
    refuse("The older checkpoint that is shown does not hold the entry.");
  return judged;
}

// Where an entry stands in the newest tree, and in the older one that is shown for it.
async function standing(grounds, entry) {
  const raw = entryBytes(entry.entry), tree = grounds.newest.checkpoint, number = BigInt(entry.index);
  if (!await isIncluded(number, tree.size, await leafHash(raw), unhexAll(entry.hashes), tree.root))
    refuse(`The proof does not show that the entry it gives as ${entry.index} is in the record.`);
  return { number, older: await olderTree(grounds, entry.since, number, raw) };
}

// What only the record's own word says to have been written by then is not taken: the reader's clock, or the quorum of the
// policy, by those alone who state a moment no later than that, must say it too.
function refuseLate(grounds, what, entry, by) {
  if (grounds.now !== null && grounds.now <= by) return;
  for (const tree of [grounds.newest, entry.older])
    if (tree && reaches(grounds.policy, new Set(tree.seen.filter(([, at]) => `${at.slice(0, 19)}.000000` <= by).map(([name]) => name)))) return;
  refuse(`Nothing but the record's own word shows that it was ${what} by ${minute(by)}.`);
}

// The prophet's way out is closed here: what was neither opened nor kept by its date counts no more.
function refuseBrokenChain(seals, places) {
  const trees = places.filter(Boolean).map((place) => place.tree);
  if (trees.length !== places.length || trees.some((tree, at) => tree !== (at ? "kept" : "root")))
    refuse("A fact stands first under the root of a seal, and after that only where it is kept.");
  seals.slice(1).forEach((after, at) => {
    const before = seals[at];
    if (!(before.at < after.at && after.at <= before.open_by))
      refuse(`What was sealed at ${minute(before.at)} was to be opened or kept by ${minute(before.open_by)}, and was not. It counts no more.`);
  });
}

function refuseDisorder(numbers) {
  if (numbers.some((number, at) => at && numbers[at - 1] >= number))
    refuse("The entries do not stand in the record in the order in which they are said to have come.");
}

// What no fact is: a name twice, names out of their order, more than one count of them, or room for another prophecy.
function refuseNoFact(fields, names) {
  const order = (name) => hex(bytesOf(name)); // of UTF-8, which is that of code points
  const sorted = fields.map((field, at) => ({ at: field.index, name: order(names[at]) })).sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
  const sizes = new Set(fields.map((field) => field.size));
  if (sizes.size > 1 || Math.max(0, ...sizes) > MOST_FIELDS || sorted.some((field, at) => at && sorted[at - 1].name >= field.name))
    refuse(`The fields that are shown are not those of one fact, each once, of at most ${MOST_FIELDS}.`);
}

// A fact names its fields, each once and in its place: or it could hold one name twice, and show whichever came true.
function refuseOtherNames(fields, shown) {
  if (!fields.length) return;
  const names = shown.get(NAMES);
  if (!Array.isArray(names) || !names.every(text)) refuse(`The fact that is shown does not say which fields it has (${NAMES}).`);
  const order = (name) => hex(bytesOf(name)), given = [...shown.keys()];
  if (names.some((name, at) => at && order(names[at - 1]) >= order(name)) || names.length !== fields[0].size
    || fields.some((field, at) => names[field.index] !== given[at]))
    refuse("The fields that are shown do not stand where the fact says that they do.");
}

async function shownField(field, one) {
  const payload = bytesOf(field.payload), leaf = await leafHash(await commitment(unhex(field.salt), payload));
  if (!await isIncluded(BigInt(field.index), BigInt(field.size), leaf, unhexAll(field.proof), one))
    refuse("A field that is shown does not belong to the fact.");
  const said = readCanonical(payload);
  if (!named(said, ["name", "value"]) || !text(said.name)) refuse("A field is a name and a value; one that is shown is not.");
  return [said.name, said.value];
}

function verifyOpening(opening, seal, place, seals) {
  const said = readEntry(entryBytes(opening.entry));
  if (said.kind !== "NoticeOpened" || !place || !Number.isSafeInteger(said.seal) || BigInt(said.seal) !== seal || said.place !== place.place)
    refuse("The entry that is given as the opening does not speak of this fact.");
  const at = readMoment(said.at), last = seals.at(-1);
  if (at < seals[0].at) refuse("It is said to have been opened before it was sealed.");
  return at <= last.open_by ? at : refuse(`It was opened after its open-by date, ${minute(last.open_by)}. It counts no more.`);
}

async function received(receipt, fields) {
  const kind = fields.get("fact.kind");
  if (!text(kind) || !Object.hasOwn(WAYS, kind) || receipt.field !== "receipts") refuse("The fact that is shown is none under which receipts stand.");
  const said = readCanonical(bytesOf(receipt.payload));
  if (said.kind !== (kind === "AnswersTaken" ? "answer" : "receipt") || !named(said, SHAPES[said.kind]))
    refuse("What is shown as a receipt is none of ours: a delivery or an answer, and nothing besides.");
  if (receipt.steps.map((step) => (step.proof ?? []).length).join() !== WAYS[kind].join())
    refuse("The receipt does not stand as deep under the fact as receipts do.");
  let root = await commitment(unhex(receipt.salt), bytesOf(receipt.payload));
  for (const step of receipt.steps) {
    const proof = unhexAll(step.proof);
    if (BigInt(step.place) >> BigInt(proof.length)) refuse(`A tree of depth ${proof.length} has no place ${step.place}.`);
    root = await leafHash(root);
    for (const [level, beside] of proof.entries())
      root = BigInt(step.place) >> BigInt(level) & 1n ? await nodeHash(beside, root) : await nodeHash(root, beside);
  }
  if (fields.get(receipt.field) !== hex(root)) refuse("The receipt does not stand under the fact that is shown.");
  return said;
}

async function verifyOpened(found, bundle, last, grounds) {
  const { opened } = bundle, one = unhex(opened.commitment), earlier = opened.earlier ?? [], fields = opened.fields ?? [], chain = [], seals = [];
  for (const entry of earlier) chain.push(await standing(grounds, entry));
  chain.push(last);
  for (const entry of earlier) seals.push(await placed(entry.entry, entry.place, one));
  seals.push(await placed(bundle.entry, opened.place, one));
  refuseBrokenChain(seals, [...earlier.map((entry) => entry.place), opened.place]);
  const numbers = chain.map((entry) => entry.number);
  refuseDisorder(opened.opening ? [...numbers, BigInt(opened.opening.index)] : numbers);
  chain.slice(1).forEach((entry, at) => refuseLate(grounds, "kept", entry, seals[at].open_by));
  [found.sealedAt, ...found.kept] = seals.map((seal) => written(seal.at));
  found.since = chain[0].older?.witnessed ?? [];
  const shownFields = [];
  for (const field of fields) shownFields.push(await shownField(field, one));
  refuseNoFact(fields, shownFields.map(([name]) => name));
  found.shown = new Map(shownFields);
  refuseOtherNames(fields, found.shown);
  const place = earlier.length ? earlier[0].place : opened.place;
  if (opened.opening) {
    const stands = await standing(grounds, opened.opening);
    found.openedAt = written(verifyOpening(opened.opening, numbers[0], place, seals));
    refuseLate(grounds, "opened", stands, seals.at(-1).open_by);
  }
  if (bundle.receipt) found.receipt = await received(bundle.receipt, found.shown);
  const allowed = bundle.receipt ? WITH_RECEIPT : [];
  if (!opened.opening && [...found.shown.keys()].some((name) => !allowed.includes(name)))
    refuse("Fields are shown, but nothing in the record says that this was opened.");
}

// ---- the whole

async function verify(found, proof, policy, payload, now) {
  const file = readProofFile(proof), rules = await readPolicy(policy), newest = await judge(rules, file.checkpoint), tree = newest.checkpoint;
  Object.assign(found, { size: tree.size, root: hex(tree.root), origin: tree.origin, witnessed: newest.witnessed });
  const bundle = file.extra && readBundle(file.extra);
  const entry = bundle ? entryBytes(bundle.entry)
    : payload ?? refuse("The proof does not carry its entry. Hand in the entry itself as the payload.");
  if (!await isIncluded(file.index, tree.size, await leafHash(entry), file.hashes, tree.root))
    refuse(`The proof does not show that this is entry ${file.index} of the record.`);
  found.index = file.index;
  if (!bundle) return;
  found.entry = readEntry(entry);
  if (payload && !equal(payload, entry)) {
    const digest = hex(await sha256(payload));
    if (digest !== found.entry.cap_sha256 && digest !== found.entry.text_sha256)
      refuse("The payload is neither this entry nor what it holds the hash of.");
  }
  const grounds = { policy: rules, newest, now: now || null }, older = await olderTree(grounds, bundle.since, file.index, entry);
  if (bundle.opened) await verifyOpened(found, bundle, { number: file.index, older }, grounds);
  else if (bundle.receipt) refuse("A receipt is shown, and no fact that it stands under.");
  else found.since = older?.witnessed ?? [];
}

// proof, policy, payload: Uint8Array; payload: null where there is none. It answers whatever it is handed.
// now: the moment of the reader, like 2024-03-07T18:00:00.000000; or null.
async function verifyProof(proof, policy, payload = null, now = null) {
  const found = { size: null, root: null, origin: null, witnessed: [], since: [], index: null, entry: null, sealedAt: null, kept: [],
    openedAt: null, shown: new Map(), receipt: null, problems: [] };
  try { await verify(found, proof, policy, payload, now); } catch (error) { // half a proof shows nothing
    Object.assign(found, { since: [], entry: null, sealedAt: null, kept: [], openedAt: null, shown: new Map(), receipt: null });
    found.problems.push(error.message);
  }
  return found;
}

// Whether this browser can check signatures at all: RFC 8032, 7.1, test 1.
async function canVerify() {
  if (!globalThis.crypto?.subtle || !String.prototype.isWellFormed) return false;
  const key = unhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  return ed25519(key, new Uint8Array(), unhex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"));
}
