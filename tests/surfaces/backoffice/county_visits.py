"""A visit, a draw, an entry of credit for everything that staff can do with one: who may do what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.institutions.models import Institution
from portal.supervision.credit_models import CreditRecord
from portal.supervision.kinds import CreditKind, InspectionKind, InspectionResult
from portal.supervision.models import Inspection, RandomDraw
from portal.supervision.service import credit, draws, inspections
from portal.unit_of_work import unit_of_work
from tests.surfaces.backoffice.records import inputs
from tests.surfaces.backoffice.supervising import WORDS, hidden
from tests.surfaces.staff import make_staff

CIVIL = Department.CIVIL_AFFAIRS
SUMMARY, REASON = "午字检查情况", "未字处罚事由"
"""What stands in a visit and in an entry of credit: nobody of another region reads it here."""

DEEDS: dict[str, dict[str, str]] = {
    "inspection_withdraw": {"reason": "重新核对"},
    "inspection_cancel": {"reason": "停办了", "sure": "y"},
    "draw_number": {"number": "03 08 12 19 22 30 + 07", "again": "03 08 12 19 22 30 + 07"},
    "draw_reveal": {"sure": "y"},
    "draw_abandon": {"reason": "名单有误", "sure": "y"},
    "credit_publish": {"sure": "y"},
    "credit_repair": {"reason": "准予修复决定书", "sure": "y"},
    "credit_revoke": {"reason": "录错了", "sure": "y"},
}
"""What the right person writes into the form of each deed, without its prefix."""

CREDIT_WORDS = {
    "kind": "penalty", "title": "罚款三万元", "reason": REASON, "legal_basis": "《消防法》第六十条",
    "authority": "示例县消防救援大队", "decided_on": "{today}", "until": "{later}", "amount": "30000",
}  # fmt: skip
OTHERS: dict[str, dict[str, str]] = {
    "new_inspection": {"home": "i-{home}", "kind": "thematic", "theme": "冬季用火用电"},
    "inspection_visit": {"visited_on": "{today}", "result": "clean", "summary": "逐项查看，未见问题。"},
    "inspection_problem": WORDS,
    "inspection_publication": {"text": "逐项查看，发现一处问题。"},
    "new_draw": {
        "title": "下半年抽查", "region": "{region}", "inspectors": "350404001\n350404002",
        "homes_drawn": "1", "inspectors_each": "2", "number_name": "双色球第2026141期",
        "number_where": "中国福彩网", "number_due_at": "{later}T21:15",
    },
    "new_credit": {"home": "i-{home}", **CREDIT_WORDS},
    "edit_credit": {"title": "罚款二万元", "amount": "20000"},
}  # fmt: skip
"""What the right person writes into forms that no deed has."""

VISITS = {*DEEDS, *OTHERS}
"""Forms of visits, draws and credit."""

_OWN_PAGE = {"inspection": "/staff/inspections/{public_id}", "draw": "/staff/draws/{public_id}",
             "credit": "/staff/credit/{public_id}"}  # fmt: skip


class _Desk:
    """Enters visits, draws and credit of one home, and leads each to where it has to be."""

    def __init__(self, app: Flask, region: str, home: int) -> None:
        self.region, self.home = region, home
        scope = Scope(False, frozenset({region}), CIVIL)
        self.clerk = (Actor("测试经办", make_staff(app, Role.CLERK, CIVIL, region).id), scope)
        self.reviewer = (Actor("测试审核", make_staff(app, Role.REVIEWER, CIVIL, region).id), scope)

    def visit(self, *steps: Callable[[Inspection], object]) -> Inspection:
        plan = inspections.Plan(kind=InspectionKind.COMPLAINT, departments=(CIVIL,), institution_id=self.home)
        made = inspections.plan_inspection(plan, *self.clerk)
        for step in steps:
            step(made)
        return made

    def record(self, result: InspectionResult) -> Callable[[Inspection], object]:
        said = inspections.Visit(visited_on=clock.today(), result=result, summary=SUMMARY)
        return lambda row: inspections.record_visit(row, said, *self.clerk, row.version)

    def publish(self, row: Inspection) -> None:
        inspections.publish_inspection(row, "逐项查看。", *self.reviewer, row.version)

    def announce(self, number: int) -> RandomDraw:
        """Announce a draw five days ago, by a number that was due three days ago."""
        with clock.moved_to(clock.now() - timedelta(days=5)):
            said = draws.Announcement(
                f"第{number}次抽查", self.region, [self.home], ("350404001", "350404002"), 1, 2,
                f"双色球第{2026000 + number}期", "中国福彩网", clock.now() + timedelta(days=2),
            )  # fmt: skip
            return draws.announce(said, *self.clerk)

    def drawn(self, number: int) -> RandomDraw:
        """Lead a draw to where its list may be read."""
        made = self.announce(number)
        for visit in draws.enter_number(made, "030812192230", *self.clerk, made.version):
            self.record(InspectionResult.CLEAN)(visit)
        return made

    def credit(self) -> CreditRecord:
        said = credit.CreditEntry(
            CreditKind.PENALTY, self.home, "罚款一万元", REASON, "《消防法》", "示例县消防救援大队",
            clock.today(), clock.today() + timedelta(days=300),
        )  # fmt: skip
        return credit.enter_credit(said, *self.clerk)


def make_visits(app: Flask, region: str, home: int) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Enter all of it; return placeholders of every address, and what the forms hold."""
    with app.app_context(), unit_of_work():
        desk = _Desk(app, region, home)
        problems, clean = desk.record(InspectionResult.PROBLEMS), desk.record(InspectionResult.CLEAN)
        rows = {
            "inspection": desk.visit(problems),
            "inspection_visit": desk.visit(),
            "inspection_problem": desk.visit(problems),
            "inspection_publication": desk.visit(clean),
            "inspection_withdraw": desk.visit(clean, desk.publish),
            "inspection_cancel": desk.visit(),
            "draw": desk.announce(1),
            "draw_number": desk.announce(2),
            "draw_abandon": desk.announce(3),
            "draw_reveal": desk.drawn(4),
            **{name: desk.credit() for name in
               ("credit_entry", "edit_credit", "credit_publish", "credit_repair", "credit_revoke")},
        }  # fmt: skip
        samples: dict[str, dict[str, Any]] = {
            name: {"public_id": row.public_id} for name, row in rows.items()
        }
        files = ("inspections_export", "first_visits_export", "draws_export", "credit_export")
        given = {
            "today": clock.today().isoformat(),
            "later": (clock.today() + timedelta(days=60)).isoformat(),
            "region": region,
            "home": db.session.get_one(Institution, home).public_id,
        }
    return samples | {name: {"file_format": "csv"} for name in files}, given


def filled_visits(
    client: FlaskClient, endpoint: str, arguments: dict[str, Any], given: dict[str, str], place: str
) -> dict[str, str]:
    """Return a form of visits, draws or credit as the right person fills it in, hidden fields as shown."""
    if endpoint in DEEDS:
        kind, _, deed = endpoint.partition("_")
        page = client.get(_OWN_PAGE[kind].format(**arguments)).text
        found = re.search(rf'<form[^>]*action="{re.escape(place)}"[^>]*>(.*?)</form>', page, re.DOTALL)
        assert found is not None, f"{endpoint} is not offered"
        return {**hidden(found[1]), **{f"{deed}-{name}": text for name, text in DEEDS[endpoint].items()}}
    page = client.get(place).text
    shown = {name: text for name, text in inputs(page).items() if name not in ("left_out", "others")}
    typed = {name: text.format(**given) for name, text in OTHERS[endpoint].items()}
    return {**hidden(page), **shown, **typed}
