// Keeps the live part of a page up to date: asks for the page again while somebody looks at it, and puts the new part in
// the old one's place. Without this script the page is the same, and is loaded again by hand.
"use strict";

const EVERY_MS = 2000;
const SAY_EVERY_MS = 15000; // a screen reader is told how it stands, and not interrupted all the time
const PATIENCE_MS = 10000;
const LOST_AFTER = 3;

let failed = 0;
let saidAt = 0;
let said = "";

function isInUse(part) {
  const selection = document.getSelection();
  return part.contains(document.activeElement) || (selection && !selection.isCollapsed && part.contains(selection.anchorNode));
}

function say(text, isOver) {
  const now = Date.now();
  if (text && text !== said && (isOver || now - saidAt >= SAY_EVERY_MS)) {
    document.getElementById("live-said").textContent = text;
    [said, saidAt] = [text, now];
  }
}

async function fresh() {
  const reply = await fetch(location.href, { cache: "no-store", redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!reply.ok) throw new Error("no page");
  return new DOMParser().parseFromString(await reply.text(), "text/html");
}

async function again() {
  const part = document.getElementById("live");
  if (document.hidden || isInUse(part)) {
    setTimeout(again, EVERY_MS);
    return;
  }
  try {
    const page = await fresh();
    const next = page.getElementById("live");
    if (!next) throw new Error("another page");
    const clock = page.querySelector(".clock");
    if (clock) document.querySelector(".clock").replaceWith(clock);
    part.replaceWith(next);
    failed = 0;
    document.getElementById("live-lost").hidden = true;
    const isOver = next.dataset.live === undefined;
    say(isOver ? next.querySelector("p").textContent : next.dataset.live, isOver);
    if (isOver) return;
  } catch {
    failed += 1;
    document.getElementById("live-lost").hidden = failed < LOST_AFTER;
  }
  setTimeout(again, EVERY_MS);
}

setTimeout(again, EVERY_MS);
