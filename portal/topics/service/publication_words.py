"""What of a suggestion may be read by everybody: a redaction is proposed, a person decides, and what must not
stand in public text is looked for once more before it does (R36).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal import clock
from portal.domain.errors import DomainError
from portal.domain.personal_marks import NEVER_IN_THE_OPEN, PATTERNS, Mark, personal_marks
from portal.domain.proposed import Proposed, cut
from portal.domain.redaction import MaskKind, propose
from portal.topics.models import Suggestion
from portal.topics.service.words import contact_of, words_of

TITLE_MOST = 40
"""Characters of a title."""
TEXT_MOST = 600
"""Characters of the public text: what was written, with room for putting it right."""

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
_SHORTEST = 4
"""Characters of a contact that is looked for: less stands in other texts by chance."""


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


@dataclass(frozen=True, slots=True, repr=False)
class Proposal:
    """What might be published of a suggestion; a person reads and changes it first."""

    title: str
    text: Proposed


def proposal_for(suggestion: Suggestion) -> Proposal | None:
    """Return a redaction of what was written; None once it was erased."""
    words = words_of(suggestion)
    if words is None:
        return None
    text = proposed(words.strip(), _known(suggestion))
    return Proposal(_title(text.redacted), text)


def proposed(text: str, known: Iterable[str] = ()) -> Proposed:
    """Return a text with what should be masked in it. ``known``: what is masked wherever it stands."""
    found: list[tuple[int, int, MaskKind, str]] = [
        (*hit.span(), MaskKind.PHONE, "××") for hit in _spans(text, known)
    ]
    for masking in propose(text):
        if all(masking.end <= one[0] or one[1] <= masking.start for one in found):
            found.append((masking.start, masking.end, masking.kind, masking.replacement))
    return cut(text, found)


def check_public(suggestion: Suggestion, title: str, text: str) -> None:
    """Raise StillPersonal where title or text hold what must not be public, saying where."""
    check_fields(suggestion, {"标题": title, "正文": text})


def check_fields(suggestion: Suggestion, fields: dict[str, str]) -> None:
    """As ``check_public``, of any texts about the suggestion. ``fields``: its name → the text."""
    check_words(fields, _known(suggestion))


def check_words(fields: dict[str, str], known: Iterable[str] = ()) -> None:
    """Raise StillPersonal where texts hold what must not be public. ``known``: what tells who wrote."""
    known = tuple(known)
    places = tuple(place for field, text in fields.items() for place in _still(field, text, known))
    if places:
        raise StillPersonal(places)


def _known(suggestion: Suggestion) -> tuple[str, ...]:
    """Return what tells who wrote: how they can be reached, and their number."""
    contact = contact_of(suggestion)
    told = [suggestion.receipt, *((contact.telephone, contact.mail) if contact else ())]
    return tuple(one for one in map(str.strip, told) if len(one) >= _SHORTEST)


def _still(field: str, text: str, known: Iterable[str]) -> Iterator[Place]:
    keep = [hit[0] for hit in _LANDLINES.finditer(text)]
    found = [
        (one.start, one.end, "个人号码或联系方式") for one in propose(text, keep=keep) if one.kind in _NEVER
    ]
    more = [
        *((one.start, one.end, "个人号码或联系方式") for one in personal_marks(text, clock.today())
          if one.mark in NEVER_IN_THE_OPEN),
        *((*hit.span(), "写的人的联系方式或登记编号") for hit in _spans(text, known)),
    ]  # fmt: skip
    for start, end, why in more:
        if all(end <= one[0] or one[1] <= start for one in found):
            found.append((start, end, why))
    for start, end, why in sorted(found):
        yield Place(field, start, end, text[start:end], why)


def _spans(text: str, words: Iterable[str]) -> Iterator[re.Match[str]]:
    """Find words wherever they stand, also with spaces inside; the longest first, no piece twice."""
    patterns = [
        r"\s*".join(map(re.escape, "".join(word.split())))
        for word in sorted(set(words), key=len, reverse=True)
    ]
    return re.finditer("|".join(patterns), text, re.IGNORECASE) if patterns else iter(())


def _title(redacted: str) -> str:
    first = re.split(r"[。！？；\n]", redacted.strip(), maxsplit=1)[0].strip()
    return first if len(first) <= TITLE_MOST else first[: TITLE_MOST - 1] + "…"
