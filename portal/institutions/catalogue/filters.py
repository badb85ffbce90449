"""What the list can be filtered and sorted by, and which values an entry has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.domain.fees import CareLevel
from portal.domain.grading import GradeScale
from portal.domain.names import name_key
from portal.domain.registration import RegistrationState
from portal.institutions.catalogue.entry import Entry
from portal.institutions.models import OperatingState

UNKNOWN = "unknown"

_MOST_WORDS = 6

PRICE_BANDS_YUAN: tuple[tuple[int, int | None], ...] = (
    (0, 1500),
    (1500, 2500),
    (2500, 4000),
    (4000, 6000),
    (6000, None),
)
"""Monthly totals in yuan, lower end included, upper end not."""


class Sort(StrEnum):
    """Orders of the list. ``standing``: open and filed homes first, then by grade."""

    STANDING = "standing"
    PRICE = "price"
    PRICE_DOWN = "price_down"
    GRADE = "grade"
    BEDS = "beds"
    FREE = "free"
    NAME = "name"
    FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class Filters:
    """A person's choice, as the address of the page carries it."""

    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    care: CareLevel = CareLevel.SELF_CARE
    """The care level whose monthly price is shown, filtered and sorted by."""
    words: str = ""
    sort: Sort = Sort.STANDING
    members: int | None = None
    """The entries that search found for the words, as a set of the catalogue asked (``members_of``).
    None: nothing was typed, or the index is unavailable and ``words`` are looked for to the letter."""
    within: int | None = None
    """What a choice comes to that the list itself knows nothing of, such as homes with open problems: a set
    of the catalogue asked. None: there is no such choice."""

    def keyed(self) -> dict[str, tuple[str, ...]]:
        """Return the choice by facet: the price filter belongs to the chosen care level. What is no facet of
        the list is told by ``within``."""
        named = {price_facet(self.care) if n == "price" else n: v for n, v in self.chosen.items()}
        return {name: values for name, values in named.items() if name in FACETS or name == "region"}


def price_facet(care: CareLevel) -> str:
    """Return the name of the price filter of one care level."""
    return f"price_{care.value}"


def price_band(least_fen: int) -> str:
    """Return the band of a monthly total by its lowest amount: ``1500-2500``, ``6000-``."""
    yuan = least_fen // 100
    for low, high in PRICE_BANDS_YUAN:
        if high is None or yuan < high:
            return band_value(low, high)
    raise AssertionError("the last band is open")


def band_value(low: int, high: int | None) -> str:
    """Return how a band stands in an address."""
    return f"{low}-{'' if high is None else high}"


def _grade_value(entry: Entry) -> str:
    if entry.grade is None or not entry.grade.in_force:
        return "none"
    return "local" if entry.grade.scale is GradeScale.LOCAL else str(entry.grade.level)


def _price_values(care: CareLevel) -> Callable[[Entry], Iterable[str]]:
    def values(entry: Entry) -> Iterable[str]:
        total = entry.totals.get(care)
        return ("unpublished",) if total is None else (price_band(total.least_fen),)

    return values


FACETS: dict[str, Callable[[Entry], Iterable[str]]] = {
    "state": lambda entry: (entry.registration.value,),
    "operating": lambda entry: (entry.operating.value if entry.operating else UNKNOWN,),
    "kind": lambda entry: (entry.kind.value if entry.kind else UNKNOWN,),
    "mode": lambda entry: (entry.mode.value if entry.mode else UNKNOWN,),
    "grade": lambda entry: (_grade_value(entry),),
    "takes": lambda entry: entry.takes,
    "medical": lambda entry: entry.medical,
    "free": lambda entry: ("yes",) if entry.beds_free else (),
    "concentrated": lambda entry: ("yes",) if entry.concentrated else (),
    **{price_facet(care): _price_values(care) for care in CareLevel},
}
"""Filter → the values of an entry. ``region`` is added by the catalogue, which knows the regions."""


def standing(entry: Entry) -> tuple[int, int, bytes]:
    """Return the rank of a home among all, smaller first: open and filed, better grade, name."""
    open_first = 0 if entry.open_now else 2 if entry.operating is OperatingState.CLOSED else 1
    filed = 0 if entry.registration is RegistrationState.FILED else 1
    level = entry.grade.level or 0 if entry.grade and entry.grade.in_force else 0
    return (open_first * 2 + filed, -level, _by_name(entry))


def _by_name(entry: Entry) -> bytes:
    # GB 2312's first level lists characters by pinyin: close to how people look names up
    return entry.name.encode("gb18030")


def _known(number: int | None) -> int:
    """Return the number, or -1 where none is published: such homes come last."""
    return -1 if number is None else number


def _price(entry: Entry, care: CareLevel) -> int:
    total = entry.totals.get(care)
    return 0 if total is None else total.least_fen


def _price_rank(entry: Entry, care: CareLevel) -> int:
    """Comparable prices first: a sum that lacks its meals makes no cheap home, nor does a closed one."""
    total = entry.totals.get(care)
    if total is None:
        return 3
    if not entry.open_now:
        return 2
    return 0 if total.complete else 1


def sort_key(sort: Sort, care: CareLevel) -> Callable[[Entry], Any]:
    """Return the key of an order; entries without the fact come last. Ties are left to the standing."""
    match sort:
        case Sort.PRICE:
            return lambda entry: (_price_rank(entry, care), _price(entry, care))
        case Sort.PRICE_DOWN:
            return lambda entry: (_price_rank(entry, care), -_price(entry, care))
        case Sort.GRADE:
            return lambda entry: -(entry.grade.level or 0) if entry.grade and entry.grade.in_force else 1
        case Sort.BEDS:
            return lambda entry: -_known(entry.beds_total)
        case Sort.FREE:
            return lambda entry: -_known(entry.beds_free)
        case Sort.NAME:
            return _by_name
        case Sort.FRESH:
            return lambda entry: -(entry.confirmed_on.toordinal() if entry.confirmed_on else 0)
        case Sort.STANDING:
            return standing


def typed_words(text: str) -> list[str]:
    """Return the first words of a typed query as ``Entry.text`` writes them."""
    return [key for key in (name_key(word) for word in text.split()) if key][:_MOST_WORDS]
