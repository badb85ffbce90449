/* The form of a complaint. Without this file it works all the same.
 *
 * 1. A suggestion that is chosen becomes the chosen home (search.js asks for suggestions).
 * 2. Enter in a one-line field sends the form, not the "find" button, which only comes first.
 * 3. Files: how many, how large, before they are sent in vain.
 * 4. A draft on this device, only where the person asks for one; gone once the complaint is in.
 */
(() => {
  "use strict";
  const KEY = "complaint-draft";
  const DAYS = 7;

  const store = {
    read() {
      try {
        const kept = JSON.parse(localStorage.getItem(KEY));
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
        localStorage.setItem(KEY, JSON.stringify({ at: Date.now(), values }));
        return true;
      } catch {
        return false;
      }
    },
    clear() {
      try {
        localStorage.removeItem(KEY);
      } catch {
        // nothing was kept, then
      }
    },
  };

  const made = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  if (document.querySelector("[data-draft-done]")) store.clear();
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
  for (const button of document.querySelectorAll("[data-print-page]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  document.querySelectorAll("[data-files]").forEach(watchFiles);
  const form = document.querySelector("[data-complaint]");
  if (form) {
    pickHomes(form);
    sendByEnter(form);
    keepDraft(form);
    saySending(form);
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
      if (event.submitter?.name === "find" || !problem()) return;
      event.preventDefault();
      told.textContent = problem();
      input.focus();
    });
  }

  function keepDraft(form) {
    const box = form.querySelector("[data-draft]");
    const keep = box.querySelector("[data-draft-keep]");
    const clear = box.querySelector("[data-draft-clear]");
    const said = box.querySelector("[data-draft-said]");
    const skipped = new Set(["csrf_token", "submission", "asked_health", "website", "files", "home"]);
    const fields = () => [...form.elements].filter((one) => one.name && !skipped.has(one.name) && one.type !== "submit" && one.tagName !== "BUTTON");
    const choice = (one) => one.type === "radio" || one.type === "checkbox";
    const save = () => {
      const values = fields().filter((one) => (choice(one) ? one.checked : one.value)).map((one) => [one.name, one.value]);
      const home = form.querySelector("input[name=home]:checked:not([data-other])");
      const name = home && home.closest("label").querySelector("strong");
      if (name && !form.elements.q.value) values.push(["q", name.textContent]);
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
      if (form.elements.place_name.value) form.querySelector("[data-unlisted]").open = true;
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
      note.append(made("p", "", `这台设备上存着一份没有提交的投诉（${day.getMonth() + 1}月${day.getDate()}日）。`));
      const actions = made("p", "actions");
      const button = (text, act) => {
        const one = made("button", "button button--quiet", text);
        one.type = "button";
        one.addEventListener("click", () => {
          act();
          note.remove();
          form.elements.q.focus();
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
