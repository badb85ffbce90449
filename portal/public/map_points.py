"""What the map's script asks for: clusters and homes of the visible box, and the lines of the boundaries."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from portal import glossary
from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.domain.fees import CareLevel
from portal.domain.registration import RegistrationState
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.holder import catalogue
from portal.maps.grid import Cluster
from portal.public import formatting
from portal.public.caching import depends_also_on
from portal.public.institution_filters import read_filters
from portal.public.map_positions import Position, Positions, positions
from portal.public.map_query import BadView, read_box, read_zoom
from portal.public.problem_filter import in_words, open_problems
from portal.public.search_filter import search_version
from portal.public.sections import blueprint
from portal.supervision.queries.open_problems import OpenCount

_MOST_LISTED = 25
"""Homes named for one place; the rest are counted."""
_MOST_HOMES = 400
"""Homes named in one answer."""
_MOST_TEXTS = 20_000
"""Homes whose texts are kept from one answer to the next: some 1 KB each."""

Answer = Response | tuple[Response, int]


@blueprint.get("/map/points")
@depends_also_on(search_version)
@anyone
def map_points() -> Answer:
    """Return the homes of a box, gathered to suit a zoom: ``?bbox=west,south,east,north&zoom=``, filters."""
    try:
        box = read_box(request.args.get("bbox", ""))
        zoom = read_zoom(request.args.get("zoom", ""))
    except BadView as bad:
        return _refused(bad)
    listed = catalogue(PUBLIC)
    filters, _ = read_filters(request.args, listed)
    places = positions(listed)
    gathered = places.grid.gather(box, zoom, places.placed_of(listed.find(filters)))
    named = _Named(listed, places, filters.care)
    groups = [named.group(cluster) for cluster in gathered.clusters]
    return jsonify({"total": gathered.total, "groups": groups, "homes": named.homes})


@blueprint.get("/map/boundaries.json")
@anyone
def map_boundaries() -> Answer:
    """Return the lines to draw within a box at a zoom, in steps of a hundred-thousandth of a degree."""
    try:
        box = read_box(request.args.get("bbox", ""))
        zoom = read_zoom(request.args.get("zoom", ""))
    except BadView as bad:
        return _refused(bad)
    listed = catalogue(PUBLIC)
    level, outlines = positions(listed).boundaries.outlines(box, zoom)
    areas = [
        {
            "code": outline.code,
            "name": listed.regions.label(outline.code),
            "label": [round(degree, 5) for degree in outline.label],
            "lines": outline.lines,
        }
        for outline in outlines
    ]
    return jsonify({"level": level, "areas": areas})


def _refused(bad: BadView) -> Answer:
    return jsonify({"error": str(bad)}), 400


class _Named:
    """Collects the homes that an answer names, each once."""

    def __init__(self, listed: Catalogue, places: Positions, care: CareLevel) -> None:
        self._listed, self._places, self._care = listed, places, care
        self.homes: dict[str, dict[str, Any]] = {}
        self._texts: dict[tuple[int, CareLevel], dict[str, Any]] = listed.derived("map texts", lambda _: {})

    def group(self, cluster: Cluster) -> dict[str, Any]:
        """Return a cluster as the script draws it: a number, a pin, or an area with its radius."""
        found: dict[str, Any] = {
            "at": [round(cluster.longitude, 5), round(cluster.latitude, 5)],
            "count": cluster.count,
        }
        if cluster.rows and len(self.homes) < _MOST_HOMES:
            rows = cluster.rows[:_MOST_LISTED]
            found["ids"] = [self._name(row) for row in rows]
            known = [place for row in rows if (place := self._places.by_slot[row]) is not None]
            if found["ids"] and all(place.radius for place in known):
                found["radius"] = max(place.radius for place in known)
        return found

    def _name(self, slot: int) -> str:
        entry, place = self._listed.entries[slot], self._places.by_slot[slot]
        assert place is not None, "only what has a position is on the map"
        key = (slot, self._care)
        if key not in self._texts:
            if len(self._texts) >= _MOST_TEXTS:
                self._texts.clear()
            count = open_problems(self._listed).get(entry.id)
            self._texts[key] = _texts(entry, place, self._care, count)
        self.homes[entry.public_id] = self._texts[key]
        return entry.public_id


def _texts(entry: Entry, place: Position, care: CareLevel, count: OpenCount | None) -> dict[str, Any]:
    total = entry.totals.get(care)
    grade = entry.grade
    level = formatting.level_name(grade.level) if grade and grade.level else grade and grade.as_written
    past = "" if grade is None or grade.in_force else f"（{glossary.label(grade.state)}）"
    found: dict[str, Any] = {
        "name": entry.name,
        "region": entry.region_label,
        "state": glossary.label(entry.registration),
        "grade": f"{level}{past}" if level else "未评定等级",
        "price": f"{formatting.yuan_range(total)}/月" if total else "未公布",
        "care": glossary.label(care),
        "free": "未公布" if entry.beds_free is None else f"{entry.beds_free}张",
    }
    if entry.operating is not None and not entry.open_now:
        found["operating"] = glossary.label(entry.operating)
    if total is not None and total.lacks:
        found["lacks"] = formatting.labels(total.lacks)
    if entry.registration is not RegistrationState.FILED or not entry.open_now:
        found["plain"] = True
    if count is not None:
        found["problems"] = in_words(count)
        if count.major:
            found["hazard"] = True
    if place.words:
        found["where"] = place.words
    if place.outside:
        found["outside"] = True
    return found
