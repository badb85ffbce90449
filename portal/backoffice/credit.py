"""Penalties, commendations, exposures and the credit list (R8): listed, as a file; what waits for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import render_template, request, url_for

from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.asked import Option, asked_member, asked_region, options
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.inspection_list import department_options
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import PER_PAGE, asked_page, table_page
from portal.domain.permissions import Capability, Department
from portal.extensions import limiter
from portal.glossary import label
from portal.reference.directory import region_directory
from portal.supervision.kinds import DEPARTMENTS, CreditKind
from portal.supervision.queries.credit import (
    ENDING_WITHIN,
    MOST,
    CreditChoice,
    CreditGroup,
    CreditRow,
    credit_page,
)

GROUPS = {
    CreditGroup.ALL: "全部",
    CreditGroup.TO_PUBLISH: "还没公开的",
    CreditGroup.PUBLISHED: "已公开的",
    CreditGroup.ENDING: f"{ENDING_WITHIN.days}天内到期的",
}
_FIRST = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the list, and as which parts of the address."""

    choice: CreditChoice
    query: dict[str, str]
    offset: int

    @property
    def narrowed(self) -> bool:
        """True if one of the folded filters is in use."""
        return bool(self.query.keys() - {"state"})


@blueprint.get("/credit")
@staff(Capability.SEE_SUPERVISION)
def credit() -> str:
    """List the entries within reach, the latest decision in front."""
    who = the_caller()
    now = _asked(who)
    found, total = credit_page(now.choice, who.scope, now.offset, PER_PAGE)
    page = table_page(min(total, MOST))
    if page.offset != now.offset:  # past the end
        found, _ = credit_page(now.choice, who.scope, page.offset, PER_PAGE)
    return render_template(
        "backoffice/credit.html",
        rows=found,
        page_of=page,
        total_words=f"{MOST:,}多" if total > MOST else f"{total:,}",
        capped=total > MOST,
        group=now.choice.group,
        groups=GROUPS,
        narrowed=now.narrowed,
        kept={name: value for name, value in now.query.items() if name == "state"},
        selects=_selects(now, who),
        text=now.choice.text,
        here=_here(now),
        keeps=who.allows(Capability.KEEP_SUPERVISION),
    )


@blueprint.get("/credit.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_SUPERVISION)
def credit_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file: what is over is not in it either."""
    who = the_caller()
    now = _asked(who)
    found, total = credit_page(now.choice, who.scope, 0, MOST)
    table = Table(
        "信用记录",
        (
            "编号", "种类", Column("标题", width=36), Column("机构", width=32), "区县", "部门",
            Column("事由", width=50), Column("决定了什么", width=40), Column("罚款（元）", fen=True),
            Column("法律依据", width=36), Column("决定机关", width=24), "文号", "决定日期", "公开到",
            "已公开",
        ),
        _exported(found),
        "各部门录入的信用记录",
        _in_words(now),
        (
            f"最多{MOST}条；更多时请先筛选。" + (f"这一次符合条件的超过{MOST}条。" if total > MOST else ""),
            "到期、修复或者撤销的已经删除，请不要继续使用以前导出的表。",
        ),
    )  # fmt: skip
    return export(table, file_format)


@queue(Capability.REVIEW_SUPERVISION)
def _to_publish(who: Identity, today: date) -> Queue | None:
    """Bring the entries that nobody reads yet."""
    return _queue("等您公开的信用记录", who, CreditGroup.TO_PUBLISH)


@queue(Capability.KEEP_SUPERVISION)
def _ending(who: Identity, today: date) -> Queue | None:
    """Bring what will be deleted soon, so that nobody is taken by surprise."""
    return _queue("快到期、要自动删除的信用记录", who, CreditGroup.ENDING)


def _queue(title: str, who: Identity, group: CreditGroup) -> Queue:
    department = who.scope.department
    found, total = credit_page(CreditChoice(group=group, department=department), who.scope, 0, _FIRST)
    own: dict[str, Any] = {} if department is None else {"department": department.value}
    first = tuple(
        Waiting(
            f"{one.title}：{one.home}",
            url_for("backoffice.credit_entry", public_id=one.public_id),
            one.until if group is CreditGroup.ENDING else None,
            one.region,
        )
        for one in found
    )
    return Queue(title, url_for("backoffice.credit", state=group.value, **own), min(total, MOST), first)


def _asked(who: Identity) -> Asked:
    department = asked_member(Department, "department")
    choice = CreditChoice(
        kind=asked_member(CreditKind, "kind"),
        region=asked_region(who),
        department=department if department in DEPARTMENTS else None,
        text=request.args.get("q", "").replace("\x00", "").strip()[:60],
        group=asked_member(CreditGroup, "state") or CreditGroup.ALL,
    )
    parts = {
        "state": "" if choice.group is CreditGroup.ALL else choice.group,
        "kind": choice.kind,
        "region": choice.region,
        "department": choice.department,
        "q": choice.text,
    }
    query = {name: str(value) for name, value in parts.items() if value}
    return Asked(choice, query, (asked_page() - 1) * PER_PAGE)


def _here(now: Asked) -> Any:
    def address(endpoint: str = "backoffice.credit", **changes: Any) -> str:
        query = {**now.query, **changes}
        return url_for(endpoint, **{name: value for name, value in query.items() if value not in (None, "")})

    return address


def _selects(now: Asked, who: Identity) -> list[tuple[str, str, list[Option], str]]:
    found = [
        ("kind", "哪一种", options(CreditKind, "全部")),
        ("region", "地区", [("", "全部地区"), *region_choices(who)]),
        ("department", "部门", department_options()),
    ]
    return [(name, title, offered, now.query.get(name, "")) for name, title, offered in found]


def _in_words(now: Asked) -> str:
    choice = now.choice
    said = [GROUPS[choice.group]]
    if choice.region:
        said.append(region_directory().label(choice.region))
    said += [label(one) for one in (choice.kind, choice.department) if one is not None]
    return "、".join([*said, choice.text] if choice.text else said)


def _exported(rows: Sequence[CreditRow]) -> Iterator[tuple[object, ...]]:
    for one in rows:
        yield (
            one.public_id, one.kind, one.title, one.home, one.region, one.department, one.reason,
            one.content, one.amount_fen, one.legal_basis, one.authority, one.document_number,
            one.decided_on, one.until, one.published_at is not None,
        )  # fmt: skip
