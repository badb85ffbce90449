"""The catalogue follows the database: every change is seen, and only the changed homes are read again."""

from __future__ import annotations

from datetime import date

from flask import Flask

from portal import clock
from portal.domain.actor import PUBLIC, SYSTEM
from portal.domain.fees import CareLevel, FeeItem, FeeUnit
from portal.domain.grading import GradeScale, GradeState
from portal.domain.registration import RegistrationState
from portal.history import keeper
from portal.history.data_set import touch_data_set
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import (
    ConcentratedCare,
    FeeStandard,
    Filing,
    Institution,
    Registration,
    StarGrade,
)
from portal.unit_of_work import unit_of_work

JAN, JUN = date(2026, 1, 1), date(2026, 6, 1)


def provenance(day: date) -> Provenance:
    return Provenance(enter_source("月报", day, SourceKind.SPREADSHEET), day, SYSTEM)


def home(name: str) -> Institution:
    return service.register_institution({"name": name, "region_code": "350404"}, provenance(JAN))


def entry_of(institution: Institution) -> Entry | None:
    return catalogue(PUBLIC).by_id.get(institution.id)


def test_every_record_of_a_home_shows_in_its_entry(app: Flask) -> None:
    with app.app_context(), clock.moved_to(clock.at(JUN)):
        with unit_of_work():
            one, other = home("示例甲院"), home("示例乙院")
        assert entry_of(one).registration is RegistrationState.UNREGISTERED
        with unit_of_work():
            p = provenance(JAN)
            service.enter(Registration(institution_id=one.id, registered_on=JAN), p)
            service.enter(Filing(institution_id=one.id, filed_on=JAN), p)
            service.enter(
                StarGrade(
                    institution_id=one.id,
                    scale=GradeScale.NATIONAL,
                    level=3,
                    valid_from=JAN,
                    valid_to=date(2026, 7, 1),
                ),
                p,
            )
            service.enter(
                FeeStandard(
                    institution_id=one.id,
                    item=FeeItem.ALL_IN,
                    amount_min_fen=200_000,
                    amount_max_fen=None,
                    unit=FeeUnit.MONTH,
                ),
                p,
            )
            service.enter(ConcentratedCare(institution_id=one.id, designated_on=JAN), p)
        entry = entry_of(one)
        assert entry.registration is RegistrationState.FILED
        assert (entry.grade.level, entry.grade.state) == (3, GradeState.EXPIRING)
        assert entry.totals[CareLevel.FULL].least_fen == 200_000
        assert entry.concentrated
        assert entry_of(other).grade is None


def test_a_changed_renamed_or_withdrawn_home_is_followed(app: Flask) -> None:
    with app.app_context(), clock.moved_to(clock.at(JUN)):
        with unit_of_work():
            one, other = home("示例甲院"), home("示例乙院")
        before = catalogue(PUBLIC)
        with unit_of_work():
            service.amend_institution(one, {"name": "示例丙院"}, provenance(JUN))
        after = catalogue(PUBLIC)
        assert entry_of(one).name == "示例丙院"
        assert entry_of(one).former_names == ("示例甲院",)
        assert after.by_id[other.id] is before.by_id[other.id], "an unchanged home is not read again"
        with unit_of_work():
            service.withdraw(other, provenance(JUN))
        assert entry_of(other) is None


def test_a_confirmation_moves_the_date(app: Flask) -> None:
    with app.app_context(), clock.moved_to(clock.at(JUN)):
        with unit_of_work():
            one = home("示例甲院")
        assert entry_of(one).confirmed_on == JAN
        with unit_of_work():
            keeper.confirm(one, enter_source("月报", JUN, SourceKind.SPREADSHEET))
        assert entry_of(one).confirmed_on == JUN


def test_states_move_with_the_day(app: Flask) -> None:
    with app.app_context():
        with clock.moved_to(clock.at(JUN)), unit_of_work():
            one = home("示例甲院")
            grade = StarGrade(
                institution_id=one.id, scale=GradeScale.NATIONAL, level=3, valid_from=JAN, valid_to=JUN
            )
            service.enter(grade, provenance(JAN))
        with clock.moved_to(clock.at(JUN)):
            assert entry_of(one).grade.state is GradeState.EXPIRING
        with clock.moved_to(clock.at(date(2026, 6, 2))):
            assert entry_of(one).grade.state is GradeState.EXPIRED


def test_a_change_beside_the_records_reads_no_home_again(app: Flask) -> None:
    with app.app_context(), clock.moved_to(clock.at(JUN)):
        with unit_of_work():
            one = home("示例甲院")
        before = catalogue(PUBLIC)
        assert before.derived("told of notices", lambda _: "before") == "before"
        with unit_of_work():
            touch_data_set()
        after = catalogue(PUBLIC)
        assert after is not before
        assert after.version == before.version + 1
        assert after.entries is before.entries, "the homes were read again"
        assert after.derived("told of notices", lambda _: "after") == "after"
        with unit_of_work():
            touch_data_set()
            service.amend_institution(one, {"beds_total": 77}, provenance(JUN))
        assert entry_of(one).beds_total == 77
