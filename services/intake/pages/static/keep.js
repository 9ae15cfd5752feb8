// What this device keeps for a reporter: a draft and chosen files for a day, a report not yet sent for a week.
"use strict";

const lapor = window.lapor = { day: 24 * 3600 * 1000 };
// As long as the server knows a report by its key: within that time it is filed once, however often it is sent.
lapor.week = 7 * lapor.day;

lapor.store = () => new Promise((resolve, reject) => {
  const opening = indexedDB.open("lapor", 1);
  opening.onupgradeneeded = () => {
    for (const name of ["drafts", "files", "queue"]) opening.result.createObjectStore(name, { keyPath: "key" });
  };
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => reject(opening.error);
});

lapor.run = async (name, mode, work) => {
  const database = await lapor.store();
  try {
    const transaction = database.transaction(name, mode);
    const request = work(transaction.objectStore(name));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
    return request?.result;
  } finally { database.close(); }
};

lapor.put = (name, value) => lapor.run(name, "readwrite", (s) => s.put({ at: Date.now(), ...value }));
lapor.drop = (name, key) => lapor.run(name, "readwrite", (s) => s.delete(key));
lapor.get = async (name, key) => lapor.young(name, await lapor.run(name, "readonly", (s) => s.get(key)));
lapor.all = async (name) => {
  const found = await lapor.run(name, "readonly", (s) => s.getAll());
  const young = await Promise.all(found.map((one) => lapor.young(name, one)));
  return young.filter(Boolean);
};
lapor.young = async (name, value) => {
  if (value && Date.now() > (value.until ?? value.at + lapor.day)) { await lapor.drop(name, value.key); return undefined; }
  return value;
};

// One tab at a time; where a browser has no locks, the key alone makes sure of it.
lapor.alone = (work) => (navigator.locks ? navigator.locks.request("lapor-send", work) : work());

lapor.queue = async (waiting) => {
  const until = Date.now() + lapor.week;
  await lapor.put("queue", { ...waiting, until });
  const files = await lapor.get("files", waiting.key);
  if (files) await lapor.put("files", { ...files, until });
};

// A report that waits is sent with its own key: however often it is tried, it is filed once.
lapor.send = async (waiting) => {
  const page = await fetch("/lapor", { headers: { Accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  const body = new URLSearchParams(waiting.fields);
  body.set("formulir", fresh.querySelector("#lapor [name=formulir]").value);
  body.set("go", "send");
  const post = (more) => fetch("/lapor", { method: "POST", body, headers: { Accept: "application/json", ...more } });
  let answer = await post({});
  if (answer.status === 429 && answer.headers.has("LAPOR-Challenge")) {
    answer = await post({ "LAPOR-Proof": await lapor.proof(answer.headers.get("LAPOR-Challenge"), Number(answer.headers.get("LAPOR-Challenge-Bits"))) });
  }
  if (answer.status === 201) {
    const { location: receipt } = await answer.json();
    const id = receipt.split("/").pop();
    const files = await lapor.get("files", waiting.key);
    if (files) { await lapor.put("files", { ...files, key: "for:" + id }); await lapor.drop("files", waiting.key); }
    await lapor.drop("queue", waiting.key);
    const draft = await lapor.get("drafts", "now"); // by now perhaps another report's
    if (draft?.fields.key === waiting.key) await lapor.drop("drafts", "now");
    const { title, text } = waiting.fields;
    sessionStorage.setItem("lapor-sent", JSON.stringify({ key: waiting.key, title, text }));
    return { receipt };
  }
  if (answer.status === 422 || answer.status === 409) {
    await lapor.drop("queue", waiting.key);
    return { page: await answer.text() };
  }
  throw new Error("not sent");
};

// After many reports from one network: a moment's computing, so that nobody can drown the others.
lapor.proof = async (challenge, bits) => {
  for (let counter = 0; ; counter++) {
    const proof = `${challenge}:${counter}`;
    const hash = new DataView(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(proof)));
    if (Math.clz32(hash.getUint32(0)) >= bits) return proof;
  }
};

// What the server found to mend, with everything that was typed.
lapor.show = (page) => {
  const shown = new DOMParser().parseFromString(page, "text/html");
  document.querySelector("main").replaceWith(shown.querySelector("main"));
  document.getElementById("ringkasan")?.focus();
};

lapor.flush = async () => {
  for (const waiting of await lapor.all("queue")) {
    try {
      const { receipt, page } = await lapor.alone(async () =>
        (await lapor.get("queue", waiting.key)) ? lapor.send(waiting) : {});
      if (receipt) { location.assign(receipt); return; }
      if (page) { lapor.show(page); return; }
    } catch { return; }
  }
};

if ("indexedDB" in window) {
  window.addEventListener("online", () => lapor.flush());
  if (navigator.onLine) lapor.flush().catch(() => {});
}

// One file in a list: a small picture of it where it is one, its name, and what becomes of it.
lapor.fileItem = (file) => {
  const item = document.createElement("li");
  let picture;
  if (file.type.startsWith("image/") && file.type !== "image/heic") {
    picture = document.createElement("img");
    picture.alt = "";
    picture.src = URL.createObjectURL(file);
    picture.onload = () => URL.revokeObjectURL(picture.src);
  } else {
    picture = document.createElement("span");
    picture.className = "kind";
    picture.textContent = (file.name.split(".").pop() ?? "").slice(0, 4).toUpperCase();
  }
  const name = document.createElement("span");
  name.className = "name"; name.textContent = file.name;
  const state = document.createElement("span");
  state.className = "state"; state.textContent = file.size < 1e6 ? Math.ceil(file.size / 1e3) + " kB" : (file.size / 1e6).toFixed(1) + " MB";
  item.append(picture, name, state);
  return item;
};
