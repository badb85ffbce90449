"""Look-alikes against the judged set: said differently, it is found again.

``pytest -s`` prints the figures and each miss.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from portal.topics.queries.alike import alike
from tests.integration.topics.suggesting import entered

LEAST_OF_KNOWN, LEAST_OF_UNSEEN = 0.95, 0.75
"""Of the pairs that the words were tuned on, and of those that they never were."""
MOST_OF_STRANGERS = 5
MOST_OFFERED = 4.0
"""Suggestions offered on average: a page of strangers is no help."""

ROWS = json.loads(Path(__file__).with_name("set.json").read_text(encoding="utf-8"))
PAIRS = [row for row in ROWS if "title" in row]
STRANGERS = [row for row in ROWS if "title" not in row]


@pytest.fixture(scope="module")
def published(module_app: Flask) -> Flask:
    """All suggestions of the set, public."""
    entered(module_app, [(row["title"], row["text"]) for row in PAIRS])
    return module_app


def _offered(app: Flask, text: str) -> list[str]:
    with app.app_context():
        return [row.title for row in alike(text)]


@pytest.mark.parametrize(("first", "least"), [("a", LEAST_OF_KNOWN), ("h", LEAST_OF_UNSEEN)])
def test_what_is_said_differently_is_found_again(published: Flask, first: str, least: float) -> None:
    pairs = [row for row in PAIRS if row["id"].startswith(first)]
    offers = {row["id"]: _offered(published, row["asked"]) for row in pairs}
    missed = [row for row in pairs if row["title"] not in offers[row["id"]]]
    led = sum(offers[row["id"]][:1] == [row["title"]] for row in pairs)
    mean = sum(map(len, offers.values())) / len(pairs)
    print(f"\n{first}: {len(pairs) - len(missed)} of {len(pairs)} found, {led} first, {mean:.1f} offered")
    for row in missed:
        print(f"  {row['id']} {row['asked']} -> {offers[row['id']]}")
    assert len(pairs) - len(missed) >= least * len(pairs)
    assert mean <= MOST_OFFERED


def test_a_stranger_is_offered_little(published: Flask) -> None:
    bothered = {row["asked"]: found for row in STRANGERS if (found := _offered(published, row["asked"]))}
    print(f"\n{len(bothered)} of {len(STRANGERS)} strangers: {bothered}")
    assert len(bothered) <= MOST_OF_STRANGERS


def test_what_is_said_in_the_same_words_comes_first(published: Flask) -> None:
    wrong = [row["id"] for row in PAIRS if _offered(published, row["text"])[:1] != [row["title"]]]
    assert wrong == []


def test_the_set_is_large_enough_to_say_something() -> None:
    assert len(PAIRS) >= 40
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert not any(row["asked"] in row["text"] for row in PAIRS)
