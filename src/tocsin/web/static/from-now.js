// Says beside a moment how far off it is, in the reader's language, and asks for the page again when a warning's time is over.
// Without this script the page says the moment itself.
"use strict";

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const SPREAD_MS = 10000; // so that not everybody asks in the same second

function say() {
  if (typeof Intl === "undefined" || !Intl.RelativeTimeFormat) return;
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
  for (const place of document.querySelectorAll("[data-from-now]")) {
    const seconds = (Date.parse(place.dataset.fromNow) - Date.now()) / 1000;
    const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) || UNITS[2];
    place.textContent = `(${words.format(Math.trunc(seconds / length), unit)})`;
  }
}

function askAgainWhenOver() {
  const ends = [...document.querySelectorAll("[data-from-now]")].map((one) => Date.parse(one.dataset.fromNow) - Date.now());
  const next = Math.min(...ends.filter((wait) => wait > 0));
  if (next < 86400000) setTimeout(() => location.reload(), next + 1000 + Math.random() * SPREAD_MS);
}

say();
askAgainWhenOver();
setInterval(say, 30000);
