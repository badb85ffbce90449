"""One problem on one page: what to do next first, then what it is, photos, what belongs to it, the log."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response as FlaskResponse
from flask import abort, make_response, render_template, request, url_for

from portal import clock
from portal.access import staff
from portal.accountability.queries.origin import case_behind, suggestion_behind
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Deed, Given, attempt, forms_for, keeps, offered
from portal.backoffice.file_forms import files_of, takes_files
from portal.backoffice.problem_deeds import PROBLEM_DEEDS, lead_of
from portal.backoffice.problem_forms import PhotoForm
from portal.backoffice.problem_list import origin_words
from portal.backoffice.problem_words import is_unwritten, log_lines, next_lines, notice_of, standing_words
from portal.backoffice.sections import blueprint
from portal.backoffice.versioned_form import VersionedForm
from portal.complaints.queries.people import staff_names
from portal.complaints.reach import Reach
from portal.domain.hazards import criterion_of
from portal.domain.permissions import Capability
from portal.domain.rectification import ProblemEvent, ProblemStatus, allows
from portal.intake.attachments import MIME
from portal.intake.attachments import files_of as files_kept
from portal.intake.models import FileKind
from portal.reference.directory import region_directory
from portal.supervision.kinds import PhotoStage, ProblemOrigin
from portal.supervision.problem_models import Problem
from portal.supervision.queries.inspections import InspectionRow, inspections_by_id
from portal.supervision.queries.problem_page import photo_file, photo_record, problem_record, problem_view
from portal.supervision.queries.problems import ProblemRow, problems_of_home
from portal.supervision.service import photos

takes_files("add_problem_photo", Capability.KEEP_SUPERVISION)


@blueprint.get("/problems/<public_id>")
@staff(Capability.SEE_SUPERVISION)
def problem(public_id: str) -> str:
    """Show one problem."""
    return show(public_id, Given())


@blueprint.get("/problems/<public_id>/photos/<int:photo_id>")
@staff(Capability.SEE_SUPERVISION)
def problem_photo(public_id: str, photo_id: int) -> FlaskResponse:
    """Hand out a photo of a problem, public or not: to be looked at, in a sandbox that runs nothing."""
    data = photo_file(public_id, photo_id, the_caller().scope)
    if data is None:
        abort(404)
    answer = make_response(data)
    answer.content_type = MIME[FileKind.PHOTO]
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Content-Disposition"] = f'inline; filename="{public_id}-{photo_id}.jpg"'
    return answer


@blueprint.post("/problems/<public_id>/photos")
@staff(Capability.KEEP_SUPERVISION)
def add_problem_photo(public_id: str) -> Answer:
    """Keep a photo of before or after."""
    record, who, form = _own_or_404(public_id), the_caller(), PhotoForm(prefix="photo")
    given = Given("photo", form)
    if not form.validate_on_submit():
        return show(public_id, given), 422
    files = files_of(form, "photo", len(files_kept(record.subject)))
    if not files:
        if not form.photo.errors:
            form.refuse("photo", "请选一张照片")
        return show(public_id, given), 422
    return attempt(
        given,
        lambda: photos.add_photo(
            record,
            files[0],
            PhotoStage(form.stage.data),
            form.caption.data,
            form.taken_on.data,
            who.actor,
            who.scope,
            form.seen,
        ),
        "照片已添加，公众还看不到",
        lambda shown: show(public_id, shown),
        lambda: url_for("backoffice.problem", public_id=public_id, _anchor="photos"),
        ((photos.FileRefused, ("photo",)),),
    )


def _photo_endpoint(name: str, said: str, do: Callable[..., None]) -> None:
    def view(public_id: str, photo_id: int) -> Answer:
        who, form = the_caller(), VersionedForm()
        _own_or_404(public_id)
        photo = photo_record(public_id, photo_id, who.scope) or abort(404)
        return attempt(
            Given(name, form),
            lambda: do(photo, who.actor, who.scope, form.seen),
            said,
            lambda shown: show(public_id, shown),
            lambda: url_for("backoffice.problem", public_id=public_id, _anchor="photos"),
        )

    view.__doc__ = f"{name.capitalize()} a photo: what everybody may see of it."
    blueprint.post(f"/problems/<public_id>/photos/<int:photo_id>/{name}", endpoint=f"{name}_problem_photo")(
        staff(Capability.REVIEW_SUPERVISION)(view)
    )


_photo_endpoint("show", "照片可以公开了：问题公开以后，公众看得到", photos.show_photo)
_photo_endpoint("hide", "照片已撤下，公众看不到了", photos.hide_photo)


def _endpoint(deed: Deed[Problem]) -> Callable[[str], Answer]:
    def view(public_id: str) -> Answer:
        record, form = _own_or_404(public_id), deed.form(prefix=deed.name)
        return attempt(
            Given(deed.name, form),
            lambda: deed.do(record, form, the_caller()),
            deed.said,
            lambda shown: show(public_id, shown),
            lambda: url_for("backoffice.problem", public_id=public_id),
        )

    view.__doc__ = f"Do what {deed.name} says with a problem."
    return view


for _deed in PROBLEM_DEEDS:
    blueprint.post(f"/problems/<public_id>/{_deed.path}", endpoint=f"problem_{_deed.name}")(
        staff(_deed.may)(_endpoint(_deed))
    )


def problem_or_404(public_id: str) -> Problem:
    """Return the problem, a 404 where it is not within reach."""
    return problem_record(public_id, the_caller().scope) or abort(404)


def show(public_id: str, given: Given) -> str:
    """Return the page of a problem, as it stands now, with what was typed."""
    who, record = the_caller(), problem_or_404(public_id)
    view = problem_view(public_id, who.scope, clock.today()) or abort(404)
    found = offered(PROBLEM_DEEDS, record, who)
    lead = lead_of(record, found)
    mine, reviews = keeps(record, who), who.allows(Capability.REVIEW_SUPERVISION)
    names = staff_names([line.staff_id for line in view.log]) if mine else {}
    keeps_too = mine and who.allows(Capability.KEEP_SUPERVISION)
    attaches = keeps_too and allows(record.status, ProblemEvent.ATTACH)
    forms = forms_for(found, record, given, ("show", "hide", *(("photo",) if attaches else ())))
    photo_form = given.form if given.name == "photo" else PhotoForm(None, prefix="photo")
    assert photo_form is not None
    photo_form.version.data = str(record.version)
    return render_template(
        "backoffice/problem.html",
        record=record,
        view=view,
        row=view.row,
        lead=lead,
        deeds_left=[deed for deed in found if deed is not lead],
        forms_of=forms,
        opened=given.name or request.args.get("open", ""),
        given=given,
        typed=given.typed if given.problem else [],
        standing_words=standing_words(record),
        next_lines=next_lines(record, view, reviews=reviews) if mine else [],
        lines=log_lines(view, names),
        notice=notice_of(view),
        others_here=_others(record, {one.public_id for one in view.entries}),
        criterion=criterion_of(record.criterion),
        origin=origin_words(record.origin),
        case=case_behind(record.origin, record.origin_ref, Reach.of(who)),
        suggestion=suggestion_behind(record.origin, record.origin_ref, who.actor, who.scope),
        found_by=_found_by(record),
        region=region_directory().label(record.region_code),
        stages=list(PhotoStage),
        photo_form=photo_form,
        mine=keeps_too,
        unwritten=mine and is_unwritten(view) and allows(record.status, ProblemEvent.AMEND),
        may_edit=keeps_too and _may_edit(record, reviews),
        may_attach=attaches,
        may_publish=mine and reviews and allows(record.status, ProblemEvent.PUBLISH),
        may_draft=keeps_too
        and view.row.notice is None
        and allows(record.status, ProblemEvent.ISSUE_NOTICE)
        and (record.institution_id is not None or record.unregistered_home_id is not None),
        may_show_photos=mine and reviews,
        may_go_back=keeps_too
        and record.status in (ProblemStatus.SUBMITTED, ProblemStatus.CLEARED)
        and (record.institution_id is not None or record.unregistered_home_id is not None),
    )


def _others(record: Problem, but: set[str]) -> list[ProblemRow]:
    """Return other problems of the same home; none of a place on no record."""
    if record.institution_id is None and record.unregistered_home_id is None:
        return []
    found, _ = problems_of_home(
        the_caller().scope,
        clock.today(),
        institution_id=record.institution_id,
        unregistered_home_id=record.unregistered_home_id,
    )
    return [one for one in found if one.public_id not in but]


def _found_by(record: Problem) -> InspectionRow | None:
    """Return the visit that found the problem."""
    kind, _, number = (record.origin_ref or "").partition("/")
    if record.origin is not ProblemOrigin.INSPECTION or kind != "inspection" or not number.isdigit():
        return None
    return next(iter(inspections_by_id([int(number)], the_caller().scope)), None)


def _may_edit(record: Problem, reviews: bool) -> bool:
    return allows(record.status, ProblemEvent.AMEND) and (record.published_at is None or reviews)


def _own_or_404(public_id: str) -> Problem:
    record = problem_or_404(public_id)
    return record if keeps(record, the_caller()) else abort(404)
