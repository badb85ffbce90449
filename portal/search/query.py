"""What a person typed, read: words that must all be there, phrases, words that must not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.search.text import normalise

MOST_CHARACTERS = 100
MOST_WORDS = 8

_PART = re.compile(r"([-－﹣−]?)(?:[\"“”„‟＂「」『』]([^\"“”„‟＂「」『』]*)[\"“”„‟＂「」『』]?|(\S+))")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: ``text`` normalised as documents are. A quoted one is taken to the letter."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """``raw`` as typed (cut to what is read of it), the words wanted (all of them) and those refused."""

    raw: str
    words: tuple[Word, ...] = ()
    refused: tuple[Word, ...] = ()
    cut: bool = False
    """True where more was typed than is read."""

    @property
    def joined(self) -> str:
        """All wanted words run together: what a whole name is compared with."""
        return "".join(word.text for word in self.words)

    def __bool__(self) -> bool:
        return bool(self.words)


def read_query(typed: str) -> Query:
    """Return what was typed as a query; punctuation alone makes an empty one. Never raises."""
    raw = typed.strip()[:MOST_CHARACTERS]
    wanted: list[Word] = []
    refused: list[Word] = []
    for sign, phrase, plain in _PART.findall(raw):
        word = Word(normalise(phrase or plain), quoted=bool(phrase))
        if word.text:
            # a minus alone before nothing, or in front of the only word, still means "not this"
            (refused if sign else wanted).append(word)
    kept = tuple(dict.fromkeys(wanted))
    cut = len(typed.strip()) > MOST_CHARACTERS or len(kept) > MOST_WORDS
    return Query(raw, kept[:MOST_WORDS], tuple(dict.fromkeys(refused))[:MOST_WORDS], cut)
