// What was typed into a form survives a session that ran out: kept in this tab alone, gone when it is closed.
(() => {
  const prefix = "draft:";
  const read = (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const refused = document.querySelector("[data-focus]") !== null;

  // a draft that was sent is done with, unless the answer was to sign in first
  for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(prefix))) {
    const draft = read(key);
    if (!draft || !draft.sent) continue;
    if (document.body.hasAttribute("data-sign-in")) {
      sessionStorage.setItem(key, JSON.stringify({ ...draft, sent: false }));
    } else {
      sessionStorage.removeItem(key);
    }
  }

  const fields = (form) => Array.from(form.elements).filter((field) =>
    field.name && field.name !== "csrf_token" && !["hidden", "password", "file", "submit", "button"].includes(field.type) && field.tagName !== "BUTTON");

  for (const [number, form] of document.querySelectorAll("form[data-guard]").entries()) {
    const key = `${prefix}${location.pathname}:${number}`;
    const draft = read(key);
    if (draft && !refused) offer(form, key, draft.values);
    const keep = (sent) => sessionStorage.setItem(key, JSON.stringify({
      sent,
      values: fields(form).map((field) => [field.name, ["checkbox", "radio"].includes(field.type) ? field.checked : field.value, field.value]),
    }));
    form.addEventListener("input", () => keep(false));
    form.addEventListener("submit", () => keep(true));
    form.addEventListener("saved", () => sessionStorage.removeItem(key)); // the server has it
  }

  function offer(form, key, values) {
    const note = document.createElement("div");
    note.className = "notice";
    const words = document.createElement("p");
    words.textContent = "上次在这里填了、还没有提交的内容还在。";
    const actions = document.createElement("p");
    actions.className = "actions";
    const button = (text, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "button button--quiet";
      made.textContent = text;
      made.addEventListener("click", () => { act(); note.remove(); });
      actions.append(made);
    };
    button("填回来", () => restore(form, values));
    button("不要了", () => sessionStorage.removeItem(key));
    note.append(words, actions);
    form.before(note);
  }

  function restore(form, values) {
    const left = fields(form);
    for (const [name, held, value] of values) {
      const at = left.findIndex((field) => field.name === name &&
        (!["checkbox", "radio"].includes(field.type) || field.value === value));
      if (at < 0) continue;
      const [field] = left.splice(at, 1);
      if (["checkbox", "radio"].includes(field.type)) field.checked = held;
      else field.value = held;
    }
  }
})();
