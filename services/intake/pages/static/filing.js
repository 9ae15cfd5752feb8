// The filing form where scripts run: steps without waiting, a draft that is kept, files, and no connection needed.
"use strict";

(() => {
  const form = document.getElementById("lapor");
  const STEPS = [...form.querySelectorAll("section[data-step]")].map((section) => section.dataset.step);
  const section = (step) => form.querySelector(`section[data-step="${step}"]`);
  const field = (name) => form.elements[name];
  const key = () => field("key").value;
  let files = [];

  for (const each of document.querySelectorAll(".scripted")) each.hidden = false;

  // -- steps
  function show(step, { push = true, focus = true } = {}) {
    for (const each of STEPS) section(each).hidden = each !== step;
    field("step").value = step;
    form.dataset.step = step;
    for (const [go, shown] of [["next", step !== "check"], ["send", step === "check"], ["back", step !== STEPS[0]]]) {
      const button = form.querySelector(`#langkah [value="${go}"]`);
      button.hidden = button.disabled = !shown;
    }
    if (step === "check") { review(); questions.review(); scope(); }
    document.title = section(step).dataset.title + " · LAPOR!";
    if (push) history.pushState({ step }, "");
    if (focus) { section(step).querySelector("h1").focus(); window.scrollTo(0, 0); }
  }

  function review() {
    for (const each of form.querySelectorAll("[data-shows]")) {
      const input = field(each.dataset.shows);
      const day = input.type === "date" && input.valueAsDate;
      const text = day ? day.toLocaleDateString(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" })
        : input.selectedOptions ? (input.value && input.selectedOptions[0].text) : input.value.trim();
      each.textContent = text || each.dataset.none;
      each.classList.toggle("small", !text);
    }
    for (const each of form.querySelectorAll("[data-when]")) each.hidden = !field(each.dataset.when).checked;
    for (const each of form.querySelectorAll("[data-unless]")) each.hidden = field(each.dataset.unless).checked;
    form.querySelector("#files-review").hidden = !files.length;
    form.querySelector("#files-count").textContent = String(files.length);
  }

  // What makes a field say something odd. Dates are compared in the zone where a day begins first.
  const ODD = {
    event_date: (typed) => typed > new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10),
    phone: (typed) => typed.replace(/\D/g, "").length < 8,
    email: (typed, input) => input.validity.typeMismatch,
  };

  // What can be seen without the server; it looks again, at everything, when the report is sent.
  function complain(input) {
    const holder = input.closest(".field");
    holder.querySelector(".wrong")?.remove();
    input.removeAttribute("aria-invalid");
    const typed = input.value.trim();
    const least = Number(input.getAttribute("minlength") ?? 0);
    const odd = typed && ODD[input.id]?.(typed, input);
    if (!odd && !(input.required && !typed) && !(typed && typed.length < least)) return false;
    const words = document.createElement("p");
    words.className = "wrong";
    words.id = input.id + "-salah";
    const label = holder.closest("[data-question]") ? form.dataset.answer : holder.querySelector("label").firstChild.textContent.trim();
    const what = odd ? input.id === "event_date" ? form.dataset.future : form.dataset.odd : typed ? form.dataset.short : form.dataset.empty;
    words.textContent = `${label} ${what}.`;
    input.before(words);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", words.id);
    return true;
  }

  function fine(step) {
    const wrong = [...section(step).querySelectorAll(":is([required], [minlength], #event_date, #phone, #email):enabled")].filter(complain);
    wrong[0]?.focus();
    return wrong.length === 0;
  }

  form.addEventListener("submit", (event) => {
    const go = event.submitter?.value || "next";
    const here = STEPS.indexOf(field("step").value);
    event.preventDefault();
    if (go === "send") { send(event.submitter); return; }
    if (go === "save") { draft.save(); return; }
    if (go === "back") { history.state?.step ? history.back() : show(STEPS[Math.max(here - 1, 0)]); return; }
    if (go.startsWith("to:")) { show(go.slice(3)); return; }
    if (fine(STEPS[here])) show(STEPS[Math.min(here + 1, STEPS.length - 1)]);
  });
  window.addEventListener("popstate", (event) => show(event.state?.step ?? STEPS[0], { push: false }));

  // -- sending, once
  async function send(button) {
    const wrong = STEPS.find((step) => !fine(step));
    if (wrong) { show(wrong); fine(wrong); return; }
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    await draft.rest();
    // Whoever goes back and sends the same again gets the same receipt.
    const sent = JSON.parse(sessionStorage.getItem("lapor-sent") ?? "null");
    if (sent?.title === field("title").value && sent?.text === field("text").value) field("key").value = sent.key;
    const waiting = { key: key(), fields: Object.fromEntries(new FormData(form)) };
    await lapor.queue(waiting);
    try {
      const { receipt, page } = await lapor.alone(() => lapor.send(waiting));
      if (receipt) location.assign(receipt);
      else lapor.show(page);
    } catch {
      const told = document.getElementById("luring");
      told.textContent = form.dataset.gone;
      told.hidden = false;
      told.setAttribute("role", "status");
      window.scrollTo(0, 0);
      button.removeAttribute("aria-busy");
      button.disabled = true;
    }
  }

  // -- the region, by its name
  const place = field("region_name");
  const found = document.getElementById("region-found");
  const told = document.getElementById("region-told");
  let looking, asked;
  place.addEventListener("input", () => {
    field("region").value = "";
    clearTimeout(looking);
    looking = setTimeout(look, 250);
  });
  async function look() {
    const typed = place.value.trim();
    if (typed.length < 3) { found.replaceChildren(); return; }
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(`/v1/regions?limit=6&q=${encodeURIComponent(typed)}`, { signal: asked.signal });
      if (!answer.ok) return;
      const regions = await answer.json();
      found.replaceChildren(...regions.map((region) => {
        const name = [region.name, ...region.within.toReversed()].join(", ");
        const item = document.createElement("li"), button = document.createElement("button");
        button.type = "button"; button.textContent = name;
        button.addEventListener("click", () => {
          place.value = name; field("region").value = region.code; field("region_asked").value = name;
          found.replaceChildren(); place.focus(); draft.changed();
        });
        item.append(button);
        return item;
      }));
      told.textContent = regions.length ? `${regions.length} ${place.dataset.found}` : place.dataset.none;
    } catch { /* typed on, or offline: the words are kept as they are */ }
  }

  // -- whether somebody else can help better
  async function scope() {
    const box = document.getElementById("elsewhere");
    try {
      const answer = await fetch("/v1/reports/check", { method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ title: field("title").value.slice(0, 200), text: field("text").value.slice(0, 10000), category: field("category").value || null, answers: questions.answers() }) });
      const { redirection } = await answer.json();
      box.hidden = !redirection;
      if (!redirection) return;
      const english = document.documentElement.lang === "en";
      const say = (thing, name) => (english && thing[name + "_en"]) || thing[name];
      box.querySelector("[data-part=title]").textContent = say(redirection, "title");
      box.querySelector("[data-part=text]").textContent = say(redirection, "text");
      box.querySelector("[data-part=where]").replaceChildren(...redirection.where.map((place) => {
        const item = document.createElement("li");
        if (place.call || place.url) {
          const link = document.createElement("a");
          link.href = place.call ? "tel:" + place.call : place.url; link.rel = "noopener"; link.textContent = say(place, "name");
          item.append(link);
        } else item.append(say(place, "name"));
        return item;
      }));
    } catch { /* the server asks again when the report is sent */ }
  }

  // -- whether others reported the same; shown where such a search answers
  async function similar() {
    const box = document.getElementById("serupa");
    try {
      const answer = await fetch("/v1/cases/similar", { method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ title: field("title").value, text: field("text").value, region: field("region").value || null }) });
      if (!answer.ok) return;
      const told = await answer.json();
      const cases = (told.cases ?? told.similar ?? told.items ?? []).filter((one) => one.tracking_id && one.title).slice(0, 3);
      box.hidden = !cases.length;
      if (!cases.length) return;
      const heading = document.createElement("h2"), hint = document.createElement("p"), list = document.createElement("ul");
      heading.textContent = box.dataset.heading; hint.textContent = box.dataset.hint; hint.className = "small";
      list.append(...cases.map((one) => {
        const item = document.createElement("li"), link = document.createElement("a");
        link.href = "/lacak/" + one.tracking_id; link.target = "_blank"; link.rel = "noopener"; link.textContent = one.title;
        item.append(link);
        return item;
      }));
      box.className = "notice";
      box.replaceChildren(heading, hint, list);
    } catch { /* it is a kindness, not a need */ }
  }
  for (const name of ["text", "title"]) field(name).addEventListener("change", () => { if (field("text").value.length >= 20) similar(); });

  // -- files
  const picker = document.getElementById("files");
  const shown = document.getElementById("files-list");
  const KINDS = /\.(jpe?g|png|webp|heic|mp4|pdf|docx|xlsx|odt)$/i, LARGEST = 25e6;
  picker.addEventListener("change", async () => {
    const fits = (file) => (file.type.startsWith("image/") || KINDS.test(file.name)) && file.size <= LARGEST;
    const all = [...files, ...[...picker.files].filter(fits)];
    const refused = [...[...picker.files].filter((file) => !fits(file)), ...all.splice(10)];
    const words = document.getElementById("files-salah");
    words.hidden = !refused.length;
    words.textContent = refused.length ? `${words.dataset.words} ${refused.map((file) => file.name).join(", ")}.` : "";
    files = all;
    picker.value = "";
    await lapor.put("files", { key: key(), files });
    await draft.keep();
    list();
  });
  function list() {
    shown.replaceChildren(...files.map((file, index) => {
      const item = lapor.fileItem(file);
      const remove = document.createElement("button");
      remove.type = "button"; remove.className = "quiet"; remove.textContent = shown.dataset.remove;
      remove.setAttribute("aria-label", `${shown.dataset.remove} ${file.name}`);
      remove.addEventListener("click", async () => {
        files.splice(index, 1);
        await lapor.put("files", { key: key(), files });
        list();
      });
      item.append(remove);
      return item;
    }));
  }

  // -- beginning
  const questions = lapor.questions(form);
  const draft = lapor.draft(form, { questions, show, files: {
    async restore() { files = (await lapor.get("files", key()))?.files ?? []; list(); },
  } });
  // A page from the browser's memory still holds what was sent.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  const offline = () => { document.getElementById("luring").hidden = navigator.onLine; };
  window.addEventListener("online", offline);
  window.addEventListener("offline", offline);
  offline();
  const opened = field("draft").value; // by its code
  const answered = document.getElementById("ringkasan");
  // A page kept for use offline shows the same key again and again: each report has its own.
  if (!answered && !opened) field("key").value = crypto.randomUUID?.() ?? key();
  if (opened) draft.keep().catch(() => {});
  else if (!answered && form.dataset.step === STEPS[0]) draft.restore().catch(() => {});
})();
