"""Which home a complaint is about: looked for by name, or not listed; and the counties to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.actor import PUBLIC
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.filters import Filters, typed_words
from portal.institutions.catalogue.holder import catalogue
from portal.reference.gb2260 import RegionLevel
from portal.search.finding import answer
from portal.search.ports import IndexUnavailable
from portal.search.query import MOST_CHARACTERS, read_query

MOST_OFFERED = 12
"""Homes offered for what was typed: nobody reads more on a phone; more of the name is asked for instead."""


@dataclass(frozen=True, slots=True)
class County:
    """A county to choose, and what lies above it."""

    code: str
    label: str
    city: str


def home_of(public_id: str) -> Entry | None:
    """Return the public home of an id, None for any other text."""
    return catalogue(PUBLIC).by_public_id.get(public_id)


def homes_like(typed: str) -> list[Entry]:
    """Return the homes that may be meant, best first, at most ``MOST_OFFERED``."""
    query, listed = read_query(typed[:MOST_CHARACTERS]), catalogue(PUBLIC)
    if not query:
        return []
    try:
        shown = answer(query.raw, PUBLIC, kind="institution", limit=MOST_OFFERED).shown
    except IndexUnavailable:  # to the letter, then
        words = " ".join(typed_words(" ".join(word.text for word in query.words)))
        return listed.find(Filters(words=words)).page(1, MOST_OFFERED)
    return [entry for each in shown if (entry := listed.by_id.get(each.hit.record_id)) is not None]


def counties() -> Sequence[County]:
    """Return the counties of the part of the country that the site is about, in order of code."""
    return catalogue(PUBLIC).derived("complaint counties", _counties)


def _counties(listed: Catalogue) -> tuple[County, ...]:
    tree = listed.regions
    tops = listed.region_choices(())
    above = {row.parent_code for code in tops if (row := tree.get(code)) is not None}
    roots = [code for code in above if code is not None] or tops
    if None in above:
        roots = tops
    if not roots:  # an empty portal: any county there is
        roots = [row.code for row in tree.rows.values() if row.parent_code is None]
    held = {code for root in roots for code in tree.within(root)}
    rows = [tree.rows[code] for code in sorted(held)]
    return tuple(
        County(row.code, row.name, tree.label(row.parent_code) if row.parent_code else "")
        for row in rows
        if row.level is RegionLevel.COUNTY and row.until is None
    )
