"""A county with one of everything that staff have to do with, for the tests of who may do what."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.corrections.models import KnownHow
from portal.corrections.service import Claim, Words, lodge, reject
from portal.domain.actor import Actor, Scope
from portal.domain.grading import GradeScale
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.imports.models import ImportRun
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
from tests.surfaces.backoffice.county_cases import CLUE, NOTE, WORDS, WRITER, make_cases
from tests.surfaces.backoffice.county_column import SAID, WHY, make_column
from tests.surfaces.backoffice.county_digests import JUDGED, make_digests
from tests.surfaces.backoffice.county_lists import RULE, make_lists
from tests.surfaces.backoffice.county_supervision import DEMAND, FINDING, make_supervision
from tests.surfaces.backoffice.county_surveys import SPOKEN, make_surveys
from tests.surfaces.backoffice.county_visits import REASON, SUMMARY, make_visits
from tests.surfaces.backoffice.county_voices import make_voices
from tests.surfaces.staff import make_staff

OWN, FOREIGN = "350404", "110101"
HOME, STRAY, PERSON, LIST = "甲字号养老院", "乙字号托老点", "丙字某人", "丁字名册"
FOR_HANDLERS = (WORDS, WRITER, NOTE)
"""Of complaints: read by the department that handles them, and by nobody else."""
SECRETS = (
    HOME,
    STRAY,
    PERSON,
    LIST,
    CLUE,
    FINDING,
    DEMAND,
    SUMMARY,
    REASON,
    RULE,
    JUDGED,
    SAID,
    WHY,
    SPOKEN,
    *FOR_HANDLERS,
)
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
    given: dict[str, str]
    """What forms of complaints are filled with."""


def make_one_of_everything(app: Flask) -> tuple[Samples, dict[str, str]]:
    """Fill the county; return the placeholders of every address, and what forms of complaints hold."""
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
        person_args, home_id = {"staff_id": person.id}, home.id
    with app.app_context():
        work_at_all()
        with unit_of_work():
            commit_import(db.session.get_one(ImportRun, done_id), Actor("测试", person.id))
        work_at_all()
    cases, given = make_cases(app, OWN, home_id)
    supervised, also_given = make_supervision(app, OWN, home_id)
    visits, given_to_visits = make_visits(app, OWN, home_id)
    lists = make_lists(app, OWN)
    digests = make_digests(app, OWN)
    column, given_to_column = make_column(app, OWN)
    voices = make_voices(app, OWN)
    surveys = make_surveys(app, OWN, home_id)
    samples = {
        **lists,
        **digests,
        **column,
        **voices,
        **surveys,
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
                "people_export", "audit_export", "imports_export", "calendar_export",
            )
        },
        **cases,
        **supervised,
        **visits,
    }  # fmt: skip
    return samples, given | also_given | given_to_visits | given_to_column
