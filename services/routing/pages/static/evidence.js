// Uploads what shows the work while the officer goes on writing, and shows how far it is.
"use strict";

(() => {
  const box = document.getElementById("tuntas-bukti");
  if (!box) return;
  const input = box.querySelector("input[type=file]"), button = box.querySelector("button[formaction]");
  const list = box.querySelector(".proof-files");
  const english = document.documentElement.lang === "en";
  input.multiple = true;
  button.hidden = true;

  function item(file) {
    const entry = document.createElement("li"), label = document.createElement("label");
    const tick = document.createElement("input"), name = document.createElement("span"), state = document.createElement("span");
    label.className = "choice"; tick.type = "checkbox"; tick.disabled = true;
    name.textContent = file.name + " "; state.className = "small state";
    name.append(state); label.append(tick, name); entry.append(label); list.append(entry);
    return { tick, state, name };
  }

  function upload(file) {
    const { tick, state, name } = item(file), bar = document.createElement("progress");
    bar.max = 100; bar.setAttribute("aria-label", file.name);
    state.replaceChildren(box.dataset.sending, bar);
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", button.formAction);
      request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
      request.setRequestHeader("Accept", "application/json");
      request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = 100 * event.loaded / event.total; };
      request.onloadend = () => {
        let told = {};
        try { told = JSON.parse(request.responseText); } catch { /* no words came */ }
        const kept = request.status === 201 && !told.reason_label;
        const why = english ? told.reason_label_en ?? told.detail_en : told.reason_label ?? told.detail;
        state.textContent = kept ? (told.state === "pending" ? box.dataset.pending : box.dataset.kept) : why ?? box.dataset.failed;
        if (kept) {
          tick.disabled = false; tick.checked = true; tick.value = "1"; tick.name = `tuntas-bukti-${told.evidence_id}`;
          if (told.state === "cleared" && told.content_type.startsWith("image/")) {
            const picture = document.createElement("img");
            picture.src = `${box.dataset.where}${told.evidence_id}?bagian=preview`; picture.alt = ""; picture.width = picture.height = 64;
            name.before(picture);
          }
        }
        resolve();
      };
      request.send(file);
    });
  }

  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    for (const file of files) await upload(file);
  });
})();
