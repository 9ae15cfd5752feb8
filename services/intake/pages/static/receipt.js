// Printing the receipt, and copying what its reporter has to keep.
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
})();
