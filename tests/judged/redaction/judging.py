"""Judges a redaction against the frozen set: what was missed, and what was masked that must stay."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal.domain.redaction import Masking

SET = Path(__file__).with_name("set.json")
NUMBERS = frozenset({"phone", "id_number", "birth_date", "bank_card", "account", "plate", "email"})
"""What must never be missed: each of it finds a person by itself."""


@dataclass(frozen=True)
class Wanted:
    """A piece to mask, the ``nth`` (from 1) of its kind in the text."""

    text: str
    kind: str
    nth: int


@dataclass(frozen=True)
class Item:
    """A text with what has to be masked in it and what has to stay."""

    id: str
    kind: str
    text: str
    mask: tuple[Wanted, ...]
    keep: tuple[str, ...]
    known_names: tuple[str, ...] = ()
    known_homes: tuple[str, ...] = ()


Redact = Callable[[Item], Sequence[Masking]]


def read() -> list[Item]:
    """Return the items of the set."""
    return [
        Item(
            **{
                key: tuple(Wanted(**one) if isinstance(one, dict) else one for one in value)
                if isinstance(value, list)
                else value
                for key, value in row.items()
            }
        )
        for row in json.loads(SET.read_text(encoding="utf-8"))
    ]


@dataclass
class Verdict:
    """What a redaction made of the set."""

    asked: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    kept: int = 0
    """Pieces that must stay."""
    hurt: list[str] = field(default_factory=list)
    """Those of them that a mask touches."""
    clean: int = 0
    """Items with nothing to mask."""
    hurt_clean: int = 0

    def recall(self, kinds: frozenset[str]) -> float:
        """Return the share of the pieces of these kinds that were masked whole."""
        return sum(self.found[kind] for kind in kinds) / sum(self.asked[kind] for kind in kinds)

    @property
    def over(self) -> float:
        """Return the share of the pieces to keep that a mask touches."""
        return len(self.hurt) / self.kept

    def text(self) -> str:
        """Return figures, misses and masks too many, a line each."""
        numbers, names = self.recall(NUMBERS), self.recall(frozenset({"name"}))
        kinds = [f"{kind} {self.found[kind]}/{self.asked[kind]}" for kind in sorted(self.asked)]
        return "\n".join(
            [
                f"recall of numbers {numbers:.3f}, of names {names:.3f} ({', '.join(kinds)})",
                f"masked that must stay: {len(self.hurt)} of {self.kept} pieces;"
                f" texts with nothing to mask that were harmed: {self.hurt_clean} of {self.clean}",
                *self.missed,
                *self.hurt,
            ]
        )


def judge(items: Sequence[Item], redact: Redact) -> Verdict:
    """Return how ``redact`` did on ``items``."""
    verdict = Verdict()
    for item in items:
        masked = [False] * len(item.text)
        for one in redact(item):
            masked[one.start : one.end] = [True] * (one.end - one.start)
        for piece in item.mask:
            at = _places(item.text, piece.text)[piece.nth - 1]
            verdict.asked[piece.kind] += 1
            if all(masked[at : at + len(piece.text)]):
                verdict.found[piece.kind] += 1
            else:
                verdict.missed.append(f"missed {item.id} {piece.kind} {piece.text}: {_around(item, at)}")
        hurt = [
            f"masked {item.id} {stays}: {_around(item, at)}"
            for stays in item.keep
            for at in _places(item.text, stays)
            if any(masked[at : at + len(stays)])
        ]
        verdict.kept += sum(len(_places(item.text, stays)) for stays in item.keep)
        verdict.hurt += hurt
        if not item.mask:
            verdict.clean += 1
            verdict.hurt_clean += bool(hurt)
    return verdict


def _places(text: str, piece: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(piece, at)]


def _around(item: Item, at: int) -> str:
    return item.text[max(0, at - 15) : at + 20].replace("\n", " ")
