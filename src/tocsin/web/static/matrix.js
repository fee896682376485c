// One key for each judgement while a cell of the matrix has the focus, and arrows from cell to cell. Every cell is a list to
// choose from as well: without this script the page is the same, and is used by tabbing.
"use strict";

const ways = ["CC", "C", "N", "I", "II", "NA", "no_indication_again"];
const lines = [...document.querySelectorAll("[data-matrix] tbody tr")].map((row) => [...row.querySelectorAll("select")]);
const backwards = document.dir === "rtl";

function go(cell, down, along) {
  const y = lines.findIndex((line) => line.includes(cell));
  const next = lines[y + down] && lines[y + down][lines[y].indexOf(cell) + along];
  if (next) next.focus();
}

document.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (event.ctrlKey || event.altKey || event.metaKey || !(cell.matches && cell.matches("[data-matrix] select"))) return;
  const aside = backwards ? -1 : 1;
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -aside], ArrowRight: [0, aside] };
  if (steps[event.key]) {
    go(cell, ...steps[event.key]);
  } else if (/^[1-7]$/.test(event.key)) {
    cell.value = ways[Number(event.key) - 1];
  } else {
    return;
  }
  event.preventDefault();
});

for (const help of document.querySelectorAll(".keys-help")) help.hidden = false;
