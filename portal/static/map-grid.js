/* Meridians and parallels under the homes, with their degrees along the edge: the page of an atlas. Only where no
 * base layer is; decoration, so that it says nothing to a screen reader. Runs after map.js.
 */
(() => {
  "use strict";
  const frame = document.querySelector("[data-map]");
  const map = window.map_institutions;
  if (!frame || frame.hidden || !map || "base" in frame.dataset) return;
  const STEPS = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
  const APART = 105; // pixels between two lines, at least

  const pane = map.createPane("degrees");
  pane.style.zIndex = 401; // above the counties, beneath the homes
  pane.style.pointerEvents = "none";
  pane.setAttribute("aria-hidden", "true");
  const lines = L.layerGroup().addTo(map);
  const edge = document.createElement("div");
  edge.setAttribute("aria-hidden", "true");
  map.getContainer().append(edge);

  const along = (least, most, step) => {
    const found = [];
    for (let at = Math.ceil(least / step); at * step <= most; at += 1) found.push(at * step);
    return found;
  };
  const line = (points) =>
    L.polyline(points, { pane: "degrees", className: "map-grid-line", interactive: false, noClip: true }).addTo(lines);
  const degree = (side, value, step, pixels) => {
    const made = document.createElement("span");
    made.className = `map-degree map-degree--${side}`;
    made.textContent = `${value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))}°`;
    made.style[side === "across" ? "left" : "top"] = `${pixels}px`;
    edge.append(made);
  };
  const label = (meridians, parallels, step) => {
    const size = map.getSize();
    edge.replaceChildren();
    for (const x of meridians) {
      const at = map.latLngToContainerPoint([map.getCenter().lat, x]).x;
      if (at > 40 && at < size.x - 130) degree("across", x, step, at);
    }
    for (const y of parallels) {
      const at = map.latLngToContainerPoint([y, map.getCenter().lng]).y;
      if (at > 50 && at < size.y - 50) degree("down", y, step, at);
    }
  };
  const draw = () => {
    const bounds = map.getBounds();
    const perDegree = map.getSize().x / (bounds.getEast() - bounds.getWest());
    const step = [...STEPS].reverse().find((one) => one * perDegree >= APART) ?? STEPS[0];
    const [south, north] = [Math.max(-85, bounds.getSouth()), Math.min(85, bounds.getNorth())];
    const meridians = along(bounds.getWest(), bounds.getEast(), step);
    const parallels = along(south, north, step);
    lines.clearLayers();
    for (const x of meridians) line([[south, x], [north, x]]);
    for (const y of parallels) line([[y, bounds.getWest()], [y, bounds.getEast()]]);
    label(meridians, parallels, step);
  };
  map.on("moveend", draw);
  map.on("movestart zoomstart", () => edge.replaceChildren());
  draw();
})();
