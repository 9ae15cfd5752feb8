// The desk by keyboard, forms that show what the reporter will receive, and who has what by now.
// Single keys can be switched off (WCAG 2.1.4), and mean nothing while somebody types.
"use strict";

const OFF = "lapor-tanpa-pintasan";
const keysOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
const help = document.getElementById("pintasan");
const rows = [...document.querySelectorAll("[data-row]")];
const onCase = document.querySelector("[data-case]");
const forms = [...document.querySelectorAll("details[data-key]")];

const typing = (at) => at.closest("textarea, select, input:not([type=radio], [type=checkbox]), [contenteditable]");

// ---- keys
for (const button of document.querySelectorAll("[data-keys]")) {
  button.hidden = !help;
  button.addEventListener("click", () => help.showModal());
}
const toggle = document.querySelector("[data-toggle-keys]");
const tellToggle = () => { toggle.textContent = keysOff() ? toggle.dataset.off : toggle.dataset.on; };
if (toggle) {
  tellToggle();
  toggle.addEventListener("click", () => {
    try { keysOff() ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1"); } catch { /* kept by nobody */ }
    tellToggle();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help?.open) return;
  const at = event.target instanceof Element ? event.target : document.body;
  if (event.key === "Escape") { if (onCase) leave(); return; }
  if (typing(at) || keysOff()) return;
  const done = event.key === "?" ? (help?.showModal(), true) : onCase ? caseKey(event.key) : queueKey(event.key);
  if (done) event.preventDefault();
});

function queueKey(key) {
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[now];
  if (key === "j" || key === "k") {
    const next = now < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, now + (key === "j" ? 1 : -1)));
    rows[next]?.querySelector("a.title").focus();
    return rows.length > 0;
  }
  if (key === "x" && row) {
    row.querySelector("input[type=checkbox]")?.click();
    return true;
  }
  return false;
}

function caseKey(key) {
  const form = forms.find((one) => one.dataset.key === key);
  if (form) { open(form); return true; }
  const shown = forms.find((one) => one.open);
  if (shown && /^[1-9]$/.test(key)) {
    const choice = shown.querySelector("fieldset")?.querySelectorAll("input[type=radio]")[Number(key) - 1];
    if (!choice) return false;
    choice.click();
    choice.focus();
    return true;
  }
  const button = document.querySelector(`button[data-key="${CSS.escape(key)}"]`);
  button?.click();
  return Boolean(button);
}

function open(form) {
  form.open = true;
  const first = form.querySelector("input[type=radio]:checked, input[type=radio], input:not([type=hidden]), textarea, button");
  first?.focus();
  form.scrollIntoView({ block: "nearest" });
}

function leave() {
  const shown = forms.find((one) => one.open);
  if (!shown) { location.assign(onCase.dataset.back); return; }
  shown.open = false;
  shown.querySelector("summary").focus();
}

// ---- what the reporter will receive, while the form is filled in: then one step sends it
for (const { form, preview } of [...document.querySelectorAll("[data-preview]")].map((pane) => ({ form: pane.closest("form"), preview: pane }))) {
  const says = preview.querySelector("[data-says]");
  const own = form.querySelector("[data-own]");
  const step = form.querySelector("[data-step]");
  const button = form.querySelector("[data-send]");
  const compose = () => {
    const chosen = form.querySelector("input[type=radio][data-text]:checked")?.dataset.text ?? "";
    const typed = own?.value.trim() ?? "";
    const words = own?.dataset.own === "instead" ? typed || chosen : [typed, chosen].filter(Boolean).join("\n\n");
    says.textContent = words || says.dataset.none;
  };
  preview.hidden = false;
  step.value = "send";
  button.textContent = button.dataset.send;
  form.addEventListener("input", compose);
  form.addEventListener("change", compose);
  compose();
}

for (const button of document.querySelectorAll("[data-fill]")) {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.fill);
    if (!field) return;
    const form = field.closest("details");
    if (form) form.open = true;
    field.value = button.dataset.value;
    field.focus();
  });
}

// ---- parts that come later
for (const part of document.querySelectorAll("[data-load]")) {
  fetch(part.dataset.load, { headers: { Accept: "text/html" } })
    .then((answer) => (answer.ok && !answer.redirected ? answer.text() : Promise.reject(new Error("not now"))))
    .then((html) => part.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes))
    .catch(() => {}) // the link below leads there as well
    .finally(() => { part.dataset.loaded = "yes"; });
}

// ---- who has what by now
const watched = document.querySelector("[data-watch]");
if (watched && rows.length) setInterval(look, 10_000);

async function look() {
  if (document.hidden) return;
  const ids = rows.map((row) => row.dataset.id).join(",");
  let told;
  try {
    const answer = await fetch(`${watched.dataset.watch}?kasus=${ids}`);
    if (!answer.ok || answer.redirected) return;
    told = await answer.json();
  } catch { return; }
  for (const row of rows) {
    const now = told[row.dataset.id];
    if (!now) continue;
    const claim = row.querySelector("[data-claim]");
    if (claim.textContent !== now.claim) claim.textContent = now.claim;
    const badge = row.querySelector("[data-status] .status");
    if (!badge.classList.contains(now.status)) {
      badge.className = `status ${now.status}`;
      badge.textContent = now.label;
    }
  }
}
