"""Every role × own and foreign region and department × every endpoint: nothing leaks, nothing is written.

One county holds one of everything. The person whose business it is fills in each form; then everybody else
sends exactly that. A new endpoint fails here until it says what it is about.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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
from portal.corrections.models import KnownHow
from portal.corrections.service import Claim, Words, lodge, reject
from portal.database import Base
from portal.domain.actor import Actor, Scope
from portal.domain.grading import GradeScale
from portal.domain.permissions import Capability, Department, Role, can
from portal.extensions import db, limiter
from portal.history.keeper import Provenance
from portal.history.models import DataSet, SourceKind
from portal.history.sources import enter_source
from portal.imports.models import ImportRow, ImportRun
from portal.imports.service import NewImport, upload
from portal.imports.service import commit as commit_import
from portal.imports.work import work_at_all
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

LIST_TEXT = f"机构名称,床位数\n{HOME},92\n"
"""A list that is uploaded: sent as a file wherever a form holds it."""

Samples = dict[str, dict[str, Any]]


@dataclass
class World:
    """The application, one of everything in it, and where each endpoint finds its own."""

    app: Flask
    samples: Samples
    clients: dict[tuple[Role, Department, str], FlaskClient]
    national: FlaskClient
    """An administrator of the whole country."""


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
        national = signed_in(app, make_staff(app, Role.ADMINISTRATOR, region_code=None))
        yield World(app, samples, clients, national)
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
        civil = Scope(False, frozenset({OWN}), Department.CIVIL_AFFAIRS)
        told = Claim(Block.BEDS, None, "80张", Words("多写了", "60张"), KnownHow.SEEN)
        accepted, rejected, reopened = (lodge(home, told, letter * 32) for letter in "abc")
        reject(reopened, "与现场一致", Actor("测试"), civil, reopened.version)
        service.amend_institution(home, {"beds_total": 70}, said)
        days = read_days("2026-12-14,放假,测试\n2026-12-19,上班,测试")
        notice = amend_calendar(days, NoticeDocument("测试通知"), Actor("测试")).notice_id
        asked = NewImport(source=LIST, as_of=day, region_code=OWN, file_name="名册.csv")
        text = f"机构名称,床位数\n{HOME},90\n".encode()
        run = upload(asked, io.BytesIO(text), Actor("测试", person.id), civil)
        entered = replace(asked, source=f"{LIST}二", file_name="名册二.csv")
        done = upload(entered, io.BytesIO(text.replace(b"90", b"91")), Actor("测试", person.id), civil)
        given_up = upload(
            replace(asked, source=f"{LIST}三"), io.BytesIO(text), Actor("测试", person.id), civil
        )
        done_id, given_up_args = done.id, {"run_id": given_up.id}
        home_args, stray_args = {"public_id": home.public_id}, {"public_id": stray.public_id}
        run_args, done_args = {"run_id": run.id}, {"run_id": done_id}
        reports = {name: {"report_id": one.id} for name, one in
                   (("accept", accepted), ("reject", rejected), ("reopen", reopened))}  # fmt: skip
        record_args = {**home_args, "kind": "star_grade", "record_id": grade.id}
        person_args = {"staff_id": person.id}
    with app.app_context():
        work_at_all()
        with unit_of_work():
            commit_import(db.session.get_one(ImportRun, done_id), Actor("测试", person.id))
        work_at_all()
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
        "correction": reports["accept"],
        **{f"{name}_correction": arguments for name, arguments in reports.items()},
        "person": person_args,
        "reset_person": person_args,
        "reset_person_factor": person_args,
        **{
            f"import_{name}": run_args
            for name in (
                "run", "check_again", "commit", "progress", "report", "rows", "to_mend",
            )
        },
        **{f"import_{name}": done_args for name in ("settle", "undo")},
        "import_discard": given_up_args,
        # what has no owner: lists, one's own account, what holds for everybody
        "withdraw_notice": {"notice_id": notice},
        "end_session": {"session_id": 1},
        "attention_rows": {"name": "stale"},
        "attention_export": {"name": "stale", "file_format": "csv"},
        **{
            name: {"file_format": "csv"}
            for name in (
                "institutions_export", "guides_export", "unregistered_homes_export", "corrections_export",
                "people_export", "audit_export", "imports_export",
            )
        },
    }  # fmt: skip


OWNED_BY_NOBODY = {"withdraw_notice", "end_session", "attention_rows", "attention_export"}
"""Addresses with placeholders that stand for nothing in a county."""


NOT_HERE = {"import_to_mend", "import_sample"}
"""Nothing in the list has to be mended; a sample list is the demo city's."""


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
            # what the audit hears of only once the worker has done it
            tuple(map(tuple, db.session.execute(_IMPORTS))),
            db.session.scalar(select(func.count()).where(ImportRow.taken)),
        )


_IMPORTS = select(ImportRun.state, ImportRun.settled_at).order_by(ImportRun.id)


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
    "edit_institution": _changed(f_beds_total="67"),
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


FORMS |= {
    "calendar": lambda _: {"title": "又一份通知", "days": "2026-12-21,放假,测试", "step": "enter"},
    "withdraw_notice": lambda _: {"reason": "录错了"},
    "new_import": lambda _: {"source": LIST, "as_of": TODAY, "region": OWN, "file": LIST_TEXT},
    "reset_person": lambda _: {},
    "reset_person_factor": lambda _: {},
    "import_rows": lambda _: {"go": "nothing", "page": "1"},
    "import_check_again": lambda _: {},
    "import_commit": lambda _: {},
    "import_discard": lambda _: {},
    "import_settle": lambda _: {},
    "import_undo": lambda _: {},
}


def filled(world: World, endpoint: str, client: FlaskClient) -> dict[str, str]:
    """Return the form of the right person's own page, filled in."""
    if endpoint in ANSWERS:
        return answered(world, endpoint, client)
    return FORMS[endpoint](inputs(client.get(address(world, endpoint)).text))


def answered(world: World, endpoint: str, client: FlaskClient) -> dict[str, str]:
    """Return an answer to a report: with the version that its page shows and, to accept it, a change."""
    form = endpoint.removesuffix("_correction")
    with world.app.test_request_context():
        page = client.get(world.app.url_for("backoffice.correction", **world.samples[endpoint])).text
    own = {name: value for name, value in inputs(page).items() if name.startswith(f"{form}-")}
    change = re.search(r'name="accept-revision" value="(\d+)"', page)
    chosen = {"accept-revision": change[1]} if change and form == "accept" else {}
    return {**own, **chosen, f"{form}-reason": "已到现场核对"}


ANSWERS = ("accept_correction", "reject_correction", "reopen_correction")


def right_person(world: World, endpoint: str, capability: Capability) -> FlaskClient:
    """Return the browser of somebody whose business it is."""
    if endpoint in FOR_EVERYBODY:
        return world.national
    role = Role.REVIEWER if can(Role.REVIEWER, capability) else Role.ADMINISTRATOR
    return world.clients[role, Department.CIVIL_AFFAIRS, OWN]


FOR_EVERYBODY = {"calendar", "withdraw_notice"}
"""What holds for the whole country: nobody of a county may write it."""


def sent(client: FlaskClient, place: str, form: dict[str, str]) -> TestResponse:
    """Send a form, the list in it as a file."""
    files = {
        name: (io.BytesIO(text.encode()), "名册.csv") for name, text in form.items() if text == LIST_TEXT
    }
    return client.post(place, data={**form, **files})


def test_who_may_not_write_writes_nothing(world: World) -> None:
    wrong: list[tuple[Any, ...]] = []
    for endpoint, capability in guarded_rules(world.app, "POST"):
        if capability is Capability.OWN_ACCOUNT:
            continue
        form = filled(world, endpoint, right_person(world, endpoint, capability))
        for (role, department, region), client in world.clients.items():
            foreign = region == FOREIGN and (owned(world, endpoint) or OWN in form.values())
            keeps_it = department is Department.CIVIL_AFFAIRS or capability is Capability.MANAGE_STAFF
            if can(role, capability) and not foreign and keeps_it and endpoint not in FOR_EVERYBODY:
                continue
            fire_too = endpoint in (
                "new_unregistered_home",
                "correct_unregistered_home",
                "unregistered_step",
            )
            if fire_too and can(role, capability) and region == OWN:
                continue
            before = written(world.app)
            response = sent(client, address(world, endpoint), form)
            allowed = (403,) if not can(role, capability) else (403, 404, 409, 422)
            if response.status_code not in allowed or written(world.app) != before:
                wrong.append((endpoint, role.value, department.value, region, response.status_code))
    assert wrong == []


def test_every_form_is_filled_in_by_the_right_person(world: World) -> None:
    """A form that nobody could send would be refused for that, whoever sends it."""
    writing = {
        name for name, needed in guarded_rules(world.app, "POST") if needed is not Capability.OWN_ACCOUNT
    }
    assert writing - FORMS.keys() - set(ANSWERS) == set()


@pytest.mark.parametrize(
    "endpoint", sorted((*FORMS, *ANSWERS), key=lambda one: one == "withdraw_institution")
)
def test_whose_business_it_is_can_write(world: World, endpoint: str) -> None:
    """The same forms, sent by the person they are for, do write."""
    client = right_person(world, endpoint, dict(guarded_rules(world.app, "POST"))[endpoint])
    form, before = filled(world, endpoint, client), written(world.app)
    response = sent(client, address(world, endpoint), form)
    assert response.status_code == 303, response.text
    assert written(world.app) != before
    with world.app.app_context():
        work_at_all()  # a list that is being read takes no further orders


def test_nobody_without_a_session_gets_in(world: World) -> None:
    stranger = world.app.test_client()
    before = written(world.app)
    for method in ("GET", "POST"):
        for endpoint, _ in guarded_rules(world.app, method):
            response = stranger.open(address(world, endpoint), method=method)
            assert response.status_code == 303, endpoint
            assert response.location.startswith("/staff/sign-in"), endpoint
    assert written(world.app) == before
