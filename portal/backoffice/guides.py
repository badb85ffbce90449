"""Guides to concentrated care (R5): every county of the scope, and the form of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal import clock
from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.forms import trimmed
from portal.backoffice.provenance import ProvenanceForm
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import here_with, table_page
from portal.domain.permissions import Capability
from portal.extensions import limiter
from portal.institutions.care_guides import GuideNotYours, GuideOvertaken, write_guide
from portal.institutions.models import CareGuide
from portal.institutions.queries.guides_staff import CountyGuideRow, guide_history, staff_guide, staff_guides
from portal.unit_of_work import unit_of_work

_FACTS = (
    "who_may_apply", "steps", "papers", "office", "office_address", "phone", "time_limit_working_days",
    "fee_standard", "subsidy",
)  # fmt: skip


class GuideForm(ProvenanceForm):
    """A county's guide: who may apply, how, where, how long it takes, what is paid."""

    who_may_apply = TextAreaField(
        "谁可以申请", [InputRequired("请写明谁可以申请"), Length(max=5000)], filters=[trimmed]
    )
    steps = TextAreaField(
        "怎么办", [InputRequired("请写明步骤，一步一行"), Length(max=5000)], filters=[trimmed]
    )
    papers = TextAreaField(
        "要带什么材料", [InputRequired("请写明材料，一样一行"), Length(max=5000)], filters=[trimmed]
    )
    office = StringField("办理单位", [InputRequired("请写明到哪里办"), Length(max=200)], filters=[trimmed])
    office_address = StringField("办理地址", [Length(max=300)], filters=[trimmed])
    phone = StringField("电话", [Length(max=100)], filters=[trimmed])
    time_limit_working_days = IntegerField(
        "几个工作日办结", [Optional(), NumberRange(1, 365, message="请填写1到365之间的整数")]
    )
    fee_standard = TextAreaField("收费标准", [Length(max=5000)], filters=[trimmed])
    subsidy = TextAreaField("补助标准", [Length(max=5000)], filters=[trimmed])
    seen = HiddenField()
    """The newest revision when the form was shown."""


@blueprint.get("/guides")
@staff(Capability.SEE_RECORDS)
def guides() -> str:
    """List the counties of the scope, those without a guide first."""
    rows = _rows_of_scope()
    page = table_page(len(rows))
    return render_template(
        "backoffice/guides.html",
        rows=page.of(rows),
        without=sum(1 for row in rows if row.guide is None),
        page_of=page,
        here_with=here_with,
    )


@blueprint.get("/guides.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.EXPORT)
def guides_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file."""
    table = Table(
        "集中照护指南",
        (
            "区县", "有没有指南", Column("谁可以申请", width=40), Column("步骤", width=40),
            Column("材料", width=40), "办理单位", "办理地址", "电话", "办结工作日",
            Column("收费标准", width=32), Column("补助标准", width=32), "来源", "数据日期", "最近核对",
        ),
        _exported(_rows_of_scope()),
        "各区县民政部门",
    )  # fmt: skip
    return export(table, file_format)


@blueprint.route("/guides/<region_code>", methods=["GET", "POST"])
@staff(Capability.SEE_RECORDS)
def guide(region_code: str) -> str | Response | tuple[str, int]:
    """Show one county's guide; whoever keeps it writes it here."""
    row = staff_guide(region_code, the_caller().scope) or abort(404)
    keeps = the_caller().allows(Capability.EDIT_RECORDS) and the_caller().scope.may_write(
        CareGuide.record_kind, region_code
    )
    if request.method == "POST" and not keeps:
        abort(403)
    trail = guide_history([row])[region_code]
    form = GuideForm(obj=row.guide)
    if request.method == "GET":
        form.seen.data, form.as_of.data = str(row.newest), clock.today()
    if form.validate_on_submit():
        facts = {name: form[name].data or None for name in _FACTS}
        seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else 0
        try:
            with unit_of_work():
                changed = write_guide(region_code, facts, form.provenance(), the_caller().scope, seen=seen)
        except GuideNotYours:
            abort(403)
        except GuideOvertaken as overtaken:
            form.refuse("who_may_apply", overtaken)
            row = staff_guide(region_code, the_caller().scope) or abort(404)
            trail, form.seen.data = guide_history([row])[region_code], str(row.newest)
        else:
            flash("指南已保存，公众马上能看到" if changed else "没有改动，已记下这次核对")
            return redirect(url_for("backoffice.guides"), 303)
    page = render_template(
        "backoffice/guide.html",
        form=form,
        row=row,
        keeps=keeps,
        trail=trail,
        facts=[(form[name].label.text, getattr(row.guide, name)) for name in _FACTS] if row.guide else [],
        conflict=form.is_submitted() and bool(row.guide),
    )
    return page, 422 if form.is_submitted() else 200


def _rows_of_scope() -> list[CountyGuideRow]:
    codes = [code for code, _ in region_choices(the_caller())]
    return staff_guides(codes, the_caller().scope)


def _exported(rows: Sequence[CountyGuideRow]) -> Iterator[list[object]]:
    for row in rows:
        facts = [getattr(row.guide, name) if row.guide else None for name in _FACTS]
        source = row.source
        yield [
            row.label, row.guide is not None, *facts, source.title if source else None,
            source.as_of if source else None, source.last_confirmed if source else None,
        ]  # fmt: skip
