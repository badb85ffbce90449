// Complaints: a queue that a keyboard drives, drafts that are kept while one writes. Every page works without.
(() => {
  const queue = document.querySelector("[data-queue]");
  if (queue) {
    const rows = Array.from(queue.querySelectorAll("[data-row]"));
    const link = (row) => row.querySelector("th a");
    const picked = queue.querySelector("[data-picked]");
    const count = () => {
      if (!picked) return;
      const number = queue.querySelectorAll("input[name=case]:checked").length;
      picked.textContent = number ? `选中了${number}件` : "";
    };
    queue.addEventListener("change", count);
    count();

    document.querySelector("[data-into-queue]")?.addEventListener("click", (event) => {
      event.preventDefault();
      link(rows[0]).focus();
    });

    // single letters work only while the focus is within the table, so that nobody presses one by mistake
    queue.querySelector("tbody").addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const at = rows.indexOf(event.target.closest("[data-row]"));
      if (at < 0) return;
      if (event.key === "j" || event.key === "k") {
        const next = rows[at + (event.key === "j" ? 1 : -1)];
        if (next) link(next).focus();
      } else if (event.key === "x") {
        const box = rows[at].querySelector("input[name=case]");
        if (box) box.click();
      } else {
        return;
      }
      event.preventDefault();
    });
  }

  // what is typed is saved as a draft three seconds after the last key
  for (const form of document.querySelectorAll("form[data-autosave]")) {
    const said = form.querySelector("[data-draft-said]");
    let timer = 0;
    let line = Promise.resolve();
    let sent = false;
    let typed = 0;
    const save = () => {
      if (sent) return;
      const now = typed;
      const body = new FormData(form);
      body.set("do", "save");
      line = line.then(async () => {
        try {
          const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { Accept: "application/json" } });
          const told = answer.ok && answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
          said.textContent = told ? told.said : "草稿没有存上，请按“存草稿”";
          if (told && now === typed) form.dispatchEvent(new Event("saved"));
        } catch {
          said.textContent = "草稿没有存上，请按“存草稿”";
        }
      });
    };
    form.addEventListener("input", () => {
      typed += 1;
      window.clearTimeout(timer);
      timer = window.setTimeout(save, 3000);
    });
    form.addEventListener("submit", () => {
      sent = true;
      window.clearTimeout(timer);
    });
  }

  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
})();
