// The questions of a topic come and go with it, and with earlier answers. What they are worth the server judges.
"use strict";

lapor.questions = (form) => {
  const box = document.getElementById("pertanyaan");
  const body = document.getElementById("pertanyaan-isi");
  const value = (name) => { const input = form.elements[name]; return input?.disabled ? "" : input?.value ?? ""; };
  let every;

  // All topics' at once: kept by the service worker, so that they are there without a connection.
  async function load() {
    every ??= fetch("/lapor/pertanyaan").then(async (answer) => {
      if (!answer.ok) throw new Error("no questions");
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    });
    try { return await every; } catch (error) { every = undefined; throw error; }
  }

  function typed() {
    const names = [...new FormData(form)].filter(([name]) => name.startsWith("q-"));
    return Object.fromEntries(names);
  }

  async function choose(topic, answers = typed()) {
    try {
      const found = topic && (await load()).querySelector(`[data-topic="${CSS.escape(topic)}"]`);
      if (form.elements.category.value !== topic) return; // another one was chosen meanwhile
      body.replaceChildren(...(found ? found.cloneNode(true).children : []));
      box.hidden = !found;
      for (const [name, text] of Object.entries(answers)) if (form.elements[name]) form.elements[name].value = text;
      update();
    } catch { /* offline for the first time: the server asks when the report is sent */ }
  }

  function update() {
    for (const each of body.querySelectorAll("[data-if]")) {
      each.hidden = !each.dataset.is.split(" ").includes(value(each.dataset.if) || "-");
      for (const input of each.querySelectorAll("input, select")) input.disabled = each.hidden;
    }
    const shown = [...body.querySelectorAll("[data-question]")].filter((each) => !each.hidden);
    form.elements.asked.value = shown.map((each) => each.dataset.question).join(",");
  }

  // Each question with its answer in words, for the last step.
  function review() {
    const row = document.getElementById("jawaban");
    const lines = [...body.querySelectorAll("[data-question]")].flatMap((each) => {
      const input = form.elements["q-" + each.dataset.question];
      const chosen = each.querySelector(":checked:not(option)")?.parentElement.textContent.trim();
      const text = value("q-" + each.dataset.question) && (chosen ?? input.selectedOptions?.[0].text ?? input.value);
      if (!text) return [];
      const line = document.createElement("span"), told = document.createElement("strong");
      told.textContent = text;
      line.append(each.querySelector("legend, label").firstChild.textContent.trim(), " ", told);
      return [line];
    });
    row.querySelector("dd").replaceChildren(...lines);
    row.hidden = !lines.length;
  }

  // As the API takes them; numbers it does not need to see whether a report belongs here.
  function answers() {
    const told = Object.entries(typed()).filter(([, text]) => text).map(([name, text]) => [name.slice(2), { ya: true, tidak: false }[text] ?? text]);
    return Object.fromEntries(told);
  }

  form.elements.category.addEventListener("change", () => choose(form.elements.category.value));
  body.addEventListener("change", update);
  if (form.elements.category.value && !body.querySelector(".wrong")) choose(form.elements.category.value);
  return { answers, choose, review };
};
