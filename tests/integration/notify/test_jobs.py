"""The worker sends what was committed, soon, at the latest at the next sweep; at night it closes the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from huey import Huey
from sqlalchemy import select

from portal import clock, jobs
from portal.audit.models import AuditDigest
from portal.extensions import db
from portal.notify import outbox
from tests.integration.audit.conftest import enter as enter_audited
from tests.integration.notify.conftest import enter, mails


@pytest.fixture
def queue(app: Flask) -> Iterator[Huey]:
    """The queue of the application, closed at the end."""
    found = jobs.queue_of(app)
    jobs.make_consumer(app)  # as the worker does, which makes the queue's file
    yield found
    found.storage.close()


def run_all(queue: Huey) -> list[str]:
    """Do what waits in the queue as the worker does; return the names of the tasks."""
    done = []
    while (task := queue.dequeue()) is not None:
        queue.execute(task)
        done.append(task.name)
    return done


def test_a_committed_mail_orders_one_round_that_sends_it(
    app: Flask, queue: Huey, capsys: pytest.CaptureFixture[str]
) -> None:
    with app.app_context():
        enter()
        enter()
        assert [task.name for task in queue.pending()] == ["drain_mail"]
        assert run_all(queue) == ["drain_mail"]
        assert outbox.standing().waiting == 0
        assert all(one.sent_at for one in mails())
    assert capsys.readouterr().out.count("没有寄出") == 2


def test_a_lost_message_costs_a_minute(app: Flask, queue: Huey) -> None:
    with app.app_context():
        enter()
        queue.flush()
        noon = datetime(2026, 2, 24, 4, 0, tzinfo=UTC).replace(tzinfo=None)
        (sweep,) = (task for task in queue.read_periodic(noon) if task.name == "sweep")
        queue.execute(sweep)
        assert outbox.standing().waiting == 0


def test_more_than_a_round_goes_on_by_itself(app: Flask, queue: Huey) -> None:
    with app.app_context():
        enter(60)
        assert run_all(queue) == ["drain_mail", "drain_mail"]
        assert outbox.standing().waiting == 0


def test_the_day_is_closed_after_midnight_and_at_a_start(app: Flask, queue: Huey) -> None:
    after_midnight = datetime(2026, 2, 24, 0, 10, tzinfo=clock.SHANGHAI).astimezone(UTC).replace(tzinfo=None)
    (nightly,) = (task for task in queue.read_periodic(after_midnight) if task.name == "nightly")
    with app.app_context():
        with clock.moved_to(clock.now() - timedelta(days=1)):
            enter_audited("一")
        queue.execute(nightly)
        days = [row.day for row in db.session.scalars(select(AuditDigest))]
        assert days == [clock.today() - timedelta(days=1)]
