"""Numbers that are a person's: an identity card's number is never stored, shown, printed or reported."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

from portal import clock
from portal.domain.errors import InvalidCreditCode
from portal.domain.identifiers import parse_credit_code
from portal.institutions.importer.tables import Cell, cell_text

WITHHELD = "（疑似身份证号，不复述）"
WITHHELD_REASON = "像是身份证号，属个人信息，这一格没有收入"
OLD_FORM_FIELDS = frozenset({"phone", "credit_code", "credit_or_registration"})
"""Columns in which fifteen digits are taken for the old form; elsewhere they are too often something else."""
_GAP = r"[\s\-]{0,3}"
_NEW = re.compile(rf"(?<!\d)(?=((?:\d{_GAP}){{17}}[\dX])(?!\d))")
_OLD = re.compile(rf"(?<!\d)(?=((?:\d{_GAP}){{14}}\d)(?!\d))")
_LONG_NUMBER = 10**14


def holds_identity_number(cell: Cell, field: str = "") -> bool:
    """True if a cell holds what looks like an identity card's number (GB 11643-1999).

    Seventeen digits and a digit or X, of which the 7th to 14th are a day from 1900 until today; for the
    columns of ``OLD_FORM_FIELDS`` also fifteen digits of which the 7th to 12th are a day of 19xx.
    """
    if isinstance(cell, str):
        return len(cell) >= 15 and _holds(cell, field in OLD_FORM_FIELDS)
    if isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) >= _LONG_NUMBER:
        return _holds(cell_text(cell), field in OLD_FORM_FIELDS)
    return False


def withhold(text: str) -> str:
    """Return a text as it may be repeated: the mark instead of one that holds such a number."""
    return WITHHELD if holds_identity_number(text) else text


@lru_cache(maxsize=50_000)
def _holds(text: str, old_form: bool) -> bool:
    if sum(map(str.isdigit, text)) < 15:
        return False
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = "".join(ch for ch in plain if unicodedata.category(ch) not in ("Cf", "Cs", "Cc") or ch.isspace())
    plain = re.sub(r"[‐‑‒–—―−]", "-", plain)
    if any(_is_new_form(_bare(found[1])) for found in _NEW.finditer(plain)):
        return True
    return old_form and any(_is_day("19" + _bare(found[1])[6:12]) for found in _OLD.finditer(plain))


def _bare(number: str) -> str:
    return re.sub(r"[\s\-]", "", number)


def _is_new_form(number: str) -> bool:
    if not _is_day(number[6:14]):
        return False
    if number[0] == "9" and number.endswith("X"):
        # No division begins with 9, but a company's credit code does, and its check character may be an X.
        try:
            return not parse_credit_code(number)
        except InvalidCreditCode:
            return True
    return True


def _is_day(digits: str) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= day <= clock.today()
