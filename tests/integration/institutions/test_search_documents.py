"""What search is handed: everything public about a record, nothing else, at a cost that does not grow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from portal import clock
from portal.domain.actor import PUBLIC, SYSTEM, Scope
from portal.domain.grading import GradeScale
from portal.extensions import db
from portal.history import bulk
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.models import (
    ClosureKind,
    ClosureNotice,
    ConcentratedCare,
    Disposition,
    Filing,
    FoundHow,
    Institution,
    InstitutionKind,
    OperatingState,
    Registration,
    StarGrade,
    UnregisteredHome,
)
from portal.search.ports import Document
from portal.search.registry import search_of
from portal.unit_of_work import unit_of_work

TODAY = clock.today()
JAN = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def provenance(day: date = JAN, **source: Any) -> Provenance:
    return Provenance(enter_source("月报", day, SourceKind.SPREADSHEET, **source), day, SYSTEM)


def enter_home(name: str, **facts: Any) -> Institution:
    with unit_of_work():
        return service.register_institution({"name": name, "region_code": "350404", **facts}, provenance())


def enter(record: Any, **source: Any) -> Any:
    with unit_of_work():
        return service.enter(record, provenance(**source))


def documents(
    app: Flask, kind: str = "institution", scope: Scope = PUBLIC, ids: list[int] | None = None
) -> list[Document]:
    return list(search_of(app).sources[kind].documents(scope, ids))


def texts(document: Document, field: str) -> list[str]:
    return [text for name, text in document.details if name == field]


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_a_home_is_found_by_everything_its_page_shows(app: Flask) -> None:
    home = enter_home(
        "示例怡和养老院",
        former_names=[{"name": "示例老年之家", "until": "2020-01-01"}],
        kind=InstitutionKind.NURSING_HOME,
        township="列西街道",
        address="福建省三明市三元区桔林路1号",
        operator="示例物业服务公司",
        owner="示例镇人民政府",
        services="助浴\n康复训练",
        medical_partner="示例医院",
        takes_dementia=True,
        takes_full=False,
        insurance_long_term_care=True,
    )
    enter(Registration(institution_id=home.id, registered_on=JAN, number="民证字第001号"))
    enter(Filing(institution_id=home.id, filed_on=JAN, number="元养备〔2026〕1号"))
    enter(ConcentratedCare(institution_id=home.id, designated_on=JAN, document_number="元民〔2026〕9号"))
    enter(
        StarGrade(
            institution_id=home.id,
            scale=GradeScale.NATIONAL,
            level=3,
            valid_from=JAN,
            certificate_number="闽养级003",
        )
    )
    (found,) = documents(app)
    assert (found.kind, found.record_id, found.name) == ("institution", home.id, "示例怡和养老院")
    assert found.former_names == ("示例老年之家",)
    assert found.regions == ("350000", "350400", "350404")
    written = "\n".join(text for _, text in found.details)
    for part in (
        "福建省三明市三元区", "列西街道", "桔林路1号", "物业服务", "镇人民政府", "康复训练", "示例医院",
        "养老院", "失智老人", "长期护理保险", "集中照护", "三级", "民证字第001号", "元养备〔2026〕1号",
        "元民〔2026〕9号", "闽养级003",
    ):  # fmt: skip
        assert part in written, part
    assert texts(found, "takes") == ["失智老人"]


def test_nothing_unpublished_is_handed_over(app: Flask) -> None:
    home = enter_home("示例甲院", phone="0598-8200000")
    number = enter(Registration(institution_id=home.id, registered_on=JAN, number="民证字第007号"))
    with unit_of_work():
        service.withdraw(number, provenance(TODAY))
    (found,) = documents(app)
    assert not any("007" in text or "8200000" in text for _, text in found.details)
    with unit_of_work():
        service.withdraw(db.session.get(Institution, home.id), provenance(TODAY))
    assert documents(app) == documents(app, ids=[home.id]) == []


def test_a_scope_of_regions_is_kept(app: Flask) -> None:
    enter_home("示例甲院")
    enter_home("示例乙院", region_code="350421")
    names = [found.name for found in documents(app, scope=Scope(True, frozenset({"350421"})))]
    assert names == ["示例乙院"]


def test_open_and_filed_homes_come_first_then_the_better_grade(app: Flask) -> None:
    closed = enter_home("示例甲院", operating_state=OperatingState.CLOSED)
    plain = enter_home("示例乙院")
    filed = enter_home("示例丁院")
    graded = enter_home("示例丙院")
    for home in (filed, graded):
        enter(Registration(institution_id=home.id, registered_on=JAN))
        enter(Filing(institution_id=home.id, filed_on=JAN))
    enter(StarGrade(institution_id=graded.id, scale=GradeScale.NATIONAL, level=1, valid_from=JAN))
    enter_notice(closed)
    everything = [*documents(app), *documents(app, "closure_notice")]
    ranked = sorted(everything, key=lambda document: document.order)
    assert [(one.kind, one.record_id) for one in ranked[:4]] == [
        ("institution", home.id) for home in (graded, filed, plain, closed)
    ]
    assert ranked[4].kind == "closure_notice"
    assert all(one.order.isascii() for one in everything)


def enter_notice(home: Institution, successor: Institution | None = None) -> ClosureNotice:
    notice = ClosureNotice(
        institution_id=home.id,
        public_id="notice22",
        kind=ClosureKind.CLOSURE,
        announced_on=JAN,
        effective_on=JAN,
        reason="租约到期",
        residents_went="全部转到别院",
        successor_id=successor.id if successor else None,
    )
    found: ClosureNotice = enter(notice, document_number="元民函〔2026〕12号")
    return found


def test_a_notice_is_found_by_its_home_its_words_and_its_document(app: Flask) -> None:
    home, heir = enter_home("示例甲院"), enter_home("示例乙院")
    notice = enter_notice(home, heir)
    (found,) = documents(app, "closure_notice", ids=[notice.id])
    assert found.name == "示例甲院"
    assert texts(found, "kind") == ["关停公告"]
    assert texts(found, "successor") == ["示例乙院"]
    assert texts(found, "document_number") == ["元民函〔2026〕12号"]
    with unit_of_work():
        service.withdraw(db.session.get(Institution, home.id), provenance(TODAY))
    assert documents(app, "closure_notice") == []


def test_an_unregistered_home_is_handed_over_only_once_public_and_never_its_dwelling(app: Flask) -> None:
    steps = {"verified_on": days(-60), "operator_told_on": days(-50), "objection_ended_on": days(-20)}
    facts = {
        "region_code": "350404",
        "found_on": days(-90),
        "found_how": FoundHow.SURVEY,
        "address": "暗巷九十九号",
        "disposition": Disposition.SHUT,
    }
    enter(UnregisteredHome(public_id="bcdf2345", name="某托老点", private_dwelling=True, **facts, **steps))
    enter(UnregisteredHome(public_id="bcdf2346", name="还在核实", **facts))
    (found,) = documents(app, "unregistered_home")
    assert found.name == "某托老点"
    assert not any("暗巷" in text for _, text in found.details)


@pytest.mark.parametrize("kind", ["institution", "closure_notice", "unregistered_home"])
def test_hundreds_cost_the_queries_of_one(app: Flask, kind: str) -> None:
    def cost(ids: list[int] | None) -> int:
        documents(app, kind, ids=ids)  # the list is read once for a version of the data
        with counted() as statements:
            documents(app, kind, ids=ids)
        return len(statements)

    first = enter_home("示例甲院")
    enter_notice(first)
    one = cost([first.id])
    with unit_of_work():
        homes = bulk.open_many(
            Institution,
            [
                {
                    "public_id": f"home{n:04d}",
                    "name": f"示例{n}院",
                    "name_key": f"{n}",
                    "region_code": "350404",
                }
                for n in range(700)
            ],
            None,
            provenance(),
        )
    assert cost(None) <= max(one, 3)
    assert cost([first.id, *homes]) <= max(one, 3)
    if kind == "institution":
        chosen = [first.id, *homes[:600]]
        assert {found.record_id for found in documents(app, ids=chosen)} == set(chosen)
