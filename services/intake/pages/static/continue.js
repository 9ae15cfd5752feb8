// A link carries the code of a draft behind the `#`, which browsers send nowhere: it goes on in the form's body.
// Its reader opens it by hand: whoever sent them a draft of their own would read what is typed into it.
"use strict";

(() => {
  const form = document.getElementById("lanjut"), code = location.hash.slice(1);
  if (!code) return;
  history.replaceState(null, "", location.pathname);
  form.elements.kode.value = code;
  form.querySelector("button").focus();
})();
