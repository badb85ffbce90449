"""The bitmaps must find and count exactly what going through the entries one by one finds."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest

from portal.domain.fees import CareLevel, FeeItem, MonthlyTotal
from portal.domain.grading import GradeScale, GradeState
from portal.domain.registration import RegistrationState
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry, EntryGrade, search_text
from portal.institutions.catalogue.filters import FACETS, Filters, Sort, price_facet
from portal.institutions.models import InstitutionKind, OperatingState, OperationMode
from portal.reference.gb2260 import RegionLevel
from portal.reference.regions import RegionDirectory, RegionRow

DAY = date(2026, 6, 1)
COUNTIES = ("350404", "350421", "350423")
REGIONS = RegionDirectory(
    [
        RegionRow("350000", "福建省", RegionLevel.PROVINCE, None, None),
        RegionRow("350400", "三明市", RegionLevel.CITY, "350000", None),
        *(RegionRow(code, f"县{code}", RegionLevel.COUNTY, "350400", None) for code in COUNTIES),
    ],
    [],
)


def random_entry(rng: random.Random, number: int) -> Entry:
    level = rng.choice([None, 1, 2, 3])
    least = rng.randrange(800, 8000) * 100
    totals = {
        care: MonthlyTotal(care, least, rng.choice([None, least + 100_00]), (FeeItem.ALL_IN,), ())
        for care in CareLevel
        if rng.random() < 0.6
    }
    name = f"示例{rng.choice('松柏梅兰')}{number}"
    return Entry(
        id=number + 1,
        public_id=f"p{number}",
        name=name,
        former_names=(),
        region_code=rng.choice(COUNTIES),
        region_label="",
        address=rng.choice([None, "东街 1 号", "西街2号"]),
        phone=None,
        kind=rng.choice([None, *InstitutionKind]),
        mode=rng.choice([None, *OperationMode]),
        operating=rng.choice([None, *OperatingState]),
        registration=rng.choice(list(RegistrationState)),
        grade=None
        if level is None
        else EntryGrade(GradeScale.NATIONAL, level, None, rng.choice(list(GradeState)), None),
        totals=totals,
        beds_total=rng.choice([None, 10, 200]),
        beds_free=rng.choice([None, 0, 5]),
        beds_free_as_of=None,
        takes=frozenset(rng.sample(["self_care", "partial", "full"], rng.randrange(3))),
        medical=frozenset(rng.sample(["own_clinic", "signed_hospital"], rng.randrange(3))),
        concentrated=rng.random() < 0.2,
        longitude=None,
        latitude=None,
        precision=None,
        confirmed_on=rng.choice([None, date(2026, 5, 1), date(2026, 4, 1)]),
        text=search_text(name, rng.choice([None, "东街 1 号"])),
    )


def make(count: int, seed: int) -> Catalogue:
    rng = random.Random(seed)
    return Catalogue([random_entry(rng, number) for number in range(count)], REGIONS, DAY, 1)


def values(name: str, entry: Entry) -> set[str]:
    if name == "region":
        return {entry.region_code, "350400", "350000"}
    return set(FACETS[name](entry))


def matches(entry: Entry, chosen: dict[str, tuple[str, ...]]) -> bool:
    return all(values(name, entry) & set(wanted) for name, wanted in chosen.items())


def random_filters(rng: random.Random) -> Filters:
    offers = {
        "region": COUNTIES,
        "state": [state.value for state in RegistrationState],
        "kind": [kind.value for kind in InstitutionKind],
        "grade": ["1", "2", "3", "none"],
        "takes": ["self_care", "partial"],
        "free": ["yes"],
        "price": ["0-1500", "2500-4000", "unpublished"],
    }
    names = rng.sample(sorted(offers), rng.randrange(4))
    chosen = {name: tuple(rng.sample(list(offers[name]), rng.randrange(1, 2))) for name in names}
    return Filters(chosen, rng.choice(list(CareLevel)), "", rng.choice(list(Sort)))


@pytest.mark.parametrize("seed", range(40))
def test_finding_and_counting_agree_with_going_one_by_one(seed: int) -> None:
    listed = make(seed * 7, seed)
    filters = random_filters(random.Random(seed + 1000))
    keyed = filters.keyed()
    found = listed.find(filters)
    assert {entry.id for entry in found} == {e.id for e in listed.entries if matches(e, keyed)}
    assert found.total == len(list(found))
    counts = found.counts()
    for name in ("region", "state", "grade", "takes", "free", price_facet(filters.care)):
        others = {n: v for n, v in keyed.items() if n != name}
        for value, count in counts[name].items():
            assert count == sum(value in values(name, e) and matches(e, others) for e in listed.entries)


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_cut_one_stable_order_without_gap_or_repeat(sort: Sort) -> None:
    listed = make(95, 3)
    found = listed.find(Filters(sort=sort))
    pages = [entry.id for number in range(1, 7) for entry in found.page(number, 20)]
    assert pages == [entry.id for entry in found]
    assert sorted(pages) == [entry.id for entry in listed.entries]
    assert found.page(6, 20) == []


def test_prices_sort_both_ways_open_homes_first_and_unpublished_last() -> None:
    listed = make(120, 5)
    for sort, sign in ((Sort.PRICE, 1), (Sort.PRICE_DOWN, -1)):
        entries = list(listed.find(Filters(care=CareLevel.FULL, sort=sort)))
        ranks = [3 if CareLevel.FULL not in e.totals else 0 if e.open_now else 2 for e in entries]
        assert ranks == sorted(ranks)
        assert {0, 2, 3} == set(ranks)
        for rank in (0, 2):
            prices = [
                e.totals[CareLevel.FULL].least_fen for e, r in zip(entries, ranks, strict=True) if r == rank
            ]
            assert prices == sorted(prices, key=lambda fen: sign * fen)


def test_a_sum_that_lacks_something_is_no_cheap_home() -> None:
    cheap, dear = make(2, 5).entries
    care = CareLevel.FULL
    lacking = MonthlyTotal(care, 100_00, 100_00, (FeeItem.BED,), (FeeItem.CARE, FeeItem.MEALS))
    whole = MonthlyTotal(care, 900_00, 900_00, (FeeItem.ALL_IN,), ())
    state = {"operating": OperatingState.OPERATING, "registration": RegistrationState.FILED}
    entries = [replace(cheap, totals={care: lacking}, **state), replace(dear, totals={care: whole}, **state)]
    listed = Catalogue(entries, REGIONS, DAY, 1)
    assert [e.id for e in listed.find(Filters(care=care, sort=Sort.PRICE))] == [dear.id, cheap.id]


def test_words_are_all_required_and_ignore_width_and_spaces() -> None:
    listed = make(60, 9)
    assert {e.id for e in listed.find(Filters(words="东街１号 松"))} == {
        e.id for e in listed.entries if "东街1号" in e.text and "松" in e.name
    }
    assert listed.find(Filters(words="查无此院")).total == 0


def test_open_homes_come_before_closed_ones() -> None:
    entries = list(make(200, 11).find(Filters()))
    ranks = [
        2 if e.operating is OperatingState.CLOSED and not e.open_now else 0 if e.open_now else 1
        for e in entries
    ]
    assert ranks == sorted(ranks)


def test_regions_are_offered_one_level_at_a_time() -> None:
    listed = make(60, 13)
    assert listed.region_choices(()) == list(COUNTIES)
    assert listed.region_choices(("350400",)) == ["350400", *COUNTIES], "what is chosen can be taken out"
    assert listed.region_choices((COUNTIES[0],)) == list(COUNTIES)
    assert make(0, 1).region_choices(()) == []
