"""All lists of what needs a look, by name: what a page or a file asks for."""

from __future__ import annotations

from collections.abc import Iterable

from portal.institutions.queries.attention import doubtful, ending, limits, undated
from portal.institutions.queries.attention.asking import AnyList, Asked, Finding

LISTS: dict[str, AnyList] = {**ending.LISTS, **undated.LISTS, **limits.LISTS, **doubtful.LISTS}


def attention_counts(asked: Asked) -> dict[str, int]:
    """Return how many rows each list has: about one query a list, however many institutions there are."""
    return {name: one.count(asked) for name, one in LISTS.items()}


def attention_count(name: str, asked: Asked) -> int:
    """Return how many rows one list has. KeyError for a list that there is not."""
    return LISTS[name].count(asked)


def attention_rows(
    name: str, asked: Asked, by: str, descending: bool, offset: int = 0, limit: int | None = None
) -> Iterable[Finding]:
    """Return the rows of one list in order (``limit`` None: all). KeyError for a list that there is not."""
    return LISTS[name].read(asked, by, descending, offset, limit)
