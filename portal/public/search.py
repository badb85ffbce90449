"""Search over everything public: results with their reasons, and suggestions while typing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, current_app, jsonify, make_response, render_template, request, url_for

from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.institutions.catalogue.catalogue import Catalogue, Found
from portal.institutions.catalogue.filters import Filters, typed_words
from portal.institutions.catalogue.holder import catalogue
from portal.public.caching import depends_also_on
from portal.public.list_choices import region_choice
from portal.public.page_cache import kept_in_memory
from portal.public.paging import Pager, address_of, address_with, paginate
from portal.public.search_examples import examples
from portal.public.search_filter import search_version
from portal.public.search_results import Result, by_name, results
from portal.public.search_words import KINDS
from portal.public.sections import blueprint
from portal.search.finding import Answer, answer, suggestions
from portal.search.ports import MOST_RANKED, IndexUnavailable
from portal.search.query import MOST_CHARACTERS, Query, read_query

PER_PAGE = 20
_SUGGESTED = 8
_MOST_REGIONS = 40


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind or a place to narrow the results to."""

    label: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of results as the template shows it."""

    results: Sequence[Result]
    pager: Pager
    total: int
    exact: bool
    """False: there are at least ``total``, and only the first thousand can be paged to."""
    kinds: Sequence[Choice] = ()
    regions: Sequence[Choice] = ()
    did_you_mean: Sequence[tuple[str, str]] = ()
    """Names close to what was typed, each with its address."""
    indexed: bool = True
    """False: the index is unavailable, institutions were looked for by their names to the letter."""


@blueprint.get("/search")
@kept_in_memory
@depends_also_on(search_version)
@anyone
def search() -> Response:
    """Show what was found, or what can be searched where nothing was typed."""
    typed = request.args.get("q", "").strip()
    listed = catalogue(PUBLIC)
    query = read_query(typed)
    region = _region(listed)
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    page = _page(query, kind or None, region, listed) if query else None
    context = {
        "typed": typed[:MOST_CHARACTERS],
        "query": query,
        "kind": kind,
        "region": region,
        "region_label": listed.regions.label(region) if region else None,
        "kind_names": KINDS,
        "most_characters": MOST_CHARACTERS,
        "most_ranked": MOST_RANKED,
        "page_": page,
        "without_place": address_with(region=None, kind=None),
        "map_url": url_for("public.map_page") if "public.map_page" in current_app.view_functions else None,
    }
    if not query:
        context |= {"examples": examples(listed), "listed_total": len(listed.entries)}
    response = make_response(render_template("public/search.html", **context))
    if page is not None and not page.indexed:
        response.headers["Cache-Control"] = "no-store"  # a makeshift, good for this moment alone
    return response


@blueprint.get("/search/suggest")
@anyone
def search_suggest() -> Response:
    """Answer what may be meant by what has been typed so far. Kept nowhere: it would tell who typed what."""
    typed = request.args.get("q", "").strip()[:MOST_CHARACTERS]
    query = read_query(typed)
    kind = request.args.get("kind", "")
    found: list[Result] = []
    if query:
        try:
            found = results(suggestions(typed, PUBLIC, _SUGGESTED, kind if kind in KINDS else None))
        except IndexUnavailable:
            literal, words = _literally(query, None, catalogue(PUBLIC))
            found = by_name(literal.page(1, _SUGGESTED), words)
    response = jsonify(suggestions=[_suggestion(result) for result in found])
    response.headers["Cache-Control"] = "no-store"
    return response


def _suggestion(result: Result) -> dict[str, object]:
    return {
        "name": [[piece.text, piece.hit] for piece in result.name],
        "kind": result.kind_label,
        "place": result.place,
        "why": result.whys[0].text if result.whys else "",
        "url": result.url,
    }


def _page(query: Query, kind: str | None, region: str | None, listed: Catalogue) -> Page:
    try:
        return _answered(query, kind, region, listed)
    except IndexUnavailable:
        return _letter_by_letter(query, region, listed)


def _answered(query: Query, kind: str | None, region: str | None, listed: Catalogue) -> Page:
    def ask(offset: int) -> Answer:
        return answer(query.raw, PUBLIC, kind=kind, region=region, offset=offset, limit=PER_PAGE)

    offset = paginate(MOST_RANKED, PER_PAGE).offset
    answered = ask(offset)
    found = answered.found
    pager = paginate(min(found.total, MOST_RANKED), PER_PAGE)
    if pager.offset < offset:  # past the end: the last page is what is left of the list
        answered = ask(pager.offset)
    shown = results(answered.shown)
    gone = len(answered.found.hits) - len(shown)  # still in the index, public no more
    return Page(
        shown,
        pager,
        found.total - gone,
        found.exact,
        _kinds(found.kinds, kind),
        _regions(found.regions, region, listed),
        [(name, address_of("public.search", {"q": name})) for name in answered.did_you_mean],
    )


def _letter_by_letter(query: Query, region: str | None, listed: Catalogue) -> Page:
    found, words = _literally(query, region, listed)
    pager = paginate(min(found.total, MOST_RANKED), PER_PAGE)
    shown = by_name(found.page(pager.number, PER_PAGE), words)
    return Page(shown, pager, found.total, True, indexed=False)


def _literally(query: Query, region: str | None, listed: Catalogue) -> tuple[Found, Sequence[str]]:
    """Return the institutions whose name, address or operator has the words as they were typed."""
    words = " ".join(word.text for word in query.words)
    return listed.find(Filters({"region": (region,)} if region else {}, words=words)), typed_words(words)


def _kinds(counts: Mapping[str, int], chosen: str | None) -> list[Choice]:
    """Return the kinds that have hits, after "everything"; nothing where there is no choice."""
    held = [(kind, label) for kind, (label, _) in KINDS.items() if counts.get(kind) or kind == chosen]
    if len(held) < 2 and chosen is None:
        return []
    everything = Choice("全部", address_with(kind=None), sum(counts.values()), chosen is None)
    return [
        everything,
        *(Choice(label, address_with(kind=k), counts.get(k, 0), k == chosen) for k, label in held),
    ]


def _regions(counts: Mapping[str, int], chosen: str | None, listed: Catalogue) -> list[Choice]:
    """Return the places to narrow to, those with hits; the way back up first."""
    codes = [
        code
        for code in listed.region_choices([chosen] if chosen else [])
        if counts.get(code) or code == chosen
    ]
    if len(codes) < 2 and chosen is None:
        return []
    above = listed.regions.ancestors(chosen) if chosen else []
    top = [Choice("全部地区", address_with(region=None), _top(counts, listed), chosen is None)]
    back = [_place(row.code, counts, chosen, listed) for row in above if _divides(row.code, counts, listed)]
    return [*top, *back, *(_place(code, counts, chosen, listed) for code in codes[:_MOST_REGIONS])]


def _divides(code: str, counts: Mapping[str, int], listed: Catalogue) -> bool:
    """True if going up to a region widens the search: not where everything lies within it."""
    return bool(counts.get(code)) and counts[code] < _top(counts, listed)


def _top(counts: Mapping[str, int], listed: Catalogue) -> int:
    """Return the hits everywhere: those of the regions that lie under no other."""
    return sum(count for code, count in counts.items() if not listed.regions.ancestors(code))


def _place(code: str, counts: Mapping[str, int], chosen: str | None, listed: Catalogue) -> Choice:
    return Choice(listed.regions.label(code), address_with(region=code), counts.get(code, 0), code == chosen)


def _region(listed: Catalogue) -> str | None:
    """Return the region asked for as it is called today, None for one nobody knows."""
    code = region_choice()
    if code is None or listed.regions.get(code) is None:
        return None
    today = listed.regions.currents(code)
    return today[0] if len(today) == 1 else code
