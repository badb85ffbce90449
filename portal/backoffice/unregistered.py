"""Unregistered homes (R2, R24): the list by what is due, one home with its steps, and each step's form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.forms import choices
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import here_with, table_page
from portal.backoffice.unregistered_forms import STEP_NAMES, CorrectionForm, NewHomeForm, step_form
from portal.backoffice.unregistered_words import next_of
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.domain.unregistered_home import Event, Stage, StepRefused, date_field
from portal.extensions import limiter
from portal.glossary import label
from portal.institutions.models import Disposition, UnregisteredHome
from portal.institutions.queries.unregistered_staff import (
    StaffHome,
    history_of,
    public_preview,
    sources_of,
    staff_home,
    staff_homes,
)
from portal.institutions.unregistered_homes import (
    DwellingAddress,
    HomeOvertaken,
    NotYours,
    ReviewersAlone,
    Writer,
    correct,
    enter_home,
    needs_publisher,
    take_step,
)
from portal.unit_of_work import unit_of_work

_KIND = UnregisteredHome.record_kind
_STEPS = tuple(event for event in Event if event is not Event.CORRECT)


@blueprint.get("/unregistered")
@staff(Capability.SEE_RECORDS)
def unregistered_homes() -> str:
    """List the homes within the scope, those with something due first."""
    found = staff_homes(the_caller().scope, _stage())
    page = table_page(len(found.homes))
    return render_template(
        "backoffice/unregistered.html",
        found=found,
        page_of=page,
        homes=page.of(found.homes),
        stages=list(Stage),
        stage=_stage(),
        next_of=next_of,
        here_with=here_with,
        may_enter=_may_enter(),
    )


@blueprint.get("/unregistered.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.EXPORT)
def unregistered_homes_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file."""
    stage = _stage()
    found = staff_homes(the_caller().scope, stage)
    table = Table(
        "未登记养老服务场所",
        (
            "编号", Column("名称", width=32), "区县", "乡镇街道", Column("地址", width=36), "私人住宅",
            "进行到", "下一步", "发现日期", "发现途径", "上门检查应在", "上门检查日期", "核实日期",
            "告知经营者日期", "异议期满日期", "处置", "处置日期", "老人数", "撤下日期",
            Column("撤下原因", width=32), "登记成的机构", "来源", "数据日期",
        ),
        _rows(found.homes),
        "各级部门登记的排查、检查和处置情况",
        label(stage) if stage else "",
        ("不含经营者姓名和私人住宅的具体地址。",),
    )  # fmt: skip
    return export(table, file_format)


@blueprint.route("/unregistered/new", methods=["GET", "POST"])
@staff(Capability.EDIT_RECORDS)
def new_unregistered_home() -> str | Response | tuple[str, int]:
    """Enter a home that was found."""
    if not _may_enter():
        abort(403)
    form = NewHomeForm()
    form.region_code.choices = choices(region_choices(the_caller()))
    if request.method == "GET":
        form.as_of.data = clock.today()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                values = form.facts() | {"region_code": form.region_code.data}
                home = enter_home(values, form.provenance(), _writer())
                public_id = home.public_id
        except DomainError as refused:
            form.refuse(_field(form, refused, None), refused)
        else:
            flash("已登记。下一步：上门核实")
            return redirect(url_for("backoffice.unregistered_home", public_id=public_id), 303)
    page = render_template("backoffice/unregistered_new.html", form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/unregistered/<public_id>")
@staff(Capability.SEE_RECORDS)
def unregistered_home(public_id: str) -> str:
    """Show one home: how far it has come, what is next, what the public reads."""
    home = _found(public_id)
    return render_template(
        "backoffice/unregistered_home.html",
        home=home,
        record=home.record,
        next_of=next_of,
        trail=history_of(home),
        source=sources_of([home]).get(home.record.id),
        steps=[(event, STEP_NAMES[event]) for event in _STEPS if _may(home, event)],
        wait_for_reviewer=home.stage is Stage.TOLD and not _may(home, Event.PUBLISH),
        may_correct=_may(home, Event.CORRECT),
        public=home.stage is Stage.LISTED,
    )


@blueprint.route("/unregistered/<public_id>/steps/<step>", methods=["GET", "POST"])
@staff(Capability.EDIT_RECORDS)
def unregistered_step(public_id: str, step: str) -> str | Response | tuple[str, int]:
    """Enter one step, on its own day and from its own source."""
    home, event = _found(public_id), _event(step)
    if not the_caller().scope.may_write(_KIND, home.record.region_code):
        abort(403)
    if needs_publisher(home.record, event) and not the_caller().allows(Capability.PUBLISH):
        abort(403)
    if not home.allows(event):
        flash(f"现在不能{STEP_NAMES[event]}，请看这一处进行到哪一步")
        return redirect(url_for("backoffice.unregistered_home", public_id=public_id), 303)
    form = step_form(event)
    if request.method == "GET":
        form.day.data = form.as_of.data = clock.today()
        planned = home.record.objection_ended_on
        if event is Event.PUBLISH and planned is not None and planned <= clock.today():
            form.day.data = planned
    if form.validate_on_submit():
        disposition = _disposition(form)
        try:
            with unit_of_work():
                take_step(
                    home.record,
                    event,
                    form.day.data,
                    form.provenance(),
                    _writer(),
                    disposition=disposition,
                    became=form.became.data or None if "became" in form else None,
                    reason=form.removed_reason.data if "removed_reason" in form else None,
                )
        except DomainError as refused:
            form.refuse(_field(form, refused, event), refused)
        else:
            flash(f"已{STEP_NAMES[event]}")
            return redirect(url_for("backoffice.unregistered_home", public_id=public_id), 303)
    page = render_template(
        "backoffice/unregistered_step.html",
        form=form,
        home=home,
        record=home.record,
        event=event,
        title=STEP_NAMES[event],
        preview=public_preview(home, form.day.data or clock.today()) if event is Event.PUBLISH else None,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/unregistered/<public_id>/correct", methods=["GET", "POST"])
@staff(Capability.EDIT_RECORDS)
def correct_unregistered_home(public_id: str) -> str | Response | tuple[str, int]:
    """Put right what was entered wrongly."""
    home = _found(public_id)
    if not _may(home, Event.CORRECT):
        abort(403)
    form = CorrectionForm(obj=home.record)
    for name in CorrectionForm.DAYS:
        if getattr(home.record, name) is None:
            del form[name]
    if request.method == "GET":
        form.seen.data, form.as_of.data = str(home.newest), clock.today()
        form.found_how.data = home.record.found_how.value
    if form.validate_on_submit():
        seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else 0
        try:
            with unit_of_work():
                changed = correct(home.record, form.changes(), form.provenance(), _writer(), seen=seen)
        except HomeOvertaken as overtaken:
            form.refuse("name", overtaken)
            home = _found(public_id)
            form.seen.data = str(home.newest)
        except DomainError as refused:
            form.refuse(_field(form, refused, None), refused)
        else:
            flash("已更正" if changed else "没有改动")
            return redirect(url_for("backoffice.unregistered_home", public_id=public_id), 303)
    page = render_template(
        "backoffice/unregistered_correct.html",
        form=form,
        home=home,
        record=home.record,
        conflict=form.is_submitted(),
        days=[name for name in CorrectionForm.DAYS if name in form],
    )
    return page, 422 if form.is_submitted() else 200


def _found(public_id: str) -> StaffHome:
    return staff_home(public_id, the_caller().scope) or abort(404)


def _writer() -> Writer:
    who = the_caller()
    return Writer(who.scope, who.allows(Capability.PUBLISH))


def _may_enter() -> bool:
    who = the_caller()
    somewhere = next(iter(who.scope.regions or ("",)))
    return who.allows(Capability.EDIT_RECORDS) and who.scope.may_write(_KIND, somewhere)


def _may(home: StaffHome, event: Event) -> bool:
    """True if the caller may enter the event now."""
    who = the_caller()
    return (
        who.allows(Capability.EDIT_RECORDS)
        and who.scope.may_write(_KIND, home.record.region_code)
        and home.allows(event)
        and (not needs_publisher(home.record, event) or who.allows(Capability.PUBLISH))
    )


def _stage() -> Stage | None:
    wanted = request.args.get("stage", "")
    return Stage(wanted) if wanted in Stage._value2member_map_ else None


def _event(step: str) -> Event:
    if step not in Event._value2member_map_ or step == Event.CORRECT:
        abort(404)
    return Event(step)


def _disposition(form: Any) -> Disposition | None:
    return Disposition(form.disposition.data) if "disposition" in form and form.disposition.data else None


def _field(form: Any, refused: DomainError, event: Event | None) -> str:
    """Return the field at which a refusal is shown."""
    if isinstance(refused, NotYours) and not isinstance(refused, ReviewersAlone):
        abort(403)
    if isinstance(refused, ReviewersAlone) and "disposition" in form:
        return "disposition"
    name = "address" if isinstance(refused, DwellingAddress) else ""
    if isinstance(refused, StepRefused):
        name = "day" if event is not None and refused.field == date_field(event) else refused.field
    return name if name in form else next(one for one in ("day", "name") if one in form)


def _rows(homes: Any) -> Iterator[tuple[object, ...]]:
    sources = sources_of(homes)
    for home in homes:
        one, source = home.record, sources.get(home.record.id)
        yield (
            one.public_id, one.name, home.region_label, one.township, one.address, one.private_dwelling,
            home.stage, next_of(home), one.found_on, one.found_how, home.visit_due, one.inspected_on,
            one.verified_on, one.operator_told_on, one.objection_ended_on, one.disposition,
            one.disposition_on, one.residents, one.removed_on, one.removed_reason,
            home.became[1] if home.became else None,
            source.title if source else None, source.as_of if source else None,
        )  # fmt: skip
