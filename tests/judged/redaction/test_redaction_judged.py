"""The redaction is held against the frozen set: no number missed, few names, little masked that must stay.

``pytest -s`` prints the figures, every miss and every mask too many.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.domain.redaction import Masking, MaskKind, apply, propose
from tests.judged.redaction.judging import NUMBERS, Item, judge, read

LEAST_OF_NAMES = 0.95
MOST_OVER = 0.015
"""Of the pieces that must stay, the share a mask may touch."""
MOST_CLEAN_TOUCHED = 0.03
"""Of the texts with nothing to mask, the share a mask may harm."""

ITEMS = read()


def with_case(item: Item) -> list[Masking]:
    """Redact as the portal does: with the names of the case and of its home."""
    return propose(item.text, known_names=item.known_names, keep=item.known_homes)


def blind(item: Item) -> list[Masking]:
    """Redact as ``flask redact`` does, knowing nothing but the text."""
    return propose(item.text)


@pytest.mark.parametrize("redact", [with_case, blind])
def test_no_number_is_missed_few_names_are_and_what_must_stay_stays(
    redact: Callable[[Item], list[Masking]],
) -> None:
    verdict = judge(ITEMS, redact)
    print(f"\n{redact.__name__}: {verdict.text()}")
    assert verdict.recall(NUMBERS) == 1.0, verdict.text()
    assert verdict.recall(frozenset({"name"})) >= LEAST_OF_NAMES, verdict.text()
    assert verdict.recall(frozenset({"address", "room_bed", "illness"})) >= LEAST_OF_NAMES, verdict.text()
    assert verdict.over <= MOST_OVER, verdict.text()
    assert verdict.hurt_clean <= MOST_CLEAN_TOUCHED * verdict.clean, verdict.text()


def test_the_set_is_large_enough_to_say_something() -> None:
    verdict = judge(ITEMS, lambda _item: [])
    assert len(ITEMS) >= 150
    assert {item.kind for item in ITEMS} == {"complaint", "reply"}
    assert sum(verdict.asked[kind] for kind in NUMBERS) >= 70
    assert verdict.asked["name"] >= 200
    assert verdict.recall(NUMBERS) == 0.0


def test_masking_everything_misses_nothing_and_harms_everything() -> None:
    verdict = judge(ITEMS, lambda item: [Masking(0, len(item.text), MaskKind.NAME, "")])
    assert (verdict.missed, verdict.over) == ([], 1.0)
    assert verdict.hurt_clean > 0.9 * verdict.clean  # the others name nothing to keep
    assert verdict.recall(NUMBERS) == 1.0


def test_a_redacted_text_is_not_redacted_again() -> None:
    """What a person approved yesterday looks the same when it is proposed again."""
    again = [item.id for item in ITEMS if _twice(item.text)]
    assert again == []


def _twice(text: str) -> list[Masking]:
    return propose(apply(text, propose(text)))
