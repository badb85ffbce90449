"""What list pages compute once per state of the data and keep beside the catalogue it was made from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry

T = TypeVar("T")

_kept: WeakKeyDictionary[Catalogue, dict[str, Any]] = WeakKeyDictionary()


def derived(catalogue: Catalogue, name: str, build: Callable[[Catalogue], T]) -> T:
    """Return what ``build`` makes of the catalogue: built once, dropped together with the catalogue.

    Two requests may build it at the same time; both results are right, one is kept.
    """
    shelf = _kept.setdefault(catalogue, {})
    if name not in shelf:
        shelf[name] = build(catalogue)
    value: T = shelf[name]
    return value


def entries_by_id(catalogue: Catalogue) -> dict[int, Entry]:
    """Return the public institutions by their key in the database."""
    return derived(catalogue, "by_id", lambda made: {entry.id: entry for entry in made.entries})
