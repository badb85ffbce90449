"""Writing unregistered homes: who may is asked in the service, whatever a page asked before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department
from portal.domain.unregistered_home import Event, StepRefused
from portal.history.keeper import Provenance, statements
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions.models import Disposition, FoundHow, UnregisteredHome
from portal.institutions.unregistered_homes import (
    DwellingAddress,
    NotYours,
    Writer,
    correct,
    enter_home,
    needs_publisher,
    take_step,
)
from portal.unit_of_work import unit_of_work

HERE = frozenset({"350404"})
CLERK = Writer(Scope(False, HERE, Department.CIVIL_AFFAIRS), publishes=False)
REVIEWER = Writer(Scope(False, HERE, Department.CIVIL_AFFAIRS), publishes=True)
OTHERS = {
    "another region": Writer(Scope(False, frozenset({"350423"}), Department.CIVIL_AFFAIRS), publishes=True),
    "another department": Writer(Scope(False, HERE, Department.HEALTH), publishes=True),
    "only looks": Writer(Scope(False, HERE, None), publishes=True),
    "the public": Writer(Scope(True), publishes=True),
}


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def told() -> Provenance:
    source = enter_source("排查台账", clock.today(), SourceKind.INSPECTION)
    return Provenance(source, clock.today(), Actor("示例县民政经办", 1))


def facts(**more: object) -> dict[str, object]:
    return {
        "name": "暗巷托老所",
        "region_code": "350404",
        "found_on": ago(60),
        "found_how": FoundHow.SURVEY,
        "private_dwelling": False,
        **more,
    }


def listed() -> UnregisteredHome:
    home = enter_home(facts(), told(), CLERK)
    take_step(home, Event.VERIFY, ago(50), told(), CLERK)
    take_step(home, Event.TELL, ago(40), told(), CLERK)
    take_step(home, Event.PUBLISH, ago(20), told(), REVIEWER)
    return home


@pytest.mark.parametrize("who", OTHERS)
def test_others_write_nothing(app: Flask, who: str) -> None:
    with app.app_context(), unit_of_work():
        with pytest.raises(NotYours):
            enter_home(facts(), told(), OTHERS[who])
        home = enter_home(facts(), told(), CLERK)
        with pytest.raises(NotYours):
            take_step(home, Event.VERIFY, ago(50), told(), OTHERS[who])
        with pytest.raises(NotYours):
            correct(home, {"name": "别的名字"}, told(), OTHERS[who])
        assert (home.verified_on, home.name) == (None, "暗巷托老所")


def test_what_the_public_reads_changes_by_a_reviewer_alone(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        home = listed()
        with pytest.raises(NotYours):
            take_step(home, Event.REMOVE, ago(1), told(), CLERK, reason="x")
        with pytest.raises(NotYours):
            take_step(home, Event.DECIDE, ago(1), told(), CLERK, disposition=Disposition.NOT_A_HOME)
        with pytest.raises(NotYours):
            correct(home, {"public_note": "改动"}, told(), CLERK)
        take_step(home, Event.DECIDE, ago(2), told(), CLERK, disposition=Disposition.RECTIFYING)
        assert correct(home, {"public_note": "改动"}, told(), REVIEWER)
        assert not needs_publisher(home, Event.DECIDE, Disposition.SHUT)


def test_every_step_is_a_statement_of_its_own(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        home = listed()
        said = statements(UnregisteredHome.record_kind, home.id)
        assert [set(one.values) for one in said[1:]] == [
            {"verified_on"},
            {"operator_told_on"},
            {"objection_ended_on"},
        ]


def test_a_dwellings_address_is_refused_when_entered_and_when_corrected(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        with pytest.raises(DwellingAddress):
            enter_home(facts(private_dwelling=True, address="9号"), told(), CLERK)
        home = enter_home(facts(address="9号"), told(), CLERK)
        with pytest.raises(DwellingAddress):
            correct(home, {"private_dwelling": True}, told(), CLERK)
        assert correct(home, {"private_dwelling": True, "address": None}, told(), CLERK)
        assert home.address is None


def test_a_correction_adds_no_step_and_takes_none_back(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        home = listed()
        for days in ({"inspected_on": ago(50)}, {"verified_on": None}):
            with pytest.raises(StepRefused):
                correct(home, days, told(), REVIEWER)
        assert not correct(home, {"name": "暗巷托老所"}, told(), REVIEWER)
