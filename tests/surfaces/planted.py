"""Complaints with planted marks wherever a person may be, led through their whole life by the pages alone."""

from __future__ import annotations

import io
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from portal import clock
from portal.complaints.jobs import count_figures
from portal.complaints.models import CaseClue
from portal.complaints.office_models import CaseDraft
from portal.complaints.reminders import remind, send_digests
from portal.domain.actor import IMPORTER
from portal.domain.permissions import Department, Role
from portal.extensions import db, limiter
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service as institutions
from portal.logs import configure_logs
from portal.search.indexing import keep_up
from portal.search.registry import current_search
from portal.unit_of_work import unit_of_work
from tests.conftest import make_app
from tests.surfaces.backoffice.casework import address, do, done
from tests.surfaces.public.complaining import NEW, TRACK, read_receipt
from tests.surfaces.staff import make_staff, signed_in

OWN, FOREIGN = "350404", "350421"
CIVIL, FIRE = Department.CIVIL_AFFAIRS, Department.FIRE
PUBLIC_TITLE, PUBLIC_TEXT, PUBLIC_REPLY = "收费说不清", "收了说不清的钱。", "核实后已经退还。"

_PLACES = {
    "named": (
        "name", "phone", "mail", "address", "text", "asked", "about", "place_name", "place", "question",
        "answer", "first_answer", "interim", "note", "urgent", "reply", "unhappy", "again", "second_reply",
        "added", "happy",
    ),
    "hidden": (
        "name", "phone", "mail", "address", "text", "asked", "about", "place_name", "place", "note",
        "draft", "submitted", "remark", "clue",
    ),
    "phoned": ("name", "phone", "mail", "address", "text", "asked", "place_name", "place"),
}  # fmt: skip
"""Three complaints: signed with a name and published; confidential, with a clue; by telephone."""
_LETTER = {"named": "甲", "hidden": "乙", "phoned": "丙"}
EXTENSION = "等鉴定机构出结论"
"""A reason that stands unsealed: the department and the writer read it."""
CAMERA = "Zhuangzi-Camera-77"
FILE_NAME = "梦蝶家的收据"


def _mark(case: str, place: str) -> str:
    number = 100 + 37 * list(_PLACES).index(case) + _PLACES[case].index(place)
    match place:
        case "phone":
            return f"13955{number:06d}"
        case "mail":
            return f"mengdie.{case}{number}@planted.example"
        case "name":
            return f"漆园{_LETTER[case]}梦蝶"
    return f"蝴蝶{_LETTER[case]}{number}号飞过濠梁"


MARKS = {case: {place: _mark(case, place) for place in places} for case, places in _PLACES.items()}
ALL_MARKS = {f"{case}/{place}": mark for case, found in MARKS.items() for place, mark in found.items()}
NEVER_SHOWN = {"camera": CAMERA, "file name": FILE_NAME}
"""Kept nowhere and shown to nobody."""


@dataclass
class Planted:
    """The application after it all, and what came out of it on the way."""

    app: Flask
    folder: Path
    logs: io.StringIO
    sent: list[str] = field(default_factory=list)
    """Address and headers of every answer."""
    citizen: FlaskClient = None  # type: ignore[assignment]
    staff: dict[str, FlaskClient] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    """What stands for the placeholders of addresses."""
    opened: str = ""
    """The answer to the reviewer who opened the contact of the confidential complaint."""


@contextmanager
def planted(folder: Path, database: Path) -> Iterator[Planted]:
    """Give an application in which three complaints have lived, everything logged at DEBUG."""
    (folder / "portal.db").write_bytes(database.read_bytes())
    heard, stderr = io.StringIO(), sys.stderr
    handler, root = logging.StreamHandler(heard), logging.getLogger()
    before, sys.stderr = root.level, heard
    limiter.enabled = False
    root.addHandler(handler)
    try:
        found = Planted(make_app(folder, log_level="DEBUG"), folder, heard)
        root.setLevel(logging.DEBUG)
        found.app.config["WTF_CSRF_ENABLED"] = False
        _overhear(found)
        _live(found)
        yield found
        with found.app.app_context():
            db.session.remove()
            db.engine.dispose()
    finally:
        limiter.enabled, sys.stderr = True, stderr
        root.removeHandler(handler)
        root.setLevel(before)
        configure_logs("ERROR")


def _overhear(found: Planted) -> None:
    @found.app.after_request
    def overhear(response: Response) -> Response:
        found.sent.append(f"{request.method} {request.full_path}\n{response.headers}")
        return response


def _photo() -> bytes:
    drawn, told = io.BytesIO(), Image.Exif()
    told[0x010F] = told[0x013B] = told[0x010E] = CAMERA
    Image.new("RGB", (80, 60), "teal").save(drawn, "JPEG", exif=told, comment=CAMERA.encode())
    assert CAMERA.encode() in drawn.getvalue()
    return drawn.getvalue()


_PHOTO = _photo()  # drawn before anybody listens: the library that draws tells the log what it writes


def photo() -> io.BytesIO:
    """Return a photo whose camera and writer say what they are called."""
    return io.BytesIO(_PHOTO)


def lodge(client: FlaskClient, marks: dict[str, str], appearance: str, **more: Any) -> tuple[str, str]:
    """Send the form of a complaint; return its number and code."""
    page = client.get(NEW).text
    token = re.search(r'name="submission"[^>]*value="([0-9a-f]{32})"', page)
    assert token is not None
    person = {name: marks.get(name, "") for name in ("name", "phone", "mail", "address")}
    answer = client.post(NEW, data={
        "submission": token[1], "asked_health": "y", "home": "other", "region": OWN, "category": "fees",
        "place_name": marks["place_name"], "place": marks["place"], "happened_about": marks["about"],
        "text": f"多收了钱。{marks['text']}", "asked": marks["asked"], "appearance": appearance, **person,
        "consent_publish": "y", "send": "1", "files": (photo(), f"{FILE_NAME}.jpg"), **more,
    })  # fmt: skip
    assert answer.status_code == 201, answer.text
    return read_receipt(answer.text)


def find(client: FlaskClient, number: str, code: str) -> Any:
    """Type number and code into the tracking page."""
    return client.post(TRACK, data={"receipt": number, "code": code})


def _live(found: Planted) -> None:
    app = found.app
    found.citizen = app.test_client()
    # fees are for market regulation: found.staff["clerk"] and the others work there
    market = Department.MARKET
    who = {
        "clerk": make_staff(app, Role.CLERK, market, OWN, name="甲承办"),
        "second": make_staff(app, Role.CLERK, market, OWN, name="乙承办"),
        "reviewer": make_staff(app, Role.REVIEWER, market, OWN, name="丙审核"),
        "supervisor": make_staff(app, Role.SUPERVISOR, CIVIL, OWN),
        "discipline": make_staff(app, Role.DISCIPLINE, Department.DISCIPLINE, OWN),
        "administrator": make_staff(app, Role.ADMINISTRATOR, CIVIL, OWN),
        "national administrator": make_staff(app, Role.ADMINISTRATOR, CIVIL, None),
        "other department": make_staff(app, Role.CLERK, FIRE, OWN),
        "other department's reviewer": make_staff(app, Role.REVIEWER, CIVIL, OWN),
        "other county": make_staff(app, Role.CLERK, market, FOREIGN),
        "other county's reviewer": make_staff(app, Role.REVIEWER, market, FOREIGN),
    }
    found.staff = {name: signed_in(app, one) for name, one in who.items()}
    day = clock.today() - timedelta(days=30)
    with app.app_context(), clock.moved_to(clock.at(day)), unit_of_work():
        told = Provenance(enter_source("月报", day, SourceKind.SPREADSHEET), day, IMPORTER)
        values = {"name": "濠上养老院", "region_code": OWN, "longitude": 117.6, "latitude": 26.2}
        found.given["public_id"] = institutions.register_institution(values, told).public_id
    _named(found, str(who["clerk"].id), str(who["second"].id))
    _hidden(found, str(who["second"].id))
    _phoned(found)
    _look_around(found)


def _named(found: Planted, first: str, second: str) -> None:
    marks, citizen = MARKS["named"], app_client(found)
    number, code = found.receipts["named"], found.codes["named"] = lodge(citizen, marks, "named")
    clerk = found.staff["clerk"]
    done(clerk, number, "accept")
    done(clerk, number, "assign", handler=first)
    done(clerk, number, "start")
    done(clerk, number, "urgent", reason=marks["urgent"])
    done(clerk, number, "note", words=marks["note"])
    done(clerk, number, "ask", words=marks["question"])
    assert find(citizen, number, code).status_code == 303
    _act(citizen, "answer", {"answer_question-text": marks["answer"]})
    done(clerk, number, "first_answer", words=marks["first_answer"])
    done(clerk, number, "interim_reply", words=marks["interim"])
    done(clerk, number, "extend", days="2", reason=EXTENSION)
    done(clerk, number, "reply", words=marks["reply"], finding="true")
    _act(citizen, "rate", {"rate-rating": "unsatisfied", "rate-reason": marks["unhappy"]})
    _act(citizen, "again", {"ask_again-reason": marks["again"]})
    other = found.staff["second"]
    assert do(clerk, number, "note", "1", words="回避的人").status_code == 404
    done(other, number, "assign", handler=second)
    _act(citizen, "add", {"add-text": marks["added"], "files": (photo(), f"{FILE_NAME}2.jpg")})
    done(other, number, "start")
    done(other, number, "reply", words=marks["second_reply"], finding="partly")
    _act(citizen, "rate", {"rate-rating": "satisfied", "rate-reason": marks["happy"]})
    done(other, number, "close")
    reviewer = found.staff["reviewer"]
    page = reviewer.get(address(number, "publication")).text
    version = re.findall(r'name="version"[^>]*value="(\d+)"', page)[0]
    words = {"title": PUBLIC_TITLE, "text": PUBLIC_TEXT, "reply": PUBLIC_REPLY, "version": version}
    assert reviewer.post(address(number, "publication"), data=words).status_code == 303


def _hidden(found: Planted, handler: str) -> None:
    marks, citizen = MARKS["hidden"], found.app.test_client()
    number, _ = found.receipts["hidden"], found.codes["hidden"] = lodge(citizen, marks, "confidential")
    clerk, reviewer = found.staff["second"], found.staff["reviewer"]
    done(clerk, number, "accept")
    done(clerk, number, "assign", handler=handler)
    done(clerk, number, "start")
    done(clerk, number, "note", words=marks["note"])
    done(clerk, number, "clue", words=marks["clue"])
    drafts = address(number, "drafts/first_answer")
    assert _draft(clerk, number, drafts, "first_answer", marks["submitted"], "submit") == 303
    with found.app.app_context():
        draft_id = db.session.scalars(select(CaseDraft.id)).one()
    version = _version(reviewer, number)
    back = {"return-words": marks["remark"], "return-version": version}
    assert reviewer.post(address(number, f"drafts/{draft_id}/return"), data=back).status_code == 303
    assert _draft(clerk, number, address(number, "drafts/reply"), "reply", marks["draft"], "save") == 303
    reason = {"contact-reason": "要约时间", "contact-version": version}
    found.opened = reviewer.post(address(number, "contact"), data=reason).text
    with found.app.app_context():
        found.given["clue_id"] = db.session.scalars(select(CaseClue.id)).one()


def _phoned(found: Planted) -> None:
    marks = MARKS["phoned"]
    answer = found.staff["second"].post("/staff/cases/new", data={
        "channel": "phone", "received_at": f"{clock.now() - timedelta(days=1):%Y-%m-%dT%H:%M}",
        "home": "other", "region": OWN, "category": "fees", "appearance": "named",
        "text": f"打电话来说{marks['text']}", "submission": "5" * 32,
        **{name: mark for name, mark in marks.items() if name != "text"},
    })  # fmt: skip
    assert answer.status_code == 201, answer.text
    found.receipts["phoned"] = re.findall(r"T\d{4}-[0-9A-Z]{8}", answer.text)[0]


def _look_around(found: Planted) -> None:
    """Let the worker do what it does: figures, search, reminders, the list of the day."""
    day = clock.today()
    with found.app.app_context():
        count_figures()
        keep_up(current_search())
        for ahead in range(12):
            with clock.moved_to(clock.at(day + timedelta(days=ahead), 9)), unit_of_work():
                remind(clock.now())
                send_digests(clock.now())
    found.given["name"] = re.findall(
        r"/files/([0-9a-f]{32})", found.staff["reviewer"].get(address(found.receipts["named"])).text
    )[0]
    listed = found.app.test_client().get("/complaints/published").text
    found.given["published"] = re.findall(r"/complaints/published/(\w+)", listed)[0]


def app_client(found: Planted) -> FlaskClient:
    """Return the browser in which the named complaint is followed."""
    return found.citizen


def _act(citizen: FlaskClient, name: str, fields: dict[str, Any]) -> None:
    answer = citizen.post(f"{TRACK}/{name}", data=fields)
    assert answer.status_code == 303, answer.text
    assert "done=" in answer.location, answer.location


def _version(client: FlaskClient, number: str) -> str:
    return re.findall(r'version"[^>]*value="(\d+)"', client.get(address(number)).text)[0]


def _draft(client: FlaskClient, number: str, place: str, name: str, words: str, wanted: str) -> int:
    form = {f"{name}-words": words, f"{name}-version": _version(client, number), "do": wanted}
    return client.post(place, data=form).status_code
