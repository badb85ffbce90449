"""Registrations, grades, fees, notices and all other records: one editor for all, and withdrawal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.forms import trimmed
from portal.backoffice.provenance import ProvenanceForm
from portal.backoffice.record_editing import Page, Work, work_on
from portal.backoffice.record_words import record_title
from portal.backoffice.sections import blueprint
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.extensions import limiter
from portal.history.keeper import Provenance
from portal.history.recorded import Recorded
from portal.institutions import keeping
from portal.institutions.editable import RECORD_KINDS, EditableField, editable_fields
from portal.institutions.field_labels import FIELDS, RECORD_LABELS, block_of
from portal.institutions.models import Institution, Standard
from portal.institutions.queries.staff_detail import staff_home, staff_record
from portal.institutions.queries.trail import MODELS
from portal.unit_of_work import unit_of_work

_WRITES_A_MINUTE = "60 per minute"
_RECORD = "/institutions/<public_id>/records/<kind>"


class WithdrawForm(ProvenanceForm):
    """Withdrawing always says why."""

    reason = TextAreaField("原因", [InputRequired("请写明原因"), Length(max=1000)], filters=[trimmed])
    was = HiddenField()
    """What it was when the form was shown: two who press at once must not undo each other's deed."""


@blueprint.route(f"{_RECORD}/new", methods=["GET", "POST"])
@limiter.limit(_WRITES_A_MINUTE, methods=["POST"])
@staff(Capability.EDIT_RECORDS)
def new_record(public_id: str, kind: str) -> Page:
    """Enter a record of an institution."""
    caller = the_caller()
    home = _home(public_id)
    model = MODELS[kind] if kind in RECORD_KINDS else abort(404)
    standards = [each for each in Standard if caller.scope.may_write(f"compliance/{each}", home.region_code)]
    if not (standards if kind == "compliance" else caller.scope.may_write(kind, home.region_code)):
        abort(403)

    def write(values: dict[str, Any], provenance: Provenance, _: int) -> tuple[Institution, bool]:
        may_publish = caller.allows(Capability.PUBLISH)
        keeping.enter(home, model, values, provenance, caller.scope, may_publish=may_publish)
        return home, True

    preset = {"standard": standards[0]} if kind == "compliance" and len(standards) == 1 else {}
    title = f"新增{RECORD_LABELS[kind]}：{home.name}"
    return work_on(Work(title, _trail(home), _fields(kind), write, preset=preset, anchor=_anchor(kind)))


@blueprint.route(f"{_RECORD}/<int:record_id>", methods=["GET", "POST"])
@limiter.limit(_WRITES_A_MINUTE, methods=["POST"])
@staff(Capability.EDIT_RECORDS)
def edit_record(public_id: str, kind: str, record_id: int) -> Page:
    """Edit a record of an institution."""
    caller = the_caller()
    home, record = _found(public_id, kind, record_id)

    def write(changes: dict[str, Any], provenance: Provenance, based_on: int) -> tuple[Institution, bool]:
        may_publish = caller.allows(Capability.PUBLISH)
        said = keeping.revise(
            record, changes, provenance, caller.scope, based_on=based_on, may_publish=may_publish
        )
        return home, said

    title = f"{_title(kind, record)}：{home.name}"
    return work_on(Work(title, _trail(home), _fields(kind), write, record, anchor=_anchor(kind)))


@blueprint.route(f"{_RECORD}/<int:record_id>/withdraw", methods=["GET", "POST"])
@limiter.limit(_WRITES_A_MINUTE, methods=["POST"])
@staff(Capability.PUBLISH)
def withdraw_record(public_id: str, kind: str, record_id: int) -> Page:
    """Hide a record that should never have been entered, or show it again."""
    home, record = _found(public_id, kind, record_id)
    return _withdrawal(home, record, _title(kind, record), _anchor(kind))


@blueprint.route("/institutions/<public_id>/withdraw", methods=["GET", "POST"])
@limiter.limit(_WRITES_A_MINUTE, methods=["POST"])
@staff(Capability.PUBLISH)
def withdraw_institution(public_id: str) -> Page:
    """Hide an institution that should never have been entered, or show it again."""
    home = _home(public_id)
    if not keeping.may_keep(the_caller().scope, home, home.region_code):
        abort(403)
    return _withdrawal(home, home, home.name, "")


def _withdrawal(home: Institution, record: Recorded, title: str, anchor: str) -> Page:
    form, gone, problem = WithdrawForm(), record.withdrawn, None
    state = "withdrawn" if gone else "shown"
    back = url_for("backoffice.institution", public_id=home.public_id, _anchor=anchor)
    if form.validate_on_submit() and form.was.data != state:
        problem = "您打开这一页以后，别人已经撤下或恢复了它；请看清现在的情况再提交"
    elif form.validate_on_submit():
        try:
            with unit_of_work():
                turn = keeping.restore if gone else keeping.withdraw
                turn(record, form.provenance(), the_caller().scope)
                hidden = record.withdrawn
        except DomainError as error:
            problem = str(error)
        else:
            flash("已撤下，公众看不到了" if hidden else "已恢复，公众又能看到了")
            return redirect(back, 303)
    form.was.data = state
    page = render_template(
        "backoffice/record_withdraw.html",
        form=form,
        title=title,
        gone=gone,
        problem=problem,
        back=back,
        trail=_trail(home),
    )
    return page, 422 if form.is_submitted() else 200


def _home(public_id: str) -> Institution:
    return staff_home(public_id, the_caller().scope) or abort(404)


def _found(public_id: str, kind: str, record_id: int) -> tuple[Institution, Any]:
    home = _home(public_id)
    record = staff_record(home, kind, record_id) or abort(404)
    if not keeping.may_keep(the_caller().scope, record, home.region_code):
        abort(403)
    return home, record


def _fields(kind: str) -> Sequence[EditableField]:
    return editable_fields(kind)


def _title(kind: str, record: Any) -> str:
    names = [name for each, name in FIELDS if each == kind]
    return record_title(kind, {name: getattr(record, name) for name in names})


def _anchor(kind: str) -> str:
    block = block_of(kind, "withdrawn")
    return block.value if block else ""


def _trail(home: Institution) -> list[tuple[str, str]]:
    return [
        (url_for("backoffice.institutions"), "机构"),
        (url_for("backoffice.institution", public_id=home.public_id), home.name),
    ]
