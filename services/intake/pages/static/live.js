// Shows what is new of a report while its page is open. What somebody is typing is never replaced.
"use strict";

(() => {
  const live = document.getElementById("langsung");
  const token = document.querySelector("[name=formulir]")?.value;
  if (!live || !token || !window.TextDecoderStream) return;
  // The feed repeats what was said before: that is on the page already, but clocks of machines differ a little.
  const since = Date.parse(live.dataset.since) - 10_000;
  const PARTS = ["pesan", "semua-jawaban", "dapat", "perjalanan-laporan"];
  const [FIRST, LONGEST, HIDDEN] = [2_000, 60_000, 60_000];
  let last, open, renewing;

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const seen = () => document.hidden
    ? new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true })) : undefined;

  let leaving;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(leaving);
    if (document.hidden) leaving = setTimeout(() => open?.abort(), HIDDEN);
  });

  async function follow() {
    for (let wait = FIRST; ; wait = Math.min(wait * 2, LONGEST)) {
      await seen();
      try {
        const body = new URLSearchParams({ formulir: token });
        const answer = await fetch(live.dataset.follow, { method: "POST", body, headers: { Accept: "application/json" } });
        if ([401, 403, 404, 409].includes(answer.status)) return;
        if (answer.ok) { await listen(await answer.json()); wait = FIRST; }
      } catch { /* the line was cut: again in a moment */ }
      await pause(wait);
    }
  }

  async function listen({ token: feed, url }) {
    open = new AbortController();
    const headers = { Accept: "text/event-stream", Authorization: "Bearer " + feed };
    if (last) headers["Last-Event-ID"] = last;
    const answer = await fetch(url, { headers, signal: open.signal });
    if (!answer.ok) throw new Error("no feed");
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; ;) {
      const { value, done } = await reader.read();
      if (done) return;
      const events = (text + value).split("\n\n");
      text = events.pop();
      events.forEach(hear);
    }
  }

  function hear(event) {
    const data = /^data: (.+)$/m.exec(event)?.[1];
    if (!data) return;
    last = /^id: (.+)$/m.exec(event)?.[1] ?? last;
    if (Date.parse(JSON.parse(data).at) > since) renewing ??= renew().finally(() => { renewing = undefined; });
  }

  // The news may be told a moment before the page knows of it.
  async function renew() {
    for (const wait of [300, 1_500, 4_000, 8_000]) {
      await pause(wait);
      try {
        const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
        if (answer.ok && take(new DOMParser().parseFromString(await answer.text(), "text/html"))) return;
      } catch { /* no line just now */ }
    }
  }

  const lines = (page) => [...page.querySelectorAll("#perjalanan-laporan li")];
  const told = (part) => {
    const copy = part.cloneNode(true);
    for (const opened of copy.querySelectorAll(".why")) opened.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };

  function take(fresh) {
    const before = new Set(lines(document).map(told));
    const added = lines(fresh).filter((line) => !before.has(told(line)));
    for (const line of added) line.classList.add("new");
    const news = put("status", fresh) || added.length > 0;
    for (const name of [...PARTS, "semua-tenggat", "berikutnya"]) put(name, fresh);
    if (added.length) say(added[0].querySelector("strong").textContent);
    return news;
  }

  function put(name, fresh) {
    const [old, young] = [document.getElementById(name), fresh.getElementById(name)];
    if (old && young) {
      if (told(old) === told(young) || touched(old)) return false;
      old.replaceWith(young);
      return true;
    } else if (young) {
      const next = PARTS.slice(PARTS.indexOf(name) + 1).map((one) => document.getElementById(one)).find(Boolean);
      next && PARTS.includes(name) ? next.before(young) : document.querySelector(".case > aside").prepend(young);
    } else if (old && !touched(old)) {
      old.remove();
    }
    return false;
  }

  const touched = (part) => part.contains(document.activeElement) || [...part.querySelectorAll("input, textarea")].some(
    (field) => field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.type !== "hidden" && field.value !== field.defaultValue);

  function say(words) {
    const box = document.createElement("p");
    box.className = "notice good";
    box.textContent = live.dataset.words + " " + words;
    live.replaceChildren(box);
  }

  follow();
})();
