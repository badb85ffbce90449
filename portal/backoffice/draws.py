"""Draws by lot (双随机): the list, announcing one, and what of them waits for whom."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.asked import asked_region
from portal.backoffice.context import the_caller
from portal.backoffice.draw_forms import AnnounceForm
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.forms import choices
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import PER_PAGE, asked_page, here_with, table_page
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.extensions import limiter
from portal.reference.directory import region_directory
from portal.supervision.models import RandomDraw
from portal.supervision.queries.draws import MOST, DrawRow, HomeToDraw, draw_page, homes_to_draw
from portal.supervision.queries.records import draws_to_draw, draws_to_reveal
from portal.supervision.service import draws as service
from portal.unit_of_work import unit_of_work

_FIRST = 5


@blueprint.get("/draws")
@staff(Capability.SEE_SUPERVISION)
def draws() -> str:
    """List the draws within reach, the latest announcement in front."""
    who = the_caller()
    region = asked_region(who)
    asked = (asked_page() - 1) * PER_PAGE
    found, total = draw_page(region, who.scope, asked, PER_PAGE)
    page = table_page(min(total, MOST))
    if page.offset != asked:  # past the end
        found, _ = draw_page(region, who.scope, page.offset, PER_PAGE)
    return render_template(
        "backoffice/draws.html",
        rows=found,
        page_of=page,
        regions=region_choices(who),
        region=region or "",
        keeps=who.allows(Capability.KEEP_SUPERVISION),
        here=here_with,
    )


@blueprint.get("/draws.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_SUPERVISION)
def draws_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file."""
    who = the_caller()
    region = asked_region(who)
    found, _ = draw_page(region, who.scope, 0, MOST)
    table = Table(
        "双随机抽签",
        (
            "编号", Column("标题", width=40), Column("公告的单位", width=24), "状态", "公告时间",
            "名单上的机构", "名单上的人员", "抽几家", "每家几人", Column("用哪个号码", width=36),
            "号码公布时间", "号码", "抽取时间", "去过几家", "公开名单时间", "作废时间",
            Column("作废理由", width=36), Column("名单校验值", width=66),
        ),
        _exported(found),
        "各部门公告的抽签",
        region_directory().label(region) if region else "",
        (f"最多{MOST}次，新的在前。",),
    )  # fmt: skip
    return export(table, file_format)


@blueprint.route("/draws/new", methods=["GET", "POST"])
@staff(Capability.KEEP_SUPERVISION)
def new_draw() -> str | Response | tuple[str, int]:
    """Announce a draw: choose the list, name the number; from then on the list stands."""
    form, who = AnnounceForm(), the_caller()
    form.region.choices = choices(region_choices(who))
    if not form.is_submitted():
        form.region.data = form.region.choices[0].value if form.region.choices else None
        return _announcing(form, who)
    if request.form.get("do") == "list":
        return _announcing(form, who)
    homes = _candidates(form, who)
    if not form.validate() & _says_which(form, homes):
        return _announcing(form, who), 422
    out = set(form.left_out.data or ())
    announcement = service.Announcement(
        title=form.title.data,
        region_code=form.region.data,
        institution_ids=[home.id for home in homes if home.public_id not in out],
        inspectors=form.labels,
        homes_drawn=form.homes_drawn.data,
        inspectors_each=form.inspectors_each.data,
        number_name=form.number_name.data,
        number_where=form.number_where.data,
        number_due_at=form.due,
    )
    try:
        with unit_of_work():
            made = service.announce(announcement, who.actor, who.scope).public_id
    except DomainError as refused:
        return _announcing(form, who, str(refused)), 422
    flash("已公告：名单的校验值和要用的号码，大家都看得到了；名单本身还看不到")
    return redirect(url_for("backoffice.draw", public_id=made), 303)


@queue(Capability.KEEP_SUPERVISION)
def _to_draw(who: Identity, today: date) -> Queue | None:
    """Bring the draws whose number is out by now."""
    return _queue("号码该录入的抽签", draws_to_draw(who.scope.department, who.scope))


@queue(Capability.REVIEW_SUPERVISION)
def _to_reveal(who: Identity, today: date) -> Queue | None:
    """Bring the draws whose visits are all made."""
    return _queue("名单可以公开的抽签", draws_to_reveal(who.scope.department, who.scope))


def _queue(title: str, found: Sequence[RandomDraw]) -> Queue:
    regions = region_directory()
    first = tuple(
        Waiting(
            one.title,
            url_for("backoffice.draw", public_id=one.public_id),
            None,
            regions.label(one.region_code),
        )
        for one in found[:_FIRST]
    )
    return Queue(title, url_for("backoffice.draws"), len(found), first)


def _candidates(form: AnnounceForm, who: Identity) -> list[HomeToDraw]:
    """Return the homes that the choice of region and of last visit leaves on the list."""
    if form.region.data not in dict(region_choices(who)):
        return []
    homes, apart = homes_to_draw(form.region.data, who.scope), form.visited_before
    if apart is None:
        return homes
    day = clock.today() - apart
    return [one for one in homes if one.last_visit is None or one.last_visit < day]


def _mark(homes: Sequence[HomeToDraw]) -> str:
    """Return what tells one list from another: a home that came in between must not slip in unseen."""
    return hashlib.sha256(" ".join(one.public_id for one in homes).encode()).hexdigest()[:16]


def _says_which(form: AnnounceForm, homes: Sequence[HomeToDraw]) -> bool:
    out = set(form.left_out.data or ())
    left = sum(one.public_id not in out for one in homes)
    if form.seen.data != _mark(homes):
        form.refuse("since", "名单和您看到的不一样了，请看过下面的名单再公告")
        return False
    if not left:
        form.refuse("since", "名单上一家也没有，请换个地区或条件")
        return False
    if isinstance(form.homes_drawn.data, int) and form.homes_drawn.data > left:
        form.refuse("homes_drawn", f"名单上只有{left}家")
        return False
    return True


def _announcing(form: AnnounceForm, who: Identity, problem: str | None = None) -> str:
    homes = _candidates(form, who)
    form.seen.data = _mark(homes)
    out = set(form.left_out.data or ())
    every = homes_to_draw(form.region.data, who.scope) if form.visited_before and homes else homes
    return render_template(
        "backoffice/draw_new.html",
        form=form,
        problem=problem,
        homes=homes,
        out=out,
        on_the_list=sum(one.public_id not in out for one in homes),
        skipped=len(every) - len(homes),
    )


def _exported(rows: Sequence[DrawRow]) -> Iterator[tuple[object, ...]]:
    for one in rows:
        yield (
            one.public_id, one.title, one.office, one.state, one.announced_at, one.home_count,
            one.inspector_count, one.homes_drawn, one.inspectors_each, one.number_name, one.number_due_at,
            one.number, one.drawn_at, one.visits_made, one.revealed_at, one.abandoned_at,
            one.abandoned_reason, one.candidates_hash,
        )  # fmt: skip
