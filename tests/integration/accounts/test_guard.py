"""Guesses sent at the same moment are all counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from flask import Flask

from portal import clock
from portal.accounts import guard
from portal.accounts.models import SignInGuard
from portal.extensions import db
from portal.unit_of_work import unit_of_work

KEY = "k" * 64


def test_eight_guesses_at_once_count_as_eight(app: Flask) -> None:
    def guess(_: int) -> None:
        with app.app_context():
            guard.count_failure(KEY)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(guess, range(8)))
    with app.app_context():
        assert db.session.get_one(SignInGuard, KEY).failures == 8
        assert guard.locked_until(KEY) is not None


def test_each_further_guess_waits_twice_as_long_and_a_day_later_nothing_is_held_against_anybody(
    app: Flask,
) -> None:
    with app.app_context():
        now = clock.now()
        with clock.moved_to(now):
            waits = [guard.count_failure(KEY) for _ in range(12)]
        assert waits[:4] == [None] * 4
        minutes = [int((until - now).total_seconds() // 60) for until in waits[4:] if until is not None]
        assert minutes == [1, 2, 4, 8, 16, 30, 30, 30]
        with clock.moved_to(now + timedelta(hours=25)):
            assert guard.locked_until(KEY) is None
            assert guard.count_failure(KEY) is None
            with unit_of_work():
                guard.forget(KEY)
        assert db.session.get(SignInGuard, KEY) is None
