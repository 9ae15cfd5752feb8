// What every page does where scripts run: sends a form once, and shows where something is wrong.
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (event.defaultPrevented) return;
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

// A page that comes back from the browser's memory can be sent again: the server files nothing twice.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

document.getElementById("ringkasan")?.focus();

// On a phone an officer's menu is a row to scroll: where one is stays in sight.
const here = document.querySelector(".desk .bar nav [aria-current]");
if (here) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;

if ("serviceWorker" in navigator) {
  const { sheets } = document.currentScript.dataset;
  window.addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
  // From now on the worker has the style sheets: pages need not bring them.
  navigator.serviceWorker.ready.then(() => { document.cookie = `lapor_gaya=${sheets}; path=/; max-age=31536000; samesite=lax`; });
}
