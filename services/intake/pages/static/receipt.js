// Uploads what was chosen while filing, and what is chosen now, one file at a time, and shows how far it is.
"use strict";

(() => {
  for (const each of document.querySelectorAll(".scripted")) each.hidden = false;
  document.getElementById("cetak")?.addEventListener("click", () => window.print());
  const copy = document.getElementById("salin");
  copy?.addEventListener("click", async () => {
    const [id, code] = [document.getElementById("tanda-terima").dataset.id, document.getElementById("kode").textContent];
    await navigator.clipboard.writeText(`LAPOR! ${id} ${code}`);
    copy.textContent = copy.dataset.done;
  });

  const form = document.querySelector("form.upload");
  if (!form) return;
  const shown = form.querySelector(".files");
  const input = form.querySelector("input[type=file]");
  input.multiple = true;

  function upload(file) {
    const item = lapor.fileItem(file);
    const state = item.querySelector(".state");
    const bar = document.createElement("progress");
    bar.max = 100; bar.setAttribute("aria-label", file.name);
    state.replaceChildren(form.dataset.sending, bar);
    shown.append(item);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
      request.setRequestHeader("Accept", "application/json");
      request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = 100 * event.loaded / event.total; };
      request.onloadend = () => {
        const kept = request.status === 200 || request.status === 201;
        let why = form.dataset.failed;
        try { if (!kept) { const told = JSON.parse(request.responseText); why = document.documentElement.lang === "en" ? told.detail_en : told.detail; } } catch { /* no words came */ }
        state.textContent = kept ? form.dataset.kept : why;
        item.dataset.state = kept ? "kept" : "failed";
        if (!kept) {
          const again = document.createElement("button");
          again.type = "button"; again.className = "quiet"; again.textContent = form.dataset.again;
          again.addEventListener("click", () => { item.remove(); upload(file); });
          item.append(again);
        }
        resolve(kept);
      };
      request.send(file);
    });
  }

  async function uploadAll(files) { let all = true; for (const file of files) all = (await upload(file)) && all; return all; }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = [...input.files];
    input.value = "";
    uploadAll(chosen);
  });
  input.addEventListener("change", () => form.requestSubmit());

  const id = document.getElementById("tanda-terima")?.dataset.id;
  if (id && window.lapor) lapor.get("files", "for:" + id).then(async (kept) => {
    if (kept && await uploadAll(kept.files)) await lapor.drop("files", kept.key);
  }).catch(() => {});
})();
