"""A catalogue brought up to date must be the catalogue one would build from the same entries."""

from __future__ import annotations

import importlib.util
import random
from dataclasses import replace
from pathlib import Path

import pytest

from portal.institutions.catalogue.bitmaps import flags_of, set_of, slots_of
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.filters import Filters, Sort
from portal.institutions.catalogue.texts import Texts

_spec = importlib.util.spec_from_file_location(
    "catalogue_makers", Path(__file__).with_name("test_catalogue.py")
)
assert _spec is not None
assert _spec.loader is not None
makers = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(makers)
DAY, REGIONS, make, random_entry, random_filters = (
    makers.DAY, makers.REGIONS, makers.make, makers.random_entry, makers.random_filters
)  # fmt: skip


def shown(listed: Catalogue, filters: Filters) -> tuple[list[int], dict[str, dict[str, int]]]:
    found = listed.find(filters)
    counts = {name: {v: n for v, n in facet.items() if n} for name, facet in found.counts().items()}
    return [entry.id for entry in found], counts


def change(listed: Catalogue, rng: random.Random, version: int) -> tuple[Catalogue, list[Entry]]:
    """Change, take out and add a few entries; return the amended catalogue and all entries it should hold."""
    entries = {entry.id: entry for entry in listed.entries}
    changed = rng.sample(sorted(entries), min(len(entries), rng.randrange(6)))
    fresh = []
    for number, key in enumerate(changed):
        old = entries.pop(key)
        if number % 2:
            made = random_entry(rng, key)
            fresh.append(replace(made, id=old.id, public_id=old.public_id))
    fresh += [random_entry(rng, 1000 * version + number) for number in range(rng.randrange(4))]
    amended = listed.amended({*changed, 999_999}, fresh, DAY, version)
    entries |= {entry.id: entry for entry in fresh}
    return amended, list(entries.values())


@pytest.mark.parametrize("seed", range(30))
def test_an_amended_catalogue_is_one_built_anew(seed: int) -> None:
    rng = random.Random(seed)
    listed = make(rng.choice([0, 1, 5, 60]), seed)
    for version in range(2, 7):
        for _ in range(rng.randrange(3)):  # some orders are made now, some are carried along unused
            listed.find(random_filters(rng)).page(1, 5)
        listed, entries = change(listed, rng, version)
        anew = Catalogue(entries, REGIONS, DAY, version)
        assert {entry.id: entry for entry in listed.entries} == {entry.id: entry for entry in entries}
        assert listed.by_id == anew.by_id
        assert listed.by_public_id == anew.by_public_id
        assert listed.region_choices(()) == anew.region_choices(())
        for _ in range(4):
            filters = random_filters(rng)
            assert shown(listed, filters) == shown(anew, filters)


def test_a_page_is_a_stretch_of_the_whole_order_however_it_is_found() -> None:
    listed = make(700, 11)
    rng = random.Random(2)
    for sort in Sort:
        order = listed.order(Filters(sort=sort))
        for size in (0, 1, 3, 40, 350, 699, 700):
            members = set_of(rng.sample(range(700), size))
            whole = list(order.all_of(members))
            for first in (0, 24, 336, 690):
                assert list(order.page(members, size, first, 24)) == whole[first : first + 24]


def test_sets_and_slots_are_two_writings_of_one_thing() -> None:
    for slots in ([], [0], [7, 8], [0, 63, 64, 200]):
        members = set_of(slots)
        assert sorted(slots_of(members)) == slots
        assert [slot for slot, flag in enumerate(flags_of(members, 201)) if flag] == slots


def test_words_are_found_within_one_text_alone() -> None:
    texts = Texts(["松鹤养老院\n东街1号", "", "鹤松养老院\n西街", "松"])
    assert texts.containing(["养老院"]) == [0, 2]
    assert texts.containing(["松鹤", "东街"]) == [0]
    assert texts.containing(["松"]) == [0, 2, 3]
    assert texts.containing(["街松"]) == []
    assert texts.containing(["号鹤"]) == []
