"""The history engine on both databases: backdated corrections, old lists entered late, confirmations."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from portal import clock
from portal.domain.actor import SYSTEM
from portal.domain.errors import FutureFact
from portal.history import keeper
from portal.history.data_set import data_set_state
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.queries import state_at, trail_of
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.models import Institution
from portal.unit_of_work import unit_of_work

JAN, MAR, MAY, JUN = (date(2026, month, 1) for month in (1, 3, 5, 6))


def provenance(day: date, title: str = "月报", reason: str | None = None, **source: object) -> Provenance:
    return Provenance(enter_source(title, day, SourceKind.SPREADSHEET, **source), day, SYSTEM, reason)


def enter_home(beds: int = 100) -> Institution:
    with clock.moved_to(clock.at(JAN)), unit_of_work():
        return service.register_institution(
            {"name": "示例敬老院", "region_code": "350404", "beds_total": beds}, provenance(JAN)
        )


def test_a_backdated_correction_tells_truth_and_knowledge_apart(app: Flask) -> None:
    with app.app_context():
        home = enter_home(100)
        with clock.moved_to(clock.at(JUN)), unit_of_work():
            assert service.amend(home, {"beds_total": 80}, provenance(MAR, reason="一月后已拆除一层"))
        assert home.beds_total == 80
        assert state_at(home, true_on=JAN)["beds_total"] == 100
        assert state_at(home, true_on=MAR)["beds_total"] == 80
        shown_in_may = clock.at(MAY)
        assert state_at(home, true_on=MAY, known_at=shown_in_may)["beds_total"] == 100
        assert state_at(home, true_on=MAY)["beds_total"] == 80


def test_an_old_list_entered_late_changes_only_the_past(app: Flask) -> None:
    with app.app_context():
        home = enter_home(100)
        with clock.moved_to(clock.at(MAY)), unit_of_work():
            may = enter_source("月报", MAY, SourceKind.SPREADSHEET, covers=["beds_total"])
            keeper.confirm(home, may)
        with clock.moved_to(clock.at(JUN)), unit_of_work():
            service.amend(home, {"beds_total": 60}, provenance(MAR))
        assert state_at(home, true_on=MAR)["beds_total"] == 60
        assert state_at(home, true_on=MAY)["beds_total"] == 100
        assert home.beds_total == 100


def test_a_correction_overrules_what_was_confirmed(app: Flask) -> None:
    with app.app_context():
        home = enter_home(100)
        with clock.moved_to(clock.at(MAY)), unit_of_work():
            keeper.confirm(home, enter_source("月报", MAY, SourceKind.SPREADSHEET))
        with clock.moved_to(clock.at(JUN)), unit_of_work():
            service.amend(home, {"beds_total": 60}, provenance(MAR, reason="月报一直抄错"))
        assert home.beds_total == 60
        assert state_at(home, true_on=MAY)["beds_total"] == 60


def test_a_later_statement_stays_when_the_past_is_corrected(app: Flask) -> None:
    with app.app_context():
        home = enter_home(100)
        with clock.moved_to(clock.at(MAY)), unit_of_work():
            service.amend(home, {"beds_total": 120}, provenance(MAY))
        with clock.moved_to(clock.at(JUN)), unit_of_work():
            service.amend(home, {"beds_total": 90}, provenance(MAR))
        assert home.beds_total == 120
        assert [state_at(home, true_on=day)["beds_total"] for day in (JAN, MAR, MAY)] == [100, 90, 120]


def test_saying_the_same_again_is_no_revision(app: Flask) -> None:
    with app.app_context():
        home = enter_home(100)
        with clock.moved_to(clock.at(JUN)), unit_of_work():
            assert not service.amend(home, {"beds_total": 100}, provenance(JUN))
        assert len(keeper.statements("institution", home.id)) == 1


def test_a_field_can_be_emptied_and_its_past_remains(app: Flask) -> None:
    with app.app_context():
        home = enter_home(100)
        with clock.moved_to(clock.at(JUN)), unit_of_work():
            assert service.amend(home, {"beds_total": None}, provenance(MAR))
        assert home.beds_total is None
        assert state_at(home, true_on=JAN)["beds_total"] == 100


def test_the_future_is_refused(app: Flask) -> None:
    with app.app_context():
        home = enter_home()
        with clock.moved_to(clock.at(MAR)), pytest.raises(FutureFact), unit_of_work():
            service.amend(home, {"beds_total": 1}, provenance(MAY))
        assert home.beds_total == 100


def test_renaming_keeps_the_public_id_and_the_former_name(app: Flask) -> None:
    with app.app_context():
        home = enter_home()
        public_id = home.public_id
        with clock.moved_to(clock.at(MAR)), unit_of_work():
            service.amend_institution(home, {"name": "示例颐养中心"}, provenance(MAR))
        assert home.public_id == public_id
        assert home.former_names == [{"name": "示例敬老院", "until": "2026-03-01"}]
        assert home.name_key == "示例颐养中心"
        assert state_at(home, true_on=JAN)["name"] == "示例敬老院"


def test_the_source_line_tells_source_date_and_last_confirmation(app: Flask) -> None:
    with app.app_context():
        home = enter_home()
        with clock.moved_to(clock.at(MAY)), unit_of_work():
            keeper.confirm(home, enter_source("月报", MAY, SourceKind.SPREADSHEET, covers=["beds_total"]))
        line = trail_of([home.subject()])[home.subject()].of(home, {"beds_total"})
        assert line is not None
        assert (line.title, line.as_of, line.last_confirmed) == ("月报", JAN, MAY)
        name = trail_of([home.subject()])[home.subject()].of(home, {"name"})
        assert name is not None
        assert name.last_confirmed == JAN


def test_every_change_moves_the_data_version(app: Flask) -> None:
    with app.app_context():
        before = data_set_state().version
        home = enter_home()
        entered = data_set_state().version
        assert entered > before
        with clock.moved_to(clock.at(JUN)), unit_of_work():
            service.amend(home, {"beds_total": 100}, provenance(JAN))
        assert data_set_state().version == entered
        with clock.moved_to(clock.at(JUN)), unit_of_work():
            service.amend(home, {"beds_total": 101}, provenance(JUN))
        assert data_set_state().version == entered + 1


def test_a_failed_unit_of_work_leaves_nothing(app: Flask) -> None:
    with app.app_context():
        home = enter_home()
        with pytest.raises(RuntimeError), clock.moved_to(clock.at(JUN)), unit_of_work():
            service.amend(home, {"beds_total": 5}, provenance(JUN))
            raise RuntimeError
        assert home.beds_total == 100
        assert len(keeper.statements("institution", home.id)) == 1
