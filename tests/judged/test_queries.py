"""The judged set is true: held against the demo city by brute force, without any search."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.institutions.demo.load import load_demo
from portal.institutions.models import Institution
from portal.unit_of_work import unit_of_work
from tests.judged import demo_city
from tests.judged.judged_set import (
    CLASSES,
    FIELDS,
    NEARLY_RIGHT,
    Home,
    Query,
    Record,
    containing,
    plain,
    read,
    resolve,
)

JUDGED = read()


@pytest.fixture(scope="module")
def records(module_app: Flask) -> list[Record]:
    with module_app.app_context(), clock.moved_to(clock.at(JUDGED.day)):
        with unit_of_work():
            load_demo(JUDGED.seed)
        return demo_city.records()


def same(homes: tuple[Home, ...], others: tuple[Home, ...]) -> bool:
    return len(homes) == len(others) and all(
        any(home.is_(other.name, other.county) for other in others) for home in homes
    )


def test_every_class_has_queries_and_substrings_have_most() -> None:
    counts = Counter(query.kind for query in JUDGED.queries)
    assert set(counts) == set(CLASSES)
    assert min(counts.values()) >= 6
    assert counts["part_of_name"] >= 40
    assert {len(query.text) for query in JUDGED.queries if query.kind == "part_of_name"} >= {1, 2, 3, 4}


def test_every_named_home_is_there_exactly_once(records: list[Record], module_app: Flask) -> None:
    with module_app.app_context():
        withdrawn = set(db.session.scalars(select(Institution.name).where(Institution.withdrawn)))
    public = [record.home for record in records]
    for query in JUDGED.queries:
        for home in (*query.right, *query.not_found):
            met = [other for other in public if home.is_(other.name, other.county)]
            hidden = home in query.not_found and home.name in withdrawn
            assert hidden or len(met) == 1, (query.text, home)
        assert query.suggested is None or query.suggested in {home.name for home in public}, query.text


def test_complete_sets_are_complete_and_nothing_in_them_is_wrong(records: list[Record]) -> None:
    by_hand = [query for query in JUDGED.queries if query.fields and not query.all_containing]
    assert len(by_hand) > 150
    wrong = [query.text for query in by_hand if not same(query.right, containing(query, records))]
    assert wrong == []


def test_large_sets_can_be_computed(records: list[Record]) -> None:
    large = [query for query in resolve(JUDGED.queries, records) if query.complete and len(query.right) > 10]
    assert len(large) > 25


@pytest.mark.parametrize("kind", [*NEARLY_RIGHT, "nothing"])
def test_no_home_holds_what_must_not_be_found(records: list[Record], kind: str) -> None:
    everywhere = tuple(field for field in FIELDS if field != "stated")
    for query in JUDGED.queries:
        if query.kind == kind and plain(query.text):
            held = containing(Query(query.text, kind, query.who, fields=everywhere), records)
            assert held == (), query.text


def test_a_suggestion_is_one_character_away(records: list[Record]) -> None:
    for query in JUDGED.queries:
        if query.suggested:
            name, typed = plain(query.suggested), plain(query.text)
            runs = [name[at : at + len(typed) + more] for at in range(len(name)) for more in (0, 1)]
            assert any(_one_apart(typed, run) for run in runs), query.text


def _one_apart(typed: str, run: str) -> bool:
    if len(typed) == len(run):
        return sum(one != other for one, other in zip(typed, run, strict=True)) == 1
    return len(run) == len(typed) + 1 and any(typed == run[:at] + run[at + 1 :] for at in range(len(run)))
