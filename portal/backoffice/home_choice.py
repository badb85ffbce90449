"""Which home something is about: looked for by name, within the regions of whoever types it in."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from portal.domain.actor import PUBLIC, Scope
from portal.domain.names import name_key
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.filters import Filters, typed_words
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.queries.unregistered_staff import StaffHome, staff_home, staff_homes

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
    found = catalogue(PUBLIC).find(Filters(words=" ".join(words)))
    # other counties' homes must not use up what is offered
    return list(islice((entry for entry in found if scope.covers(entry.region_code)), MOST_OFFERED))


@dataclass(frozen=True, slots=True)
class HomeOption:
    """A home to choose, listed or unregistered. ``key``: how a form names it, ``i-`` or ``u-`` and its id."""

    key: str
    name: str
    institution_id: int | None
    unregistered_home_id: int | None
    region_code: str
    region_label: str
    where: str

    @classmethod
    def of_entry(cls, one: Entry) -> HomeOption:
        """Return a listed home as an option."""
        key = f"{_LISTED}{one.public_id}"
        return cls(key, one.name, one.id, None, one.region_code, one.region_label, one.address or "")

    @classmethod
    def of_unregistered(cls, home: StaffHome) -> HomeOption:
        """Return an unregistered home as an option, without its address."""
        one = home.record
        key = f"{_UNREGISTERED}{one.public_id}"
        return cls(key, one.name, None, one.id, one.region_code, home.region_label, one.township or "")


_LISTED, _UNREGISTERED = "i-", "u-"


def option_of(key: str, scope: Scope) -> HomeOption | None:
    """Return the home that a form names, within the scope; None for any other text."""
    if key.startswith(_LISTED):
        entry = home_of(key.removeprefix(_LISTED), scope)
        return None if entry is None else HomeOption.of_entry(entry)
    if key.startswith(_UNREGISTERED):
        home = staff_home(key.removeprefix(_UNREGISTERED), scope)
        return None if home is None else HomeOption.of_unregistered(home)
    return None


def options_like(typed: str, scope: Scope) -> list[HomeOption]:
    """Return the homes, listed and unregistered, that the words fit; at most ``MOST_OFFERED``."""
    words = typed_words(typed)
    if not words:
        return []
    stray = [
        HomeOption.of_unregistered(home)
        for home in staff_homes(scope).homes
        if all(word in name_key(f"{home.record.name}{home.record.township or ''}") for word in words)
    ]
    return [*map(HomeOption.of_entry, homes_like(typed, scope)), *stray][:MOST_OFFERED]


def option_with_ids(
    institution_id: int | None, unregistered_home_id: int | None, scope: Scope
) -> HomeOption | None:
    """Return the home that a record is about, within the scope; None for a place on no record."""
    if institution_id is not None:
        entry = catalogue(PUBLIC).by_id.get(institution_id)
        return None if entry is None or not scope.covers(entry.region_code) else HomeOption.of_entry(entry)
    if unregistered_home_id is not None:
        homes = staff_homes(scope).homes
        return next(
            (HomeOption.of_unregistered(one) for one in homes if one.record.id == unregistered_home_id), None
        )
    return None
