"""The calendar of working days: entering what the State Council publishes, and taking a mistake back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import URL, InputRequired, Length, NumberRange, Optional

from portal.access import staff
from portal.accounts.queries import reaches_everybody
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.forms import StaffForm, trimmed
from portal.backoffice.sections import blueprint
from portal.complaints.service.recompute import Recomputed, recompute
from portal.domain.errors import DomainError
from portal.domain.permissions import Capability
from portal.domain.working_days import DayChange
from portal.extensions import limiter
from portal.history.data_set import touch_data_set
from portal.reference.calendar import every_notice
from portal.reference.calendar_file import read_days
from portal.reference.calendar_service import (
    NoticeDocument,
    amend_calendar,
    preview_amendment,
    withdraw_amendment,
)
from portal.unit_of_work import unit_of_work


class NoticeForm(StaffForm):
    """A notice: its paper, and its days one a line."""

    title = StringField("文件名称", [InputRequired("请填写文件名称"), Length(max=300)], filters=[trimmed])
    number = StringField("文号", [Length(max=100)], filters=[trimmed])
    url = StringField(
        "网址",
        [Optional(), Length(max=500), URL(message="网址应以 http:// 或 https:// 开头")],
        filters=[trimmed],
    )
    whole_year = IntegerField("哪一年的全年安排", [Optional(), NumberRange(2000, 2100, "请填四位数的年份")])
    days = TextAreaField("日子", [InputRequired("请写明放假和上班的日子"), Length(max=20_000)])


class WithdrawForm(StaffForm):
    """Why a notice is taken back."""

    reason = StringField(
        "撤下的原因", [InputRequired("请写明为什么撤下"), Length(max=500)], filters=[trimmed]
    )


@blueprint.route("/calendar", methods=["GET", "POST"])
@staff(Capability.AMEND_CALENDAR)
def calendar() -> str | Response | tuple[str, int]:
    """Show what was entered, and take in a notice: first shown what it changes, then entered."""
    form, changes, problem = NoticeForm(), None, None
    if form.validate_on_submit():
        _refuse_small_reach()
        try:
            days, document = read_days(form.days.data), _document(form)
            if request.form.get("step") == "enter":
                with unit_of_work():
                    amend_calendar(days, document, the_caller().actor, whole_year=form.whole_year.data)
                    touch_data_set()
                    recounted = recompute(the_caller().actor)
                flash(f"已录入，日历已更新{_told(recounted)}")
                return redirect(url_for("backoffice.calendar"), 303)
            changes = preview_amendment(days, document, form.whole_year.data)
        except DomainError as refused:
            problem = str(refused)
    return _page(form, WithdrawForm(formdata=None), changes, problem)


@blueprint.post("/calendar/<int:notice_id>/withdraw")
@staff(Capability.AMEND_CALENDAR)
def withdraw_notice(notice_id: int) -> Response | tuple[str, int]:
    """Take a notice out of force; what it replaced is in force again."""
    _refuse_small_reach()
    form, problem = WithdrawForm(), None
    if form.validate_on_submit():
        try:
            with unit_of_work():
                withdraw_amendment(notice_id, form.reason.data, the_caller().actor)
                touch_data_set()
                recounted = recompute(the_caller().actor)
        except DomainError as refused:
            problem = str(refused)
        else:
            flash(f"已撤下，日历已恢复{_told(recounted)}")
            return redirect(url_for("backoffice.calendar"), 303)
    page = _page(NoticeForm(formdata=None), form, None, problem)
    return page if isinstance(page, tuple) else (page, 422)


@blueprint.get("/calendar.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.AMEND_CALENDAR)
def calendar_export(file_format: str) -> FlaskResponse:
    """Hand out what was entered as a file, a row for each day."""
    columns = (
        Column("文件名称", width=40), "文号", "网址", "全年安排", "日子", "安排", "节日",
        "录入时间", "录入人", "撤下时间", Column("撤下原因", width=32),
    )  # fmt: skip
    return export(Table("工作日历的安排", columns, _days(), "录入的放假安排通知"), file_format)


def _days() -> Iterator[tuple[object, ...]]:
    for notice in every_notice():
        paper = (notice.title, notice.document_number, notice.url, notice.whole_year)
        fate = (notice.entered_at, notice.entered_by, notice.withdrawn_at, notice.withdrawn_reason)
        for day, fact in notice.days:
            yield *paper, day, fact.arranged, fact.name, *fate


def _told(recounted: Recomputed) -> str:
    return f"；{recounted.changed}件没有办完的投诉，到期日跟着变了" if recounted.changed else ""


def _refuse_small_reach() -> None:
    if not reaches_everybody(the_caller().scope):
        abort(403)


def _document(form: NoticeForm) -> NoticeDocument:
    return NoticeDocument(form.title.data, form.number.data or None, form.url.data or None)


def _page(
    form: NoticeForm, withdrawing: WithdrawForm, changes: Sequence[DayChange] | None, problem: str | None
) -> str | tuple[str, int]:
    page = render_template(
        "backoffice/calendar.html",
        form=form,
        withdrawing=withdrawing,
        notices=sorted(every_notice(), key=lambda notice: notice.id, reverse=True),
        changes=changes,
        problem=problem,
        mine=reaches_everybody(the_caller().scope),
    )
    return (page, 422) if problem or form.errors or withdrawing.errors else page
