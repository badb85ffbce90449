// Imports: the page follows the worker, ticks are saved as they are set, a file too big is said so at once.
(() => {
  const progress = document.querySelector("[data-progress]");
  if (progress) {
    const bar = progress.querySelector("progress");
    const step = progress.querySelector("[data-step]");
    const waiting = progress.querySelector("[data-waiting]");
    const look = async () => {
      let pause = 1000;
      try {
        const answer = await fetch(progress.dataset.progress, { headers: { Accept: "application/json" } });
        const said = answer.ok ? await answer.json() : null;
        if (!answer.ok || !said.busy) {
          window.location.reload();
          return;
        }
        bar.value = said.percent;
        if (step.textContent !== said.step) step.textContent = said.step;
        waiting.hidden = !said.waiting;
      } catch {
        pause = 4000; // the line is down for a moment
      }
      window.setTimeout(look, pause);
    };
    window.setTimeout(look, 600);
  }

  const ticks = document.querySelector("[data-ticks]");
  if (ticks) {
    const saved = ticks.querySelector("[data-saved]");
    let latest = 0;
    let line = Promise.resolve();
    ticks.addEventListener("change", (event) => {
      const box = event.target;
      if (box.name !== "keep") return;
      const mine = ++latest;
      const form = new FormData();
      for (const name of ["csrf_token", "section", "page"]) form.append(name, ticks.elements[name].value);
      form.append("go", "save");
      form.append("shown", box.value);
      if (box.checked) form.append("keep", box.value);
      saved.textContent = "正在保存…";
      line = line.then(async () => {
        try {
          const answer = await fetch(ticks.action, { method: "POST", body: form, redirect: "manual" });
          const kept = answer.type === "opaqueredirect" || answer.ok;
          if (mine === latest) saved.textContent = kept ? "勾选已保存" : "没有保存上，请按“保存勾选”";
        } catch {
          saved.textContent = "没有保存上，请按“保存勾选”";
        }
      });
    });
  }

  const upload = document.querySelector("[data-upload]");
  if (upload) {
    const problem = upload.querySelector("[data-upload-problem]");
    const limit = Number(upload.dataset.limit);
    const input = upload.querySelector("input[type=file]");
    const check = () => {
      const file = input.files[0];
      const tooBig = file && file.size > limit;
      problem.hidden = !tooBig;
      problem.textContent = tooBig
        ? `这个文件有${Math.ceil(file.size / 1048576)} MB，超过${limit / 1048576} MB。请删去图片和空白的行列，或拆成几份。`
        : "";
      return !tooBig;
    };
    input.addEventListener("change", check);
    upload.addEventListener("submit", (event) => {
      if (check()) return;
      event.preventDefault();
      event.stopPropagation();
      input.focus();
    });
  }
})();
