"""What of a case may be read by everybody: a redaction is proposed, a person decides, and what must not stand
in public text is looked for once more before it does (R32, R36).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal import clock
from portal.complaints.models import Case
from portal.complaints.service.publication_known import Known, known_of, newest_reply
from portal.complaints.service.words import told_of
from portal.domain.errors import DomainError
from portal.domain.personal_marks import Mark, personal_marks
from portal.domain.proposed import Proposed, cut
from portal.domain.redaction import MaskKind, propose

TITLE_MOST = 40
"""Characters of a title."""

_SOMEWHERE = "该机构"
_NUMBERS = frozenset(
    {
        MaskKind.PHONE,
        MaskKind.IDENTITY_NUMBER,
        MaskKind.BANK_CARD,
        MaskKind.MAIL,
        MaskKind.ACCOUNT,
        MaskKind.PLATE,
        MaskKind.BIRTH_DATE,
    }
)
"""What is refused wherever it is proposed; of names, places and illnesses a person may know better."""
_DAY = re.compile(
    r"(?:(?P<year>(?:20)?\d{2})\s*年\s*)?(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])\s*月\s*"
    r"(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})\s*[日号號]"
    r"|(?P<y>20\d{2})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})(?!\d)"
)
_DIGITS = {word: number for number, word in enumerate("〇一二三四五六七八九")}


class Also(StrEnum):
    """What is masked beside what ``domain.redaction`` knows."""

    HOME = "home"
    """The home's name, where it stays untold."""
    DAY = "day"
    """A day: month and county are enough."""


class StillPersonal(DomainError):
    """The text still holds what must not be public. ``places``: where."""

    def __init__(self, places: tuple[Place, ...]) -> None:
        named = "；".join(f"{one.field}里的“{one.piece}”（{one.why}）" for one in places)
        super().__init__(f"还有不能公开的内容：{named}。请改掉再公开。")
        self.places = places


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """One piece that must not be public: in ``field`` (标题, 正文, 答复), from ``start`` to ``end``."""

    field: str
    start: int
    end: int
    piece: str
    why: str

    def meets(self, start: int, end: int) -> bool:
        """True if it shares a character with another piece of the field."""
        return self.start < end and start < self.end


@dataclass(frozen=True, slots=True, repr=False)
class Proposal:
    """What might be published of a case; a person reads and changes it first."""

    title: str
    text: Proposed
    reply: Proposed


def proposal_for(case: Case, show_home: bool) -> Proposal | None:
    """Return a redaction of what was written and answered; None where nothing is left or was answered."""
    told, answer = told_of(case), newest_reply(case)
    if told is None or answer is None:
        return None
    known = known_of(case)
    asked = f"\n\n希望怎样解决：{told.asked.strip()}" if told.asked.strip() else ""
    text = proposed(told.text.strip() + asked, known, show_home)
    return Proposal(_title(text.redacted), text, proposed(answer.strip(), known, show_home))


def proposed(text: str, known: Known, show_home: bool) -> Proposed:
    """Return a text with what should be masked in it."""
    keep = (*known.offices, *(known.homes if show_home else ()))
    found: list[tuple[int, int, MaskKind | Also, str]] = []

    def claim(start: int, end: int, kind: MaskKind | Also, shown: str) -> None:
        if all(end <= one[0] or one[1] <= start for one in found):
            found.append((start, end, kind, shown))

    if not show_home:
        for start, end in _spans(text, known.homes):
            claim(start, end, Also.HOME, _SOMEWHERE)
    for masking in propose(text, known_names=known.names, keep=keep):
        claim(masking.start, masking.end, masking.kind, masking.replacement)
    for start, end in _spans(text, known.details):
        claim(start, end, MaskKind.ADDRESS, "××")
    for hit in _DAY.finditer(text):
        claim(*hit.span(), Also.DAY, _month_only(hit))
    return cut(text, found)


def check_public(case: Case, title: str, text: str, reply: str, show_home: bool) -> None:
    """Raise StillPersonal where any of the three holds what must not be public, saying where."""
    known = known_of(case)
    fields = (("标题", title), ("正文", text), ("答复", reply))
    places: list[Place] = []
    for field, words in fields:
        for place in _still(field, words, known, show_home):
            if not any(one.field == field and one.meets(place.start, place.end) for one in places):
                places.append(place)
    if places:
        raise StillPersonal(tuple(places))


def _still(field: str, text: str, known: Known, show_home: bool) -> Iterator[Place]:
    def place(start: int, end: int, why: str) -> Place:
        return Place(field, start, end, text[start:end], why)

    keep = (*known.offices, *(known.homes if show_home else ()))
    found = [(one.start, one.end) for one in propose(text, keep=keep) if one.kind in _NUMBERS]
    found += [
        (one.start, one.end)
        for one in personal_marks(text, clock.today())
        if one.mark is not Mark.TELEPHONE
        and all(one.end <= start or end <= one.start for start, end in found)
    ]
    yield from (place(start, end, "号码或联系方式") for start, end in sorted(found))
    yield from (place(start, end, "这件投诉里的人名") for start, end in _spans(text, known.names))
    yield from (place(start, end, "投诉人的联系方式或登记编号") for start, end in _spans(text, known.details))
    if not show_home:
        yield from (place(start, end, "机构名称") for start, end in _spans(text, known.homes))
    for hit in _DAY.finditer(text):
        if _is_one_of(hit, known.days):
            yield place(*hit.span(), "收到投诉或出事的日子")


def _spans(text: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Find words wherever they stand, also with spaces inside; the longest first, no piece twice."""
    patterns = [
        r"\s*".join(map(re.escape, "".join(word.split())))
        for word in sorted(set(words), key=len, reverse=True)
        if word.strip()
    ]
    if patterns:
        yield from (hit.span() for hit in re.finditer("|".join(patterns), text, re.IGNORECASE))


def _title(redacted: str) -> str:
    first = re.split(r"[。！？；\n]", redacted.strip(), maxsplit=1)[0].strip()
    return first if len(first) <= TITLE_MOST else first[: TITLE_MOST - 1] + "…"


def _month_only(hit: re.Match[str]) -> str:
    if hit["y"]:
        return f"{hit['y']}年{int(hit['m'])}月"
    year = f"{hit['year']}年" if hit["year"] else ""
    return f"{year}{hit['month']}月"


def _is_one_of(hit: re.Match[str], days: frozenset[date]) -> bool:
    year, month, day = hit["y"] or hit["year"], hit["m"] or hit["month"], hit["d"] or hit["day"]
    return any(
        (one.month, one.day) == (_number(month), _number(day))
        and (year is None or one.year % 100 == int(year) % 100)
        for one in days
    )


def _number(written: str) -> int:
    """Return 1 to 99 as written in digits or Chinese numerals (二十一); 0 for what is neither."""
    if written.isdigit() and written.isascii():
        return int(written)
    tens, ten, ones = written.partition("十")
    if not ten:
        return _DIGITS.get(written, 0)
    return 10 * (_DIGITS.get(tens, 0) if tens else 1) + (_DIGITS.get(ones, 0) if ones else 0)
