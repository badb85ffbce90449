/* Forms by which people tell something. Without this file they work all the same.
 *
 * 1. What went wrong is where reading goes on; a receipt can be printed.
 * 2. Files: how many, how large, before they are sent in vain.
 * 3. A draft on this device, only where the person asks for one; gone once the thing is in.
 *
 * A form says what it is: data-citizen="complaint", what people call it: data-what, which field comes first:
 * data-first, which are never kept: data-unkept. It is told of "draft:keep" (with the values, to add some)
 * and of "draft:filled".
 */
(() => {
  "use strict";
  const DAYS = 7;

  const storeOf = (key) => ({
    read() {
      try {
        const kept = JSON.parse(localStorage.getItem(key));
        if (!kept || typeof kept.at !== "number" || !Array.isArray(kept.values)) return null;
        if (Date.now() - kept.at < DAYS * 86400000) return kept;
        this.clear();
      } catch {
        // no storage, or somebody else's
      }
      return null;
    },
    write(values) {
      try {
        localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
        return true;
      } catch {
        return false;
      }
    },
    clear() {
      try {
        localStorage.removeItem(key);
      } catch {
        // nothing was kept, then
      }
    },
  });

  const made = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  const done = document.querySelector("[data-draft-done]");
  if (done) storeOf(`${done.dataset.draftDone}-draft`).clear();
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
  for (const button of document.querySelectorAll("[data-print-page]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  document.querySelectorAll("[data-files]").forEach(watchFiles);
  for (const form of document.querySelectorAll("form[data-citizen]")) {
    keepDraft(form);
    saySending(form);
  }

  function saySending(form) {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || event.submitter?.name !== "send") return;
      form.querySelector("[data-sending]").textContent = "正在提交，请不要关掉这一页……";
    });
  }

  function watchFiles(input) {
    const most = Number(input.dataset.most);
    const megabytes = Number(input.dataset.megabytes);
    const each = Number(input.dataset.each);
    const list = made("ul", "chosen-files");
    const told = made("p", "field__error");
    told.setAttribute("role", "alert");
    input.after(list, told);
    const problem = () => {
      const files = [...input.files];
      const total = files.reduce((sum, file) => sum + file.size, 0) / 1048576;
      if (files.length > most) return `选了${files.length}个，最多${most}个。请少选几个。`;
      const large = files.find((file) => file.size > each * 1048576);
      if (large) return `“${large.name}”超过${each}兆。请截一张图，或者换小一点的。`;
      if (total > megabytes) return `加起来有${Math.ceil(total)}兆，最多${megabytes}兆。请少选几个，或者换小一点的。`;
      return "";
    };
    input.addEventListener("change", () => {
      list.replaceChildren(...[...input.files].map((file) =>
        made("li", "", `${file.name}（${file.size < 1048576 ? `${Math.ceil(file.size / 1024)}K` : `${(file.size / 1048576).toFixed(1)}兆`}）`)));
      told.textContent = problem();
    });
    input.form.addEventListener("submit", (event) => {
      if (event.submitter?.formNoValidate || !problem()) return;
      event.preventDefault();
      told.textContent = problem();
      input.focus();
    });
  }

  function keepDraft(form) {
    const store = storeOf(`${form.dataset.citizen}-draft`);
    const box = form.querySelector("[data-draft]");
    const keep = box.querySelector("[data-draft-keep]");
    const clear = box.querySelector("[data-draft-clear]");
    const said = box.querySelector("[data-draft-said]");
    const skipped = new Set(["csrf_token", "website", "files", ...(form.dataset.unkept || "").split(" ")]);
    const fields = () => [...form.elements].filter((one) => one.name && !skipped.has(one.name) && one.type !== "hidden" && one.type !== "submit" && one.tagName !== "BUTTON");
    const choice = (one) => one.type === "radio" || one.type === "checkbox";
    const save = () => {
      const values = fields().filter((one) => (choice(one) ? one.checked : one.value)).map((one) => [one.name, one.value]);
      form.dispatchEvent(new CustomEvent("draft:keep", { detail: values }));
      said.textContent = store.write(values) ? "已经暂存在这台设备上。" : "这个浏览器不让暂存，请尽快提交。";
      clear.hidden = false;
    };
    const forget = (words) => {
      store.clear();
      keep.checked = false;
      clear.hidden = true;
      said.textContent = words;
    };
    const fill = (values) => {
      for (const [name, value] of values) {
        const found = fields().find((one) => one.name === name && (!choice(one) || one.value === value));
        if (!found) continue;
        if (choice(found)) found.checked = true;
        else found.value = value;
      }
      form.dispatchEvent(new CustomEvent("draft:filled"));
    };

    box.hidden = false;
    const kept = store.read();
    if (kept) {
      keep.checked = true;
      clear.hidden = false;
      if (!form.elements.text.value) offer(kept);
    }
    keep.addEventListener("change", () => (keep.checked ? save() : forget("不再暂存，存过的也清掉了。")));
    clear.addEventListener("click", () => forget("清掉了。"));
    let timer = 0;
    form.addEventListener("input", (event) => {
      if (event.target === keep || !keep.checked) return;
      clearTimeout(timer);
      timer = setTimeout(() => keep.checked && save(), 600);
    });

    function offer(kept) {
      const note = made("div", "notice");
      const day = new Date(kept.at);
      note.append(made("p", "", `这台设备上存着一份没有提交的${form.dataset.what}（${day.getMonth() + 1}月${day.getDate()}日）。`));
      const actions = made("p", "actions");
      const button = (text, act) => {
        const one = made("button", "button button--quiet", text);
        one.type = "button";
        one.addEventListener("click", () => {
          act();
          note.remove();
          form.elements[form.dataset.first].focus();
        });
        actions.append(one);
      };
      button("接着写", () => fill(kept.values));
      button("删掉，重新写", () => forget("删掉了。"));
      note.append(actions);
      form.prepend(note);
    }
  }
})();
