"""Digests by the worker and by two persons: compiled once, caught up with, never changed once public."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEntry
from portal.domain.actor import PUBLIC, Actor, Scope
from portal.domain.errors import DomainError
from portal.domain.permissions import Department
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, WordsMissing
from portal.extensions import db
from portal.topics import digest_jobs
from portal.topics.digest_models import Digest
from portal.topics.kinds import DigestState
from portal.topics.queries.digests import latest_digest
from portal.topics.search_digests import DigestDocuments
from portal.topics.service import digests as service
from portal.topics.service.digests import DigestRefused
from portal.unit_of_work import unit_of_work
from tests.integration.topics.digest_rows import CITY, COUNTY, OTHER, at, suggestion

SCOPE = Scope(False, frozenset({CITY, COUNTY, OTHER}), Department.CIVIL_AFFAIRS)
CLERK, REVIEWER = Actor("经办"), Actor("审核")
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def offices(sqlite_app: Flask) -> Flask:
    """Two offices, since August and since October, with nothing compiled; it is 1 November."""
    with sqlite_app.app_context(), clock.moved_to(at(2026, 11, 1, 0, 10)), unit_of_work():
        service.run_column(CITY, date(2026, 8, 1), REVIEWER, SCOPE)
        service.run_column(COUNTY, OCTOBER, REVIEWER, SCOPE)
        suggestion(at(2026, 10, 31, 23, 59))
    return sqlite_app


def compiled(app: Flask, now: Any = None) -> tuple[int, list[tuple[str, date]]]:
    """Run the night's work; return (how many it made, every month there is)."""
    with app.app_context(), clock.moved_to(now or at(2026, 11, 1, 0, 10)):
        made = digest_jobs.compile_missing_digests()
        rows = db.session.execute(select(Digest.region_code, Digest.month).order_by(Digest.month, Digest.id))
        return made, [(code, month) for code, month in rows]


def test_the_night_compiles_what_is_missing_once_and_catches_up(offices: Flask) -> None:
    every = [
        (CITY, date(2026, 8, 1)), (CITY, date(2026, 9, 1)), (COUNTY, OCTOBER), (CITY, OCTOBER),
    ]  # fmt: skip
    made, months = compiled(offices)
    assert made == 4
    assert sorted(months) == sorted(every)
    assert compiled(offices) == (0, months)
    assert compiled(offices, at(2026, 11, 30, 23, 59))[0] == 0
    assert compiled(offices, at(2026, 12, 1, 0, 10))[0] == 2
    with offices.app_context():
        entries = db.session.scalars(select(AuditEntry.action)).all()
        assert entries.count("compile_digest") == 6
        city = db.session.scalars(
            select(Digest).where(Digest.region_code == CITY, Digest.month == OCTOBER)
        ).one()
        assert '"received": {"now": 1,' in city.figures  # the last minute of the month is in it


def test_one_office_that_fails_does_not_keep_the_others(
    offices: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., Digest] = service.compile_digest

    def failing(region_code: str, month: date) -> Digest:
        if region_code == CITY:
            raise RuntimeError("broken")
        return real(region_code, month)

    monkeypatch.setattr(digest_jobs, "compile_digest", failing)
    assert compiled(offices) == (1, [(COUNTY, OCTOBER)])


def test_what_was_published_never_changes_and_is_corrected_in_a_new_edition(offices: Flask) -> None:
    compiled(offices)
    with offices.app_context(), clock.moved_to(at(2026, 11, 9)), unit_of_work():
        digest = service.newest_digest(CITY, OCTOBER)
        assert digest is not None

        def do(work: Callable[..., Any], *given: Any) -> Any:
            return work(digest, *given, CLERK, SCOPE, digest.version)

        with pytest.raises(DigestRefused, match="还没有写分析"):
            do(service.submit_digest)
        with pytest.raises(DigestRefused, match="没有在等审核"):
            do(service.publish_digest)
        with pytest.raises(WordsMissing, match="请写这个月的分析"):
            do(service.write_judgement, " ", ())
        with pytest.raises(ChangedMeanwhile):
            service.write_judgement(digest, "分析", (), CLERK, SCOPE, digest.version + 1)
        other = Scope(False, frozenset({OTHER}), Department.CIVIL_AFFAIRS)
        for scope in (other, Scope(False, None, Department.FIRE), PUBLIC):
            with pytest.raises(NotTheirs):
                service.write_judgement(digest, "分析", (), CLERK, scope, digest.version)
        do(service.write_judgement, "分析", ("没有的词",))
        do(service.submit_digest)
        with pytest.raises(DigestRefused, match="不能再改"):
            do(service.write_judgement, "改", ())
        do(service.publish_digest)
        figures = digest.figures
        for work, given in (
            (service.write_judgement, ("改", ())), (service.compile_again, ()), (service.submit_digest, ()),
            (service.return_digest, ("改",)), (service.publish_digest, ()),
        ):  # fmt: skip
            with pytest.raises(DomainError):
                do(work, *given)
        again = do(service.correct_digest, "漏了")
        with pytest.raises(DigestRefused, match="最新一版"):
            do(service.correct_digest, "又漏了")
        suggestion(at(2026, 10, 2))
        service.compile_again(again, CLERK, SCOPE, again.version)
        assert again.figures != figures == digest.figures
        assert (digest.state, again.state, again.edition) == (DigestState.PUBLISHED, DigestState.COMPILED, 2)


def test_only_the_newest_published_edition_is_found(offices: Flask) -> None:
    def told() -> list[tuple[int, str]]:
        return [
            (one.record_id, dict(one.details)["digest_judgement"])
            for one in DigestDocuments().documents(PUBLIC)
        ]

    compiled(offices)
    with offices.app_context(), clock.moved_to(at(2026, 11, 9)), unit_of_work():
        digest = service.newest_digest(COUNTY, OCTOBER)
        assert digest is not None
        service.write_judgement(digest, "第一版的分析", (), CLERK, SCOPE, digest.version)
        assert told() == []
        service.submit_digest(digest, CLERK, SCOPE, digest.version)
        service.publish_digest(digest, REVIEWER, SCOPE, digest.version)
        assert told() == [(digest.id, "第一版的分析")]
        again = service.correct_digest(digest, "漏了", CLERK, SCOPE, digest.version)
        service.write_judgement(again, "第二版的分析", (), CLERK, SCOPE, again.version)
        assert told() == [(digest.id, "第一版的分析")]
        service.submit_digest(again, CLERK, SCOPE, again.version)
        service.publish_digest(again, REVIEWER, SCOPE, again.version)
        assert told() == [(again.id, "第二版的分析")]
        newest = latest_digest()
        assert newest is not None
        assert (newest.region_code, newest.edition, newest.judgement) == (COUNTY, 2, "第二版的分析")
        assert latest_digest(OTHER) is None


def test_a_month_that_is_not_over_or_was_before_the_column_is_refused(offices: Flask) -> None:
    with offices.app_context(), clock.moved_to(at(2026, 11, 1)), unit_of_work():
        for region, month in ((CITY, date(2026, 11, 1)), (CITY, date(2026, 7, 1)), (OTHER, OCTOBER)):
            with pytest.raises(DigestRefused):
                service.compile_digest(region, month)
