/* The shortlist: up to four homes kept on this device alone, no account. And the print buttons.
 *
 * Hooks in any page:
 *   <a href="…/compare?id=X" data-shortlist="X" data-name="…">   becomes a switch: in or out
 *   <a hidden data-shortlist-link>                               shown with the number once there are some
 *   <a data-shortlist-remove="X">                                takes X off the list as well
 *   <p hidden data-shortlist-open>                               shown on an empty comparison; leads to the kept one
 * Without this file the links lead to the comparison page, which works by its address alone.
 */
(() => {
  "use strict";
  const KEY = "shortlist";
  const MOST = 4;
  const COMPARE = "/institutions/compare";

  const read = () => {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) || "[]");
      return Array.isArray(kept) ? kept.filter((one) => one && typeof one.id === "string").slice(0, MOST) : [];
    } catch {
      return [];
    }
  };
  const write = (kept) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(kept));
      return true;
    } catch {
      return false;
    }
  };
  const address = (kept) => `${COMPARE}?${kept.map((one) => `id=${encodeURIComponent(one.id)}`).join("&")}`;

  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  document.body.append(status);

  const switches = [];
  const show = () => {
    const kept = read();
    for (const { button, go, id, name } of switches) {
      const inside = kept.some((one) => one.id === id);
      button.setAttribute("aria-pressed", String(inside));
      button.textContent = inside ? "✓ 已加入对比" : "加入对比";
      button.setAttribute("aria-label", `${inside ? "已加入对比，按一下移出" : "加入对比"}：${name}`);
      go.hidden = !inside;
      go.href = address(kept);
      go.textContent = `去对比（${kept.length}家）`;
    }
    for (const link of document.querySelectorAll("[data-shortlist-link]")) {
      link.hidden = kept.length === 0;
      link.href = address(kept);
      link.textContent = `对比（${kept.length}家）`;
    }
    for (const part of document.querySelectorAll("[data-shortlist-open]")) {
      part.hidden = kept.length === 0;
      const link = part.querySelector("a");
      if (link) link.href = address(kept);
      const count = part.querySelector("[data-shortlist-count]");
      if (count) count.textContent = String(kept.length);
    }
  };

  const toggle = (id, name, told) => {
    const kept = read();
    const inside = kept.some((one) => one.id === id);
    if (!inside && kept.length >= MOST) {
      told.textContent = `最多对比${MOST}家，请先移出一家。`;
      told.hidden = false;
      return;
    }
    told.hidden = true;
    const next = inside ? kept.filter((one) => one.id !== id) : [...kept, { id, name }];
    if (!write(next)) {
      location.href = address(next);
      return;
    }
    status.textContent = inside ? `已移出对比：${name}` : `已加入对比：${name}，一共${next.length}家`;
    show();
  };

  for (const link of document.querySelectorAll("a[data-shortlist]")) {
    const id = link.dataset.shortlist;
    const name = link.dataset.name || "";
    const button = document.createElement("button");
    button.type = "button";
    button.className = link.className;
    const go = document.createElement("a");
    go.className = "button button--plain";
    go.hidden = true;
    const told = document.createElement("span");
    told.className = "small";
    told.setAttribute("role", "alert");
    told.hidden = true;
    button.addEventListener("click", () => toggle(id, name, told));
    link.replaceWith(button);
    button.after(go, told);
    switches.push({ button, go, id, name });
  }
  for (const link of document.querySelectorAll("a[data-shortlist-remove]")) {
    link.addEventListener("click", () => write(read().filter((one) => one.id !== link.dataset.shortlistRemove)));
  }
  for (const button of document.querySelectorAll("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  window.addEventListener("storage", show);
  window.addEventListener("pageshow", show);
  show();
})();
