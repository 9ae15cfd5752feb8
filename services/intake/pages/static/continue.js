// A link carries the code of a draft behind the `#`, which browsers send nowhere: it goes on in the form's body.
"use strict";

(() => {
  const form = document.getElementById("lanjut"), code = location.hash.slice(1);
  if (!code) return;
  history.replaceState(null, "", location.pathname);
  form.elements.kode.value = decodeURIComponent(code);
  form.requestSubmit();
})();
