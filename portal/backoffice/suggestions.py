"""Suggestions (群众点题): the queue by what is due first, as a file, and what of them waits for whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import render_template, request, url_for

from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.asked import asked_member, asked_region, options
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import PER_PAGE, asked_page, table_page
from portal.complaints.kinds import DEPARTMENTS
from portal.domain.permissions import Capability, Department
from portal.domain.suggestion_status import PUBLIC
from portal.extensions import limiter
from portal.glossary import label
from portal.reference.directory import region_directory
from portal.topics.kinds import SuggestionKind
from portal.topics.queries.suggestion_queue import (
    MOST,
    QueueChoice,
    QueueGroup,
    QueueRow,
    queue_page,
    queue_receipts,
)

GROUPS = {
    QueueGroup.TO_LOOK: "待审核",
    QueueGroup.TO_ANSWER: "待答复",
    QueueGroup.PUBLIC: "公开的",
    QueueGroup.NOT_PUBLIC: "没有公开的",
}
_WAITING = (QueueGroup.TO_LOOK, QueueGroup.TO_ANSWER)
_FIRST = 5


@blueprint.get("/suggestions")
@staff(Capability.SEE_COLUMN)
def suggestions() -> str:
    """List the suggestions within reach, those due first in front."""
    who = the_caller()
    choice = _asked(who)
    found, total = queue_page(choice, who.actor, who.scope, (asked_page() - 1) * PER_PAGE, PER_PAGE)
    page = table_page(min(total, MOST))
    if page.offset != (asked_page() - 1) * PER_PAGE:  # past the end
        found, _ = queue_page(choice, who.actor, who.scope, page.offset, PER_PAGE)
    told = _told(found)
    total -= len(found) - len(told)
    return render_template(
        "backoffice/suggestions.html",
        rows=told,
        page_of=page,
        total_words=f"{MOST:,}多" if total > MOST else f"{total:,}",
        capped=total > MOST,
        choice=choice,
        groups=GROUPS,
        waiting=choice.group in _WAITING,
        selects=_selects(choice, who),
        narrowed=bool(choice.region or choice.kind or choice.department or choice.text),
        kept={name: value for name, value in _query(choice).items() if name in ("state", "late")},
        text=choice.text,
        here=lambda endpoint="backoffice.suggestions", **changes: _address(choice, endpoint, **changes),
        keeps=who.allows(Capability.KEEP_COLUMN),
    )


@blueprint.get("/suggestions.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_COLUMN)
def suggestions_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file: nothing that somebody wrote and nobody has approved."""
    who = the_caller()
    choice = _asked(who)
    found = _told(queue_receipts(choice, who.actor, who.scope))
    table = Table(
        "群众点题",
        (
            "登记编号", Column("公开的标题", width=36), "方面", "地区", "怎么来的", "答复的部门", "收到",
            "状态", "期限", "逾期", "支持",
        ),
        _exported(found),
        "群众点题栏目",
        _in_words(choice),
        (f"最多{MOST}条；更多时请先筛选。",),
    )  # fmt: skip
    return export(table, file_format)


@queue(Capability.KEEP_COLUMN)
def _to_look(who: Identity, today: date) -> Queue | None:
    """Bring what waits to be looked through."""
    return _queue("待审核的群众点题", who, QueueGroup.TO_LOOK)


@queue(Capability.KEEP_COLUMN)
def _to_answer(who: Identity, today: date) -> Queue | None:
    """Bring what is public and not answered."""
    return _queue("待答复的群众点题", who, QueueGroup.TO_ANSWER)


def _queue(title: str, who: Identity, group: QueueGroup) -> Queue:
    # civil affairs looks through all; each department answers its own
    looks = who.scope.department is Department.CIVIL_AFFAIRS and group is QueueGroup.TO_LOOK
    choice = QueueChoice(group, department=None if looks else who.scope.department)
    found, total = queue_page(choice, who.actor, who.scope, 0, _FIRST)
    late, _ = queue_page(_late(choice), who.actor, who.scope, 0, _FIRST)
    told = _told(found)
    total -= len(found) - len(told)
    first = tuple(
        Waiting(
            one.excerpt or one.receipt,
            url_for("backoffice.suggestion", receipt=one.receipt),
            one.due,
            one.region_label,
        )
        for one in told
    )
    return Queue(title, _address(choice), min(total, MOST), first, len(_told(late)))


def _told(found: Sequence[QueueRow]) -> Sequence[QueueRow]:
    """Leave out what names the caller and is not public: who is accused is not told that somebody wrote."""
    return [one for one in found if not one.named or one.status in PUBLIC]


def _late(choice: QueueChoice) -> QueueChoice:
    return QueueChoice(choice.group, department=choice.department, late=True)


def _asked(who: Identity) -> QueueChoice:
    department = asked_member(Department, "department")
    return QueueChoice(
        group=asked_member(QueueGroup, "state") or QueueGroup.TO_LOOK,
        region=asked_region(who),
        kind=asked_member(SuggestionKind, "kind"),
        department=department if department in DEPARTMENTS else None,
        late=request.args.get("late") == "1",
        text=request.args.get("q", "").replace("\x00", "").strip()[:40],
    )


def _query(choice: QueueChoice) -> dict[str, str]:
    parts = {
        "state": "" if choice.group is QueueGroup.TO_LOOK else choice.group.value,
        "region": choice.region,
        "kind": choice.kind,
        "department": choice.department,
        "late": "1" if choice.late else "",
        "q": choice.text,
    }
    return {name: str(value) for name, value in parts.items() if value}


def _address(choice: QueueChoice, endpoint: str = "backoffice.suggestions", **changes: Any) -> str:
    query = {**_query(choice), **changes}
    if query.get("state") == QueueGroup.TO_LOOK.value:
        query["state"] = ""
    return url_for(endpoint, **{name: value for name, value in query.items() if value not in (None, "")})


def _selects(choice: QueueChoice, who: Identity) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    departments = [("", "全部部门"), *((one.value, label(one)) for one in DEPARTMENTS)]
    query = _query(choice)
    found = [
        ("region", "地区", [("", "全部地区"), *region_choices(who)]),
        ("kind", "方面", options(SuggestionKind, "全部方面")),
        ("department", "答复的部门", departments),
    ]
    return [(name, title, offered, query.get(name, "")) for name, title, offered in found]


def _in_words(choice: QueueChoice) -> str:
    said = [GROUPS[choice.group], *(["逾期的"] if choice.late else [])]
    if choice.region:
        said.append(region_directory().label(choice.region))
    said += [label(one) for one in (choice.kind, choice.department) if one is not None]
    return "、".join([*said, choice.text] if choice.text else said)


def _exported(found: Sequence[QueueRow]) -> Iterator[tuple[object, ...]]:
    for one in found:
        # of what was taken back the queue shows how it began, as it was written
        title = one.excerpt if one.status in PUBLIC else None
        yield (
            one.receipt, title, one.kind, one.region_label, one.channel,
            one.department, one.received_at.date(), one.status, one.due, one.overdue, one.supports,
        )  # fmt: skip
