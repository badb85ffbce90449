"""The text that is being redacted: what of it is spoken for, and what is still to be looked at."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.redaction.traditional import SIMPLIFIED

TAKEN = "\0"
"""Stands in ``Sheet.rest`` for every character that is masked or kept already."""


class MaskKind(StrEnum):
    """What is masked."""

    NAME = "name"
    PHONE = "phone"
    IDENTITY_NUMBER = "identity_number"
    BANK_CARD = "bank_card"
    BIRTH_DATE = "birth_date"
    PLATE = "plate"
    MAIL = "mail"
    ACCOUNT = "account"
    """QQ, WeChat and the like."""
    NUMBER = "number"
    """A long number that is none of the above, or one of a card, a file or a badge."""
    ADDRESS = "address"
    """House, stairs and door of where somebody lives; street and village stay."""
    ROOM = "room"
    """A room or a bed of the home."""
    ILLNESS = "illness"


@dataclass(frozen=True, slots=True)
class Masking:
    """``text[start:end]`` is to be read as ``replacement``."""

    start: int
    end: int
    kind: MaskKind
    replacement: str


class Sheet:
    """A text with what has been claimed in it. Whoever claims first keeps it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = "".join(map(_plain, text))
        """``text`` in narrow, simplified characters, one for one: places in it are places in ``text``."""
        self.maskings: list[Masking] = []
        self._marks = list(self.plain)
        self._rest: str | None = self.plain

    @property
    def rest(self) -> str:
        """``plain`` with ``TAKEN`` for what is claimed."""
        if self._rest is None:
            self._rest = "".join(self._marks)
        return self._rest

    def mask(self, start: int, end: int, kind: MaskKind, replacement: str) -> None:
        """Claim a piece to be replaced; a piece that runs into a claimed one is left alone."""
        if start < end and TAKEN not in self._marks[start:end]:
            self.put(start, end, kind, replacement)

    def put(self, start: int, end: int, kind: MaskKind, replacement: str) -> None:
        """Mask a piece that the caller has claimed before."""
        self.maskings.append(Masking(start, end, kind, replacement))
        self.keep(start, end)

    def keep(self, start: int, end: int) -> None:
        """Claim a piece to stay as it is."""
        self._marks[start:end] = TAKEN * (end - start)
        self._rest = None


def squeezed(text: str) -> tuple[str, list[int]]:
    """Return ``text`` without what keeps its characters apart, and the place of each that is left.

    That is marks nobody sees, and single spaces in a text typed l e t t e r  b y  l e t t e r.
    """
    apart = {at for run in _LETTER_BY_LETTER.finditer(text) for at in range(run.start() + 1, run.end(), 2)}
    places = [at for at, one in enumerate(text) if at not in apart and one not in _INVISIBLE]
    return "".join(text[at] for at in places), places


def _plain(character: str) -> str:
    if character == TAKEN:
        return " "
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", character)
    plain = plain if len(plain) == 1 else character
    return SIMPLIFIED.get(plain, _DASHES.get(plain, plain))


_LETTER_BY_LETTER = re.compile(r"(?<!\S)(?:\S[ \u3000]){4,}\S(?!\S)")
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_DASHES = dict.fromkeys("‐‑‒–—―−－", "-") | dict.fromkeys("•‧・･∙⋅", "·")
