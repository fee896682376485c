// One key for each thing an officer does about a row of the board, while that row has the focus. Every one of them is a
// button or a link as well: without this script the page is the same, and is used by tabbing.
"use strict";

const rows = () => [...document.querySelectorAll("[data-row]")];

function rowOf(element) {
  return element && element.closest ? element.closest("[data-row]") : null;
}

function go(step) {
  const all = rows();
  const here = all.indexOf(rowOf(document.activeElement));
  const next = all[here < 0 ? 0 : Math.min(Math.max(here + step, 0), all.length - 1)];
  if (next) next.focus();
}

function isTyping(element) {
  return element && (element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  const row = rowOf(document.activeElement);
  if (!row) return; // a key alone does something only where somebody has gone on purpose
  if (key === "j" || key === "k") {
    go(key === "j" ? 1 : -1);
  } else {
    const act = key === "t" ? row.querySelector(".do > form button") : row.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!act) return;
    act.click();
  }
  event.preventDefault();
});

for (const row of rows()) row.tabIndex = 0;
for (const help of document.querySelectorAll(".keys-help")) help.hidden = false;
