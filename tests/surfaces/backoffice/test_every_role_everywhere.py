"""Every role × own and foreign region and department × every endpoint: nothing leaks, nothing is written.

One county holds one of everything. The person whose business it is fills in each form; then everybody else
sends exactly that. A new endpoint fails here until it says what it is about.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal import clock
from portal.access import ACCESS_ATTRIBUTE
from portal.accounts.models import StaffSession
from portal.audit.models import AuditHead
from portal.corrections.models import CorrectionReport, KnownHow
from portal.corrections.service import Claim, Words, lodge
from portal.database import Base
from portal.domain.actor import Actor, Scope
from portal.domain.grading import GradeScale
from portal.domain.permissions import Capability, Department, Role, can
from portal.extensions import db, limiter
from portal.history.keeper import Provenance
from portal.history.models import DataSet, SourceKind
from portal.history.sources import enter_source
from portal.imports.service import NewImport, upload
from portal.institutions import service
from portal.institutions.field_forms import Block
from portal.institutions.models import FoundHow, StarGrade, UnregisteredHome
from portal.institutions.service import new_public_id
from portal.reference.calendar_file import read_days
from portal.reference.calendar_service import NoticeDocument, amend_calendar
from portal.unit_of_work import unit_of_work
from tests.conftest import fresh_sqlite
from tests.surfaces.backoffice.records import SOURCE, inputs
from tests.surfaces.staff import make_staff, signed_in

OWN, FOREIGN = "350404", "110101"
HOME, STRAY, PERSON, LIST = "甲字号养老院", "乙字号托老点", "丙字某人", "丁字名册"
SECRETS = (HOME, STRAY, PERSON, LIST)
TODAY = clock.today().isoformat()

Samples = dict[str, dict[str, Any]]


@dataclass
class World:
    """The application, one of everything in it, and where each endpoint finds its own."""

    app: Flask
    samples: Samples
    clients: dict[tuple[Role, Department, str], FlaskClient]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[World]:
    limiter.enabled = False
    with fresh_sqlite(tmp_path_factory.mktemp("roles"), sqlite_template) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        samples = make_one_of_everything(app)
        clients = {
            key: signed_in(app, make_staff(app, key[0], key[1], key[2]))
            for key in product(Role, (Department.CIVIL_AFFAIRS, Department.FIRE), (OWN, FOREIGN))
        }
        yield World(app, samples, clients)
    limiter.enabled = True


def make_one_of_everything(app: Flask) -> Samples:
    """Fill the county, and return the placeholders of every address, by endpoint."""
    person = make_staff(app, Role.CLERK, Department.CIVIL_AFFAIRS, OWN, name=PERSON)
    with app.app_context(), clock.moved_to(clock.at(clock.today() - timedelta(days=30))), unit_of_work():
        day = clock.today()
        said = Provenance(enter_source("月报", day, SourceKind.DOCUMENT), day, Actor("测试"))
        home = service.register_institution({"name": HOME, "region_code": OWN, "beds_total": 80}, said)
        grade = service.enter(
            StarGrade(institution_id=home.id, scale=GradeScale.NATIONAL, level=3, as_written="三级"), said
        )
        stray = service.enter(
            UnregisteredHome(
                public_id=new_public_id(),
                name=STRAY,
                region_code=OWN,
                found_on=day,
                found_how=FoundHow.INSPECTION,
                private_dwelling=False,
            ),
            said,
        )
        report = lodge(
            home, Claim(Block.BEDS, None, "80张", Words("多写了", "60张"), KnownHow.SEEN), "a" * 32
        )
        days = read_days("2026-12-14,放假,测试\n2026-12-19,上班,测试")
        notice = amend_calendar(days, NoticeDocument("测试通知"), Actor("测试")).notice_id
        asked = NewImport(source=LIST, as_of=day, region_code=OWN, file_name="名册.csv")
        clerk = Scope(False, frozenset({OWN}), Department.CIVIL_AFFAIRS)
        text = f"机构名称,床位数\n{HOME},90\n".encode()
        run = upload(asked, io.BytesIO(text), Actor("测试", person.id), clerk)
        home_args, stray_args = {"public_id": home.public_id}, {"public_id": stray.public_id}
        report_args, run_args = {"report_id": report.id}, {"run_id": run.id}
        record_args = {**home_args, "kind": "star_grade", "record_id": grade.id}
        person_args = {"staff_id": person.id}
    return {
        "institution": home_args,
        "edit_institution": home_args,
        "edit_institution_block": {**home_args, "block": "beds"},
        "withdraw_institution": home_args,
        "new_record": {**home_args, "kind": "star_grade"},
        "edit_record": record_args,
        "withdraw_record": record_args,
        "unregistered_home": stray_args,
        "correct_unregistered_home": stray_args,
        "unregistered_step": {**stray_args, "step": "verify"},
        "guide": {"region_code": OWN},
        "correction": report_args,
        "accept_correction": report_args,
        "reject_correction": report_args,
        "reopen_correction": report_args,
        "person": person_args,
        "reset_person": person_args,
        "reset_person_factor": person_args,
        **{
            f"import_{name}": run_args
            for name in (
                "run", "check_again", "commit", "discard", "progress", "report", "rows", "settle", "to_mend",
                "undo",
            )
        },
        # what has no owner: lists, one's own account, what holds for everybody
        "withdraw_notice": {"notice_id": notice},
        "end_session": {"session_id": 1},
        "attention_rows": {"name": "stale"},
        "attention_export": {"name": "stale", "file_format": "csv"},
        **{
            name: {"file_format": "csv"}
            for name in (
                "institutions_export", "guides_export", "unregistered_homes_export", "corrections_export",
            )
        },
    }  # fmt: skip


OWNED_BY_NOBODY = {"withdraw_notice", "end_session", "attention_rows", "attention_export"}
"""Addresses with placeholders that stand for nothing in a county."""


NOT_HERE = {"import_to_mend", "import_report", "import_sample"}
"""Nothing to mend and no report while the list has not been read; a sample list is the demo city's."""


def owned(world: World, endpoint: str) -> bool:
    """True if the endpoint's address names something of the county."""
    arguments = world.samples.get(endpoint, {})
    return bool(set(arguments) - {"file_format"}) and endpoint not in OWNED_BY_NOBODY


def guarded_rules(app: Flask, method: str) -> list[tuple[str, Capability]]:
    """Return (endpoint without its blueprint, capability) of everything staff may call with ``method``."""
    found = {}
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], ACCESS_ATTRIBUTE, None)
        if isinstance(access, Capability) and method in (rule.methods or ()):
            found[rule.endpoint.removeprefix("backoffice.")] = access
    return sorted(found.items())


def address(world: World, endpoint: str) -> str:
    with world.app.test_request_context():
        return world.app.url_for(f"backoffice.{endpoint}", **world.samples.get(endpoint, {}))


def written(app: Flask) -> tuple[Any, ...]:
    """Return what changes when anything is written, sessions apart."""
    with app.app_context():
        counts = [
            db.session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
            if table is not StaffSession.__table__
        ]
        return (
            *counts,
            db.session.scalar(select(AuditHead.sequence)),
            db.session.scalar(select(DataSet.version)),
        )


def test_every_address_has_its_sample(world: World) -> None:
    unknown = [
        rule.endpoint
        for rule in world.app.url_map.iter_rules()
        if rule.endpoint.startswith("backoffice.")
        and isinstance(getattr(world.app.view_functions[rule.endpoint], ACCESS_ATTRIBUTE), Capability)
        and rule.arguments != set(world.samples.get(rule.endpoint.removeprefix("backoffice."), {}))
    ]
    assert unknown == []


def test_who_may_not_look_sees_nothing(world: World) -> None:
    wrong = []
    for (role, department, region), client in world.clients.items():
        for endpoint, capability in guarded_rules(world.app, "GET"):
            response = client.get(address(world, endpoint))
            text = response.get_data(as_text=True) if response.mimetype != XLSX else ""
            case = (role.value, department.value, region, endpoint, response.status_code)
            if not can(role, capability):
                expected = (403,)
            elif region == FOREIGN and owned(world, endpoint):
                expected = (404,)
            else:
                expected = (200, 303, 403, 404, 409)
            leaks = [secret for secret in SECRETS if secret in text]
            if response.status_code not in expected or (
                leaks and (region == FOREIGN or response.status_code == 403)
            ):
                wrong.append((*case, leaks))
    assert wrong == []


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_whose_business_it_is_gets_every_page(world: World) -> None:
    """The counterpart of the test above, without which a site that refuses everybody would pass."""
    reviewer = world.clients[Role.REVIEWER, Department.CIVIL_AFFAIRS, OWN]
    administrator = world.clients[Role.ADMINISTRATOR, Department.CIVIL_AFFAIRS, OWN]
    wrong = []
    for endpoint, capability in guarded_rules(world.app, "GET"):
        client = reviewer if can(Role.REVIEWER, capability) else administrator
        response = client.get(address(world, endpoint))
        if response.status_code not in (200, 303, 409) and endpoint not in NOT_HERE:
            wrong.append((endpoint, response.status_code))
    assert wrong == []


def _changed(**changes: str) -> Callable[[dict[str, str]], dict[str, str]]:
    return lambda form: {**form, **SOURCE, "as_of": TODAY, "reason": "", **changes}


FORMS: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "edit_institution_block": _changed(f_beds_total="66"),
    "new_institution": _changed(f_name="新开的养老院", f_region_code=OWN),
    "new_record": _changed(f_scale="national", f_level="2"),
    "edit_record": _changed(f_certificate_number="证9号"),
    "withdraw_record": _changed(reason="录错了"),
    "withdraw_institution": _changed(reason="录错了"),
    "new_unregistered_home": _changed(name="又一处", region_code=OWN, found_on=TODAY, found_how="inspection"),
    "correct_unregistered_home": _changed(township="某镇"),
    "unregistered_step": _changed(day=TODAY),
    "guide": _changed(who_may_apply="老人", steps="一步", papers="一份", office="民政办"),
    "invite": lambda form: {**form, "name": "戊", "email": "wu@example.cn", "role": "clerk",
                            "department": "fire", "region": OWN},
    "person": lambda form: {**form, "name": "己", "role": "clerk", "department": "civil_affairs",
                            "region": OWN, "active": "y"},
}  # fmt: skip
"""What the right person writes into a form; what has no entry is sent as its buttons send it."""


def filled(world: World, endpoint: str, client: FlaskClient) -> dict[str, str]:
    """Return the form of the right person's own page, filled in."""
    fill = FORMS.get(endpoint)
    return fill(inputs(client.get(address(world, endpoint)).text)) if fill else {"reason": "测试原因"}


def test_who_may_not_write_writes_nothing(world: World) -> None:
    wrong: list[tuple[Any, ...]] = []
    for endpoint, capability in guarded_rules(world.app, "POST"):
        if capability is Capability.OWN_ACCOUNT:
            continue
        right = Role.REVIEWER if can(Role.REVIEWER, capability) else Role.ADMINISTRATOR
        form = filled(world, endpoint, world.clients[right, Department.CIVIL_AFFAIRS, OWN])
        for (role, department, region), client in world.clients.items():
            foreign = region == FOREIGN and (owned(world, endpoint) or OWN in form.values())
            keeps_it = department is Department.CIVIL_AFFAIRS or capability is Capability.MANAGE_STAFF
            if can(role, capability) and not foreign and keeps_it:
                continue
            if endpoint == "withdraw_notice" and can(role, capability) and not foreign:
                continue
            fire_too = endpoint in (
                "new_unregistered_home",
                "correct_unregistered_home",
                "unregistered_step",
            )
            if fire_too and can(role, capability) and region == OWN:
                continue
            before = written(world.app)
            response: TestResponse = client.post(address(world, endpoint), data=form)
            allowed = (403,) if not can(role, capability) else (403, 404, 409, 422)
            if response.status_code not in allowed or written(world.app) != before:
                wrong.append((endpoint, role.value, department.value, region, response.status_code))
    assert wrong == []


@pytest.mark.parametrize("endpoint", [name for name in FORMS if not name.startswith("withdraw")])
def test_whose_business_it_is_can_write(world: World, endpoint: str) -> None:
    """The same forms, sent by the person they are for, do write."""
    capability = dict(guarded_rules(world.app, "POST"))[endpoint]
    right = Role.REVIEWER if can(Role.REVIEWER, capability) else Role.ADMINISTRATOR
    client = world.clients[right, Department.CIVIL_AFFAIRS, OWN]
    form, before = filled(world, endpoint, client), written(world.app)
    response = client.post(address(world, endpoint), data=form)
    assert response.status_code == 303, response.text
    assert written(world.app) != before


def test_a_report_stays_open_after_all_that(world: World) -> None:
    with world.app.app_context():
        assert db.session.scalars(select(CorrectionReport.state)).one().value == "open"


def test_nobody_without_a_session_gets_in(world: World) -> None:
    stranger = world.app.test_client()
    before = written(world.app)
    for method in ("GET", "POST"):
        for endpoint, _ in guarded_rules(world.app, method):
            response = stranger.open(address(world, endpoint), method=method)
            assert response.status_code == 303, endpoint
            assert response.location.startswith("/staff/sign-in"), endpoint
    assert written(world.app) == before
