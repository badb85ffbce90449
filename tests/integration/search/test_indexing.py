"""The index follows the database whatever happens in between, and says so when it does not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.extensions import db
from portal.institutions import service
from portal.institutions.models import ClosureKind, ClosureNotice, Institution
from portal.institutions.service import new_public_id
from portal.search import fingerprint, indexing, outbox
from portal.search.ports import Batch, Document, Request
from portal.search.query import read_query
from portal.search.registry import Search
from portal.unit_of_work import unit_of_work
from tests.integration.search.conftest import JAN, JUN, committed_homes, rename, stated


@pytest.fixture(autouse=True)
def _in_context(app: Flask, search: Search) -> Iterator[None]:
    with app.app_context():
        indexing.ensure(search)
        yield


def found(search: Search, typed: str) -> list[tuple[str, int]]:
    """Return what the index finds for what somebody types."""
    return [(hit.kind, hit.record_id) for hit in search.backend.find(Request(read_query(typed))).hits]


def renamed(home_id: int, name: str) -> None:
    """Rename a home in a transaction of its own, as another process would."""
    with unit_of_work():
        rename(home_id, name)
    db.session.remove()


def while_writing(
    search: Search, monkeypatch: pytest.MonkeyPatch, *, first: Any = None, last: Any = None
) -> None:
    """Let something happen once the writer has its turn, and before it ends."""
    writing = search.backend.writing

    @contextmanager
    def watched() -> Iterator[Batch]:
        with writing() as batch:
            if first is not None:
                first()
            yield batch
            if last is not None:
                last()

    monkeypatch.setattr(search.backend, "writing", watched)


# --- drain ------------------------------------------------------------------------------------------------


def test_what_changed_is_found_and_what_went_is_not(search: Search) -> None:
    one, other = committed_homes("示例甲院", "示例乙院")
    assert found(search, "示例甲") == []
    assert indexing.drain(search) == 2
    assert found(search, "示例甲") == [("institution", one)]
    renamed(one, "康宁丙院")
    with unit_of_work(), clock.moved_to(clock.at(JUN)):
        service.withdraw(db.session.get_one(Institution, other), stated(JUN))
    assert indexing.drain(search) == 2
    assert found(search, "康宁") == [("institution", one)]
    assert found(search, "示例乙") == []
    assert indexing.drain(search) == 0
    assert outbox.pending().count == 0
    assert not indexing.compare(search)


def test_rows_leave_the_outbox_only_after_the_index_has_them(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = committed_homes("示例甲院")

    def fail() -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        while_writing(search, patch, last=fail)
        with pytest.raises(OSError, match="full"):
            indexing.drain(search)
    assert outbox.pending().count == 1
    assert found(search, "示例甲") == []

    with monkeypatch.context() as patch:  # killed between the two
        patch.setattr(indexing, "_forget", lambda ids: fail())
        with pytest.raises(OSError, match="full"):
            indexing.drain(search)
    assert found(search, "示例甲") == [("institution", one)]
    assert outbox.pending().count == 1
    assert indexing.drain(search) == 1
    assert not indexing.compare(search)


def test_an_older_document_never_replaces_a_newer(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    """The drain waited for its turn while the home changed again, and its row was taken by another drain."""
    (one,) = committed_homes("示例甲院")

    def meanwhile() -> None:
        renamed(one, "康宁丙院")
        with unit_of_work():
            outbox.forget([entry.id for entry in outbox.take()][1:])

    with monkeypatch.context() as patch:
        while_writing(search, patch, first=meanwhile)
        indexing.drain(search)
    assert outbox.pending().count == 0
    assert found(search, "康宁") == [("institution", one)]
    assert not indexing.compare(search)


def test_a_change_during_the_drain_waits_for_the_next(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = committed_homes("示例甲院")
    with monkeypatch.context() as patch:
        while_writing(search, patch, last=lambda: renamed(one, "康宁丙院"))
        assert indexing.drain(search) == 1
    assert outbox.pending().count == 1
    assert found(search, "康宁") == []
    assert indexing.keep_up(search) == 1
    assert found(search, "康宁") == [("institution", one)]


def test_a_long_outbox_is_taken_in_by_parts(search: Search) -> None:
    committed_homes(*(f"示例{n}院" for n in range(7)))
    assert indexing.drain(search, limit=3) == 3
    assert outbox.pending().count == 4
    assert indexing.keep_up(search) == 4
    assert not indexing.compare(search)


def test_a_notice_follows_the_home_it_is_about_and_the_one_that_takes_over(search: Search) -> None:
    one, other = committed_homes("示例甲院", "示例乙院")
    with unit_of_work(), clock.moved_to(clock.at(JUN)):
        notice = ClosureNotice(
            public_id=new_public_id(), institution_id=one, successor_id=other, kind=ClosureKind.CLOSURE,
            announced_on=JAN, effective_on=date(2026, 2, 1),
        )  # fmt: skip
        service.enter(notice, stated())
    notice_id = notice.id
    indexing.keep_up(search)
    for home_id, name in ((one, "康宁丙院"), (other, "福寿丁院")):
        renamed(home_id, name)
        indexing.keep_up(search)
        assert set(found(search, name)) == {("institution", home_id), ("closure_notice", notice_id)}
        assert not indexing.compare(search)
    with unit_of_work(), clock.moved_to(clock.at(JUN)):
        service.withdraw(db.session.get_one(Institution, one), stated(JUN))
    indexing.keep_up(search)
    assert found(search, "康宁丙院") == []
    assert not indexing.compare(search)


def test_what_nobody_provides_is_dropped(search: Search) -> None:
    with unit_of_work():
        outbox.note_changed(["region/350404", "nothing/1"])
    assert indexing.keep_up(search) == 2
    assert outbox.pending().count == 0
    assert not indexing.compare(search)


# --- rebuild ----------------------------------------------------------------------------------------------


def test_what_changes_during_a_rebuild_is_taken_in_after_it(search: Search) -> None:
    one, other = committed_homes("示例甲院", "示例乙院")
    told: list[int] = []

    def meanwhile(done: int) -> None:
        if not told:
            renamed(one, "康宁丙院")
        told.append(done)

    assert indexing.rebuild(search, meanwhile) == 2
    assert told == [1, 2]
    assert [entry.record_id for entry in outbox.take()] == [one], "what stood there before is settled"
    assert found(search, "康宁") == []
    indexing.keep_up(search)
    assert found(search, "康宁") == [("institution", one)]
    assert found(search, "示例乙") == [("institution", other)]
    assert not indexing.compare(search)


def test_nobody_writes_during_a_rebuild(app: Flask, search: Search) -> None:
    committed_homes("示例甲院")
    filling, go_on = threading.Event(), threading.Event()
    ended: list[str] = []

    def hold(_done: int) -> None:
        filling.set()
        assert go_on.wait(120)

    def rebuild() -> None:
        with app.app_context():
            indexing.rebuild(search, hold)
            ended.append("rebuild")

    def drain() -> None:
        with app.app_context():
            indexing.drain(search)
            ended.append("drain")

    threads = [threading.Thread(target=rebuild), threading.Thread(target=drain)]
    threads[0].start()
    assert filling.wait(120)
    threads[1].start()
    threads[1].join(0.5)
    assert ended == [], "the drain waits its turn"
    go_on.set()
    for thread in threads:
        thread.join(120)
    assert set(ended) == {"rebuild", "drain"}
    assert not indexing.compare(search)


def test_a_failed_rebuild_leaves_the_old_index(search: Search) -> None:
    (one,) = committed_homes("示例甲院")
    indexing.keep_up(search)
    generation = search.backend.generation()
    (other,) = committed_homes("示例乙院")

    def fail(_done: int) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        indexing.rebuild(search, fail)
    assert search.backend.generation() == generation
    assert found(search, "示例") == [("institution", one)]
    assert outbox.pending().count == 1
    indexing.keep_up(search)
    assert set(found(search, "示例")) == {("institution", one), ("institution", other)}


def test_too_many_changes_are_taken_in_by_building_anew(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "_FEW", 3)
    monkeypatch.setattr(search.backend, "writing", None)
    committed_homes("示例甲院", "示例乙院", "示例丙院", "示例丁院")
    assert indexing.keep_up(search) == 4
    assert len(found(search, "示例")) == 4
    assert not indexing.compare(search)


# --- compare, reconcile, ensure ---------------------------------------------------------------------------


def ghost(record_id: int, kind: str = "institution") -> Document:
    """Return a document of what is not there."""
    return Document(kind, record_id, "从未有过的院")


def test_what_differs_is_told_and_mended(search: Search) -> None:
    one, other, third = committed_homes("示例甲院", "示例乙院", "示例丙院")
    indexing.keep_up(search)
    assert not indexing.reconcile(search)
    generation = search.backend.generation()
    assert not indexing.reconcile(search)
    assert search.backend.generation() == generation, "nothing was written"

    with search.backend.writing() as batch:
        batch.remove([("institution", one)])
        batch.put([ghost(other), ghost(99), ghost(3, "nothing")])
    told = indexing.compare(search)
    assert told.missing == {("institution", one)}
    assert told.outdated == {("institution", other)}
    assert told.surplus == {("institution", 99), ("nothing", 3)}
    assert indexing.reconcile(search) == told
    assert not indexing.compare(search)
    assert {record_id for _, record_id in found(search, "示例")} == {one, other, third}
    assert found(search, "从未有过") == []


def test_ranks_move_with_the_day_and_are_put_right(search: Search) -> None:
    """A grade ends with no change of any record: the night's comparison sees it."""
    from portal.domain.grading import GradeScale
    from portal.institutions.models import StarGrade

    (one,) = committed_homes("示例甲院")
    with clock.moved_to(clock.at(JUN)):
        grade = StarGrade(
            institution_id=one, scale=GradeScale.NATIONAL, level=3, valid_from=JAN, valid_to=JUN
        )
        with unit_of_work():
            service.enter(grade, stated())
        indexing.keep_up(search)
        assert not indexing.compare(search)
    with clock.moved_to(clock.at(date(2026, 6, 2))):
        assert indexing.reconcile(search).outdated == {("institution", one)}
        assert not indexing.compare(search)


def test_an_index_that_is_there_is_left_alone(search: Search) -> None:
    committed_homes("示例甲院")
    indexing.keep_up(search)
    generation = search.backend.generation()
    assert not indexing.ensure(search)
    assert search.backend.generation() == generation


def test_an_index_of_other_tokens_is_built_anew(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    committed_homes("示例甲院")
    with monkeypatch.context() as patch:
        patch.setattr(fingerprint, "_PREFIX", "0.")
        indexing.rebuild(search)
    assert indexing.ensure(search)
    assert not indexing.compare(search)


def test_every_field_of_a_document_counts() -> None:
    plain = Document("institution", 1, "示例甲院", ("示例乙院",), (("address", "北街1号"),), ("35",), "0")
    changed = [
        Document("closure_notice", 1, "示例甲院", ("示例乙院",), (("address", "北街1号"),), ("35",), "0"),
        Document("institution", 2, "示例甲院", ("示例乙院",), (("address", "北街1号"),), ("35",), "0"),
        Document("institution", 1, "示例丙院", ("示例乙院",), (("address", "北街1号"),), ("35",), "0"),
        Document("institution", 1, "示例甲院", (), (("address", "北街1号"),), ("35",), "0"),
        Document("institution", 1, "示例甲院", ("示例乙院",), (("address", "北街2号"),), ("35",), "0"),
        Document("institution", 1, "示例甲院", ("示例乙院",), (("note", "北街1号"),), ("35",), "0"),
        Document("institution", 1, "示例甲院", ("示例乙院",), (("address", "北街1号"),), (), "0"),
        Document("institution", 1, "示例甲院", ("示例乙院",), (("address", "北街1号"),), ("35",), "1"),
        Document("institution", 1, "示例甲院\ud83d", ("示例乙院",), (("address", "北街1号"),), ("35",), "0"),
    ]
    fingerprints = {fingerprint.fingerprint(document) for document in [plain, *changed]}
    assert len(fingerprints) == 1 + len(changed)
    assert all(fingerprint.is_of_this_version(one) for one in fingerprints)
