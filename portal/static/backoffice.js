// Small helps of the back office; every page works without.
(() => {
  // after a refused form the first thing read is what is wrong
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  // one press, one submission
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    window.setTimeout(() => delete form.dataset.sent, 4000);
  });

  // a form with something typed asks before it is left
  let touched = false;
  for (const form of document.querySelectorAll("form[data-guard]")) {
    form.addEventListener("input", () => { touched = true; });
    for (const done of ["submit", "saved"]) form.addEventListener(done, () => { touched = false; });
  }
  window.addEventListener("beforeunload", (event) => {
    if (touched) event.preventDefault();
  });
})();
