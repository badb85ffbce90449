"""A complaint for everything that staff can do with one, for the tests of who may do what."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.complaints.kinds import Appearance, Category, Channel, DraftKind, Finding, WhyExcluded
from portal.complaints.models import Case
from portal.complaints.reach import Reach
from portal.complaints.service import handling, moving, publication, replying, retention, review, triage
from portal.complaints.service.drafts import save_draft
from portal.complaints.service.lodging import Lodgement, lodge
from portal.complaints.service.office import add_template
from portal.complaints.service.words import Person, Told
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department, Role
from portal.intake import attachments
from portal.intake.models import FileBy, FileKind
from portal.intake.preparing import Prepared
from portal.unit_of_work import unit_of_work
from tests.surfaces.backoffice.records import inputs
from tests.surfaces.staff import make_staff

CIVIL = Department.CIVIL_AFFAIRS
WORDS, WRITER, CLUE, NOTE = "己字投诉的原话", "庚字投诉人", "辛字线索", "壬字内部记录"
"""What is read by those who handle a case alone; the clue by discipline inspection alone."""

FIELDS: dict[str, dict[str, str]] = {
    "acknowledge": {},
    "accept": {},
    "assign": {"handler": "{staff}"},
    "start": {},
    "first_answer": {"words": "已到现场看过。"},
    "reply": {"words": "已责令整改。", "finding": "partly"},
    "close": {},
    "refuse": {"words": "不归民政管。"},
    "ask": {"words": "是哪一天？"},
    "interim_reply": {"words": "正在查。"},
    "extend": {"days": "2", "reason": "等鉴定"},
    "hear": {"words": "来电说是上周三", "channel": "phone"},
    "note": {"words": "问过院长"},
    "urgent": {"reason": "老人还在里面"},
    "not_urgent": {"reason": "已接走"},
    "transfer": {"region": "{region}", "department": "fire", "reason": "说的是消防"},
    "merge": {"into": "{into}"},
    "unmerge": {},
    "redate": {"received_at": "{earlier}", "reason": "看了邮戳"},
    "clue": {"words": "送过礼"},
    "exclude": {"handler": "{staff}", "why": "named"},
    "readmit": {"handler": "{excluded}", "reason": "同名"},
    "hold": {"reason": "打官司"},
    "release": {"reason": "官司完了"},
}
"""What the right person writes into the form of each deed, without its prefix."""

Step = Callable[..., object]


class _Desk:
    """Lodges complaints about one home and leads each to where it has to be."""

    def __init__(self, app: Flask, region: str, home: int) -> None:
        self.region, self.home = region, home
        self.writer = make_staff(app, Role.CLERK, CIVIL, region, name="甲字承办").id
        self.second = make_staff(app, Role.CLERK, CIVIL, region, name="乙字承办").id
        scope = Scope(False, frozenset({region}), CIVIL)
        self.clerk = Reach(Actor("测试经办", self.writer), scope, Role.CLERK)
        reviewer = make_staff(app, Role.REVIEWER, CIVIL, region, name="丙字审核").id
        self.reviewer = Reach(Actor("测试审核", reviewer), scope, Role.REVIEWER)
        self.fire = Reach(Actor("测试消防"), replace(scope, department=Department.FIRE), Role.CLERK)

    def lodge(self, *steps: Step, category: Category = Category.CARE, **changes: Any) -> Case:
        told = Lodgement(
            Told(WORDS), Person(WRITER, "13900139000", "geng@example.cn"), self.home, self.region, category,
            Appearance.NAMED, True, True, "2026-01",
        )  # fmt: skip
        phone = changes.pop("phone", False)
        entered = {"channel": Channel.PHONE, "by": Actor("测试经办", self.writer)} if phone else {}
        case = lodge(replace(told, **changes), uuid.uuid4().hex, **entered).case
        for step in steps:
            step(case)
        return case

    def by(self, work: Step, *arguments: Any, reach: Reach | None = None) -> Step:
        """Return a step by the clerk, or whoever is named, on the case as it stands then."""
        return lambda case: work(case, *arguments, reach or self.clerk, case.version)


def make_cases(app: Flask, region: str, home: int) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Lodge the complaints; return the placeholders of every address, and what the forms are filled with."""
    desk = _Desk(app, region, home)
    began = clock.at(clock.today() - timedelta(days=6))
    with app.app_context(), clock.moved_to(began), unit_of_work():
        cases, samples = _cases(desk), {}
        clue = triage.hand_over_clue(cases["clue"], CLUE, desk.clerk, cases["clue"].version)
        handling.note(cases["case"], NOTE, desk.clerk, cases["case"].version)
        name = attachments.attach(
            cases["case"].subject, Prepared(FileKind.PHOTO, b"\xff\xd8\xff rebuilt"), FileBy.CITIZEN
        ).name
        template = add_template("癸字模板", "您好。", region, CIVIL, desk.reviewer).id
        for deed in FIELDS:
            samples[f"case_{deed}"] = {"receipt": cases[deed].receipt}
        drafts = {
            each: {"receipt": cases[each].receipt, "draft_id": _submitted(cases[each], desk)}
            for each in ("approve", "return")
        }
        given = {
            "staff": str(desk.writer),
            "excluded": str(desk.second),
            "region": region,
            "into": cases["into"].receipt,
            "earlier": f"{began - timedelta(days=1):%Y-%m-%dT%H:%M}",
            "bulk": cases["bulk"].receipt,
        }
        samples |= {
            "case": {"receipt": cases["case"].receipt},
            "case_file": {"receipt": cases["case"].receipt, "name": name},
            "open_contact": {"receipt": cases["contact"].receipt},
            "save_case_draft": {"receipt": cases["case"].receipt, "name": "reply"},
            "approve_case_draft": drafts["approve"],
            "return_case_draft": drafts["return"],
            "erase_case": {"receipt": cases["erase"].receipt},
            "case_publication": {"receipt": cases["publish"].receipt},
            "unpublish_case": {"receipt": cases["published"].receipt},
            "case_office": {"region_code": region},
            "reply_template": {"template_id": template},
            "clue": {"clue_id": clue.id},
            "receive_clue": {"clue_id": clue.id},
            "cases_export": {"file_format": "csv"},
        }
    return samples, given


def _cases(desk: _Desk) -> dict[str, Case]:
    by, lodge_one = desk.by, desk.lodge
    accepted = by(handling.accept)
    started = (accepted, by(handling.start))
    replied = (*started, by(replying.reply, "已查实，已责令整改。", Finding.TRUE))
    into = lodge_one()
    refused = by(replying.refuse, "不归民政管。", reach=desk.reviewer)
    made = {
        "into": into,
        "acknowledge": lodge_one(
            by(moving.transfer, desk.region, CIVIL, "归民政", reach=desk.fire), category=Category.FIRE
        ),
        "start": lodge_one(accepted),
        "close": lodge_one(*replied),
        "not_urgent": lodge_one(by(triage.triage, True, "很急")),
        "unmerge": lodge_one(by(moving.merge, into)),
        "redate": lodge_one(phone=True),
        "readmit": lodge_one(by(handling.exclude, desk.second, WhyExcluded.NAMED)),
        "release": lodge_one(by(retention.hold, "打官司", reach=desk.reviewer)),
        "contact": lodge_one(appearance=Appearance.CONFIDENTIAL),
        "erase": lodge_one(refused),
        "publish": lodge_one(*replied),
        "published": lodge_one(*replied, by(publication.publish, "夜间照护", "夜里无人值班。",
                                            "已责令整改。", False, reach=desk.reviewer)),
    }  # fmt: skip
    made |= {
        name: lodge_one(*started)
        for name in ("case", "first_answer", "reply", "ask", "interim_reply", "extend", "approve", "return")
    }
    return made | {name: lodge_one() for name in ("bulk", *FIELDS) if name not in made}


def _submitted(case: Case, desk: _Desk) -> int:
    draft = save_draft(case, DraftKind.REPLY, {"words": "已责令整改。", "finding": "true"}, desk.clerk)
    review.submit_reply(case, DraftKind.REPLY, desk.clerk, case.version)
    return draft.id


def filled_case(
    client: FlaskClient, endpoint: str, arguments: dict[str, Any], given: dict[str, str], place: str
) -> dict[str, str]:
    """Return a form of complaints as the right person fills it in, hidden fields as shown."""
    page = client.get(_PAGES.get(endpoint, "/staff/cases/{receipt}").format(**arguments)).text
    found = re.search(rf'<form[^>]*action="{re.escape(place)}"[^>]*>(.*?)</form>', page, re.DOTALL)
    hidden = dict(_HIDDEN.findall(found[1])) if found else {}
    deed = endpoint.removeprefix("case_")
    if deed in FIELDS:
        own = {f"{deed}-{name}": text.format(**given) for name, text in FIELDS[deed].items()}
        return {**hidden, **own}
    typed = {name: text.format(**arguments, **given) for name, text in OTHERS[endpoint].items()}
    if found is None:
        hidden = {**dict(_HIDDEN.findall(page)), **inputs(page)}
    if endpoint == "assign_cases":
        typed["case"] = re.findall(rf'value="({given["bulk"]}\.\d+)"', page)[0]
    return {**hidden, **typed}


_HIDDEN = re.compile(r'<input(?=[^>]*type="hidden")[^>]*name="([^"]+)"[^>]*value="([^"]*)"')
_PAGES = {
    "new_case": "/staff/cases/new",
    "assign_cases": "/staff/cases",
    "erase_case": "/staff/cases/{receipt}/erase",
    "case_publication": "/staff/cases/{receipt}/publication",
    "unpublish_case": "/staff/cases/{receipt}/publication",
    "case_office": "/staff/cases/offices/{region_code}",
    "new_reply_template": "/staff/cases/templates/new",
    "reply_template": "/staff/cases/templates/{template_id}",
    "receive_clue": "/staff/clues/{clue_id}",
}
"""Where the form is, if not on the case's own page."""
OTHERS: dict[str, dict[str, str]] = {
    "new_case": {
        "channel": "phone", "place_name": "子字托老所", "region": "{region}", "category": "care",
        "text": "打电话来说夜里没有人。", "appearance": "anonymous", "home": "",
    },
    "assign_cases": {"handler": "{staff}"},
    "open_contact": {"contact-reason": "要约时间见面"},
    "save_case_draft": {"reply-words": "写到一半", "do": "save"},
    "approve_case_draft": {},
    "return_case_draft": {"return-words": "请写明依据"},
    "erase_case": {"receipt": "{receipt}"},
    "case_publication": {"text": "夜里无人值班。", "reply": "已责令整改。", "title": "夜间照护"},
    "unpublish_case": {"unpublish-reason": "投诉人要求"},
    "case_office": {"hotline": "0598-12345", "four_eyes": ""},
    "new_reply_template": {"title": "丑字模板", "body": "您好。", "region": "{region}"},
    "reply_template": {"title": "寅字模板", "body": "您好。", "active": "y"},
    "receive_clue": {},
}  # fmt: skip
"""What the right person writes into forms that no deed has."""
ANSWERED = {"new_case": 201, "open_contact": 200}
"""Forms that are answered at once, with what is shown once and nowhere else."""
