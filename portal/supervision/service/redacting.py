"""What of supervision may be read by everybody: a redaction is proposed, a person decides, and what must not
stand in public text is looked for once more before it does (R32, R36).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal import clock
from portal.domain.errors import DomainError
from portal.domain.personal_marks import NEVER_IN_THE_OPEN, PATTERNS, Mark, personal_marks
from portal.domain.proposed import Proposed, cut
from portal.domain.redaction import MaskKind, propose
from portal.extensions import db
from portal.institutions.models import Institution, UnregisteredHome

_SOMEWHERE = "该场所"
_NEVER = frozenset(
    {
        MaskKind.IDENTITY_NUMBER,
        MaskKind.BANK_CARD,
        MaskKind.MAIL,
        MaskKind.ACCOUNT,
        MaskKind.PLATE,
        MaskKind.BIRTH_DATE,
    }
)
"""What is refused wherever it is proposed; of names, places and illnesses a person may know better."""
_LANDLINES = next(pattern for mark, pattern in PATTERNS if mark is Mark.TELEPHONE)
_SHORTEST = 2


class Also(StrEnum):
    """What is masked beside what ``domain.redaction`` knows."""

    PLACE = "place"
    """Name or address of a home on no list, or of a place."""


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """One piece that must not be public: in ``field``, from ``start`` to ``end``."""

    field: str
    start: int
    end: int
    piece: str
    why: str


class StillPersonal(DomainError):
    """The text still holds what must not be public. ``places``: where."""

    def __init__(self, places: tuple[Place, ...]) -> None:
        named = "；".join(f"{one.field}里的“{one.piece}”（{one.why}）" for one in places)
        super().__init__(f"还有不能公开的内容：{named}。请改掉再公开。")
        self.places = places


@dataclass(frozen=True, slots=True, repr=False)
class About:
    """What a record knows of its home. ``keep``: may stand; ``hide``: must not (of a home on no list)."""

    keep: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()


def about(institution_id: int | None, unregistered_home_id: int | None, place: str | None = None) -> About:
    """Return what may stand, and what must not, in a public text about this home."""
    if institution_id is not None:
        home = db.session.get_one(Institution, institution_id)
        return About(
            keep=(home.name, *(str(one["name"]) for one in home.former_names or [] if one.get("name")))
        )
    if unregistered_home_id is not None:
        found = db.session.get_one(UnregisteredHome, unregistered_home_id)
        # named or not today: a text stands for years, and the page names it only while its steps let it
        return About(hide=(found.name, *((found.address,) if found.address else ())))
    return About(hide=(place,) if place else ())


def proposed(text: str, about: About, *, landlines: bool = False) -> Proposed:
    """Return a text with what should be masked in it. ``landlines``: an office's own numbers stay."""
    found: list[tuple[int, int, MaskKind | Also, str]] = []

    def claim(start: int, end: int, kind: MaskKind | Also, shown: str) -> None:
        if all(end <= one[0] or one[1] <= start for one in found):
            found.append((start, end, kind, shown))

    for start, end in _spans(text, about.hide):
        claim(start, end, Also.PLACE, _SOMEWHERE)
    keep = (*about.keep, *(hit[0] for hit in _LANDLINES.finditer(text))) if landlines else about.keep
    for masking in propose(text, keep=keep):
        claim(masking.start, masking.end, masking.kind, masking.replacement)
    return cut(text, found)


def check_public(fields: Mapping[str, str], about: About) -> None:
    """Raise StillPersonal where a text holds what must not be public. ``fields``: its name → the text."""
    places = tuple(place for field, text in fields.items() for place in _still(field, text, about))
    if places:
        raise StillPersonal(places)


def _still(field: str, text: str, about: About) -> Iterator[Place]:
    found = [(one.start, one.end) for one in propose(text, keep=about.keep) if one.kind in _NEVER]
    found += [
        (one.start, one.end)
        for one in personal_marks(text, clock.today())
        if one.mark in NEVER_IN_THE_OPEN and all(one.end <= start or end <= one.start for start, end in found)
    ]
    for start, end in sorted(found):
        yield Place(field, start, end, text[start:end], "个人号码或联系方式")
    for start, end in _spans(text, about.hide):
        yield Place(field, start, end, text[start:end], "不公开的场所名称或地址")


def _spans(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Find words wherever they stand, also with spaces inside; the longest first, no piece twice."""
    patterns = [
        r"\s*".join(map(re.escape, "".join(word.split())))
        for word in sorted(set(words), key=len, reverse=True)
        if len(word.strip()) >= _SHORTEST
    ]
    if patterns:
        yield from (hit.span() for hit in re.finditer("|".join(patterns), text, re.IGNORECASE))
