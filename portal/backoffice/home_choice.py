"""Which home something is about: looked for by name, within the regions of whoever types it in."""

from __future__ import annotations

from portal.domain.actor import PUBLIC, Scope
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.filters import Filters, typed_words
from portal.institutions.catalogue.holder import catalogue

MOST_OFFERED = 12


def home_of(public_id: str, scope: Scope) -> Entry | None:
    """Return the home of an id within the scope, None for any other text."""
    found = catalogue(PUBLIC).by_public_id.get(public_id)
    return found if found is not None and scope.covers(found.region_code) else None


def homes_like(typed: str, scope: Scope) -> list[Entry]:
    """Return the homes whose name or address holds the words, at most ``MOST_OFFERED``."""
    words = typed_words(typed)
    if not words:
        return []
    found = catalogue(PUBLIC).find(Filters(words=" ".join(words))).page(1, MOST_OFFERED)
    return [entry for entry in found if scope.covers(entry.region_code)]
