// Keeps the overview fresh by server-sent events. Without it the page is as it was when it was opened.
"use strict";

const region = document.getElementById("keadaan");
const control = document.getElementById("langsung");
const button = control.querySelector("button");
const words = control.dataset;
let source = null;
let paused = false;

const listen = () => {
  if (source || paused || document.hidden) return;
  source = new EventSource(words.stream);
  source.onmessage = (event) => {
    // Nothing moves under somebody who reads with the keyboard or marks a text.
    if (region.contains(document.activeElement) || !document.getSelection().isCollapsed) return;
    region.innerHTML = event.data;
    region.dataset.fresh = "yes";
  };
  source.onerror = () => { if (source?.readyState === EventSource.CLOSED) pause(true); };
};

const rest = () => { source?.close(); source = null; };

const pause = (wanted) => {
  paused = wanted;
  button.textContent = paused ? words.resume : words.pause;
  if (paused) rest(); else listen();
};

control.hidden = false;
button.addEventListener("click", () => pause(!paused));
document.addEventListener("visibilitychange", () => { if (document.hidden) rest(); else listen(); });
pause(false);
