"""What every search index must do, whichever library keeps it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from portal.search.fingerprint import fingerprint
from portal.search.ports import Backend, IndexUnavailable, Request, Tier
from portal.search.postgres_backend import PostgresBackend
from portal.search.query import read_query
from portal.search.whoosh_backend import WhooshBackend
from tests.contracts.search_cases import TOWN, home

BACKENDS = ("whoosh", "postgres")


@contextmanager
def backend_without_index(name: str, folder: Path, postgres_address: Callable[[], str]) -> Iterator[Backend]:
    """Give a backend whose index was never made."""
    if name == "whoosh":
        yield WhooshBackend(folder / "search_index")
        return
    address = make_url(postgres_address()).set(drivername="postgresql+psycopg")
    server = create_engine(address, isolation_level="AUTOCOMMIT")
    database = f"search_{uuid.uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {database}"))
    engine = create_engine(address.set(database=database))
    yield PostgresBackend(lambda: engine)
    engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {database} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(params=BACKENDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """A backend without an index."""
    address = partial(request.getfixturevalue, "postgres_address")
    with backend_without_index(request.param, tmp_path, address) as backend:
        yield backend


@pytest.fixture
def fresh_town(empty: Backend) -> Backend:
    """A backend that holds the town, to be changed."""
    with empty.rebuilding() as batch:
        batch.put(TOWN)
    return empty


@pytest.fixture(params=BACKENDS, scope="module")
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """A backend that holds the town, for all tests that only read."""
    address = partial(request.getfixturevalue, "postgres_address")
    folder = tmp_path_factory.mktemp("town")
    with backend_without_index(request.param, folder, address) as backend:
        with backend.rebuilding() as batch:
            batch.put(TOWN)
        yield backend


def ids(backend: Backend, typed: str, **more: object) -> list[int]:
    found = backend.find(Request(read_query(typed), **more))  # type: ignore[arg-type]
    return [hit.record_id if hit.kind == "institution" else -hit.record_id for hit in found.hits]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("福海养老院", [1, 2, 3, 4]),  # the name, its beginning, a part of it, a former name
        ("福海", [2, 1, -11, 3, 4]),
        ("海养", [2, 3, 1, 4]),
        ("泰福海养老", [3]),
        ("䶮", [6]),
        ("𬭚音", [6]),
        ("长廊", [5]),
        ("長廊養老", [5]),
        ("⻓廊", [5]),
        ("归去来海棠", [7]),
        ("归去来 · 海棠", [7]),
        ("海棠・未眠", [7]),
        ("海棠路12号", [1]),
        ("海棠路１２号", [1]),
        ("海\u200b棠路", [1]),
        ("颐和养老服务", [1]),
        ("失智照护", [2]),
        ("云民养备〔2025〕0007号", [5]),
        ("云民养备(2025)0007", [5]),
        ("a区", [8, 2]),  # the second by its county: 槐安区
        ("99号", [8]),
        ("夕阳红", [4]),
        ("白鹭区", [3]),
        ("福海 白鹭", [3]),
        ("白鹭区 养老院 福海", [3]),
        ('"福海 养老院"', [1, 2, 3, 4]),
        ('"养老院 福海"', []),
        ("福海 -永泰", [2, 1, -11, 4]),
        ("福海 -养老院 -无名", []),
        ("-福海", []),
        ("", []),
        ("，。！", []),
        ("没有这家", []),
    ],
)
def test_what_is_found_and_in_which_order(town: Backend, typed: str, wanted: list[int]) -> None:
    assert ids(town, typed) == wanted


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("fuhai", {1, 2, 3, 4, -11}),
        ("fh", {1, 2, 3, 4, -11}),
        ("fuhaiyang", {1, 2, 3, 4}),
        ("fuhaiy", {1, 2, 3, 4}),
        ("fhyly", {1, 2, 3, 4}),
        ("fuhai养老院", {1, 2, 3, 4}),
        ("福海yly", {1, 2, 3, 4}),
        ("luan", {9}),
        ("liuan", {9}),
        ("hqcl", {5}),
        ("FUHAI", {1, 2, 3, 4, -11}),
        ("sanming敬老院", {10}),
        ("changle", {8}),  # a county by its sound
        ("uhai", set()),  # no sound begins inside a syllable
    ],
)
def test_by_sound(town: Backend, typed: str, wanted: set[int]) -> None:
    assert set(ids(town, typed)) == wanted


def test_tiers_say_how_well_a_hit_answers(town: Backend) -> None:
    found = town.find(Request(read_query("福海养老院")))
    assert [hit.tier for hit in found.hits] == [Tier.EXACT, Tier.PREFIX, Tier.NAME, Tier.FORMER]
    assert {hit.tier for hit in town.find(Request(read_query("fhyly"))).hits} == {Tier.READING}
    assert {hit.tier for hit in town.find(Request(read_query("老年痴呆"))).hits} == {Tier.SYNONYM}


def test_other_words_come_last_and_not_for_quoted_ones(town: Backend) -> None:
    assert ids(town, "认知症") == [2]
    assert ids(town, '"认知症"') == []
    assert ids(town, "福海敬老院") == [4, 2, 3, 1]  # both halves; then 敬老院 ~ 养老院
    assert ids(town, "敬老院") == [9, 10, 4]  # alone it means itself


def test_county_and_kind_typed_in_one_go(town: Backend) -> None:
    assert ids(town, "白鹭区福海养老院") == [3]
    assert ids(town, "huaian康复") == [2]
    assert {hit.tier for hit in town.find(Request(read_query("白鹭区福海养老院"))).hits} == {
        Tier.HALVES_NAMED
    }


def test_kinds_and_regions_are_counted_and_filter(town: Backend) -> None:
    query = read_query("福海")
    found = town.find(Request(query))
    assert (found.total, found.exact) == (5, True)
    assert dict(found.kinds) == {"institution": 4, "unregistered_home": 1}
    assert dict(found.regions) == {"990000": 5, "990100": 5, "990102": 3, "990103": 2}
    there = town.find(Request(query, region="990103"))
    assert [hit.record_id for hit in there.hits] == [3, 4]
    assert dict(there.kinds) == {"institution": 2}
    assert dict(there.regions) == dict(found.regions)  # to be compared with one another
    assert ids(town, "福海", kind="unregistered_home") == [-11]
    assert dict(town.find(Request(query, kind="unregistered_home")).regions) == {
        "990000": 1, "990100": 1, "990102": 1,
    }  # fmt: skip


def test_pages_follow_one_another(town: Backend) -> None:
    whole = ids(town, "福海")
    assert [ids(town, "福海", offset=offset, limit=2) for offset in (0, 2, 4, 6)] == [
        whole[:2], whole[2:4], whole[4:], [],
    ]  # fmt: skip


def test_suggestions_look_at_names_alone(town: Backend) -> None:
    assert ids(town, "海棠", names_only=True) == [7]
    assert ids(town, "夕阳红", names_only=True) == [4]
    assert ids(town, "hqc", names_only=True) == [5]
    assert ids(town, "失智", names_only=True) == []


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("福海羊老院", {1, 2, 3, 4}),  # one wrong
        ("槐安小苑", {11}),
        ("槐小院", {11}),  # one missing from the middle
        ("槐安的小院", {11}),  # one too many
        ("归去莱海棠", {7}),
        ("怀岸晓园", {11}),  # nothing but the sound is right
        ("院", set()),
        ("完全不相干", set()),
    ],
)
def test_names_one_character_away(town: Backend, typed: str, wanted: set[int]) -> None:
    assert {hit.record_id for hit in town.similar(read_query(typed).joined, 10)} == wanted


def test_a_whole_name_that_is_near_comes_before_a_part(town: Backend) -> None:
    assert next(hit.record_id for hit in town.similar("福海养老苑")) == 1


def test_all_ids_of_a_kind(town: Backend) -> None:
    assert set(town.matching(read_query("福海"), "institution")) == {1, 2, 3, 4}
    assert set(town.matching(read_query("白鹭区福海养老院"), "institution")) == {3}
    assert set(town.matching(read_query("白鹭区福海养老院"), "institution", halves=False)) == set()
    assert set(town.matching(read_query(""), "institution")) == set()


def test_a_document_is_replaced_and_removed(fresh_town: Backend) -> None:
    before = fresh_town.generation()
    with fresh_town.writing() as batch:
        batch.put([home(10, "新三明敬老院", order="1"), home(12, "福海新院", order="0")])
        batch.remove([("institution", 1), ("institution", 999), ("unknown", 1)])
    assert ids(fresh_town, "三明敬老院") == [10]
    assert ids(fresh_town, '"新三明"') == [10]
    assert ids(fresh_town, "福海") == [12, 2, -11, 3, 4]
    assert fresh_town.generation() != before
    held = {(kind, number): mark for kind, number, mark in fresh_town.fingerprints()}
    wanted = {
        (d.kind, d.record_id): fingerprint(d) for d in TOWN if (d.kind, d.record_id) != ("institution", 1)
    }
    wanted |= {("institution", 10): fingerprint(home(10, "新三明敬老院", order="1"))}
    wanted |= {("institution", 12): fingerprint(home(12, "福海新院", order="0"))}
    assert held == wanted
    assert fresh_town.status().documents == 12
    assert dict(fresh_town.status().by_kind) == {"institution": 11, "unregistered_home": 1}


def test_many_small_changes_keep_the_order(fresh_town: Backend) -> None:
    for number in range(20, 60):
        with fresh_town.writing() as batch:
            batch.put([home(number, f"福海第{number}院", order=f"4{number}")])
    assert ids(fresh_town, "福海第", limit=100) == list(range(20, 60))
    for number in range(20, 50):
        with fresh_town.writing() as batch:
            batch.remove([("institution", number)])
    assert ids(fresh_town, "福海第", limit=100) == list(range(50, 60))


def test_nothing_of_a_broken_batch_is_seen(fresh_town: Backend) -> None:
    before = sorted(fresh_town.fingerprints())
    with pytest.raises(RuntimeError), fresh_town.writing() as batch:
        batch.put([home(70, "半途而废养老院")])
        raise RuntimeError
    with pytest.raises(RuntimeError), fresh_town.rebuilding() as batch:
        batch.put([home(71, "半途而废养老院")])
        raise RuntimeError
    assert sorted(fresh_town.fingerprints()) == before
    with fresh_town.writing() as batch:  # and no lock is left behind
        batch.put([home(72, "接着来养老院")])
    assert ids(fresh_town, "接着来") == [72]


def test_the_old_index_answers_until_the_new_one_is_complete(fresh_town: Backend) -> None:
    with fresh_town.rebuilding() as batch:
        batch.put([home(80, "全新养老院")])
        assert ids(fresh_town, "三明敬老院") == [10]
    assert ids(fresh_town, "三明敬老院") == []
    assert ids(fresh_town, "全新") == [80]


def test_without_an_index(empty: Backend) -> None:
    assert empty.generation() == "none"
    for ask in (
        lambda: ids(empty, "福海"),
        lambda: empty.status(),
        lambda: empty.matching(read_query("福海"), "institution"),
        lambda: empty.similar("福海养老院"),
        lambda: list(empty.fingerprints()),
    ):
        with pytest.raises(IndexUnavailable):
            ask()
    with pytest.raises(IndexUnavailable), empty.writing() as batch:
        batch.put([home(1, "甲")])


def test_an_empty_index(empty: Backend) -> None:
    with empty.rebuilding():
        pass
    assert ids(empty, "福海") == []
    assert empty.status().documents == 0
    with empty.writing() as batch:
        batch.put(TOWN)
    assert ids(empty, "福海养老院") == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "typed",
    [
        "' OR 1=1", "\\", "a'b\\c", "%_*", "<script>alert(1)</script>", "${alert(1)}", "&|!():*<->", '"', "-",
        "😀", "\ud800", "福海\\养老院", "e:福海养老院", "k:institution", "((((" * 20, "yi" * 60, "院" * 300,
    ],
)  # fmt: skip
def test_hostile_queries_are_only_words(town: Backend, typed: str) -> None:
    found = town.find(Request(read_query(typed)))
    assert len(found.hits) == found.total
    town.matching(read_query(typed), "institution")
    town.similar(read_query(typed).joined)


def test_more_than_a_thousand(empty: Backend) -> None:
    with empty.rebuilding() as batch:
        batch.put(
            home(n, f"颐年第{n}养老院", order=f"{n:05d}", county=f"9901{n % 7:02d}") for n in range(1, 1301)
        )
        batch.put([home(2000, "颐年", order="9"), home(2001, "大颐年", order="0")])
    found = empty.find(Request(read_query("颐年")))
    assert found.total >= 1000
    assert [hit.record_id for hit in found.hits[:3]] == [2000, 1, 2]
    assert ids(empty, "颐年", offset=990, limit=20) == list(range(990, 1000))
    narrowed = empty.find(Request(read_query("颐年"), region="990103"))
    assert (narrowed.total, narrowed.exact) == (186, True)
    assert len(empty.matching(read_query("颐年"), "institution")) == 1302
