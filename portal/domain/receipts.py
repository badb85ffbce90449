"""Receipt numbers: what somebody keeps who told us something without saying who they are.

``J2026-7KFM3XQP``: a letter for the kind, the year, seven random characters and one that checks them. The
alphabet is that of the public ids; a wrong or swapped character is noticed before anything is looked up.
"""

from __future__ import annotations

import re
import unicodedata

from portal.domain.errors import DomainError
from portal.domain.identifiers import PUBLIC_ID_ALPHABET

CORRECTION = "J"
"""纠错."""
COMPLAINT = "T"
"""投诉."""
SUGGESTION = "D"
"""点题."""

_NAMES = {CORRECTION: "纠错的回执号", COMPLAINT: "投诉的登记编号", SUGGESTION: "点题的登记编号"}

RANDOM_LENGTH = 7
POSSIBILITIES = len(PUBLIC_ID_ALPHABET) ** RANDOM_LENGTH
"""28^7, some 13 000 million a year: with the limit on requests, not to be found by trying."""

_ALPHABET = PUBLIC_ID_ALPHABET.upper()
_WRITTEN = re.compile(rf"([A-Z])(\d{{4}})([{_ALPHABET}]{{{RANDOM_LENGTH}}})([{_ALPHABET}])")


class InvalidReceipt(DomainError):
    """What was typed is no receipt number of ours."""


def receipt_number(kind: str, year: int, drawn: int) -> str:
    """Return the number for a draw from 0 to ``POSSIBILITIES`` - 1."""
    if not 0 <= drawn < POSSIBILITIES:
        raise ValueError("drawn outside the numbers there are")
    letters = []
    for _ in range(RANDOM_LENGTH):
        drawn, letter = divmod(drawn, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    body = "".join(letters)
    return f"{kind}{year:04}-{body}{_check(f'{kind}{year:04}{body}')}"


def parse_receipt(text: str, kind: str | None = None) -> str:
    """Return the number as we write it; small letters, full width, spaces and hyphens don't matter.

    ``kind``: the letter of the one kind that will do here; None takes any. Raises InvalidReceipt with a
    sentence in Chinese.
    """
    name = "回执号或登记编号" if kind is None else _NAMES[kind].partition("的")[2]
    bare = "".join(ch for ch in unicodedata.normalize("NFKC", text).upper() if ch.isascii() and ch.isalnum())
    found = _WRITTEN.fullmatch(bare)
    if found is None:
        raise InvalidReceipt(
            f"{name}像 {kind or COMPLAINT}2026-7KFM3XQP 这样："
            "一个字母、四位年份，后面八位字母和数字。请再看一遍。"
        )
    letter, year, body, check = found.groups()
    if _check(letter + year + body) != check:
        raise InvalidReceipt(f"{name}里有一位不对，可能抄错了。请对照原来的回执再看一遍。")
    if kind is not None and letter != kind:
        raise InvalidReceipt(f"这是{_NAMES.get(letter, '别的编号')}，不是{_NAMES[kind]}。请再看一遍。")
    return f"{letter}{year}-{body}{check}"


def _check(text: str) -> str:
    """Return the check character: Luhn's sum to the base of the alphabet (ISO/IEC 7812-1 does it for 10)."""
    base = len(_ALPHABET)
    total = 0
    for number, character in enumerate(reversed(text)):
        value = _ALPHABET.index(character) if character in _ALPHABET else ord(character) % base
        value *= 2 - number % 2
        total += value // base + value % base
    return _ALPHABET[-total % base]
