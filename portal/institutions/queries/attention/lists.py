"""All lists of what needs a look, by name: what a page or a file asks for."""

from __future__ import annotations

from portal.institutions.queries.attention import doubtful, ending, limits, undated
from portal.institutions.queries.attention.asking import AnyList, Asked, ReadList, SqlList

LISTS: dict[str, AnyList] = {**ending.LISTS, **undated.LISTS, **limits.LISTS, **doubtful.LISTS}


def attention_counts(asked: Asked) -> dict[str, int]:
    """Return how many rows each list has: about one query a list, however many institutions there are."""
    return {name: one.count(asked) for name, one in LISTS.items()}


def attention_list(name: str, asked: Asked) -> AnyList:
    """Return one list, to be counted and read: one that takes reckoning is reckoned once, here.

    KeyError for a list that there is not.
    """
    one = LISTS[name]
    if isinstance(one, SqlList):
        return one
    rows = one.rows(asked)
    return ReadList(lambda _: rows)
