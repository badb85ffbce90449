"""A new day costs the homes whose dated facts move on with it, and shows what holds on that day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from portal.domain.actor import PUBLIC, SYSTEM
from portal.domain.fees import CareLevel, Fee, FeeItem, FeeUnit, monthly_totals
from portal.domain.grading import GradeScale, GradeState, GradeTerm
from portal.domain.registration import DatedFact
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.catalogue import holder
from portal.institutions.catalogue.entry import Facts, GradeRow, grade_on, state_on
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import StarGrade
from portal.unit_of_work import unit_of_work

DAY = date(2026, 6, 1)
near = st.none() | st.integers(-5, 12).map(lambda days: DAY + timedelta(days=days))
soon = st.none() | st.sampled_from([0, 3, 89, 90, 91, 95, 100]).map(lambda days: DAY + timedelta(days=days))
facts = st.builds(
    Facts,
    registrations=st.lists(st.builds(DatedFact, near, near), max_size=2),
    filings=st.lists(st.builds(DatedFact, near, near), max_size=2),
    grades=st.lists(
        st.builds(
            GradeRow, st.just(GradeScale.NATIONAL), st.just(3), st.none(),
            st.builds(GradeTerm, near, soon, near),
        ),
        max_size=2,
    ),
    fees=st.lists(
        st.builds(
            Fee, st.sampled_from(FeeItem), st.none() | st.sampled_from(CareLevel), st.none(), st.just(100_00),
            st.none(), st.just(FeeUnit.MONTH), near, near,
        ),
        max_size=3,
    ),
    concentrated=st.lists(st.builds(DatedFact, near, near), max_size=2),
)  # fmt: skip


def shown(of: Facts, day: date) -> object:
    return (
        state_on(of, day),
        grade_on(of.grades, day),
        monthly_totals(of.fees, day),
        any(fact.holds_on(day) for fact in of.concentrated),
    )


@given(facts)
def test_nothing_changes_before_the_day_that_is_told(of: Facts) -> None:
    day = DAY - timedelta(days=8)
    while day < DAY + timedelta(days=110):
        turn = of.change_after(day) or DAY + timedelta(days=120)
        assert turn > day
        now = shown(of, day)
        while day < turn:
            assert shown(of, day) == now
            day += timedelta(days=1)


def test_a_new_day_reads_only_the_homes_it_changes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        with clock.moved_to(clock.at(DAY)), unit_of_work():
            source = enter_source("月报", DAY, SourceKind.SPREADSHEET)
            p = Provenance(source, DAY, SYSTEM)
            homes = [
                service.register_institution({"name": f"示例{n}院", "region_code": "350404"}, p)
                for n in range(9)
            ]
            service.enter(
                StarGrade(
                    institution_id=homes[4].id,
                    scale=GradeScale.NATIONAL,
                    level=3,
                    valid_from=date(2025, 1, 1),
                    valid_to=DAY,
                ),
                p,
            )
        with clock.moved_to(clock.at(DAY)):
            before = catalogue(PUBLIC)
            assert before.by_id[homes[4].id].grade.state is GradeState.EXPIRING
        read: list[object] = []
        load = holder.load_entries
        monkeypatch.setattr(holder, "load_entries", lambda *args: read.append(args[2:]) or load(*args))
        with clock.moved_to(clock.at(DAY + timedelta(days=1))):
            after = catalogue(PUBLIC)
            assert after.day == DAY + timedelta(days=1)
            assert after.by_id[homes[4].id].grade.state is GradeState.EXPIRED
            assert after.by_id[homes[0].id] is before.by_id[homes[0].id]
        assert read == [({homes[4].id},)]
        with clock.moved_to(clock.at(DAY + timedelta(days=2))):
            assert catalogue(PUBLIC).day == DAY + timedelta(days=2)
        assert len(read) == 1, "a day on which nothing changes reads nothing"
        with clock.moved_to(clock.at(DAY)):
            assert catalogue(PUBLIC).by_id[homes[4].id].grade.state is GradeState.EXPIRING
