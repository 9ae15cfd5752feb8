// After many codes for one network: a moment's computing, then the form goes by itself.
"use strict";

(async () => {
  const form = document.querySelector("form[data-challenge]");
  if (!form) return;
  form.elements.proof.value = await lapor.proof(form.dataset.challenge, Number(form.dataset.bits));
  form.requestSubmit();
})();
