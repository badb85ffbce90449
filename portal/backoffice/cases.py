"""Complaints: the queue by what is due first, several given to one person, the list as a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.back import safe_back
from portal.backoffice.case_choices import staff_choices
from portal.backoffice.case_queue import GROUPS, Asked, address_of, asked, in_words, selects
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import PER_PAGE, here_with, table_page
from portal.complaints.queries.case_page import case_records
from portal.complaints.queries.case_rows import CaseRow
from portal.complaints.queries.people import colleagues
from portal.complaints.queries.queue import MOST, QueueChoice, queue_counts, queue_first, queue_page
from portal.complaints.queries.reviews import drafts_to_review
from portal.complaints.queries.traces import sent_on
from portal.complaints.reach import Reach
from portal.complaints.service.handling import CannotAssign, NotAll, assign_many
from portal.complaints.service.steps import ChangedMeanwhile
from portal.domain.permissions import Capability
from portal.extensions import limiter
from portal.glossary import label
from portal.unit_of_work import unit_of_work

_FIRST = 5


@blueprint.get("/cases")
@staff(Capability.SEE_CASES)
def cases() -> str:
    """List the complaints within reach, those due first in front."""
    return _list()


@blueprint.get("/cases.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_CASES)
def cases_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file: no words of a complaint, nobody's name."""
    now = asked(the_caller())
    found, total = queue_page(now.choice, Reach.of(the_caller()), 0, MOST)
    table = Table(
        "投诉",
        (
            "登记编号", "收到日期", "渠道", "类别", Column("机构", width=32), "区县", "归哪个部门", "状态",
            "紧急", "第几次办理", "最先到期的是", "最晚答复", "暂定", "怎么样了", "还剩工作日", "超期工作日",
            "查实情况",
        ),
        _exported(found),
        "本平台登记的投诉",
        in_words(now),
        (
            "不含投诉的内容、投诉人和承办人。",
            f"最多{MOST}件；更多时请先筛选。" + (f"这一次符合条件的超过{MOST}件。" if total > MOST else ""),
        ),
    )  # fmt: skip
    return export(table, file_format)


@blueprint.get("/cases/sent")
@staff(Capability.HANDLE_CASES)
def cases_sent() -> str:
    """List what the own department sent on: where it went and whether it arrived, without a word of it."""
    reach = Reach.of(the_caller())
    _, total = sent_on(reach, 0, 0)
    page = table_page(min(total, MOST))
    traces, _ = sent_on(reach, page.offset, PER_PAGE)
    return render_template(
        "backoffice/cases_sent.html", traces=traces, page_of=page, total=_count(total), here_with=here_with
    )


@blueprint.post("/cases/assign")
@staff(Capability.HANDLE_CASES)
def assign_cases() -> Response | tuple[str, int]:
    """Give several cases to one person: all of those chosen, or none where one of them can't be."""
    chosen = _chosen()
    handler = request.form.get("handler", "")
    if not chosen or not (handler.isascii() and handler.isdigit() and len(handler) < 10):
        return _list("请先勾选要交办的投诉。" if not chosen else "请选择交给谁。", picked=set(chosen)), 422
    reach = Reach.of(the_caller())
    records = case_records(list(chosen), reach)
    missing = [
        (receipt, "没有这一件，或者不归您的部门办理。") for receipt in chosen if receipt not in records
    ]
    try:
        with unit_of_work():
            if missing:
                raise NotAll(missing)
            count = assign_many([(records[one], chosen[one]) for one in chosen], int(handler), reach)
    except NotAll as refused:
        fine = set(chosen) - {receipt for receipt, _ in refused.problems}
        said = "一件也没有交办。" + ("下面几件不行，别的还勾着，可以再按一次“交办”。" if fine else "")
        return _list(said, refused.problems, fine), 409
    except (CannotAssign, ChangedMeanwhile) as refused_all:
        return _list(str(refused_all), picked=set(chosen)), 409
    flash(f"已交办{count}件")
    return redirect(safe_back(request.form.get("back"), "backoffice.cases"), 303)


@queue(Capability.SEE_CASES)
def _due(who: Identity, _today: date) -> Queue | None:
    """Bring what is due to the home page."""
    reach = Reach.of(who)
    counts = queue_counts(reach)
    first = tuple(
        Waiting(
            f"{label(one.category)}：{one.home or '没有登记的场所'}",
            url_for("backoffice.case", receipt=one.receipt),
            one.due,
            one.region,
        )
        for one in queue_first(reach, _FIRST)
    )
    return Queue("投诉", url_for("backoffice.cases"), counts.open, first, counts.overdue)


@queue(Capability.HANDLE_CASES)
def _arriving(who: Identity, _today: date) -> Queue | None:
    """Bring what other departments sent here and nobody has acknowledged."""
    found, total = queue_page(QueueChoice(unacknowledged=True), Reach.of(who), 0, _FIRST)
    return Queue(
        "转来的投诉，还没确认收到",
        url_for("backoffice.cases", unacknowledged=1),
        total,
        tuple(
            Waiting(
                f"{label(one.category)}：{one.home or '没有登记的场所'}",
                url_for("backoffice.case", receipt=one.receipt),
                one.due,
                one.region,
            )
            for one in found
        ),
    )


@queue(Capability.REVIEW_CASES)
def _to_review(who: Identity, _today: date) -> Queue | None:
    """Bring the drafts that wait for a second pair of eyes."""
    found = [one for one in drafts_to_review(Reach.of(who)) if not one.own]
    return Queue(
        "等您审核的答复",
        url_for("backoffice.cases"),
        len(found),
        tuple(
            Waiting(
                f"{label(one.kind)}，{one.writer}写的",
                url_for("backoffice.case", receipt=one.receipt),
                one.due,
                one.receipt,
            )
            for one in found[:_FIRST]
        ),
    )


def _list(
    problem: str | None = None,
    problems: Sequence[tuple[str, str]] = (),
    picked: set[str] | None = None,
) -> str:
    who = the_caller()
    reach, now = Reach.of(who), asked(who)
    found, total = queue_page(now.choice, reach, now.offset, PER_PAGE)
    page = table_page(min(total, MOST))
    if page.offset != now.offset:  # past the end
        found, _ = queue_page(now.choice, reach, page.offset, PER_PAGE)
    handles = reach.handles
    staff_here = staff_choices(colleagues(reach), who.staff_id) if handles else []
    return render_template(
        "backoffice/cases.html",
        rows=found,
        page_of=page,
        total_words=_count(total),
        capped=total > MOST,
        choice=now.choice,
        group=now.choice.group.value,
        groups={group.value: title for group, title in GROUPS.items()},
        narrowed=now.narrowed,
        kept=now.kept,
        selects=selects(now, who, staff_here),
        here=_here(now),
        handles=handles,
        reviews=reach.reviews,
        departments_shown=reach.watches,
        handlers=staff_here,
        problem=problem,
        problems=problems,
        picked=picked or set(),
        handler_chosen=request.form.get("handler", ""),
        back=address_of(now, page=page.number if page.number > 1 else None),
    )


def _here(now: Asked) -> Any:
    return lambda endpoint="backoffice.cases", **changes: address_of(now, endpoint, **changes)


def _count(total: int) -> str:
    return f"{MOST:,}多" if total > MOST else f"{total:,}"


def _chosen() -> dict[str, int]:
    """Return the receipts that were ticked, each with the version seen."""
    found: dict[str, int] = {}
    for one in request.form.getlist("case"):
        receipt, _, version = one.rpartition(".")
        if not receipt or not (version.isascii() and version.isdigit() and len(version) < 10):
            abort(400)
        found[receipt] = int(version)
    return found


def _exported(found: Sequence[CaseRow]) -> Iterator[tuple[object, ...]]:
    for one in found:
        owed = one.due is not None
        yield (
            one.receipt, one.received_on, one.channel, one.category, one.home, one.region, one.department,
            one.status, one.urgent, one.round_number,
            ("首次答复" if one.first else "办理答复") if owed else None, one.due,
            one.provisional if owed else None, one.judgement, one.left if owed else None,
            one.over if owed else None, one.finding,
        )  # fmt: skip
