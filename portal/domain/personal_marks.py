"""What in a text looks like personal data: numbers of identity cards, bank cards, telephones, mail addresses.

Names can't be told from other words; numbers can. Where a text is published nothing of this may stand in
it; where it is sealed, who writes it is told before it is sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Mark(StrEnum):
    """What a piece of text looks like."""

    IDENTITY_NUMBER = "identity_number"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    TELEPHONE = "telephone"
    MAIL = "mail"


NEVER_IN_THE_OPEN = frozenset({Mark.IDENTITY_NUMBER, Mark.BANK_CARD, Mark.MOBILE, Mark.MAIL})
"""What must not stand in a text that is not sealed, or goes to others. An office's own landline may."""


@dataclass(frozen=True, slots=True)
class Found:
    """One such piece, from ``start`` to ``end`` (excluded); ``hint``: how it begins and ends."""

    mark: Mark
    start: int
    end: int
    hint: str


_GAP = r"[\s\-－—]{0,2}"
_NOT_BEFORE = r"(?<![0-9A-Za-z])"
PATTERNS = (
    (Mark.MAIL, re.compile(r"[A-Za-z0-9][\w.+\-]{0,63}\s?@\s?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+", re.ASCII)),
    (Mark.IDENTITY_NUMBER, re.compile(rf"{_NOT_BEFORE}\d(?:{_GAP}\d){{16}}{_GAP}[\dXx](?![0-9A-Za-z])")),
    (Mark.BANK_CARD, re.compile(rf"{_NOT_BEFORE}\d(?:{_GAP}\d){{15,18}}(?![0-9A-Za-z])")),
    (Mark.IDENTITY_NUMBER, re.compile(rf"{_NOT_BEFORE}\d{{15}}(?![0-9A-Za-z])")),
    (Mark.MOBILE, re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)")),
    (Mark.TELEPHONE, re.compile(r"(?<!\d)\(?0\d{2,3}\)?[\s\-－—]?[2-9]\d{6,7}(?!\d)")),
)
"""How each is written, in narrow digits. Redaction asks them as well, without asking what is plausible."""

_FULL_WIDTH = {full: ord("0") + digit for digit, full in enumerate(range(ord("０"), ord("９") + 1))} | {
    ord("Ｘ"): ord("X"), ord("ｘ"): ord("x"), ord("＠"): ord("@"), ord("（"): ord("("), ord("）"): ord(")"),
    ord("‐"): ord("-"), ord("‑"): ord("-"), ord("‒"): ord("-"), ord("–"): ord("-"), ord("−"): ord("-"),
}  # fmt: skip
"""One character for one, so that what is found stands where it was typed."""


def never_in_the_open(text: str, today: date) -> list[Found]:
    """Return the pieces that must not stand in a text that is not sealed, or goes to others."""
    return [one for one in personal_marks(text, today) if one.mark in NEVER_IN_THE_OPEN]


def personal_marks(text: str, today: date) -> list[Found]:
    """Return what looks like personal data, in order, no piece twice."""
    plain = text.translate(_FULL_WIDTH)
    found: list[Found] = []
    for mark, pattern in PATTERNS:
        for hit in pattern.finditer(plain):
            taken = any(one.start < hit.end() and hit.start() < one.end for one in found)
            if not taken and _is(mark, hit[0], today):
                found.append(Found(mark, hit.start(), hit.end(), _hint(hit[0])))
    return sorted(found, key=lambda one: one.start)


def _is(mark: Mark, piece: str, today: date) -> bool:
    bare = re.sub(r"[^0-9Xx]", "", piece)
    match mark:
        case Mark.IDENTITY_NUMBER if len(bare) == 18:
            return _is_day(bare[6:14], today)
        case Mark.IDENTITY_NUMBER:
            return bare[0] in "1234568" and _is_day("19" + bare[6:12], today)
        case Mark.BANK_CARD:
            return bare[0] in "3456" and _luhn(bare)
    return True


def _is_day(digits: str, today: date) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= day <= today


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (1 + number % 2) for number, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _hint(piece: str) -> str:
    bare = piece.strip()
    return f"{bare[:3]}…{bare[-2:]}"
