// Checks a notice anew as it is written: the page asks the desk what is flagged in the words as they stand. Without this script
// the same is done by the button that checks without keeping, and whenever the notice is kept.
"use strict";

const form = document.getElementById("notice");
const WAIT_MS = 700;
let timer = 0;
let asked = 0;

function ticked() {
  return new Set([...form.querySelectorAll("[name^=pick_]:checked")].map((one) => one.value));
}

function replacePart(page, id) {
  const next = page.getElementById(id);
  const part = document.getElementById(id);
  if (!next || !part || part.contains(document.activeElement)) return;
  const open = [...part.querySelectorAll("details")].map((one) => one.open);
  part.replaceWith(next);
  [...next.querySelectorAll("details")].forEach((one, n) => (one.open = open[n] ?? one.open));
}

async function lookAnew() {
  const mine = ++asked;
  const said = new FormData(form);
  said.delete("new_for");
  said.delete("new_language");
  try {
    const reply = await fetch(form.dataset.look, { method: "POST", body: new URLSearchParams([...said]), redirect: "error" });
    if (!reply.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const chosen = ticked();
    for (const part of form.querySelectorAll(".checked")) {
      const next = page.querySelector(`.checked[data-field="${part.dataset.field}"]`);
      if (next && !part.contains(document.activeElement)) part.replaceWith(next);
    }
    for (const one of form.querySelectorAll("[name^=pick_]")) one.checked = chosen.has(one.value);
    for (const id of ["flags", "sources", "out"]) replacePart(page, id);
    const status = document.getElementById("look-said");
    status.textContent = `${status.dataset.said} ${document.querySelector("#flags h2").textContent}`;
  } catch {
    // What is shown stays; the notice is checked again when it is kept.
  }
}

form.addEventListener("input", (event) => {
  if (event.target.name.startsWith("pick_") || event.target.name === "why") return;
  clearTimeout(timer);
  timer = setTimeout(lookAnew, WAIT_MS);
});

// One word that stands in several places is one decision: its ticks go together.
form.addEventListener("change", (event) => {
  if (!event.target.name.startsWith("pick_")) return;
  for (const one of form.querySelectorAll("[name^=pick_]")) {
    if (one.value === event.target.value) one.checked = event.target.checked;
  }
});
