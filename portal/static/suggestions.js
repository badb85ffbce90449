/* The form of a suggestion, beside citizen.js. Without this file it works all the same.
 *
 * 1. While somebody writes, what others said that means the same: asked for by POST once typing rests, the
 *    words stand in no address. An older question is given up when a newer one starts.
 * 2. How many characters are left.
 */
(() => {
  "use strict";
  const PAUSE = 900;
  const LEAST = 8;

  const form = document.querySelector("form[data-alike-from]");
  if (!form) return;
  const text = form.elements.text;
  const list = form.querySelector("[data-alike]");
  const forms = document.querySelector("[data-alike-forms]");
  const count = form.querySelector("[data-count]");
  let timer = 0;
  let asked = null;
  const question = () => `${form.elements.region.value} ${text.value.trim()}`;
  let answered = question();
  let composing = false;

  const ask = async () => {
    const typed = text.value.trim();
    if (composing || question() === answered || typed.length < LEAST) return;
    if (asked) asked.abort();
    asked = new AbortController();
    answered = question();
    const sent = new URLSearchParams({ text: typed, region: form.elements.region.value, kind: form.elements.kind.value });
    try {
      const answer = await fetch(form.dataset.alikeFrom, { method: "POST", body: sent, signal: asked.signal, credentials: "same-origin" });
      if (answer.ok) show(await answer.text());
    } catch {
      // no network, or a newer question: the button asks just as well
    }
  };

  // the server's own page, with everything in it escaped there
  const show = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const found = page.querySelector("[data-list]");
    if (list.contains(document.activeElement)) return; // somebody is about to press a button there
    list.replaceChildren(...(found ? found.childNodes : []));
    forms.replaceChildren(...(found ? page.querySelector("[data-forms]").childNodes : []));
    if (found) form.elements.shown.value = "y";
  };

  const left = () => {
    const more = text.maxLength - text.value.length;
    count.hidden = text.value.length === 0;
    count.textContent = `还能写${more}个字`;
  };

  list.setAttribute("aria-live", "polite");
  left();
  text.addEventListener("compositionstart", () => { composing = true; });
  text.addEventListener("compositionend", () => { composing = false; });
  form.addEventListener("input", (event) => {
    if (event.target === text) left();
    if (event.target !== text && event.target.name !== "region") return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  form.addEventListener("draft:filled", () => { left(); ask(); });
})();
