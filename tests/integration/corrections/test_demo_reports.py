"""The demo city's reports: the same from the same seed, one of each kind, and gone without a trace."""

from __future__ import annotations

from collections import Counter

from flask import Flask
from sqlalchemy import func, select

from portal.corrections import queries
from portal.corrections.demo import load_reports, wipe_reports
from portal.corrections.models import CorrectionReport, CorrectionStep
from portal.domain.actor import PUBLIC
from portal.domain.correction_state import CorrectionState
from portal.extensions import db
from portal.institutions.demo.load import DEFAULT_SEED, load_demo, wipe_demo
from portal.institutions.demo.regions import COUNTIES
from portal.unit_of_work import unit_of_work
from portal.vault.models import VaultKey

COUNTY = COUNTIES[0].code


def told(app: Flask) -> list[tuple[object, ...]]:
    """Load the reports and return all of them but for what is sealed."""
    with app.app_context(), unit_of_work():
        load_reports(DEFAULT_SEED, COUNTY)
    with app.app_context():
        rows = db.session.scalars(select(CorrectionReport).order_by(CorrectionReport.receipt))
        return [
            (one.receipt, one.institution_id, one.about, one.snapshot, one.entered_at, one.state, one.reason)
            for one in rows
        ]


def test_the_demo_reports(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), unit_of_work():
        load_demo()
    first = told(sqlite_app)
    with sqlite_app.app_context():
        assert queries.waiting(PUBLIC) == queries.Counts(3, 1)
        states = Counter(db.session.scalars(select(CorrectionReport.state)))
        assert states == {CorrectionState.OPEN: 3, CorrectionState.ACCEPTED: 2, CorrectionState.REJECTED: 2}
    with sqlite_app.app_context(), unit_of_work():
        assert wipe_reports() == 7
        keys = VaultKey.subject.startswith("correction/")
        assert db.session.scalar(select(func.count()).select_from(VaultKey).where(keys)) == 0
    assert told(sqlite_app) == first
    with sqlite_app.app_context(), unit_of_work():
        wipe_reports()
        wipe_demo()
        assert db.session.scalar(select(func.count()).select_from(CorrectionStep)) == 0
