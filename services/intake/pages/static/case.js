// The reasons of a deadline beside it, instead of on a page of their own.
"use strict";

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a.reasons");
  if (!link) return;
  event.preventDefault();
  const open = link.nextElementSibling;
  if (open?.classList.contains("why")) { open.remove(); link.setAttribute("aria-expanded", "false"); return; }
  try {
    const answer = await fetch(link.href, { headers: { "LAPOR-Part": "yes" } });
    if (!answer.ok) throw new Error("no reasons");
    const box = document.createElement("div");
    box.className = "why";
    box.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#alasan").childNodes);
    link.after(box);
    link.setAttribute("aria-expanded", "true");
  } catch { location.assign(link.href); }
});
document.querySelector("details:target, #kabar-baru")?.focus();
if (location.hash) { const target = document.querySelector(location.hash); if (target?.tagName === "DETAILS") target.open = true; }
