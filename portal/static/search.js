/* Suggestions while typing: an ARIA 1.2 combobox in any form, or part of one, with data-suggest="address".
 *
 * What is chosen is announced as an event "suggestion" with its url, name and place; unless a script prevents
 * it, the page goes there.
 * The box alone works without this file. Nothing typed is kept: no storage, no history, no cache; an older
 * request is given up when a newer one starts. While an input method composes (拼音输入法), nothing is asked
 * and Enter belongs to the input method. All text goes in as textContent.
 */
(() => {
  "use strict";
  const PAUSE = 180;
  const LONGEST = 100;

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  const enhance = (host, number) => {
    const input = host.querySelector("input[name=q]");
    if (!input) return;
    const form = input.form;
    const asks = host.dataset.suggest + (host.dataset.suggest.includes("?") ? "&" : "?");
    const list = element("ul", "suggestions");
    list.id = `suggestions-${number}`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "搜索建议");
    const told = element("p", "visually-hidden");
    told.setAttribute("role", "status");
    input.after(list, told);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-haspopup", "listbox");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    let composing = false;
    let timer = 0;
    let asked = null;
    let active = -1;
    let answered = input.value.trim();

    const options = () => [...list.children];
    const forget = () => {
      clearTimeout(timer);
      if (asked) asked.abort();
      asked = null;
    };
    const choose = (index) => {
      const all = options();
      active = index;
      all.forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
      if (index < 0) {
        input.removeAttribute("aria-activedescendant");
      } else {
        input.setAttribute("aria-activedescendant", all[index].id);
        all[index].scrollIntoView({ block: "nearest" });
      }
    };
    const close = () => {
      forget();
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      choose(-1);
    };
    const open = () => {
      if (!list.childElementCount) return;
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
    };

    const own = (address) => {
      const url = new URL(address, location.href);
      return url.origin === location.origin ? url.href : null;
    };
    const option = (place) => {
      const made = element("li");
      made.id = `${list.id}-${place}`;
      made.setAttribute("role", "option");
      made.setAttribute("aria-selected", "false");
      return made;
    };
    const show = (found, typed) => {
      list.replaceChildren();
      found.forEach((one, place) => {
        const made = option(place);
        const name = element("span");
        for (const [text, hit] of one.name) name.append(hit ? element("mark", "", text) : text);
        made.append(name);
        const more = [one.kind, one.place, one.why].filter(Boolean).join(" · ");
        made.append(element("span", "suggestions__more", more));
        Object.assign(made.dataset, { url: one.url, name: name.textContent, place: one.place });
        list.append(made);
      });
      if (found.length) {
        const all = option(found.length);
        all.className = "suggestions__all";
        all.textContent = `搜索“${typed}”`;
        list.append(all);
      }
      choose(-1);
      if (found.length && document.activeElement === input) open();
      else close();
      told.textContent = found.length ? `有${found.length}条建议，按上下箭头键选择` : "没有建议，按回车键搜索";
    };

    const ask = async () => {
      const typed = input.value.trim().slice(0, LONGEST);
      if (composing) return;
      if (typed === answered) {
        if (typed) open();
        return;
      }
      forget();
      answered = typed;
      if (!typed) {
        list.replaceChildren();
        told.textContent = "";
        close();
        return;
      }
      const mine = (asked = new AbortController());
      try {
        const answer = await fetch(`${asks}q=${encodeURIComponent(typed)}`, {
          signal: mine.signal,
          headers: { Accept: "application/json" },
          cache: "no-store",
        });
        if (!answer.ok) throw new Error("no answer");
        const { suggestions } = await answer.json();
        if (mine === asked) show(suggestions, typed);
      } catch {
        if (mine === asked) close(); // no suggestions: the form still works
      }
    };
    const soon = () => {
      clearTimeout(timer);
      if (!composing) timer = setTimeout(ask, PAUSE);
    };

    const take = (index) => {
      const { url: address, name, place } = options()[index].dataset;
      close();
      if (address === undefined) {
        form.requestSubmit(host.querySelector("button"));
        return;
      }
      const detail = { url: address, name, place };
      if (!input.dispatchEvent(new CustomEvent("suggestion", { bubbles: true, cancelable: true, detail }))) return;
      const target = own(address);
      if (target) location.assign(target);
    };

    input.addEventListener("compositionstart", () => {
      composing = true;
      forget();
    });
    input.addEventListener("compositionend", () => {
      composing = false;
      soon();
    });
    input.addEventListener("input", (event) => {
      if (!event.isComposing) soon();
    });
    input.addEventListener("keydown", (event) => {
      // 229: the key belongs to the input method, also where a browser ends the composition before Enter
      if (composing || event.isComposing || event.keyCode === 229) {
        if (event.key === "Enter") event.preventDefault();
        return;
      }
      const shown = !list.hidden;
      const last = list.childElementCount - 1;
      switch (event.key) {
        case "ArrowDown":
        case "ArrowUp":
          if (last < 0) {
            answered = "";
            ask();
            break;
          }
          open();
          if (event.key === "ArrowDown") choose(shown && active >= last ? -1 : active + 1);
          else choose(active < 0 ? last : active - 1);
          break;
        case "Home":
        case "End":
          if (!shown || active < 0) return;
          choose(event.key === "Home" ? 0 : last);
          break;
        case "Enter":
          if (!shown || active < 0) return;
          take(active);
          break;
        case "Escape":
          if (shown) close();
          else input.value = answered = "";
          break;
        case "Tab":
          close();
          return;
        default:
          return;
      }
      event.preventDefault();
    });
    input.addEventListener("blur", () => close());
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    list.addEventListener("click", (event) => {
      const index = options().indexOf(event.target.closest("li"));
      if (index >= 0) take(index);
    });
    form.addEventListener("submit", (event) => {
      if (composing) event.preventDefault();
      else close();
    });
    window.addEventListener("pageshow", close);
  };

  document.querySelectorAll("[data-suggest]").forEach(enhance);
})();
