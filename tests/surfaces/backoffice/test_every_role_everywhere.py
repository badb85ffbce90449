"""Every role × own and foreign region and department × every endpoint: nothing leaks, nothing is written.

One county holds one of everything. The person whose business it is fills in each form; then everybody else
sends exactly that. A new endpoint fails here until it says what it is about.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from portal.access import ACCESS_ATTRIBUTE
from portal.accounts.models import StaffSession
from portal.audit.models import AuditHead
from portal.database import Base
from portal.domain.permissions import Capability, Department, Role, can
from portal.extensions import db, limiter
from portal.history.models import DataSet
from portal.imports.models import ImportRow, ImportRun
from portal.imports.work import work_at_all
from tests.conftest import fresh_sqlite
from tests.integration.supervision.bureau import picture
from tests.surfaces.backoffice.county import (
    CLUE,
    FOR_HANDLERS,
    FOREIGN,
    LIST,
    LIST_TEXT,
    OWN,
    SECRETS,
    TODAY,
    World,
    make_one_of_everything,
)
from tests.surfaces.backoffice.county_cases import ANSWERED, FIELDS, OTHERS, filled_case
from tests.surfaces.backoffice.county_column import COLUMN, COLUMN_ANSWERS, filled_column
from tests.surfaces.backoffice.county_digests import DIGESTS, filled_digests
from tests.surfaces.backoffice.county_lists import LISTS, filled_lists
from tests.surfaces.backoffice.county_supervision import PHOTO, SUPERVISION, filled_supervision
from tests.surfaces.backoffice.county_surveys import SURVEYS, filled_survey
from tests.surfaces.backoffice.county_visits import VISITS, filled_visits
from tests.surfaces.backoffice.county_voices import VOICES, filled_voices
from tests.surfaces.backoffice.records import SOURCE, inputs
from tests.surfaces.staff import make_staff, signed_in


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[World]:
    limiter.enabled = False
    with fresh_sqlite(tmp_path_factory.mktemp("roles"), sqlite_template) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        samples, given = make_one_of_everything(app)
        clients = {
            key: signed_in(app, make_staff(app, key[0], key[1], key[2]))
            for key in product(Role, (Department.CIVIL_AFFAIRS, Department.FIRE), (OWN, FOREIGN))
        }
        national = signed_in(app, make_staff(app, Role.ADMINISTRATOR, region_code=None))
        yield World(app, samples, clients, national, given)
    limiter.enabled = True


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
        return (
            *db.session.execute(_COUNTS).one(),
            db.session.scalar(select(AuditHead.sequence)),
            db.session.scalar(select(DataSet.version)),
            # what the audit hears of only once the worker has done it
            tuple(map(tuple, db.session.execute(_IMPORTS))),
            db.session.scalar(select(func.count()).where(ImportRow.taken)),
        )


_COUNTS = text(  # a hundred tables, asked thousands of times: in one statement that is put together once
    str(
        select(
            *(
                select(func.count()).select_from(table).scalar_subquery()
                for table in Base.metadata.sorted_tables
                if table is not StaffSession.__table__
            )
        )
    )
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
            text = response.get_data().decode(errors="ignore")
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


def test_what_was_complained_of_is_read_by_those_who_handle_it_alone(world: World) -> None:
    """Words, person and notes: the own department's clerks and reviewers. A clue: discipline inspection."""
    seen: dict[str, set[tuple[str, str, str]]] = {}
    receipt = world.samples["case"]["receipt"]
    for (role, department, region), client in world.clients.items():
        for endpoint, _ in guarded_rules(world.app, "GET"):
            response = client.get(address(world, endpoint))
            text = response.get_data().decode(errors="ignore")
            told = (receipt,) if response.status_code == 200 else ()  # a refusal repeats the address
            for secret in (*FOR_HANDLERS, CLUE, *told):
                if secret in text:
                    seen.setdefault(secret, set()).add((role.value, department.value, region))
    civil = {(role, "civil_affairs", OWN) for role in ("clerk", "reviewer")}
    watch = {(role, department, OWN) for role in ("supervisor", "discipline") for department in BOTH}
    assert [seen[secret] for secret in FOR_HANDLERS] == [civil] * len(FOR_HANDLERS)
    assert seen[CLUE] == {("discipline", department, OWN) for department in BOTH}
    assert seen[receipt] == civil | watch


BOTH = ("civil_affairs", "fire")


def test_whose_business_it_is_gets_every_page(world: World) -> None:
    """The counterpart of the test above, without which a site that refuses everybody would pass."""
    reviewer = world.clients[Role.REVIEWER, Department.CIVIL_AFFAIRS, OWN]
    wrong = []
    for endpoint, capability in guarded_rules(world.app, "GET"):
        client = reviewer if can(Role.REVIEWER, capability) else right_person(world, endpoint, capability)
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
    if endpoint in CASES:
        arguments = world.samples.get(endpoint, {})
        return filled_case(client, endpoint, arguments, world.given, address(world, endpoint))
    if endpoint in DIGESTS:
        return filled_digests(client, endpoint, address(world, endpoint), OWN)
    if endpoint in LISTS:
        return filled_lists(client, endpoint, address(world, endpoint), OWN)
    if endpoint in SURVEYS:
        arguments = world.samples.get(endpoint, {})
        place, home = address(world, endpoint), world.samples["institution"]["public_id"]
        return filled_survey(client, endpoint, arguments, place, OWN, home)
    if endpoint in VOICES:
        return filled_voices(client, endpoint, address(world, endpoint))
    if endpoint in COLUMN:
        arguments = world.samples.get(endpoint, {})
        return filled_column(client, endpoint, arguments, world.given, address(world, endpoint))
    if endpoint in SUPERVISION:
        arguments = world.samples.get(endpoint, {})
        return filled_supervision(client, endpoint, arguments, world.given, address(world, endpoint))
    if endpoint in VISITS:
        arguments = world.samples.get(endpoint, {})
        return filled_visits(client, endpoint, arguments, world.given, address(world, endpoint))
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


CASES = {*OTHERS, *(f"case_{deed}" for deed in FIELDS)}
"""Forms of complaints."""
ANSWERS = ("accept_correction", "reject_correction", "reopen_correction")


def right_person(world: World, endpoint: str, capability: Capability) -> FlaskClient:
    """Return the browser of somebody whose business it is."""
    if endpoint in FOR_EVERYBODY:
        return world.national
    role = next(one for one in BUSINESS if can(one, capability))
    return world.clients[role, Department.CIVIL_AFFAIRS, OWN]


BUSINESS = (Role.REVIEWER, Role.ADMINISTRATOR, Role.DISCIPLINE)
"""Of these the first who can is the right person."""
FOR_EVERYBODY = {"calendar", "withdraw_notice"}
"""What holds for the whole country: nobody of a county may write it."""


def sent(client: FlaskClient, place: str, form: dict[str, str]) -> TestResponse:
    """Send a form, the list or the photo in it as a file."""
    files = {
        name: (io.BytesIO(text.encode()), "名册.csv") for name, text in form.items() if text == LIST_TEXT
    } | {name: (io.BytesIO(picture().data), "通道.jpg") for name, text in form.items() if text == PHOTO}
    return client.post(place, data={**form, **files})


ABOUT_A_HOME = {"new_notice"}
"""What is written about something of the county that the form alone names."""
ONES_OWN = {Capability.MANAGE_STAFF, Capability.SEE_CLUES}
"""What goes by region alone, whatever the department."""


def test_who_may_not_write_writes_nothing(world: World) -> None:
    wrong: list[tuple[Any, ...]] = []
    for endpoint, capability in guarded_rules(world.app, "POST"):
        if capability is Capability.OWN_ACCOUNT:
            continue
        form = filled(world, endpoint, right_person(world, endpoint, capability))
        before = written(world.app)
        for (role, department, region), client in world.clients.items():
            foreign = region == FOREIGN and (
                owned(world, endpoint) or OWN in form.values() or endpoint in ABOUT_A_HOME
            )
            keeps_it = department is Department.CIVIL_AFFAIRS or capability in ONES_OWN
            if can(role, capability) and not foreign and keeps_it and endpoint not in FOR_EVERYBODY:
                continue
            fire_too = endpoint in (
                "new_unregistered_home",
                "correct_unregistered_home",
                "unregistered_step",
                "new_case",
                "new_reply_template",
                "new_problem",
                "new_inspection",
                "new_draw",
                "new_credit",
                "new_suggestion",
            )
            if fire_too and can(role, capability) and region == OWN:
                continue
            response = sent(client, address(world, endpoint), form)
            allowed = (403,) if not can(role, capability) else (403, 404, 409, 422)
            afterwards = written(world.app)
            if response.status_code not in allowed or afterwards != before:
                wrong.append((endpoint, role.value, department.value, region, response.status_code))
            before = afterwards
    assert wrong == []


EVERY_FORM = (
    *FORMS,
    *ANSWERS,
    *sorted(CASES | SUPERVISION | VISITS | LISTS | DIGESTS | COLUMN | VOICES | SURVEYS),
)
"""Endpoints that take a form."""


def test_every_form_is_filled_in_by_the_right_person(world: World) -> None:
    """A form that nobody could send would be refused for that, whoever sends it."""
    writing = {
        name for name, needed in guarded_rules(world.app, "POST") if needed is not Capability.OWN_ACCOUNT
    }
    assert writing - set(EVERY_FORM) == set()


@pytest.mark.parametrize("endpoint", sorted(EVERY_FORM, key=lambda one: one == "withdraw_institution"))
def test_whose_business_it_is_can_write(world: World, endpoint: str) -> None:
    """The same forms, sent by the person they are for, do write."""
    client = right_person(world, endpoint, dict(guarded_rules(world.app, "POST"))[endpoint])
    form, before = filled(world, endpoint, client), written(world.app)
    response = sent(client, address(world, endpoint), form)
    assert response.status_code == (ANSWERED | COLUMN_ANSWERS).get(endpoint, 303), response.text
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
