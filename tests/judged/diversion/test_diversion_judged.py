"""Diversion against the judged set: what belongs elsewhere is seen, and a wish is left alone.

``pytest -s`` prints the figures and each miss.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.domain.diversion import Elsewhere, divert

ROWS = json.loads(Path(__file__).with_name("set.json").read_text(encoding="utf-8"))
LEAST = {"d": 0.97, "h": 0.75}
"""Of what belongs elsewhere, how much is seen: of what the rules were tuned on, of what came after."""


def _seen(text: str) -> str | None:
    found = divert(text)
    return found.to.value if found else None


@pytest.mark.parametrize("first", ["d", "h"])
def test_what_belongs_elsewhere_is_seen(first: str) -> None:
    rows = [row for row in ROWS if row["to"] and row["id"].startswith(first)]
    missed = [(row["id"], row["to"], _seen(row["text"])) for row in rows if _seen(row["text"]) != row["to"]]
    print(f"\n{first}: {len(rows) - len(missed)} of {len(rows)} seen; not: {missed}")
    assert len(rows) - len(missed) >= LEAST[first] * len(rows)


def test_a_wish_is_left_alone() -> None:
    assert [row["text"] for row in ROWS if row["to"] is None and _seen(row["text"])] == []


def test_no_emergency_is_taken_for_a_lesser_matter() -> None:
    urgent = {Elsewhere.FIRE, Elsewhere.MEDICAL, Elsewhere.POLICE}
    for row in ROWS:
        if row["to"] in urgent:
            assert _seen(row["text"]) == row["to"], row["text"]


def test_the_set_is_large_enough_to_say_something() -> None:
    assert len(ROWS) >= 60
    assert {row["to"] for row in ROWS} == {*Elsewhere, None}
    assert sum(row["to"] is None for row in ROWS) >= 30
