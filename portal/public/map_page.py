"""The map: homes where they stand, the filters of the list, and the same homes as a list beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from flask import Response, current_app, render_template, request, url_for

from portal.access import anyone
from portal.config import Settings
from portal.domain.actor import PUBLIC
from portal.domain.fees import CareLevel
from portal.institutions.catalogue.catalogue import Catalogue, Found
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.filters import Filters
from portal.institutions.catalogue.holder import catalogue
from portal.maps.mercator import Box
from portal.maps.page import CHINA, MapPage, render_map
from portal.maps.tiles import TileLayer, base_layers
from portal.public.caching import depends_also_on
from portal.public.institution_filters import active_choices, filter_groups, read_filters
from portal.public.list_choices import query_without
from portal.public.map_near import Near, find_near, kilometres
from portal.public.map_positions import Position, Positions, positions
from portal.public.map_query import BadView, View, read_box, read_view
from portal.public.page_cache import kept_in_memory
from portal.public.paging import Pager, address_of, address_with, paginate
from portal.public.problem_filter import in_words, open_problems
from portal.public.search_filter import search_version
from portal.public.sections import blueprint
from portal.reference.boundary_set import joint_box
from portal.security import content_security_policy, permissions_policy
from portal.supervision.queries.open_problems import OpenCount

PER_PAGE = 20
MANY = 100
_MOST_PLACES = 16
_ALL_OVER = 0.6
"""Share of the land's width and height from which homes are said to lie all over it."""
_OWN = ("at", "near", "show", "page", "bbox", "many", "zoom")
"""Parts of an address that mean something on the map alone; the others are the list's filters."""


@dataclass(frozen=True, slots=True)
class Row:
    """One home of the list beside the map."""

    entry: Entry
    place: Position | None
    distance: str | None
    problems: OpenCount | None
    """What is still open of what was found there."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list beside the map."""

    rows: list[Row]
    pager: Pager
    total: int
    where: str
    """What the list covers, for its heading: 图上这一片, 离…由近到远."""
    elsewhere: str = ""
    """Where nothing is here but something elsewhere: the address that shows it."""


@blueprint.get("/map")
@depends_also_on(search_version)
@anyone
def map_page() -> str | tuple[str, int]:
    """Show the homes that match the filters on a map, with the list of them beside it."""
    try:
        view = read_view(request.args["at"]) if request.args.get("at") else None
    except BadView as bad:
        told = {"code": 400, "heading": "网址里的位置看不懂", "advice": f"{bad}。"}
        return render_template("errors/error.html", **told), 400
    listed = catalogue(PUBLIC)
    filters, unknown = read_filters(request.args, listed)
    places = positions(listed)
    found = listed.find(filters)
    typed = request.args.get("near", "").strip()
    near = find_near(typed, listed, places) if typed else None
    shown = request.args.get("show", "")
    box = view.box if view and not near else None
    groups = filter_groups(listed, filters)
    context = {
        "found": found,
        "filters": filters,
        "groups": groups,
        "chosen": active_choices(groups),
        "unknown": unknown,
        "near": near,
        "near_typed": typed,
        "near_missed": bool(typed) and near is None,
        "near_choices": _near_choices(listed) if typed and near is None else (),
        "show": shown if shown in ("unplaced", "outside") else "",
        "listing": _listing(found, places, near, box, shown),
        "unplaced": (found.members & ~places.placed).bit_count(),
        "outside": (found.members & places.outside).bit_count(),
        "placed": places.placed_of(found).bit_count(),
        "listed_total": len(listed.entries),
        "cares": [
            (care, address_with(care=None if care is CareLevel.SELF_CARE else care.value))
            for care in CareLevel
        ],
        "map_html": listed.derived("map page", _page).html,
        "start": _start(found, places, near, view, filters),
        "list_url": address_of("public.institutions", query_without(*_OWN)),
        "kept": _kept(filters),
        "base": bool(_layers()),
        "boundary_sources": places.boundaries.sources(),
        "problem_words": in_words,
    }
    return render_template("public/map.html", **context)


@blueprint.after_request
def open_for_the_map(response: Response) -> Response:
    """Let the map take its tiles and ask where the visitor is: also on a 304, whose headers count anew."""
    if request.endpoint == "public.map_page":
        origins = tuple(dict.fromkeys(origin for layer in _layers() for origin in layer.origins))
        response.headers["Content-Security-Policy"] = content_security_policy(origins)
        response.headers["Permissions-Policy"] = permissions_policy(geolocation=True)
    return response


@blueprint.get("/map/start.js")
@anyone
@kept_in_memory
def map_start() -> Response:
    """Return the script that folium made for the map: an address of ours, so that no page runs inline."""
    script = catalogue(PUBLIC).derived("map page", _page).script
    return current_app.response_class(script, content_type="text/javascript; charset=utf-8")


@blueprint.get("/map/list")
@depends_also_on(search_version)
@anyone
def map_list() -> str | tuple[str, int]:
    """Return the list beside the map for a box: a part of the page.

    ``many``: up to a hundred at once. Where a visitor stands is measured from in the visitor's own device,
    which then has to know them all; this site is not told.
    """
    try:
        box = read_box(request.args["bbox"]) if request.args.get("bbox") else None
    except BadView as bad:
        return render_template("public/map_refused.html", reason=str(bad)), 400
    listed = catalogue(PUBLIC)
    filters, _ = read_filters(request.args, listed)
    places = positions(listed)
    typed = request.args.get("near", "").strip()
    near = find_near(typed, listed, places) if typed else None
    per_page = MANY if request.args.get("many") else PER_PAGE
    listing = _listing(listed.find(filters), places, near, box, request.args.get("show", ""), per_page)
    return render_template("public/map_list.html", listing=listing, filters=filters, problem_words=in_words)


def _listing(
    found: Found,
    places: Positions,
    near: Near | None,
    box: Box | None,
    shown: str,
    per_page: int = PER_PAGE,
) -> Listing:
    members = found.members
    if shown == "unplaced":
        return _ordered(found, places, members & ~places.placed, "没有位置资料的")
    if shown == "outside":
        return _ordered(found, places, members & places.outside, "位置与所属区县不符的")
    if box is not None:
        members = places.grid.members_within(box, members & places.placed)
    if near is None:
        listing = _ordered(found, places, members, "图上这一片" if box else "全部", per_page)
        if listing.total or not places.placed_of(found):
            return listing
        return replace(listing, elsewhere=address_of("public.map_page", query_without(*_OWN)))
    ranked = places.grid.by_distance(near.point, members & places.placed, places.radii)
    pager = _pager(len(ranked), per_page)
    entries, known = found.catalogue.entries, open_problems(found.catalogue)
    rows = [
        Row(
            entries[slot],
            places.by_slot[slot],
            _distance(metres, places.by_slot[slot]),
            known.get(entries[slot].id),
        )
        for slot, metres in pager.of(ranked)
    ]
    return Listing(rows, pager, len(ranked), f"离{near.label}由近到远")


def _ordered(found: Found, places: Positions, members: int, where: str, per_page: int = PER_PAGE) -> Listing:
    chosen = Found(found.catalogue, found.filters, members)
    pager = _pager(chosen.total, per_page)
    known = open_problems(found.catalogue)
    page = chosen.page(pager.number, per_page)
    rows = [Row(entry, places.of(entry), None, known.get(entry.id)) for entry in page]
    return Listing(rows, pager, chosen.total, where)


def _near_choices(listed: Catalogue) -> list[tuple[str, str]]:
    """Return places to look near of, each with its address, for somebody whose own words named none."""
    codes = listed.region_choices(())[:_MOST_PLACES]
    labels = [listed.regions.label(code) for code in codes]
    return [(label, address_with(near=label, at=None, page=None)) for label in labels]


def _pager(total: int, per_page: int) -> Pager:
    """Return a pager whose links are addresses of the page itself, also from within the part of it."""
    made = paginate(total, per_page)
    query = query_without("page", "bbox", "many", "zoom")

    def address(number: int) -> str:
        return address_of("public.map_page", query | ({"page": number} if number > 1 else {}))

    return Pager(made.number, made.count, made.total, made.per_page, address)


def _distance(metres: float, place: Position | None) -> str:
    """Return the distance in words; that to an area is never more exact than the area."""
    radius = place.radius if place is not None else 0
    if metres < radius:
        return f"不到{kilometres(radius * 2)}"
    return f"{'大约' if radius else ''}{kilometres(metres)}"


def _kept(filters: Filters) -> list[tuple[str, str]]:
    """Return the filters as hidden fields of another form on the page."""
    kept = [(name, value) for name, values in filters.chosen.items() for value in values]
    if filters.care is not CareLevel.SELF_CARE:
        kept.append(("care", filters.care.value))
    return kept


def _start(
    found: Found, places: Positions, near: Near | None, view: View | None, filters: Filters
) -> dict[str, Any]:
    """Return what the script needs to know, as data attributes: where to begin and whom to ask."""
    chosen_regions = filters.chosen.get("region", ())
    box: Box | None
    if near is not None:
        box = near.box
    elif len(chosen_regions) == 1 and (region := places.boundaries.box_within(chosen_regions[0])):
        box = region
    else:
        box = _framed(places.grid.box_of(places.placed_of(found)), places.boundaries.box)
    return {
        "query": address_of("public.map_page", query_without(*_OWN)).partition("?")[2],
        "points": url_for("public.map_points"),
        "list": url_for("public.map_list"),
        "boundaries": url_for("public.map_boundaries") if len(places.boundaries) else "",
        "page": url_for("public.map_page"),
        "home": url_for("public.institutions") + "/",
        "box": ",".join(f"{degree:.5f}" for degree in box or CHINA),
        "at": f"{view.zoom:g}/{view.latitude:g}/{view.longitude:g}" if view and near is None else "",
        "near": near.label if near else "",
        "near_point": f"{near.longitude},{near.latitude}" if near else "",
        "show": request.args.get("show", ""),
    }


def _framed(homes: Box | None, land: Box | None) -> Box | None:
    """Return what holds the homes; where they lie all over the land, the whole of it, borders uncut."""
    if homes is None or land is None:
        return homes or land
    across, down = ((homes[side + 2] - homes[side]) / (land[side + 2] - land[side]) for side in (0, 1))
    return joint_box([homes, land]) if min(across, down) > _ALL_OVER else homes


def _page(listed: Catalogue) -> MapPage:
    places = positions(listed)
    box = places.grid.box_of(places.placed) or places.boundaries.box
    return render_map(box, _layers())


def _layers() -> tuple[TileLayer, ...]:
    settings: Settings = current_app.config["PORTAL"]
    return _layers_of(settings.map_tianditu_key, settings.map_tiles_url)


@cache
def _layers_of(tianditu_key: str | None, url: str | None) -> tuple[TileLayer, ...]:
    return base_layers(tianditu_key, url)
