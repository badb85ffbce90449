"""Who may write what, on either database: by region, by department, and never over somebody unseen."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.audit.models import AuditEntry
from portal.domain.actor import Actor, Scope
from portal.domain.grading import GradeScale
from portal.domain.permissions import Department
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.models import DataSet, Revision, SourceKind
from portal.history.sources import enter_source
from portal.institutions import keeping
from portal.institutions.keeping import NotTheirs, Overtaken, RulesBroken
from portal.institutions.models import Compliance, ComplianceResult, Filing, Institution, Standard, StarGrade
from portal.institutions.queries.standing import newest_revision
from portal.unit_of_work import unit_of_work

DAY = date(2026, 2, 1)
HERE, THERE = "350404", "350481"
CIVIL = Scope(False, frozenset({HERE}), Department.CIVIL_AFFAIRS)
FIRE = Scope(False, frozenset({HERE}), Department.FIRE)
ELSEWHERE = Scope(False, frozenset({THERE}), Department.CIVIL_AFFAIRS)
ONLY_LOOKS = Scope(False, frozenset({HERE}), None)


def told(who: str = "示例县民政经办", day: date = DAY, reason: str | None = None) -> Provenance:
    return Provenance(enter_source("月报", day, SourceKind.DOCUMENT), day, Actor(who), reason)


def home_here() -> Institution:
    with unit_of_work():
        facts = {"name": "示例敬老院", "region_code": HERE, "beds_total": 50}
        return keeping.register(facts, told(), CIVIL, may_publish=False)


def revised(home: Any, changes: dict[str, Any], scope: Scope, **more: Any) -> bool:
    options = {"based_on": newest_revision(home), "may_publish": False} | more
    with unit_of_work():
        return keeping.revise(home, changes, told(), scope, **options)


@pytest.mark.parametrize("scope", [FIRE, ELSEWHERE, ONLY_LOOKS], ids=["department", "region", "role"])
def test_what_others_keep_is_not_written(app: Flask, scope: Scope) -> None:
    with app.app_context():
        home = home_here()
        before = db.session.query(Revision).count()
        with pytest.raises(NotTheirs), unit_of_work():
            keeping.register({"name": "另一家", "region_code": HERE}, told(), scope, may_publish=False)
        with pytest.raises(NotTheirs):
            revised(home, {"beds_total": 60}, scope)
        with pytest.raises(NotTheirs), unit_of_work():
            keeping.withdraw(home, told(), scope)
        with pytest.raises(NotTheirs), unit_of_work():
            keeping.restore(home, told(), scope)
        with pytest.raises(NotTheirs), unit_of_work():
            keeping.enter(home, Filing, {"number": "1"}, told(), scope, may_publish=True)
        assert db.session.query(Revision).count() == before
        assert home.beds_total == 50


def test_safety_belongs_to_whom_its_standard_says(app: Flask) -> None:
    fire = {"standard": Standard.FIRE_SAFETY, "result": ComplianceResult.PASSED, "assessed_on": DAY}
    with app.app_context():
        home = home_here()
        with unit_of_work():
            found = keeping.enter(home, Compliance, fire, told(), FIRE, may_publish=False)
        with pytest.raises(NotTheirs), unit_of_work():
            keeping.enter(home, Compliance, fire, told(), CIVIL, may_publish=False)
        with pytest.raises(NotTheirs):
            revised(found, {"note": "民政改消防"}, CIVIL)
        with pytest.raises(NotTheirs):
            revised(found, {"standard": Standard.SERVICE_SAFETY}, FIRE)
        assert revised(found, {"note": "复查合格"}, FIRE)


def test_a_home_is_not_moved_out_of_reach(app: Flask) -> None:
    with app.app_context():
        home = home_here()
        with pytest.raises(NotTheirs):
            revised(home, {"region_code": THERE}, CIVIL)
        assert home.region_code == HERE


def test_the_second_of_two_is_told_and_nothing_is_written(app: Flask) -> None:
    with app.app_context():
        home = home_here()
        opened = newest_revision(home)
        assert revised(home, {"beds_total": 60, "phone": "0598-1"}, CIVIL, based_on=opened)
        version = db.session.get_one(DataSet, 1).version
        with pytest.raises(Overtaken) as caught:
            revised(home, {"beds_total": 70}, CIVIL, based_on=opened)
        since = caught.value.since
        assert (since.opened["beds_total"], since.now["beds_total"]) == (50, 60)
        assert [entry.who for entry in since.entries] == ["示例县民政经办"]
        assert set(since.entries[0].fields) == {"beds_total", "phone"}
        assert home.beds_total == 60
        assert db.session.get_one(DataSet, 1).version == version
        assert revised(home, {"beds_total": 70}, CIVIL, based_on=since.newest)


def test_a_number_made_up_is_no_way_around(app: Flask) -> None:
    with app.app_context():
        home = home_here()
        for made_up in (0, newest_revision(home) + 5):
            with pytest.raises(Overtaken):
                revised(home, {"beds_total": 70}, CIVIL, based_on=made_up)


def test_only_what_is_changed_is_judged(app: Flask) -> None:
    """A list may have left nonsense: it doesn't keep a clerk from writing what has nothing to do with it."""
    with app.app_context():
        home = home_here()
        with unit_of_work():
            from portal.institutions import service

            service.amend_institution(home, {"beds_nursing": 80}, told())
        assert revised(home, {"phone": "0598-2"}, CIVIL)
        with pytest.raises(RulesBroken) as caught:
            revised(home, {"beds_total": 70}, CIVIL)
        assert list(caught.value.problems) == ["beds_nursing"]


def test_revoking_is_for_those_who_may_publish(app: Flask) -> None:
    grade = {"scale": GradeScale.NATIONAL, "level": 3, "valid_from": DAY}
    gone = {"revoked_on": DAY, "revoked_reason": "复核不合格"}
    with app.app_context():
        home = home_here()
        with unit_of_work():
            record = keeping.enter(home, StarGrade, grade, told(), CIVIL, may_publish=False)
        with pytest.raises(RulesBroken, match="审核"):
            revised(record, gone, CIVIL)
        with pytest.raises(RulesBroken, match="审核"), unit_of_work():
            keeping.enter(home, StarGrade, grade | gone, told(), CIVIL, may_publish=False)
        assert revised(record, gone, CIVIL, may_publish=True)


def test_withdrawn_and_restored(app: Flask) -> None:
    with app.app_context(), clock.moved_to(clock.at(DAY)):
        home = home_here()
        with unit_of_work():
            assert keeping.withdraw(home, told(reason="重复登记"), CIVIL)
        assert home.withdrawn
        with unit_of_work():
            assert keeping.restore(home, told(reason="并非重复"), CIVIL)
        assert not home.withdrawn
        assert db.session.query(AuditEntry).count() == 0  # nobody acted: tests have no caller


def test_of_two_at_the_same_moment_one_is_told(app: Flask) -> None:
    with app.app_context():
        key = home_here().id
        based_on = newest_revision(db.session.get_one(Institution, key))
    start, ends = Barrier(2), []

    def write(beds: int) -> None:
        with app.app_context():
            home = db.session.get_one(Institution, key)
            start.wait(timeout=120)
            try:
                revised(home, {"beds_total": beds}, CIVIL, based_on=based_on)
                ends.append("written")
            except Overtaken:
                ends.append("told")

    threads = [Thread(target=write, args=(beds,)) for beds in (60, 70)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert sorted(ends) == ["told", "written"]


def test_a_home_elsewhere_is_named_by_a_reviewer(app: Flask) -> None:
    """What is entered here as predecessor would stand on the other home's page as well."""
    everywhere = Scope(False, None, Department.CIVIL_AFFAIRS)
    with app.app_context():
        here = home_here()
        with unit_of_work():
            facts = {"name": "外县敬老院", "region_code": THERE}
            there = keeping.register(facts, told(), everywhere, may_publish=False)
        with pytest.raises(RulesBroken) as refused:
            revised(here, {"predecessor_id": there.id}, CIVIL)
        assert refused.value.problems.keys() == {"predecessor_id"}
        db.session.rollback()
        assert revised(here, {"predecessor_id": there.id}, CIVIL, may_publish=True)
        assert revised(here, {"predecessor_id": None}, CIVIL), "one's own word may be taken back"
