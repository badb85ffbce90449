"""One problem in public: what was found, and all that followed until it was put right, or came back."""

from __future__ import annotations

from flask import Response, abort, make_response, render_template

from portal import clock
from portal.access import anyone
from portal.accountability.queries.chain import tied_records
from portal.domain.actor import PUBLIC
from portal.domain.day_strip import DayStrip
from portal.domain.deadline_strip import deadline_strip
from portal.domain.hazards import criterion_of
from portal.public.page_cache import kept_in_memory
from portal.public.problem_course import course_of, keeps_day_back
from portal.public.problem_filter import hazard_beside_grade
from portal.public.sections import blueprint
from portal.reference.calendar import working_calendar
from portal.supervision.kinds import PhotoStage
from portal.supervision.queries.inspection_finds import inspection_that_found
from portal.supervision.queries.problem_page import ProblemView, photo_file, problem_view


@blueprint.get("/problems/<public_id>")
@kept_in_memory
@anyone
def problem(public_id: str) -> str:
    """Show one problem with its whole course: notice, proof, acceptance, return visit, and coming back."""
    today, calendar = clock.today(), working_calendar()
    view = problem_view(public_id[:20], PUBLIC, today)
    if view is None:
        abort(404)
    position = next((one.position for one in view.entries if one.this), 1)
    return render_template(
        "public/problem.html",
        view=view,
        row=view.row,
        course=course_of(view, calendar, today),
        total_days=None if keeps_day_back(view.row) else view.total_days,
        strip=_strip(view),
        criterion=criterion_of(view.criterion),
        photos=[(stage, [one for one in view.photos if one.stage is stage]) for stage in PhotoStage],
        earlier=[one for one in view.entries if one.position < position],
        later=[one for one in view.entries if one.position > position],
        beside=hazard_beside_grade(view.row.home.institution),
        found_by=inspection_that_found(view.row.public_id, PUBLIC),
        complaints=tied_records(PUBLIC, problem=view.row.public_id),
    )


@blueprint.get("/problems/<public_id>/photos/<int:number>.jpg")
@anyone
def problem_photo(public_id: str, number: int) -> Response:
    """Give a photo that a reviewer found fit to be seen."""
    body = photo_file(public_id[:20], number, PUBLIC)
    if body is None:
        abort(404)
    answer = make_response(body)
    answer.headers["Content-Type"] = "image/jpeg"
    return answer


def _strip(view: ProblemView) -> DayStrip | None:
    """Return the days of the notice that stands; of one taken back there are none."""
    notice = next((one for one in reversed(view.notices) if one.served_on and one.deadline), None)
    if notice is None or notice.served_on is None or notice.deadline is None:
        return None
    return deadline_strip(
        working_calendar(), notice.served_on, notice.deadline, clock.today(), cleared=view.row.cleared_on
    )
