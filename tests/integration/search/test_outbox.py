"""The outbox holds a row for every changed subject exactly when the change itself is there."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from portal.extensions import db
from portal.history import bulk
from portal.history.data_set import mark_data_set
from portal.history.models import DataSetKind
from portal.institutions import service
from portal.institutions.demo.load import wipe_demo
from portal.institutions.models import ClosureKind, ClosureNotice, Filing, Institution, Registration
from portal.institutions.service import new_public_id
from portal.search import indexing, outbox
from portal.search.outbox import SearchOutbox, note_changed
from portal.search.registry import Search
from portal.unit_of_work import after_commit, unit_of_work
from tests.integration.search.conftest import JAN, committed_homes, home, rename, stated


def rows() -> Counter[str]:
    """Return how often each subject stands in the outbox."""
    return Counter(f"{entry.kind}/{entry.record_id}" for entry in outbox.take())


def test_a_change_and_its_row_are_one(app: Flask) -> None:
    with app.app_context():
        (one,) = committed_homes("示例甲院")
        assert rows() == {f"institution/{one}": 1}
        with pytest.raises(ZeroDivisionError), unit_of_work():
            home("示例乙院")
            rename(one, "示例丙院")
            assert len(rows()) == 2
            raise ZeroDivisionError
        assert rows() == {f"institution/{one}": 1}
        assert db.session.scalars(select(Institution.name)).all() == ["示例甲院"]


def test_a_subject_is_noted_once_a_transaction_and_in_each(app: Flask) -> None:
    with app.app_context():
        (one,) = committed_homes("示例甲院")
        with unit_of_work():
            rename(one, "示例乙院")
            rename(one, "示例丙院")
            note_changed(["institution/7", f"institution/{one}", "institution/7"])
        assert rows() == {f"institution/{one}": 2, "institution/7": 1}


def test_what_a_savepoint_took_back_is_noted_again(app: Flask) -> None:
    with app.app_context():
        with unit_of_work() as session:
            note_changed(["institution/1"])
            savepoint = session.begin_nested()
            note_changed(["institution/1", "institution/2"])
            savepoint.rollback()
            note_changed(["institution/2"])
        assert rows() == {"institution/1": 1, "institution/2": 1}


def test_whole_lists_note_each_home_once(app: Flask) -> None:
    with app.app_context():
        with unit_of_work():
            p = stated()
            homes = [
                {"name": f"示例{n}院", "name_key": f"示例{n}院", "region_code": "350404",
                 "public_id": new_public_id()}
                for n in range(20)
            ]  # fmt: skip
            ids = bulk.open_many(Institution, homes, None, p)
            subjects = [f"institution/{id_}" for id_ in ids]
            filings = [{"institution_id": id_, "filed_on": JAN} for id_ in ids]
            registrations = [{"institution_id": id_, "registered_on": JAN} for id_ in ids]
            bulk.open_many(Filing, filings, subjects, p)
            bulk.open_many(Registration, registrations, subjects, p)
            bulk.amend_many(Institution, [(id_, f"institution/{id_}", {"beds_total": 30}) for id_ in ids], p)
        assert rows() == dict.fromkeys(subjects, 1)
        with unit_of_work():
            bulk.amend_many(Institution, [(ids[0], subjects[0], {"beds_total": 40})], stated())
        assert rows() == dict.fromkeys(subjects, 1) | {subjects[0]: 2}


def test_only_what_was_handled_is_forgotten_and_no_id_comes_twice(app: Flask) -> None:
    """A worker may forget a row that another has handled as well: it must not hit a new one."""
    with app.app_context():
        with unit_of_work():
            note_changed(["institution/1", "institution/2", "institution/3"])
        first = outbox.take(2)
        assert [entry.record_id for entry in first] == [1, 2]
        with unit_of_work():
            outbox.forget([entry.id for entry in first])
        assert rows() == {"institution/3": 1}
        everything = [entry.id for entry in outbox.take()]
        with unit_of_work():
            outbox.forget(everything)
        with unit_of_work():
            note_changed(["institution/4"])
        with unit_of_work():
            outbox.forget([*everything, *(entry.id for entry in first)])
        assert rows() == {"institution/4": 1}


def test_how_long_the_oldest_waits_is_told_by_the_true_clock(app: Flask) -> None:
    """Histories are entered with the clock moved into the past."""
    with app.app_context():
        assert outbox.pending() == outbox.Pending(0, None)
        committed_homes("示例甲院", "示例乙院")
        found = outbox.pending()
        entered = db.session.scalars(select(SearchOutbox.entered_at)).all()
        assert (found.count, found.oldest) == (2, min(entered))
        assert found.oldest is not None
        assert abs((datetime.now(UTC) - found.oldest).total_seconds()) < 60


def test_who_waits_is_told_after_the_commit_alone(app: Flask) -> None:
    told: list[int] = []

    def fails() -> None:
        raise OSError("no queue")

    after_commit(app, outbox.TOPIC, fails)
    after_commit(app, outbox.TOPIC, lambda: told.append(outbox.pending().count))
    with app.app_context():
        committed_homes("示例甲院")
        assert told == [1], "after the commit, and whatever another hook raises"
        with pytest.raises(ZeroDivisionError), unit_of_work():
            home("示例乙院")
            raise ZeroDivisionError
        with unit_of_work() as session:
            session.execute(select(Institution))
        assert told == [1], "neither what was rolled back nor what changed nothing is told"


def test_a_wiped_demo_leaves_nothing_in_the_index(app: Flask, search: Search) -> None:
    """Its records are deleted row by row, with no revision that would say so."""
    with app.app_context():
        indexing.ensure(search)
        (one, other) = committed_homes("示例甲院", "示例乙院")
        with unit_of_work():
            mark_data_set(DataSetKind.DEMO, JAN)
            notice = ClosureNotice(
                public_id=new_public_id(), institution_id=one, successor_id=other, kind=ClosureKind.CLOSURE,
                announced_on=JAN, effective_on=JAN,
            )  # fmt: skip
            service.enter(notice, stated())
        indexing.keep_up(search)
        assert search.backend.status().by_kind == {"closure_notice": 1, "institution": 2}
        with unit_of_work():
            wipe_demo()
        indexing.keep_up(search)
        assert search.backend.status().documents == 0
        assert outbox.pending().count == 0
