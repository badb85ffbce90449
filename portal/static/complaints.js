/* The form of a complaint, beside citizen.js. Without this file it works all the same.
 *
 * 1. A suggestion that is chosen becomes the chosen home (search.js asks for suggestions).
 * 2. Enter in a one-line field sends the form, not the "find" button, which only comes first.
 * 3. A draft keeps the chosen home by its name: the list of homes offered is made anew.
 */
(() => {
  "use strict";

  const made = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  const form = document.querySelector("[data-citizen=complaint]");
  if (form) {
    pickHomes(form);
    sendByEnter(form);
    nameInDraft(form);
  }

  function pickHomes(form) {
    const homes = form.querySelector("[data-homes]");
    const unlisted = form.querySelector("[data-unlisted]");
    form.addEventListener("suggestion", (event) => {
      const found = new URL(event.detail.url, location.href).pathname.match(/^.*\/institutions\/([2-9a-z]{8})$/);
      event.preventDefault();
      if (!found) return;
      let radio = [...homes.querySelectorAll("input")].find((one) => one.value === found[1]);
      if (!radio) {
        const label = made("label", "check homes__one");
        radio = made("input");
        Object.assign(radio, { type: "radio", name: "home", value: found[1] });
        const words = made("span");
        words.append(made("strong", "", event.detail.name), " ", made("span", "soft small", event.detail.place));
        label.append(radio, " ", words);
        homes.querySelector("legend").after(label);
        homes.querySelector("legend").textContent = "请选一家";
      }
      homes.hidden = false;
      radio.checked = true;
      radio.focus();
      homes.dispatchEvent(new Event("input", { bubbles: true }));
    });
    homes.addEventListener("change", (event) => {
      if (event.target.matches("[data-other]")) unlisted.open = true;
    });
  }

  function sendByEnter(form) {
    form.addEventListener("keydown", (event) => {
      const line = event.target.matches("input:not([type=radio], [type=checkbox], [type=file], [name=q])");
      if (event.key !== "Enter" || event.isComposing || event.keyCode === 229 || !line) return;
      event.preventDefault();
      form.requestSubmit(form.querySelector("[name=send]"));
    });
  }

  function nameInDraft(form) {
    form.addEventListener("draft:keep", (event) => {
      const home = form.querySelector("input[name=home]:checked:not([data-other])");
      const name = home && home.closest("label").querySelector("strong");
      if (name && !form.elements.q.value) event.detail.push(["q", name.textContent]);
    });
    form.addEventListener("draft:filled", () => {
      if (form.elements.place_name.value) form.querySelector("[data-unlisted]").open = true;
    });
  }
})();
