"""The worker's tasks: ordered after a commit, swept every minute, silent about what they read."""

from __future__ import annotations

import logging
import pickle
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from huey import Huey
from sqlalchemy import text

from portal import jobs
from portal.extensions import db
from portal.logs import configure_logs
from portal.search import indexing, outbox
from portal.search.ports import IndexUnavailable
from portal.search.registry import Search
from portal.unit_of_work import unit_of_work
from tests.conftest import make_app
from tests.integration.search.conftest import committed_homes, home, rename

SECRET = "QxHemlichkeit7"


@pytest.fixture
def queue(app: Flask) -> Iterator[Huey]:
    """The queue of the application, closed at the end."""
    found = jobs.queue_of(app)
    yield found
    found.storage.close()


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_PAUSES", (0.01, 0.01))


def run_all(queue: Huey) -> list[str]:
    """Do what waits in the queue as the worker does; return the names of the tasks."""
    done = []
    while (task := queue.dequeue()) is not None:
        queue.execute(task)
        done.append(task.name)
    return done


def periodic(queue: Huey, moment: datetime) -> set[str]:
    """Return the tasks that the clock orders at a moment in UTC."""
    return {task.name for task in queue.read_periodic(moment)}


def test_a_change_orders_one_drain_that_takes_it_in(app: Flask, queue: Huey, search: Search) -> None:
    with app.app_context():
        indexing.ensure(search)
        (one, _other) = committed_homes("示例甲院", "示例乙院")
        for name in ("示例丙院", "示例丁院"):
            with unit_of_work():
                rename(one, name)
        assert outbox.pending().count == 4
        assert [task.name for task in queue.pending()] == ["drain"], "one sees everything before it"
        assert run_all(queue) == ["drain"]
        assert outbox.pending().count == 0
        assert not indexing.compare(search)
        committed_homes("示例戊院")
        assert run_all(queue) == ["drain"]
        assert not indexing.compare(search)


def test_what_is_rolled_back_orders_nothing(app: Flask, queue: Huey) -> None:
    with app.app_context():
        committed_homes("示例甲院")
        run_all(queue)
        with pytest.raises(ZeroDivisionError), unit_of_work():
            home("示例乙院")
            raise ZeroDivisionError
        assert queue.pending() == []


def test_nothing_is_written_until_there_is_work(tmp_path: Path) -> None:
    make_app(tmp_path)
    assert not (tmp_path / "jobs.db").exists()


def test_a_broken_queue_fails_no_change_and_the_sweep_does_without_it(
    app: Flask, queue: Huey, search: Search, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs("INFO")
    (tmp_path / "jobs.db").mkdir()
    with app.app_context():
        indexing.ensure(search)
        committed_homes(f"示例{SECRET}院")
        assert outbox.pending().count == 1
    said = capfd.readouterr().err
    assert "after_commit_failed" in said
    assert SECRET not in said
    (tmp_path / "jobs.db").rmdir()
    jobs.make_consumer(app)
    minute = datetime(2026, 3, 17, 4, 5)  # noqa: DTZ001  huey's moments are naive
    assert periodic(queue, minute) == {"sweep"}
    for task in queue.read_periodic(minute):
        queue.enqueue(task)
    assert run_all(queue) == ["sweep"]
    with app.app_context():
        assert outbox.pending().count == 0
        assert not indexing.compare(search)


def test_every_night_at_ten_past_midnight_in_shanghai(queue: Huey) -> None:
    nights = [
        moment
        for minute in range(24 * 60)
        if "nightly" in periodic(queue, moment := datetime(2026, 3, 17, minute // 60, minute % 60))  # noqa: DTZ001
    ]
    assert [moment.replace(tzinfo=UTC).isoformat() for moment in nights] == ["2026-03-17T16:10:00+00:00"]


def test_the_night_mends_and_builds_what_is_missing(app: Flask, queue: Huey, search: Search) -> None:
    with app.app_context():
        (one,) = committed_homes("示例甲院")
        with pytest.raises(IndexUnavailable):
            search.backend.status()
        (nightly,) = (
            task
            for task in queue.read_periodic(datetime(2026, 3, 17, 16, 10))  # noqa: DTZ001
            if task.name == "nightly"
        )
        queue.execute(nightly)
        assert not indexing.compare(search)
        with search.backend.writing() as batch:
            batch.remove([("institution", one)])
        queue.execute(nightly)
        assert not indexing.compare(search)


def test_a_failing_job_is_tried_again_and_never_raises_or_tells(
    app: Flask,
    queue: Huey,
    search: Search,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    configure_logs("INFO")
    drain, failures = indexing.drain, [OSError(SECRET), ValueError(SECRET)]

    def fails_twice(found: Search, limit: int = 500) -> int:
        if failures:
            raise failures.pop()
        return drain(found, limit)

    monkeypatch.setattr(indexing, "drain", fails_twice)
    with app.app_context():
        indexing.ensure(search)
        committed_homes("示例甲院")
        run_all(queue)
        assert outbox.pending().count == 0
        failures += [OSError(SECRET)] * 10
        committed_homes("示例乙院")
        run_all(queue)
        assert outbox.pending().count == 1, "left for the sweep"
        failures.clear()
        assert indexing.keep_up(search) == 1
    said = capfd.readouterr().err
    assert SECRET not in said
    assert '"kind": "OSError", "where"' in said


def test_hueys_own_words_hold_no_text_of_an_exception(
    app: Flask, queue: Huey, capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logs("INFO")

    @queue.task(name="fails")
    def fails() -> None:
        raise ValueError(SECRET)

    jobs.make_consumer(app)
    fails()
    run_all(queue)
    said = capfd.readouterr().err
    assert SECRET not in said
    assert '"kind": "ValueError"' in said
    assert "test_jobs.py:" in said
    assert queue.all_results() == {}, "nothing of it is kept"
    assert not logging.getLogger("huey").propagate


def test_a_damaged_index_is_built_anew(app: Flask, queue: Huey, search: Search, tmp_path: Path) -> None:
    with app.app_context():
        indexing.ensure(search)
        committed_homes("示例甲院")
        if search.backend.name == "whoosh":
            shutil.rmtree(tmp_path / "search_index")
        else:
            with db.engine.begin() as connection:
                connection.exec_driver_sql("DROP SCHEMA search_index CASCADE")
        with pytest.raises(IndexUnavailable):
            search.backend.status()
        run_all(queue)
        assert search.backend.status().documents == 1
        assert not indexing.compare(search)


def test_the_sweep_builds_a_damaged_index_anew_though_nothing_changed(
    app: Flask, queue: Huey, search: Search, tmp_path: Path
) -> None:
    with app.app_context():
        committed_homes("示例甲院")
        indexing.ensure(search)
        run_all(queue)
        assert outbox.pending().count == 0
        if search.backend.name == "whoosh":
            folder = tmp_path / "search_index"
            (folder / (folder / "current").read_text() / "damaged").touch()  # as a web process leaves it
        else:
            with db.engine.begin() as connection:
                connection.exec_driver_sql("DROP SCHEMA search_index CASCADE")
    sweep = next(task for task in queue.read_periodic(datetime.now(UTC)) if task.name == "sweep")
    queue.execute(sweep)
    with app.app_context():
        assert search.backend.status().documents == 1


def test_a_forged_message_is_never_unpickled(app: Flask, queue: Huey) -> None:
    jobs.make_consumer(app)
    touched: list[str] = []

    class Harm:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return touched.append, ("harm",)

    queue.storage.enqueue(pickle.dumps(b"harmless") + b":0123")
    with pytest.raises(ValueError, match="mismatch"):
        queue.dequeue()
    assert touched == []


def test_the_night_counts_rows_for_the_planner(app: Flask) -> None:
    with app.app_context():
        committed_homes("示例甲院", "示例乙院")
        jobs.count_rows()
        if db.engine.dialect.name == "sqlite":
            counted = text("SELECT COUNT(*) FROM sqlite_stat1 WHERE tbl = 'institution'")
            assert db.session.scalar(counted)
