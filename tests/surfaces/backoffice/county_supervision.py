"""A problem, or a notice, for everything that staff can do with one, for the tests of who may do what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.institutions.models import Institution
from portal.supervision.kinds import PhotoStage, ProblemCategory, ServiceMethod, Severity
from portal.supervision.problem_models import Problem, ProblemPhoto, RectificationNotice
from portal.supervision.service import notices, photos, problems, publication
from portal.supervision.service.notices import Draft
from portal.supervision.service.problems import Entry
from portal.unit_of_work import unit_of_work
from tests.integration.supervision.bureau import picture
from tests.surfaces.backoffice.records import inputs
from tests.surfaces.backoffice.supervising import entry, hidden
from tests.surfaces.staff import make_staff

CIVIL = Department.CIVIL_AFFAIRS
FINDING, DEMAND = "卯字查到的情况", "辰字整改要求"
"""What stands in a problem and in a notice: nobody of another region reads it."""

PHOTO = "巳字照片"
"""Where a form holds it, a photo is sent."""

PROBLEM_FIELDS: dict[str, dict[str, str]] = {
    "start": {},
    "submit": {"words": "搬走了", "on": "{today}"},
    "clear": {"words": "看过", "on": "{today}", "sure": "y"},
    "reject": {"words": "还有一半"},
    "set_deadline": {"deadline": "{later}"},
    "move_deadline": {"deadline": "{later}", "reason": "等配件"},
    "hand_to_enforcement": {"to": "执法大队", "words": "不改", "on": "{today}", "sure": "y"},
    "list_for_supervision": {"by": "县政府", "until": "{later}", "on": "{today}"},
    "delist": {"words": "消除了", "on": "{today}"},
    "note": {"words": "打过电话"},
    "void": {"reason": "登错了", "sure": "y"},
}
NOTICE_FIELDS: dict[str, dict[str, str]] = {
    "submit_draft": {},
    "return_draft": {"words": "写到条款"},
    "issue": {"sure": "y"},
    "serve": {"on": "{today}", "how": "mail"},
    "extend": {"deadline": "{later}", "reason": "等配件"},
    "withdraw": {"reason": "写错了", "sure": "y"},
    "discard": {"sure": "y"},
}
"""What the right person writes into the form of each deed, without its prefix."""

_DRAFT = {
    "title": "关于消防问题的通知", "demands": "马上改", "legal_basis": "《消防法》", "days": "10",
    "counted": "working",
}  # fmt: skip
OTHERS: dict[str, dict[str, str]] = {
    "new_problem": {},
    "edit_problem": {"title": "改过的标题"},
    "add_problem_photo": {"photo-photo": PHOTO, "photo-stage": "after", "photo-caption": "通道"},
    "show_problem_photo": {},
    "hide_problem_photo": {},
    "problem_publication": {"title": "通道被堵", "text": "通道被堵。"},
    "unpublish_problem": {"unpublish-reason": "重新核对"},
    "new_notice": _DRAFT,
    "edit_notice": {**_DRAFT, "demands": "马上改好"},
    "notice_publication": {
        "part-title": "通知", "part-problem-1-title": "通道", "part-problem-1-text": "通道被堵。",
        "part-demands": "马上改", "part-legal_basis": "《消防法》",
    },
    "unpublish_notice": {"unpublish-reason": "重新核对"},
}  # fmt: skip
"""What the right person writes into forms that no deed has."""

SUPERVISION = {
    *OTHERS,
    *(f"problem_{deed}" for deed in PROBLEM_FIELDS),
    *(f"notice_{deed}" for deed in NOTICE_FIELDS),
}
"""Forms of problems and notices."""

_PAGES = {
    "new_problem": "/staff/problems/new",
    "edit_problem": "/staff/problems/{public_id}/edit",
    "problem_publication": "/staff/problems/{public_id}/publication",
    "unpublish_problem": "/staff/problems/{public_id}/publication",
    "new_notice": "/staff/notices/new?problem={problem}",
    "edit_notice": "/staff/notices/{public_id}/edit",
    "notice_publication": "/staff/notices/{public_id}/publication",
    "unpublish_notice": "/staff/notices/{public_id}/publication",
}
"""Where the form is, if not on the problem's or the notice's own page."""

Step = Callable[[Any], object]


class _Desk:
    """Enters problems of one home and leads each, or its notice, to where it has to be."""

    def __init__(self, app: Flask, region: str, home: int) -> None:
        self.region, self.home = region, home
        scope = Scope(False, frozenset({region}), CIVIL)
        self.clerk = (Actor("测试经办", make_staff(app, Role.CLERK, CIVIL, region).id), scope)
        self.reviewer = (Actor("测试审核", make_staff(app, Role.REVIEWER, CIVIL, region).id), scope)

    def problem(self, *steps: Step, **changes: Any) -> Problem:
        values: dict[str, Any] = {
            "institution_id": self.home, "region_code": self.region, "department": CIVIL,
            "category": ProblemCategory.FIRE, "severity": Severity.SERIOUS, "title": "通道堆放杂物",
            "description": FINDING, "responsible": "某养老院", "found_on": clock.today(),
        }  # fmt: skip
        made = problems.enter_problem(Entry(**{**values, **changes}), *self.clerk)
        for step in steps:
            step(made)
        return made

    def notice(self, *steps: Step) -> RectificationNotice:
        said = {"title": "关于消防问题的通知", "demands": DEMAND, "legal_basis": "《消防法》", "days": 10}
        made = notices.draft_notice(Draft(problem_ids=[self.problem().id], **said), *self.clerk)
        for step in steps:
            step(made)
        return made

    def by(self, work: Callable[..., object], *given: Any, reviewer: bool = False) -> Step:
        """Return a step by the clerk, or the reviewer, on the row as it stands then."""
        who = self.reviewer if reviewer else self.clerk
        return lambda row: work(row, *given, *who, row.version)

    def photo(self, row: Problem, *, public: bool = False) -> ProblemPhoto:
        """Add a photo of afterwards."""
        made = photos.add_photo(
            row, picture(), PhotoStage.AFTER, "通道", clock.today(), *self.clerk, row.version
        )
        if public:
            photos.show_photo(made, *self.reviewer, row.version)
        return made


def make_supervision(app: Flask, region: str, home: int) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Enter problems and notices; return placeholders of every address, and what the forms hold."""
    with app.app_context(), unit_of_work():
        desk = _Desk(app, region, home)
        samples = {
            **{name: _args(row) for name, row in (_problems(desk) | _notices(desk)).items()},
            **_with_photos(desk),
            **{name: {"file_format": "csv"} for name in ("problems_export", "notices_export")},
        }
        free = desk.problem()
        given = {
            "problem": free.public_id, "problem_id": str(free.id), "today": clock.today().isoformat(),
            "later": (clock.today() + timedelta(days=60)).isoformat(), "region": region,
            "home": db.session.get_one(Institution, home).public_id,
        }  # fmt: skip
    return samples, given


def _problems(desk: _Desk) -> dict[str, Problem]:
    by = desk.by
    submitted = by(problems.submit, "搬走了", None)
    major = {"severity": Severity.MAJOR, "criterion": "fire"}
    listing = by(problems.list_for_supervision, "县政府", _later(), None, reviewer=True)
    published = by(publication.publish_problem, "通道被堵。", "通道被堵", reviewer=True)
    made = {
        "problem_clear": desk.problem(desk.photo, submitted),
        "problem_reject": desk.problem(submitted),
        "problem_move_deadline": desk.problem(deadline=clock.today()),
        "problem_list_for_supervision": desk.problem(**major),
        "problem_delist": desk.problem(listing, **major),
        "unpublish_problem": desk.problem(published),
    }
    names = (*(f"problem_{one}" for one in PROBLEM_FIELDS), "problem", "edit_problem", "problem_publication")
    return made | {name: desk.problem() for name in names if name not in made}


def _notices(desk: _Desk) -> dict[str, RectificationNotice]:
    by = desk.by
    submitted = by(notices.submit_draft)
    issued = (submitted, by(notices.issue, reviewer=True))
    served = (*issued, by(notices.serve, clock.today(), ServiceMethod.MAIL))
    words = {
        "title": "通知", "problem/1/title": "通道", "problem/1/text": "通道被堵。", "demands": "马上改",
        "legal_basis": "《消防法》",
    }  # fmt: skip
    published = (*issued, by(publication.publish_notice, words, reviewer=True))
    return {
        "notice_submit_draft": desk.notice(),
        "notice_discard": desk.notice(),
        "notice": desk.notice(),
        "edit_notice": desk.notice(),
        "notice_paper": desk.notice(),
        "notice_return_draft": desk.notice(submitted),
        "notice_issue": desk.notice(submitted),
        "notice_serve": desk.notice(*issued),
        "notice_withdraw": desk.notice(*issued),
        "notice_publication": desk.notice(*issued),
        "notice_extend": desk.notice(*served),
        "unpublish_notice": desk.notice(*published),
    }


def _with_photos(desk: _Desk) -> dict[str, dict[str, Any]]:
    def shown(row: Problem, *, public: bool = False) -> dict[str, Any]:
        return {**_args(row), "photo_id": desk.photo(row, public=public).id}

    return {
        "add_problem_photo": _args(desk.problem()),
        "problem_photo": shown(desk.problem()),
        "show_problem_photo": shown(desk.problem()),
        "hide_problem_photo": shown(desk.problem(), public=True),
    }


def _args(row: Problem | RectificationNotice) -> dict[str, Any]:
    return {"public_id": row.public_id}


def _later() -> date:
    return clock.today() + timedelta(days=30)


def filled_supervision(
    client: FlaskClient, endpoint: str, arguments: dict[str, Any], given: dict[str, str], place: str
) -> dict[str, str]:
    """Return a form of problems or notices as the right person fills it in, hidden fields as shown."""
    own_page = "/staff/problems/{public_id}" if "problem" in endpoint else "/staff/notices/{public_id}"
    page = client.get(_PAGES.get(endpoint, own_page).format(**arguments, **given)).text
    found = re.search(rf'<form[^>]*action="{re.escape(place)}"[^>]*>(.*?)</form>', page, re.DOTALL)
    kept = hidden(found[1]) if found else {}
    for kind, fields in (("problem_", PROBLEM_FIELDS), ("notice_", NOTICE_FIELDS)):
        deed = endpoint.removeprefix(kind)
        if endpoint.startswith(kind) and deed in fields:
            assert found is not None, f"{endpoint} is not offered"
            return {**kept, **{f"{deed}-{name}": text.format(**given) for name, text in fields[deed].items()}}
    typed = {name: text.format(**arguments, **given) for name, text in OTHERS[endpoint].items()}
    if endpoint == "new_problem":
        return entry(given["home"], region=given["region"])
    if endpoint == "edit_problem":
        return {**entry(given["home"]), **hidden(page), **typed}
    if endpoint == "new_notice":
        return {**hidden(page), **typed, "problems": given["problem_id"]}
    if endpoint == "edit_notice":
        ticked = re.findall(r'name="problems" value="(\d+)" checked', page)
        return {**hidden(page), **typed, "problems": ticked[0]}
    if found is None:
        kept = {**hidden(page), **inputs(page)}
    return {**kept, **typed}
