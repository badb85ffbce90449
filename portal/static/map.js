/* The map: asks for the homes of the visible box and draws them. folium has made the map itself
 * (window.map_institutions); Leaflet moves it. Every text goes in as text, never as markup.
 *
 * The address of the page follows the view and the filters, with one exception: from the moment a visitor asks
 * for "near me" until it is over, nothing of where that is goes into an address, and the boxes asked for
 * are widened to a coarse grid. Distances are then worked out here.
 */
(() => {
  "use strict";
  const frame = document.querySelector("[data-map]");
  const map = window.map_institutions;
  if (!frame || !map || !window.L) {
    if (frame) frame.hidden = true;
    return;
  }
  const data = frame.dataset;
  const list = document.querySelector("[data-map-list]");
  const listLink = document.querySelector("[data-list-link]");
  const status = frame.querySelector("[data-map-status]");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const nearPoint = data.nearPoint ? data.nearPoint.split(",").map(Number) : null;

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const elder = document.documentElement.dataset.mode === "elder";
  const TARGET = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--target")) || 44;
  // what is drawn may be small; what a finger meets is never smaller than a target
  const icon = (className, drawn, text) => {
    const size = Math.max(TARGET, drawn);
    return L.divIcon({
      className,
      html: element("span", "", text ?? ""),
      iconSize: [size, size],
      iconAnchor: [size / 2, size / 2],
      popupAnchor: [0, -drawn / 2 + 4],
    });
  };

  // ── Where to begin

  const [west, south, east, north] = data.box.split(",").map(Number);
  const whole = L.latLngBounds([south, west], [north, east]);
  // Lines stay sharp at any zoom, so that without a base layer the page is filled to its edges; tiles want whole steps.
  const between = (view) => {
    if (!("base" in data)) map.options.zoomSnap = 0.1;
    view();
    map.options.zoomSnap = 1;
  };
  // the buttons take a corner: where there is room to spare, what is shown makes way for them
  const showAll = () =>
    between(() => {
      const size = map.getSize();
      const [least, most] = [whole.getNorthWest(), whole.getSouthEast()].map((corner) => map.project(corner, 10));
      const slope = (most.y - least.y) / (most.x - least.x || 1);
      const spare = { x: size.x - 40 - (size.y - 40) / (slope || 1), y: size.y - 40 - (size.x - 40) * slope };
      const aside = Math.max(20, Math.min(TARGET + 20, 20 + spare.x / 2));
      const top = Math.max(20, Math.min(2 * TARGET + 24, 20 + spare.y - 16));
      map.fitBounds(whole, {
        animate: false,
        paddingTopLeft: [aside, top],
        paddingBottomRight: [aside, 20],
        maxZoom: 15,
      });
    });
  map.invalidateSize({ animate: false });
  if (data.at) {
    const [zoom, latitude, longitude] = data.at.split("/").map(Number);
    between(() => map.setView([latitude, longitude], zoom, { animate: false }));
  } else {
    showAll();
  }
  const beginning = map.getCenter();
  let moved = Boolean(data.at);
  map.getContainer().setAttribute("aria-label", "养老机构地图。用方向键移动，加减号放大缩小，Tab键逐个看机构");
  map.getContainer().setAttribute("role", "application");
  map.getPane("overlayPane").setAttribute("aria-hidden", "true"); // lines and areas: what they say stands at the signs
  L.control.zoom({ position: "topright", zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
  const scale = L.control.scale({ imperial: false, position: "bottomleft" });
  scale._updateMetric = function (most) {
    const metres = this._getRoundNum(most);
    this._updateScale(this._mScale, metres < 1000 ? `${metres}米` : `${metres / 1000}公里`, metres / most);
  };
  scale.addTo(map);
  // the wheel belongs to the page until somebody is at the map
  map.scrollWheelZoom.disable();
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur mouseout", () => map.scrollWheelZoom.disable());

  // ── Asking

  let locating = null; // where the visitor is, in this page's memory alone
  const boxOf = () => {
    const bounds = map.getBounds();
    let edges = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    if (locating) {
      const step = 360 / 2 ** Math.max(0, map.getZoom() - 1) / 2;
      edges = edges.map((edge, side) => (side < 2 ? Math.floor(edge / step) : Math.ceil(edge / step)) * step);
    }
    return edges.map((edge) => Math.max(-539, Math.min(539, edge)).toFixed(5)).join(",");
  };
  const ask = (address, more) => {
    const query = new URLSearchParams(data.query);
    for (const [name, value] of Object.entries(more)) query.set(name, value);
    return `${address}?${query}`;
  };
  const waiting = {};
  const fetchOnce = async (kind, address, read) => {
    waiting[kind]?.abort();
    const mine = new AbortController();
    waiting[kind] = mine;
    try {
      const answer = await fetch(address, { signal: mine.signal, credentials: "same-origin" });
      return answer.ok ? await answer[read]() : null;
    } catch {
      return undefined; // given up for a newer question, or no network: what is shown stays
    }
  };

  // ── Counties

  const areas = L.layerGroup().addTo(map);
  const names = L.layerGroup().addTo(map);
  let drawn = null;
  const chosenRegions = new Set(new URLSearchParams(data.query).getAll("region"));
  const lineOf = (steps) => {
    let x = 0;
    let y = 0;
    const points = [];
    for (let at = 0; at < steps.length; at += 2) {
      x += steps[at];
      y += steps[at + 1];
      points.push([y / 100000, x / 100000]);
    }
    return points;
  };
  // A name stands where none of its letters meets a home, a border, a button or the edge of the map: in the
  // middle of its county if it can, else aside, else nowhere.
  const ASIDE = [];
  for (let x = -8; x <= 8; x += 0.5) for (let y = -8; y <= 8; y += 0.5) ASIDE.push([x, y]);
  ASIDE.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
  const within = (rings, x, y) => {
    let inside = false;
    for (const ring of rings) {
      for (let at = 0, last = ring.length - 1; at < ring.length; last = at++) {
        const [a, b] = [ring[at], ring[last]];
        if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
      }
    }
    return inside;
  };
  const showNames = () => {
    names.clearLayers();
    if (!drawn) return;
    const letter = parseFloat(getComputedStyle(document.documentElement).fontSize) * (elder ? 1.2 : 0.95);
    const high = letter * 0.75;
    const view = map.getSize();
    const point = (place) => map.latLngToContainerPoint(place);
    const signs = [...markers.values()].map((marker) => ({ at: point(marker.getLatLng()), reach: marker.drawn / 2 + 3 }));
    for (const spot of [nearPoint && [nearPoint[1], nearPoint[0]], locating]) if (spot) signs.push({ at: point(spot), reach: 16 });
    const buttons = { x: view.x - TARGET - 20, y: 2 * TARGET + 20 };
    const scaleEdge = { x: 120, y: view.y - 30 };
    for (const area of drawn.held) {
      if (!map.getBounds().intersects(area.shape.getBounds())) continue;
      const wide = (area.name.length * letter * 1.2) / 2;
      const rings = area.rings.map((ring) => ring.map(point));
      const middle = point([area.label[1], area.label[0]]);
      const best = ASIDE.map(([x, y]) => middle.add([x * letter, y * letter])).find(
        ({ x, y }) =>
          x - wide > 4 && x + wide < view.x - 4 && y - high > 4 && y + high < view.y - 4 &&
          !(x + wide > buttons.x && y - high < buttons.y) &&
          !(x - wide < scaleEdge.x && y + high > scaleEdge.y) &&
          signs.every(({ at, reach }) =>
            Math.hypot(Math.max(0, Math.abs(at.x - x) - wide), Math.max(0, Math.abs(at.y - y) - high)) > reach) &&
          [-wide, 0, wide].every((dx) => [-high, high].every((dy) => within(rings, x + dx, y + dy))),
      );
      if (!best) continue;
      const label = L.divIcon({ className: "map-name", html: element("span", "", area.name), iconSize: [wide * 2, 24] });
      L.marker(map.containerPointToLatLng(best), { icon: label, interactive: false, keyboard: false, zIndexOffset: -1000 }).addTo(names);
    }
  };
  const drawBoundaries = async () => {
    if (!data.boundaries) return;
    const zoom = Math.round(map.getZoom());
    if (drawn && drawn.zoom === zoom && drawn.bounds.contains(map.getBounds())) return;
    const bounds = map.getBounds().pad(0.6);
    // whole tiles of the view's size: neighbours ask the same address, and the browser's cache answers
    const step = 360 / 2 ** zoom;
    const edges = [
      Math.floor(bounds.getWest() / step) * step,
      Math.max(-85, Math.floor(bounds.getSouth() / step) * step),
      Math.ceil(bounds.getEast() / step) * step,
      Math.min(85, Math.ceil(bounds.getNorth() / step) * step),
    ].map((edge) => Math.max(-539, Math.min(539, edge)));
    const told = await fetchOnce("boundaries", `${data.boundaries}?zoom=${zoom}&bbox=${edges.map((e) => e.toFixed(5)).join(",")}`, "json");
    if (!told) return;
    drawn = { zoom, bounds: L.latLngBounds([edges[1], edges[0]], [edges[3], edges[2]]), held: [] };
    areas.clearLayers();
    for (const area of told.areas) {
      const chosen = chosenRegions.has(area.code);
      const rings = area.lines.map(lineOf);
      const shape = L.polygon(rings, {
        className: `map-area${chosen ? " map-area--chosen" : ""}`,
        interactive: false,
        smoothFactor: 0.6,
      });
      shape.addTo(areas);
      if (chosen) shape.bringToFront();
      drawn.held.push({ name: area.name, label: area.label, shape, rings });
    }
    showNames();
  };

  // ── Homes

  const headOf = (count, about) => (about ? `大概在这一带的，有${count}家` : `这里有${count}家`);
  const priceOf = (home) => (home.price === "未公布" ? "价格未公布" : home.price);
  const popupOf = (ids, homes, count, about) => {
    const box = element("div", "map-popup");
    if (ids.length === 1) {
      const home = homes[ids[0]];
      const name = element("p", "map-popup__name");
      const link = element("a", "", home.name);
      link.href = data.home + encodeURIComponent(ids[0]);
      name.append(link);
      const facts = element("dl", "map-popup__facts");
      const rows = [
        ["登记备案", home.state],
        ...(home.operating ? [["现在", home.operating]] : []),
        ["等级", home.grade],
        [`${home.care}价格`, home.price + (home.lacks ? `（不含${home.lacks}）` : "")],
        ["空床", home.free],
      ];
      for (const [label, value] of rows) facts.append(element("dt", "", label), element("dd", "", value));
      box.append(name, facts);
      if (home.problems) box.append(element("p", home.hazard ? "map-popup__flag" : "", home.problems));
      if (home.where) box.append(element("p", "soft", `位置：${home.where}`));
      if (home.outside) box.append(element("p", "map-popup__flag", "位置与所属区县不符，待核实"));
      return box;
    }
    box.append(element("p", "map-popup__name", headOf(count, about)));
    const wheres = new Set(ids.map((id) => homes[id].where));
    const [where] = wheres;
    if (wheres.size === 1 && where) box.append(element("p", "soft", `位置：${where}`));
    const rows = element("ul", "map-popup__list");
    for (const id of ids) {
      const home = homes[id];
      const row = element("li");
      const link = element("a", "", home.name);
      link.href = data.home + encodeURIComponent(id);
      const told = [home.operating || home.state, home.grade, priceOf(home)].join(" · ");
      row.append(link, element("div", "soft small", told + (home.outside ? " · 位置待核实" : "")));
      if (home.hazard) row.append(element("div", "map-popup__flag small", home.problems));
      rows.append(row);
    }
    if (count > ids.length) rows.append(element("li", "soft", `还有${count - ids.length}家，请在列表中看`));
    box.append(rows);
    return box;
  };
  const saidOf = (group, homes) => {
    if (!group.ids) return `${group.count}家机构，按回车放大`;
    if (group.ids.length > 1) return `${headOf(group.count, group.radius)}，按回车看名单`;
    const home = homes[group.ids[0]];
    const parts = [home.name, home.operating || home.state, home.grade, priceOf(home)];
    if (home.where) parts.push(home.where);
    if (home.outside) parts.push("位置待核实");
    if (home.problems) parts.push(home.problems);
    return parts.join("，");
  };
  const narrow = () => map.getSize().x < 520; // there an open popup needs the room of the buttons
  const larger = elder ? 1.25 : 1;
  const drawnOf = ({ count }) => larger * (count === 1 ? 34 : count < 10 ? 36 : count < 100 ? 42 : count < 1000 ? 50 : 58);
  const signOf = (group, homes) => {
    if (!group.ids || group.ids.length > 1) {
      const digits = `map-digits--${String(group.count).length}`;
      const className = group.radius ? "map-about" : `map-many${group.ids ? " map-many--spot" : ""}`;
      return icon(`${className} ${digits}`, drawnOf(group), String(group.count));
    }
    const home = homes[group.ids[0]];
    const flags = (home.outside ? " map-flag" : "") + (home.plain ? (group.radius ? " map-about--plain" : " map-pin--plain") : "");
    return group.radius ? icon(`map-about${flags}`, drawnOf(group), "约") : icon(`map-pin${flags}`, drawnOf(group));
  };

  const layer = L.layerGroup().addTo(map);
  const markers = new Map();
  const byHome = new Map();
  const addMarker = (key, group, homes) => {
    const [longitude, latitude] = group.at;
    const marker = L.marker([latitude, longitude], { icon: signOf(group, homes), riseOnHover: true });
    marker.drawn = drawnOf(group);
    marker.on("add", () => {
      const sign = marker.getElement();
      sign.setAttribute("aria-label", saidOf(group, homes));
      if (group.ids) sign.setAttribute("aria-haspopup", "dialog");
    });
    if (group.ids) {
      const popup = L.popup({
        maxWidth: Math.min(elder ? 440 : 340, map.getSize().x - 60),
        minWidth: 200,
        maxHeight: Math.min(320, map.getSize().y - 90),
        autoPanPaddingTopLeft: [12, 12],
        autoPanPaddingBottomRight: [narrow() ? 12 : TARGET + 24, 12],
        closeButton: true,
      });
      popup.setContent(() => popupOf(group.ids, homes, group.count, group.radius));
      marker.bindPopup(popup);
      marker.on("popupopen", (event) => {
        if (group.radius) reach.setLatLng([latitude, longitude]).setRadius(group.radius).addTo(map);
        const shell = event.popup.getElement();
        shell.setAttribute("role", "dialog");
        shell.setAttribute("aria-label", group.ids.length > 1 ? headOf(group.count, group.radius) : homes[group.ids[0]].name);
        shell.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", "关闭");
        frame.classList.toggle("map-frame--full", narrow());
        byKeyboard = marker.getElement() === document.activeElement;
        if (byKeyboard) shell.querySelector("a[href]:not(.leaflet-popup-close-button)")?.focus();
      });
      marker.on("popupclose", () => {
        reach.remove();
        frame.classList.remove("map-frame--full");
        if (byKeyboard) marker.getElement()?.focus();
        byKeyboard = false;
      });
    } else {
      marker.on("click", () => {
        const zoom = Math.min(map.getMaxZoom(), map.getZoom() + 2);
        map.setView([latitude, longitude], zoom, { animate: !calm });
        keyboardWasHere = marker.getElement() === document.activeElement;
      });
    }
    marker.on("keydown", (event) => {
      // Leaflet opens popups at Enter by itself, and knows nothing of what else a sign may do
      const { key } = event.originalEvent;
      if (key === " " || (key === "Enter" && !group.ids)) {
        event.originalEvent.preventDefault();
        marker.fire("click");
      }
    });
    marker.addTo(layer);
    markers.set(key, marker);
    for (const id of group.ids || []) byHome.set(id, marker);
  };
  const reach = L.circle([0, 0], { radius: 1, className: "map-reach", interactive: false });
  const spread = L.layerGroup().addTo(map); // the areas of homes whose place is only roughly known
  let keyboardWasHere = false;
  let byKeyboard = false; // whoever opened a popup by key goes back to its marker
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Escape") map.closePopup();
  });

  const draw = (told) => {
    const keys = new Set();
    spread.clearLayers();
    byHome.clear();
    for (const group of told.groups) {
      const key = `${group.at}|${group.count}|${(group.ids || []).join()}|${JSON.stringify((group.ids || []).map((id) => told.homes[id]))}`;
      keys.add(key);
      if (markers.has(key)) for (const id of group.ids || []) byHome.set(id, markers.get(key));
      else addMarker(key, group, told.homes);
      const pixels = group.radius ? group.radius / (40075016.686 * Math.cos((group.at[1] * Math.PI) / 180) / 2 ** (map.getZoom() + 8)) : 0;
      if (pixels > 17 && pixels < 160) {
        L.circle([group.at[1], group.at[0]], { radius: group.radius, className: "map-reach", interactive: false }).addTo(spread);
      }
    }
    for (const [key, marker] of markers) {
      if (keys.has(key)) continue;
      marker.remove();
      markers.delete(key);
    }
    showNames();
    if (keyboardWasHere) {
      keyboardWasHere = false;
      map.getContainer().focus({ preventScroll: true });
    }
    status.textContent = `图上这一片有${told.total}家机构`;
    data.ready = String(told.total);
  };

  // ── The list beside

  const kilometres = (metres) =>
    metres < 950 ? `${Math.max(50, Math.round(metres / 50) * 50)}米` : `${metres < 9950 ? +(metres / 1000).toFixed(1) : Math.round(metres / 1000)}公里`;
  const measure = () => {
    if (!locating) return;
    const rows = [...list.querySelectorAll("[data-point]")].map((row) => {
      const [longitude, latitude] = row.dataset.point.split(",").map(Number);
      const radius = Number(row.dataset.radius);
      const straight = map.distance(locating, [latitude, longitude]);
      const metres = Math.max(straight, radius);
      const told = row.querySelector("[data-distance]");
      const words = straight < radius ? `不到${kilometres(radius * 2)}` : `${radius ? "大约" : ""}${kilometres(straight)}`;
      told.textContent = ` · 离您${words}`;
      told.hidden = false;
      return [metres, row];
    });
    rows.sort((a, b) => a[0] - b[0]);
    for (const [, row] of rows) row.parentElement.append(row);
    const count = list.querySelector(".map-list__count .soft");
    if (count) count.textContent = "您附近，由近到远";
  };
  const refreshList = async (page) => {
    if (data.show) return; // a list of what the map can't show doesn't follow it
    const more = { bbox: boxOf() };
    if (data.near && !locating) more.near = data.near;
    if (page > 1) more.page = page;
    if (locating) more.many = "1";
    list.setAttribute("aria-busy", "true");
    const answer = await fetchOnce("list", ask(data.list, more), "text");
    if (answer === undefined) return;
    list.removeAttribute("aria-busy");
    if (answer === null) return;
    const part = new DOMParser().parseFromString(answer, "text/html");
    list.replaceChildren(...part.body.childNodes);
    measure();
  };
  list.addEventListener("click", (event) => {
    const link = event.target.closest(".pager a");
    if (!link || data.show || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    refreshList(Number(new URL(link.href).searchParams.get("page") || 1)).then(() => {
      list.scrollIntoView({ block: "nearest" });
      list.querySelector("h3 a")?.focus({ preventScroll: true });
    });
  });
  const mark = (event, on) => {
    const marker = byHome.get(event.target.closest("[data-id]")?.dataset.id);
    marker?.getElement()?.classList.toggle("map-here-now", on);
  };
  for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    list.addEventListener(name, (event) => mark(event, on));
  }

  // ── The address

  const remember = () => {
    if (locating || !moved) return;
    const middle = map.getCenter();
    const query = new URLSearchParams(data.query);
    if (data.near) query.set("near", data.near);
    if (data.show) query.set("show", data.show);
    query.set("at", `${+map.getZoom().toFixed(2)}/${middle.lat.toFixed(4)}/${middle.lng.toFixed(4)}`);
    const text = query.toString().replaceAll("%2F", "/");
    history.replaceState(null, "", `${data.page}?${text}`);
  };

  // the server gathers for whole zooms: never for a finer one than what is shown has room for
  const gatheredFor = () => {
    const zoom = map.getZoom();
    return zoom >= map.getMaxZoom() ? map.getMaxZoom() : Math.max(0, Math.floor(zoom + (elder ? -0.15 : 0.2)));
  };
  const refresh = async () => {
    drawBoundaries();
    if (moved || locating) refreshList(1);
    const told = await fetchOnce("points", ask(data.points, { bbox: boxOf(), zoom: String(gatheredFor()) }), "json");
    if (told) draw(told);
  };
  let soon = 0;
  map.on("moveend", () => {
    if (!moved && map.getCenter().distanceTo(beginning) > 1) moved = true;
    clearTimeout(soon);
    soon = setTimeout(() => {
      remember();
      refresh();
    }, 140);
  });
  map.on("zoomend", () => {
    moved = true;
    names.clearLayers();
  });
  window.addEventListener("pagehide", () => Object.values(waiting).forEach((one) => one.abort()));

  if (nearPoint) {
    L.marker([nearPoint[1], nearPoint[0]], { icon: icon("map-here", 30), interactive: false, keyboard: false }).addTo(map);
  }

  // ── Near me

  const button = document.querySelector("[data-locate]");
  const problem = document.querySelector("[data-locate-problem]");
  const note = document.querySelector("[data-locate-note]");
  let here = null;
  const stop = () => {
    locating = null;
    here?.remove();
    here = null;
    button.textContent = "我附近";
    button.setAttribute("aria-pressed", "false");
    // the view still shows where that was: go back to the beginning before addresses follow the view again
    showAll();
    moved = false;
    refreshList(1);
  };
  if (button && "geolocation" in navigator && window.isSecureContext) {
    button.hidden = false;
    note.hidden = false;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      problem.hidden = true;
      if (locating) {
        stop();
        return;
      }
      button.disabled = true;
      navigator.geolocation.getCurrentPosition(
        (found) => {
          button.disabled = false;
          locating = L.latLng(found.coords.latitude, found.coords.longitude);
          history.replaceState(null, "", data.query ? `${data.page}?${data.query}` : data.page);
          button.textContent = "不看我附近";
          button.setAttribute("aria-pressed", "true");
          here = L.marker(locating, { icon: icon("map-here", 30), interactive: false, keyboard: false }).addTo(map);
          map.setView(locating, 13, { animate: false });
          refresh();
        },
        (refused) => {
          button.disabled = false;
          problem.textContent =
            refused.code === 1
              ? "您没有允许使用位置。可以在上面写区县、乡镇或路名，看那里附近的机构。"
              : "没有取到您的位置。可以在上面写区县、乡镇或路名，看那里附近的机构。";
          problem.hidden = false;
        },
        { enableHighAccuracy: false, timeout: 15000, maximumAge: 300000 },
      );
    });
  }

  refresh();
})();
