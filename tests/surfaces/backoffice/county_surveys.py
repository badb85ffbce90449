"""A call-back for everything that staff can do with one, for the tests of who may do what."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department, Role
from portal.domain.questionnaires import Audience
from portal.domain.survey_round import Half, half_of
from portal.extensions import db
from portal.institutions.models import Institution
from portal.surveys.kinds import SheetChannel
from portal.surveys.models import SurveyRound, SurveyWords
from portal.surveys.service.answering import answer, opened
from portal.surveys.service.counting import count_round
from portal.surveys.service.rounds import open_round
from portal.surveys.service.sheets import codes_to_print, hand_out
from portal.unit_of_work import unit_of_work
from tests.surfaces.staff import make_staff

SPOKEN = "酉字的一段话"
"""What somebody wrote in a questionnaire: read by the office that asks, and by nobody else."""

_FIELDS: dict[str, dict[str, str]] = {
    "move_survey": {"days-closes_on": ""},
    "publish_survey": {"publish-remarks": "饭菜要改。", "publish-sure": "y"},
    "void_survey_lot": {"void-sure": "y"},
    "survey_hand_out_everywhere": {"everywhere-residents": "2", "everywhere-families": "1"},
    "survey_hand_out": {"residents": "2"},
    "survey_call": {"q-overall": "good"},
    "decide_survey_text": {},
    "new_survey": {},
}
"""What the right person writes into each form; days, homes and versions come from the pages."""

SURVEYS = frozenset(_FIELDS)


def make_surveys(app: Flask, region: str, home_id: int) -> dict[str, dict[str, Any]]:
    """Hold a round that is open and one that is over; return the placeholders of every address."""
    member = make_staff(app, Role.REVIEWER, Department.CIVIL_AFFAIRS, region)
    actor = Actor("测试审核", member.id)
    scope = Scope(False, frozenset({region}), Department.CIVIL_AFFAIRS)
    now = half_of(clock.today())
    with app.app_context():
        over = _round(region, now.before, home_id, actor, scope)
        going = _round(region, now, home_id, actor, scope)
        with clock.moved_to(clock.at(now.before.first_day + timedelta(days=60))), unit_of_work():
            count_round(over["round_id"])
        words = db.session.scalar(select(SurveyWords.id))
    lot = {"round_id": going["round_id"], "lot_id": going["sheets"]}
    call = {"round_id": going["round_id"], "lot_id": going["calls"]}
    open_now, closed = {"round_id": going["round_id"]}, {"round_id": over["round_id"]}
    return {
        "surveys_export": {"file_format": "csv"},
        "survey": open_now,
        "move_survey": open_now,
        "survey_hand_out": open_now,
        "survey_hand_out_everywhere": open_now,
        "survey_sheets": lot,
        "void_survey_lot": {**lot, "lot_id": going["lost"]},
        "survey_calls": open_now,
        "survey_call": call,
        "survey_figures": {**closed, "file_format": "csv"},
        "publish_survey": closed,
        "survey_texts": closed,
        "decide_survey_text": {**closed, "words_id": words},
    }


def filled_survey(
    client: FlaskClient, endpoint: str, arguments: dict[str, Any], address: str, region: str, home: str
) -> dict[str, str]:
    """Return the form of the right person, filled in, with the version that its page shows."""
    form, following = dict(_FIELDS[endpoint]), half_of(clock.today()).following
    if endpoint == "new_survey":
        days = {"opens_on": following.first_day, "closes_on": following.first_day + timedelta(days=20)}
        return {"region": region, "half": following.slug, **{name: f"{day}" for name, day in days.items()}}
    if endpoint == "decide_survey_text":
        prefix = arguments["words_id"]
        return {f"{prefix}-was": "waiting", f"{prefix}-became": "left_out"}
    if endpoint == "survey_hand_out":
        return {**form, "home": home}
    if endpoint in ("survey_call", "survey_hand_out_everywhere"):
        return form
    page = address.removesuffix("/void") if endpoint == "void_survey_lot" else address.rsplit("/", 1)[0]
    shown = client.get(page).text.split(f'action="{address}"')[1].split("</form>")[0]
    prefix = endpoint.split("_")[0].replace("move", "days")
    for name in ("version", "opens_on"):
        found = re.search(rf'name="{prefix}-{name}"[^>]*value="([^"]+)"', shown)
        if found is not None:
            form[f"{prefix}-{name}"] = found[1]
    if endpoint == "move_survey":
        form["days-closes_on"] = f"{clock.today() + timedelta(days=15)}"
    return form


def _round(region: str, which: Half, home_id: int, actor: Actor, scope: Scope) -> dict[str, int]:
    """Open a round, hand out, and let one person write something."""
    first = which.first_day if which != half_of(clock.today()) else clock.today()
    with clock.moved_to(clock.at(first, 9)), unit_of_work():
        found: SurveyRound = open_round(region, which, first, first + timedelta(days=30), actor, scope)
        home, made = db.session.get_one(Institution, home_id).id, {"round_id": found.id}
        for name, audience, channel in (
            ("sheets", Audience.RESIDENTS, SheetChannel.SHEET),
            ("lost", Audience.FAMILIES, SheetChannel.SHEET),
            ("calls", Audience.FAMILIES, SheetChannel.TELEPHONE),
        ):
            lot = hand_out(found, home, audience, channel, 3, actor, scope)
            made[name] = lot.id
            if name == "sheets":
                code = codes_to_print(lot, found, scope)[0]
                answer(opened(code), {"overall": "good"}, SPOKEN)
    return made
