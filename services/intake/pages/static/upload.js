// Sends files to a report by tus (https://tus.io): what has arrived stays arrived, over lost connections and
// reloads. The device keeps a chosen file, and the address it goes to, until it has arrived.
"use strict";

(() => {
  const form = document.querySelector("form.upload");
  if (!form) return;
  const shown = form.querySelector(".files");
  const input = form.querySelector("input[type=file]");
  const KEPT = "for:" + form.dataset.report;
  const MB = 1e6;
  let unsent = [], library;
  input.multiple = true;

  // Only whoever sends a file needs it.
  const loaded = () => (library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = form.dataset.library;
    script.onload = resolve;
    script.onerror = () => { library = undefined; reject(new Error("no library")); };
    document.head.append(script);
  }));

  // A file too large for the browser's store is chosen once more after a reload, and goes on all the same.
  const remember = () => (unsent.length ? lapor.put("files", { key: KEPT, files: unsent }) : lapor.drop("files", KEPT)).catch(() => {});
  const forget = (file) => { unsent = unsent.filter((one) => one !== file); return remember(); };

  function reason(error) {
    try {
      const told = JSON.parse(error.originalResponse.getBody());
      return document.documentElement.lang === "en" ? told.detail_en : told.detail;
    } catch { return form.dataset.failed; }
  }
  const status = (error) => error.originalResponse?.getStatus() ?? 0;
  const passing = (error) => status(error) === 0 || status(error) >= 500 || status(error) === 423
    || (status(error) === 409 && error.originalResponse.getBody().includes("offset-mismatch"));

  async function upload(file) {
    const item = lapor.fileItem(file);
    const state = item.querySelector(".state"), bar = document.createElement("progress");
    const button = document.createElement("button");
    bar.max = 100; bar.value = 0; bar.setAttribute("aria-label", file.name);
    button.type = "button"; button.className = "quiet";
    item.append(button);
    shown.append(item);
    let sending, rest;
    const settled = new Promise((resolve) => { rest = resolve; });

    function tell(now, words, label, act) {
      item.dataset.state = now;
      state.replaceChildren(words);
      if (now !== "kept" && now !== "failed") state.append(bar);
      button.hidden = !label;
      button.textContent = label ?? "";
      button.onclick = act;
    }
    function go() {
      if (!navigator.onLine) { wait(); return; }
      tell("sending", form.dataset.sending, form.dataset.pause, () => { stop(form.dataset.paused); rest(); });
      sending.start();
    }
    function stop(words) { sending.abort(); tell("paused", words, form.dataset.resume, go); }
    function wait() {
      stop(form.dataset.offline);
      window.addEventListener("online", () => { if (item.dataset.state === "paused") go(); }, { once: true });
    }
    window.addEventListener("offline", () => { if (item.dataset.state === "sending") wait(); });

    try { await loaded(); } catch {
      tell("failed", form.dataset.failed, form.dataset.again, () => { item.remove(); upload(file); });
      return;
    }
    sending = new tus.Upload(file, {
      endpoint: location.origin + form.dataset.uploads,
      headers: { "LAPOR-Form": form.dataset.token },
      metadata: { filetype: file.type },
      // Each request that comes through is safe for good; large files get larger ones.
      chunkSize: file.size > 50 * MB ? 8 * MB : MB,
      retryDelays: [0, 1000, 3000, 5000, 10000],
      removeFingerprintOnSuccess: true,
      onShouldRetry: (error) => navigator.onLine && passing(error),
      onProgress: (sent, all) => { bar.value = 100 * sent / all; },
      onSuccess: () => { tell("kept", form.dataset.kept); forget(file).then(rest); },
      onError: (error) => {
        if (passing(error)) { wait(); return; }
        tell("failed", reason(error), form.dataset.again, () => { item.remove(); unsent.push(file); remember(); upload(file); });
        forget(file).then(rest);
      },
    });
    const [before] = await sending.findPreviousUploads();
    if (before) sending.resumeFromPreviousUpload(before);
    go();
    await settled;
  }

  async function uploadAll(files) { for (const file of files) await upload(file); }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = [...input.files];
    input.value = "";
    unsent.push(...chosen);
    remember();
    uploadAll(chosen);
  });
  input.addEventListener("change", () => form.requestSubmit());

  lapor.get("files", KEPT).then((kept) => { unsent = [...(kept?.files ?? []), ...unsent]; return uploadAll(kept?.files ?? []); }).catch(() => {});

  // "Forget on this device" means the files and where they go, too.
  document.querySelector('form[action="/lacak/lupakan"]')?.addEventListener("submit", () => {
    for (const name of Object.keys(localStorage)) if (name.startsWith("tus::")) localStorage.removeItem(name);
    lapor.drop("files", KEPT);
  });
})();
