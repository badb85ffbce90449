"""How text is written before it is indexed or looked for: one form for all ways of writing a thing.

Everything happens character by character, so that the form of a part is a part of the form: whatever
stretch of a name is typed is found in it, and a hit can be marked in the text as written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from opencc import OpenCC

from portal.search.curated import variants

_SENTENCE_ENDS = re.compile(r"[。；;！!？?\n\r\u2028\u2029]+")
_KEPT = ("L", "N", "Co")
"""Letters, numbers and characters of private use (old fonts keep rare names there): nothing else counts."""


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


class _Folding(dict[int, str]):
    """Code point → its written form, worked out when first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


def _fold(character: str) -> str:
    """Return the indexed form of one character, empty for what does not count.

    NFKC (width, ligatures, compatibility forms), traditional → simplified, radicals and variants → the
    character they look like, case folded; separators, marks and what nobody sees are dropped.
    """
    if unicodedata.category(character) == "Cs":  # half a character, which no encoding takes
        return ""
    known = variants()
    written = []
    for form in unicodedata.normalize("NFKC", known.get(character, character)):
        simple = _simplifier().convert(known.get(form, form)).casefold()
        written += [known.get(part, part) for part in simple if _counts(part)]
    return "".join(written)


def _counts(character: str) -> bool:
    kind = unicodedata.category(character)
    # characters newer than the interpreter's tables are unassigned to it, and people bear them in names
    return kind.startswith(_KEPT) or (kind == "Cn" and 0x20000 <= ord(character) < 0x40000)


_FOLDING = _Folding()


def normalise(text: str) -> str:
    """Return ``text`` as it is indexed: 「鶴棲·長廊（Ａ區）」 → ``鹤栖长廊a区``."""
    return text.translate(_FOLDING)


def normalise_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return the normalised text and, for each character of it, the index in ``text`` it came from."""
    written, offsets = [], []
    for index, character in enumerate(text):
        for part in _FOLDING[ord(character)]:
            written.append(part)
            offsets.append(index)
    return "".join(written), offsets


def runs(text: str) -> list[str]:
    """Return the normalised sentences of a text: what is typed is looked for within one of them."""
    return [run for run in map(normalise, _SENTENCE_ENDS.split(text)) if run]


def grams(run: str, longest: int = 2) -> set[str]:
    """Return every stretch of a normalised run of one up to ``longest`` characters."""
    return {
        run[start : start + size] for size in range(1, longest + 1) for start in range(len(run) - size + 1)
    }


def covering_grams(run: str, longest: int = 2) -> list[str]:
    """Return the grams that a text with this run must have: the longest ones in it, as few as say it all."""
    size = min(len(run), longest)
    return (
        list(dict.fromkeys(run[start : start + size] for start in range(len(run) - size + 1))) if run else []
    )
