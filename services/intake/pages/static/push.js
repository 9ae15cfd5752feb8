// Has this browser told of a report or an area, also while no page of ours is open. What it shows says nothing of which.
"use strict";

(async () => {
  const box = document.getElementById("peramban");
  if (!box || !("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
  const [start, stop] = box.querySelectorAll("form");
  const told = box.querySelector("[role=status]");
  const padded = box.dataset.key.replace(/-/g, "+").replace(/_/g, "/");
  const key = Uint8Array.from(atob(padded + "=".repeat(-padded.length & 3)), (one) => one.charCodeAt(0));

  const registration = await navigator.serviceWorker.ready;
  show(box.dataset.here === "yes" && Notification.permission === "granted" && await registration.pushManager.getSubscription());

  function show(here) {
    start.hidden = Boolean(here);
    stop.hidden = !here;
    box.hidden = false;
  }

  // A browser keeps one subscription for all our reports; one made with another key is of no use.
  async function subscription() {
    const kept = await registration.pushManager.getSubscription();
    const made = kept?.options.applicationServerKey;
    if (made && String(new Uint8Array(made)) === String(key)) return kept;
    await kept?.unsubscribe();
    return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  }

  start.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = start.querySelector("button");
    button.setAttribute("aria-busy", "true");
    told.textContent = "";
    try {
      if (await Notification.requestPermission() !== "granted") { told.textContent = box.dataset.denied; return; }
      const { endpoint, keys } = (await subscription()).toJSON();
      const body = new URLSearchParams({ ...Object.fromEntries(new FormData(start)), endpoint, ...keys });
      const answer = await fetch(start.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error("not told");
      show(true);
      told.textContent = box.dataset.told;
      stop.querySelector("button").focus();
    } catch { told.textContent = box.dataset.failed; } finally { button.removeAttribute("aria-busy"); }
  });
})();
