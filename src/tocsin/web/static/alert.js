// Looks anew at an alert as it is written: the page asks the desk what the form comes to, so that what is counted and shown is
// what will go out. Each press on the map adds a corner to the area. Without this script both happen when the form is kept.
"use strict";

const form = document.getElementById("alert");
const WAIT_MS = 500;
let timer = 0;
let asked = 0;

function opened() {
  return [...document.querySelectorAll("#look details")].map((one) => one.open);
}

async function lookAnew() {
  const mine = ++asked;
  const said = new FormData(form);
  for (const name of ["geojson_file", "geojson"]) said.delete(name); // a file is read when the form is kept
  try {
    const reply = await fetch(form.dataset.look, { method: "POST", body: new URLSearchParams([...said]), redirect: "error" });
    if (!reply.ok || mine !== asked) return;
    const next = new DOMParser().parseFromString(await reply.text(), "text/html").getElementById("look");
    const part = document.getElementById("look");
    if (!next || part.contains(document.activeElement)) return;
    const open = opened();
    part.replaceWith(next);
    const now = [...next.querySelectorAll("details")];
    if (now.length === open.length) now.forEach((one, n) => (one.open = open[n]));
    const status = document.getElementById("look-said");
    status.textContent = `${status.dataset.said} ${next.querySelector("h2").textContent}`;
  } catch {
    // What is shown stays; the form is looked at again when it is kept.
  }
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(lookAnew, WAIT_MS);
});

const map = document.querySelector("#chart svg.map");
const points = form.elements.points;

function corner(event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
  const { lat, lon, px } = map.dataset;
  const squeeze = Math.max(Math.cos((lat * Math.PI) / 180), 0.05);
  const south = Number(lat) - (at.y - map.viewBox.baseVal.height / 2) / px;
  const east = Number(lon) + (at.x - map.viewBox.baseVal.width / 2) / px / squeeze;
  return { x: at.x, y: at.y, said: `${south.toFixed(4)},${(((((east + 180) % 360) + 360) % 360) - 180).toFixed(4)}` };
}

if (map && map.dataset.px) {
  const line = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
  line.setAttribute("class", "drawing");
  map.append(line);
  document.getElementById("draw-help").hidden = false;
  map.addEventListener("click", (event) => {
    const one = corner(event);
    points.value = `${points.value.trim()} ${one.said}`.trim();
    line.setAttribute("points", `${line.getAttribute("points") || ""} ${one.x},${one.y}`);
    points.closest("details").open = true;
    clearTimeout(timer);
    timer = setTimeout(lookAnew, WAIT_MS);
  });
}
