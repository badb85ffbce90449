"""One visit on one page: what to do next, what was found, what came of it."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, render_template, request, url_for

from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Deed, Given, attempt, forms_for, keeps, offered
from portal.backoffice.inspection_forms import CancelForm, WithdrawForm
from portal.backoffice.sections import blueprint
from portal.domain.permissions import Capability
from portal.supervision.kinds import InspectionArea, InspectionResult, ItemFinding
from portal.supervision.models import Inspection
from portal.supervision.queries.inspection_page import InspectionView, ItemRow, inspection_view
from portal.supervision.queries.records import inspection_record
from portal.supervision.service import inspections as service

INSPECTION_DEEDS: tuple[Deed[Inspection], ...] = (
    Deed(
        "withdraw", "撤下公开的检查", "撤下，公众看不到", "已撤下，公众看不到了",
        lambda visit, form, who: service.withdraw_inspection(
            visit, form.reason.data, who.actor, who.scope, form.seen
        ),
        WithdrawForm,
        may=Capability.REVIEW_SUPERVISION,
        when=lambda visit: visit.published_at is not None and visit.withdrawn_at is None,
        danger=True,
        hint="写错了的，可以改公开的文字，不必撤下。",
    ),
    Deed(
        "cancel", "不去了", "取消这次检查", "已取消",
        lambda visit, form, who: service.cancel_plan(
            visit, form.reason.data, who.actor, who.scope, form.seen
        ),
        CancelForm,
        when=lambda visit: visit.visited_on is None and visit.draw_id is None,
        danger=True,
    ),
)  # fmt: skip


@blueprint.get("/inspections/<public_id>")
@staff(Capability.SEE_SUPERVISION)
def inspection(public_id: str) -> str:
    """Show one visit."""
    return show(public_id, Given())


def _endpoint(deed: Deed[Inspection]) -> Callable[[str], Answer]:
    def view(public_id: str) -> Answer:
        record, form = own_or_404(public_id), deed.form(prefix=deed.name)
        return attempt(
            Given(deed.name, form),
            lambda: deed.do(record, form, the_caller()),
            deed.said,
            lambda shown: show(public_id, shown),
            lambda: (
                url_for("backoffice.inspections")
                if deed.name == "cancel"
                else url_for("backoffice.inspection", public_id=public_id)
            ),
        )

    view.__doc__ = f"Do what {deed.name} says with a visit."
    return view


for _deed in INSPECTION_DEEDS:
    blueprint.post(f"/inspections/<public_id>/{_deed.path}", endpoint=f"inspection_{_deed.name}")(
        staff(_deed.may)(_endpoint(_deed))
    )


def visit_or_404(public_id: str) -> Inspection:
    """Return the visit, a 404 where it is not within reach."""
    return inspection_record(public_id, the_caller().scope) or abort(404)


def own_or_404(public_id: str) -> Inspection:
    """Return the visit, a 404 where it is not the caller's department's and region's."""
    record = visit_or_404(public_id)
    return record if keeps(record, the_caller()) else abort(404)


def may_amend(record: Inspection) -> bool:
    """True if the caller may write what was found: of what is public only a reviewer may."""
    return record.published_at is None or the_caller().allows(Capability.REVIEW_SUPERVISION)


def show(public_id: str, given: Given) -> str:
    """Return the page of a visit, as it stands now, with what was typed."""
    who, record = the_caller(), visit_or_404(public_id)
    view = inspection_view(public_id, who.scope)
    assert view is not None, "what is within reach can be read"
    found = offered(INSPECTION_DEEDS, record, who)
    mine = keeps(record, who) and who.allows(Capability.KEEP_SUPERVISION)
    reviews = mine and who.allows(Capability.REVIEW_SUPERVISION)
    owes_problems = (
        record.visited_on is not None and record.result is InspectionResult.PROBLEMS and not view.problems
    )
    forms = forms_for(found, record, given)
    return render_template(
        "backoffice/inspection.html",
        record=record,
        view=view,
        row=view.row,
        areas=_areas(view),
        deeds_of=found,
        forms_of=forms,
        given=given,
        typed=given.typed if given.problem or given.name not in forms else [],
        opened=given.name or request.args.get("open", ""),
        mine=mine,
        may_amend=mine and may_amend(record),
        may_publish=reviews and record.visited_on is not None,
        owes_problems=owes_problems,
        may_find=mine and record.result is InspectionResult.PROBLEMS,
        bad=ItemFinding.NOT_MET,
        unseen=ItemFinding.NOT_CHECKED,
    )


def _areas(view: InspectionView) -> list[tuple[InspectionArea, tuple[ItemRow, ...], dict[ItemFinding, int]]]:
    """Return each of the five areas with its items, and how many were found how."""
    found = []
    for area in InspectionArea:
        items = view.items_in(area)
        counts = {one: sum(item.finding is one for item in items) for one in ItemFinding}
        found.append((area, items, {one: count for one, count in counts.items() if count}))
    return found
