"""How two written names are compared: the reading behind matching rows to institutions (R14)."""

from __future__ import annotations

import re
import unicodedata

_PUNCTUATION = re.compile(r"[\s\-—–_·•・‧.,，。、/\\|()（）\[\]【】《》“”\"'‘’]+")
_SPACES = re.compile(r"[ \t\u00a0\u3000]+")
_LEGAL_TAILS = ("有限责任公司", "股份有限公司", "有限公司", "分公司", "公司")


def clean_text(text: str) -> str:
    """Return ``text`` with NFKC forms, without zero-width and bidi marks, runs of space made one."""
    visible = unicodedata.normalize("NFKC", text)
    if not visible.isprintable():  # most text is: then there is nothing to take out
        visible = "".join(
            ch for ch in visible if unicodedata.category(ch) not in ("Cf", "Cc") or ch in "\n\t"
        )
    return _SPACES.sub(" ", visible).strip()


def tidy_name(name: str) -> str:
    """Return a name as it is written, （） and all, without marks that nobody sees."""
    visible = (ch for ch in name if unicodedata.category(ch) not in ("Cf", "Cc"))
    return re.sub(r"\s+", " ", "".join(visible)).strip()


def name_key(name: str) -> str:
    """Return the key under which two writings of one name are the same name.

    Width, case, spaces and punctuation do not tell homes apart; every Chinese character does.
    """
    return _PUNCTUATION.sub("", clean_text(name)).casefold()


def near_key(name: str) -> str:
    """Return a looser key: ``name_key`` without the legal form that one clerk writes and the next omits."""
    key = name_key(name)
    for tail in _LEGAL_TAILS:
        if key.endswith(tail) and len(key) - len(tail) >= 4:
            return key.removesuffix(tail)
    return key


def within_one_edit(left: str, right: str) -> bool:
    """True if one insertion, deletion or replacement turns ``left`` into ``right`` (and they differ)."""
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    left_rest, right_rest = left[start:], right[start:]
    return left_rest[1:] == right_rest[1:] or left_rest[1:] == right_rest or left_rest == right_rest[1:]
