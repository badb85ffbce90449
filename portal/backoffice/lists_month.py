"""One county's four lists of a month: looked through line by line, sent, corrected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from flask import Response as FlaskResponse
from flask import abort, render_template, url_for

from portal import clock
from portal.access import staff
from portal.accountability.kinds import ListKind, ListState
from portal.accountability.list_columns import COLUMNS, cell, lists_workbook
from portal.accountability.models import ListEntry, MonthlyLists
from portal.accountability.queries.lists import ListsView, entry_record, lists_record, lists_view
from portal.accountability.service import lists as service
from portal.accountability.workbook import XLSX
from portal.audit.capture import note
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Given, attempt
from portal.backoffice.export import EXPORTS_A_MINUTE
from portal.backoffice.lists import STANDINGS, keeps_lists
from portal.backoffice.lists_forms import LineForm, NewLineForm, ReasonForm, SubmitForm
from portal.backoffice.sections import blueprint
from portal.backoffice.versioned_form import VersionedForm
from portal.domain.day_words import cn_day
from portal.domain.permissions import Capability
from portal.extensions import limiter
from portal.glossary import label
from portal.unit_of_work import unit_of_work

_FORMS: dict[str, type[VersionedForm]] = {
    "compile": VersionedForm,
    "submit": SubmitForm,
    "correct": ReasonForm,
    "add": NewLineForm,
}
_LINE_FORMS: dict[str, type[VersionedForm]] = {
    "edit": LineForm,
    "leave-out": ReasonForm,
    "put-back": ReasonForm,
}


@blueprint.get("/lists/<int:lists_id>")
@staff(Capability.SEE_SUPERVISION)
def month_lists(lists_id: int) -> str:
    """Show an edition with its lines; reviewers see what they can do with it."""
    return _page(lists_id, Given())


@blueprint.get("/lists/<int:lists_id>.xlsx")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_SUPERVISION)
def month_lists_xlsx(lists_id: int) -> FlaskResponse:
    """Hand out an edition as a workbook, a sheet for each list, as it goes upward."""
    view, who = _view(lists_id), the_caller()
    taken = [("导出", f"{cn_day(clock.today())}，{who.label}"), ("来源", "本平台的问题台账和整改记录")]
    made = lists_workbook(view, label, taken)
    name = f"{view.region_label}{view.month:%Y-%m}四张清单"
    with unit_of_work():
        note("export", f"lists/{lists_id}", list=name, format="xlsx")
    response = FlaskResponse(made, content_type=XLSX)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"lists.xlsx\"; filename*=UTF-8''{quote(name, safe='')}.xlsx"
    )
    return response


@blueprint.post("/lists/<int:lists_id>/compile")
@staff(Capability.REVIEW_SUPERVISION)
def compile_lists_again(lists_id: int) -> Answer:
    """Take the records as they stand now."""
    said = "已经按现在的台账重新编过，您改过、加过、拿掉的都没有动。"
    return _done(lists_id, "compile", service.compile_again, lambda _form: (), said)


@blueprint.post("/lists/<int:lists_id>/submit")
@staff(Capability.REVIEW_SUPERVISION)
def submit_month_lists(lists_id: int) -> Answer:
    """Send an edition upward."""
    return _done(lists_id, "submit", service.submit_lists, lambda _form: (), "已经报送。")


@blueprint.post("/lists/<int:lists_id>/correct")
@staff(Capability.REVIEW_SUPERVISION)
def correct_month_lists(lists_id: int) -> Answer:
    """Begin a new edition of what was sent."""
    made: list[MonthlyLists] = []

    def begin(lists: MonthlyLists, *given: object) -> None:
        made.append(service.correct_lists(lists, *given))  # type: ignore[arg-type]

    return _done(
        lists_id,
        "correct",
        begin,
        lambda form: (form["reason"].data,),
        "新的一版已经开好，改完再报送。",
        lambda: url_for("backoffice.month_lists", lists_id=made[0].id),
    )


@blueprint.post("/lists/<int:lists_id>/lines")
@staff(Capability.REVIEW_SUPERVISION)
def add_list_line(lists_id: int) -> Answer:
    """Enter a line by hand."""
    lists, form, who = _lists(lists_id), NewLineForm(prefix="add"), the_caller()

    def enter() -> None:
        service.add_entry(
            lists,
            ListKind(form.kind.data),
            form.title.data,
            form.remark.data,
            form.reason.data,
            who.actor,
            who.scope,
            form.seen,
            document=form.document.data,
            issued_on=form.issued_on.data,
            url=form.url.data,
        )

    return attempt(
        Given("add", form),
        enter,
        "已经列入。",
        lambda given: _page(lists_id, given),
        lambda: url_for("backoffice.month_lists", lists_id=lists_id),
    )


@blueprint.get("/lists/<int:lists_id>/lines/<int:entry_id>")
@staff(Capability.REVIEW_SUPERVISION)
def list_line(lists_id: int, entry_id: int) -> str:
    """Show one line with the forms that change it."""
    return _line_page(lists_id, entry_id, Given())


@blueprint.post("/lists/<int:lists_id>/lines/<int:entry_id>/edit")
@staff(Capability.REVIEW_SUPERVISION)
def edit_list_line(lists_id: int, entry_id: int) -> Answer:
    """Reword a line."""

    def given(form: VersionedForm) -> tuple[object, ...]:
        return form["title"].data, form["remark"].data, form["reason"].data

    return _line_done(lists_id, entry_id, "edit", service.edit_entry, given, "已经改好。")


@blueprint.post("/lists/<int:lists_id>/lines/<int:entry_id>/leave-out")
@staff(Capability.REVIEW_SUPERVISION)
def leave_out_list_line(lists_id: int, entry_id: int) -> Answer:
    """Leave a line out."""
    return _line_done(lists_id, entry_id, "leave-out", service.leave_out, _reason, "已经拿掉，可以再放回。")


@blueprint.post("/lists/<int:lists_id>/lines/<int:entry_id>/put-back")
@staff(Capability.REVIEW_SUPERVISION)
def put_back_list_line(lists_id: int, entry_id: int) -> Answer:
    """Put a line back."""
    return _line_done(lists_id, entry_id, "put-back", service.put_back, _reason, "已经放回。")


def _reason(form: VersionedForm) -> tuple[object, ...]:
    return (form["reason"].data,)


def _done(
    lists_id: int,
    name: str,
    work: Callable[..., object],
    given: Callable[[VersionedForm], tuple[object, ...]],
    said: str,
    done: Callable[[], str] | None = None,
) -> Answer:
    lists, form, who = _lists(lists_id), _FORMS[name](prefix=name), the_caller()
    return attempt(
        Given(name, form),
        lambda: work(lists, *given(form), who.actor, who.scope, form.seen),
        said,
        lambda again: _page(lists_id, again),
        done or (lambda: url_for("backoffice.month_lists", lists_id=lists_id)),
    )


def _line_done(
    lists_id: int,
    entry_id: int,
    name: str,
    work: Callable[..., object],
    given: Callable[[VersionedForm], tuple[object, ...]],
    said: str,
) -> Answer:
    entry, form, who = _entry(lists_id, entry_id), _LINE_FORMS[name](prefix=name), the_caller()
    return attempt(
        Given(name, form),
        lambda: work(entry, *given(form), who.actor, who.scope, form.seen),
        said,
        lambda again: _line_page(lists_id, entry_id, again),
        lambda: url_for("backoffice.month_lists", lists_id=lists_id, _anchor=f"line-{entry_id}"),
    )


def _page(lists_id: int, given: Given) -> str:
    view, who = _view(lists_id), the_caller()
    return render_template(
        "backoffice/lists_month.html",
        view=view,
        columns=COLUMNS,
        cell=lambda column, facts: cell(column, facts, label),
        kinds=ListKind,
        standings=STANDINGS,
        draft=view.this.state is ListState.DRAFT,
        keeps=keeps_lists(who),
        deeds=_forms(_FORMS, given, view.version),
        given=given,
    )


def _line_page(lists_id: int, entry_id: int, given: Given) -> str:
    view, who = _view(lists_id), the_caller()
    if not keeps_lists(who):
        abort(404)
    _entry(lists_id, entry_id)
    line = next(one for lines in view.entries.values() for one in lines if one.id == entry_id)
    names = ("edit", "put-back" if line.removed else "leave-out")
    forms = _forms({name: _LINE_FORMS[name] for name in names}, given, view.version)
    if given.name != "edit":
        forms["edit"]["title"].data, forms["edit"]["remark"].data = line.title, line.remark
    return render_template(
        "backoffice/lists_line.html",
        view=view,
        line=line,
        columns=COLUMNS[line.kind],
        cell=lambda column, facts: cell(column, facts, label),
        draft=view.this.state is ListState.DRAFT,
        deeds=forms,
        given=given,
    )


def _forms(kinds: Mapping[str, type[VersionedForm]], given: Given, version: int) -> dict[str, VersionedForm]:
    """Return each form: the one that was sent, or a fresh one; all with the version that is shown."""
    forms = {name: kind(None, prefix=name) for name, kind in kinds.items()}
    if given.form is not None and given.name in forms:
        forms[given.name] = given.form
    for form in forms.values():
        form.version.data = str(version)
    return forms


def _view(lists_id: int) -> ListsView:
    return lists_view(lists_id, the_caller().scope) or abort(404)


def _lists(lists_id: int) -> MonthlyLists:
    return lists_record(lists_id, the_caller().scope) or abort(404)


def _entry(lists_id: int, entry_id: int) -> ListEntry:
    return entry_record(lists_id, entry_id, the_caller().scope) or abort(404)
