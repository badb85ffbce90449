"""A text as a machine proposes it for the public: what stays, what is masked. A person approves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, repr=False)
class Piece:
    """A stretch of an original text. ``kind`` None: it stays; else what it is, read as ``shown``."""

    text: str
    shown: str
    kind: StrEnum | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Proposed:
    """An original text cut into pieces, some of them masked."""

    pieces: tuple[Piece, ...]

    @property
    def original(self) -> str:
        """The text as it was written."""
        return "".join(one.text for one in self.pieces)

    @property
    def redacted(self) -> str:
        """The text as it is proposed to be read."""
        return "".join(one.shown for one in self.pieces)


def cut(text: str, masked: Iterable[tuple[int, int, StrEnum, str]]) -> Proposed:
    """Return a text cut where it is masked: (start, end, kind, shown), in any order, none over another."""
    return Proposed(tuple(_pieces(text, sorted(masked, key=lambda one: one[0]))))


def _pieces(text: str, masked: list[tuple[int, int, StrEnum, str]]) -> Iterator[Piece]:
    last = 0
    for start, end, kind, shown in masked:
        if start > last:
            yield Piece(text[last:start], text[last:start])
        yield Piece(text[start:end], shown, kind)
        last = end
    if last < len(text):
        yield Piece(text[last:], text[last:])
