"""Access codes: with the number of a case, what lets somebody see it who never told us who they are.

``7KQ4-M2XP-9TBA``: twelve characters of 32, so 60 bits. Of the 36 digits and capital letters four are left
out, as codes are copied by hand and read out over the telephone in Chinese: O looks like 0, I and L like 1,
and E *sounds* like 1 (both are *yī*). Who writes or hears one of them is understood all the same: there is
only one thing it can have been. Nobody guesses one of 2^60 through a limit on requests, and so the code needs
no check character of its own.
"""

from __future__ import annotations

import unicodedata

from portal.domain.errors import DomainError

ALPHABET = "0123456789ABCDFGHJKMNPQRSTUVWXYZ"
LENGTH = 12
GROUP = 4

_BITS_EACH = 5
_BYTES = 8
_MEANT = str.maketrans("OILE", "0111")
_DIGITS = "零一二三四五六七八九"
_LONGEST = 100
"""Of what is looked at: more is no code, however tidied."""


class InvalidCode(DomainError):
    """What was typed can be no access code."""


def code_from_bytes(drawn: bytes) -> str:
    """Return the code for the first 60 bits of ``drawn`` (at least 8 bytes), in groups of four."""
    if len(drawn) < _BYTES:
        raise ValueError("an access code needs 8 bytes")
    number = int.from_bytes(drawn[:_BYTES], "big") >> (_BYTES * 8 - LENGTH * _BITS_EACH)
    letters = []
    for _ in range(LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return _grouped("".join(letters))


def parse_code(text: str) -> str:
    """Return the code as ``code_from_bytes`` writes it; case, spaces, hyphens, full width don't matter.

    Raises InvalidCode with a sentence in Chinese that does not repeat the code.
    """
    typed = unicodedata.normalize("NFKC", text[:_LONGEST]).upper()
    bare = "".join(ch for ch in typed if not _between(ch)).translate(_MEANT)
    if not bare:
        raise InvalidCode("请填写查询码：登记时和登记编号一起给您的12位字母和数字。")
    foreign = next((ch for ch in bare if ch not in ALPHABET), None)
    if foreign is not None:
        raise InvalidCode(f"查询码里只有字母和数字，没有“{foreign}”。请对照登记时的回执再看一遍。")
    if len(bare) != LENGTH:
        raise InvalidCode(f"查询码是{LENGTH}位，这里有{len(bare)}位。请对照登记时的回执再看一遍。")
    return _grouped(bare)


def read_out(code: str) -> list[str]:
    """Return the groups of a code as they are dictated in Chinese: 七、字母K、字母Q、四."""
    return ["、".join(_said(character) for character in group) for group in code.split("-")]


def _said(character: str) -> str:
    return _DIGITS[int(character)] if character.isdigit() else f"字母{character}"


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def _between(character: str) -> bool:
    """True for what people put between groups: spaces, hyphens and dashes, points, what can't be seen."""
    return (
        character.isspace() or unicodedata.category(character) in ("Pd", "Cf", "Cc") or character in "·.．_−"
    )
