// A report that is being written: kept on this device for a day, and, sealed with a code that only its holder
// has, on the server for a week. Name and contact are in neither.
"use strict";

lapor.draft = (form, { questions, show, files }) => {
  const PERSONAL = new Set(["name", "phone", "email", "formulir"]);
  const OWN = new Set(["draft", "draft_version", "key", "step", "go"]);
  const LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  const field = (name) => form.elements[name];
  const part = (id) => document.getElementById(id);
  const code = () => field("draft").value;
  let soon, later, stopped = false, attempted, pushing = Promise.resolve();

  // -- on the server
  const groups = (text) => text.match(/.{1,4}/g).join("-");
  function newCode() {
    let made = "";
    while (made.length < 28) {
      const byte = crypto.getRandomValues(new Uint8Array(1))[0];
      if (byte < 248) made += LETTERS[byte % 31]; // 248 = 8 · 31: each letter is as likely
    }
    return made;
  }
  async function call(method, body) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode("lapor/draft-id/v1:" + code())));
    const hex = [...hash.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return fetch("/v1/drafts/" + hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"), {
      method, keepalive: method === "PUT", body: body && JSON.stringify(body),
      headers: { "LAPOR-Draft-Secret": code(), ...(body && { "Content-Type": "application/json" }) },
    });
  }
  function content() {
    const typed = Object.fromEntries([...fields()].filter(([name, value]) => value && !OWN.has(name)));
    return { form: typed, step: field("step").value, key: field("key").value };
  }
  const can = () => crypto.subtle && navigator.onLine && (field("text").value.trim() || field("title").value.trim());

  async function push(again = true) {
    if (stopped || !can()) return false;
    if (!code()) { field("draft").value = newCode(); field("draft_version").value = "0"; }
    const now = content(), before = attempted;
    attempted = JSON.stringify(now);
    const answer = await call("PUT", { version: Number(field("draft_version").value) || 0, content: now });
    if (answer.ok) { saved((await answer.json()).version); return true; }
    if (answer.status === 404 && again) { field("draft_version").value = "0"; return push(false); }
    if (answer.status !== 409) return false;
    if ((await answer.json()).type.endsWith("draft-filed")) { filed(); return false; }
    const there = await (await call("GET")).json();
    // An answer that was lost on its way: it is our own version that lies there.
    if (again && [before, attempted].includes(JSON.stringify(there.content))) {
      field("draft_version").value = there.version;
      return push(false);
    }
    changed();
    return false;
  }
  const pushed = () => (pushing = pushing.then(() => push()).catch(() => false));

  function saved(version) {
    field("draft_version").value = version;
    part("draf").hidden = false;
    part("kode-draf").textContent = groups(code());
    part("tersimpan").textContent = part("tersimpan").dataset.server;
    keep().catch(() => {});
  }
  function filed() {
    stopped = true;
    part("tanda-terima-draf").href = "/lapor/lanjut#" + code();
    part("draf-terkirim").hidden = false;
  }
  function changed() { stopped = true; part("draf-lain").hidden = false; }
  async function look() {
    if (!code() || !can()) return;
    const answer = await call("GET");
    if (answer.status === 404) { field("draft_version").value = "0"; return; }
    if (!answer.ok) return;
    const there = await answer.json();
    if (there.filed) filed();
    else if (there.version > Number(field("draft_version").value) && JSON.stringify(there.content.form) !== JSON.stringify(content().form)) changed();
    else saved(there.version);
  }
  part("pakai-sana").addEventListener("click", async () => {
    const there = await (await call("GET")).json();
    await fill({ ...there.content.form, key: there.content.key });
    field("draft_version").value = there.version;
    part("draf-lain").hidden = true;
    stopped = false;
    show(there.content.step, { push: false });
    await keep();
  });
  part("pakai-sini").addEventListener("click", async () => {
    field("draft_version").value = (await (await call("GET")).json()).version;
    part("draf-lain").hidden = true;
    stopped = false;
    pushed();
  });
  part("salin-tautan").addEventListener("click", async (event) => {
    await navigator.clipboard.writeText(`${location.origin}/lapor/lanjut#${code()}`);
    event.target.textContent = event.target.dataset.done;
  });
  part("tautan-draf").textContent = location.origin + "/lapor/lanjut";

  // -- on this device
  const fields = () => [...new FormData(form)].filter(([name, value]) => !PERSONAL.has(name) && typeof value === "string");
  async function keep() {
    await lapor.put("drafts", { key: "now", fields: { anonymous: "", secret: "", ...Object.fromEntries(fields()) }, step: field("step").value });
    part("tersimpan").hidden = false;
  }
  async function fill(kept) {
    for (const [name, value] of Object.entries(kept)) {
      const input = field(name);
      if (!input || input instanceof RadioNodeList) continue;
      if (input.type === "checkbox") input.checked = Boolean(value); else input.value = value;
    }
    await questions.choose(field("category").value, kept);
  }
  async function restore() {
    const draft = await lapor.get("drafts", "now");
    if (!draft?.fields.text && !draft?.fields.title) return;
    await fill(draft.fields);
    part("pulih").hidden = false;
    files.restore();
    show(draft.step ?? "story", { push: false, focus: false });
    await look().catch(() => {});
  }
  part("mulai-baru").addEventListener("click", async () => {
    stopped = true;
    await pushing;
    if (code()) await call("DELETE").catch(() => {});
    await lapor.drop("drafts", "now");
    if (!(await lapor.get("queue", field("key").value))) await lapor.drop("files", field("key").value);
    location.reload();
  });

  function changedHere() {
    clearTimeout(soon);
    clearTimeout(later);
    soon = setTimeout(() => keep().catch(() => {}), 400);
    later = setTimeout(pushed, 1500);
  }
  form.addEventListener("input", changedHere);
  form.addEventListener("change", changedHere);
  window.addEventListener("online", pushed);
  document.addEventListener("visibilitychange", () => { if (document.hidden) { clearTimeout(later); pushed(); } });

  return {
    keep, restore, changed: changedHere,
    // On request: the code is shown, or why there is none yet.
    async save() {
      clearTimeout(later);
      const done = await pushed();
      const told = part("nanti").querySelector("[role=status]");
      told.textContent = done ? told.dataset.done : told.dataset.failed;
      told.hidden = false;
    },
    // Before sending: nothing is written behind the report's back.
    async rest() { clearTimeout(soon); clearTimeout(later); stopped = true; await pushing; },
    resume() { stopped = false; },
  };
};
