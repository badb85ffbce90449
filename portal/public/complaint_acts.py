"""What the writer of a case does on its page: add, answer, rate, ask once more, withdraw. Each may commit."""

from __future__ import annotations

from collections.abc import Callable

from flask import make_response, redirect, render_template, request, url_for
from flask_limiter.errors import RateLimitExceeded
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from portal.access import anyone
from portal.complaints.kinds import Rating
from portal.complaints.models import Case
from portal.complaints.queries.track import may_do, track_view
from portal.complaints.service import citizen
from portal.complaints.service.consent import take_back_consent
from portal.complaints.service.finding import case_of
from portal.complaints.service.steps import ChangedMeanwhile
from portal.domain.case_status import CaseEvent, allows
from portal.domain.errors import DomainError
from portal.extensions import csrf, limiter
from portal.intake.preparing import TOTAL_LIMIT
from portal.public.complaint_act_forms import (
    ActForm,
    FindForm,
    RateForm,
    WithdrawForm,
    form_of,
    was_done,
)
from portal.public.complaint_session import open_case, opened_case
from portal.public.complaint_track import case_page, find_page, no_store
from portal.public.complaint_upload import Sent, drain
from portal.public.sections import blueprint
from portal.unit_of_work import unit_of_work

_Act = Callable[[Case, ActForm, Sent], None]
_TRIES = 3
"""Where staff and the writer act at one moment: what the writer does changes nothing of theirs."""


@blueprint.post("/complaints/track/add")
@csrf.exempt  # type: ignore[untyped-decorator]  # as all here: the form checks its own token and keeps what was typed
@anyone
def track_add() -> Response:
    """Take words and files that were forgotten, or came up since."""
    return _do(CaseEvent.ADD, lambda case, form, files: citizen.add(case, form.words, files.prepared))


@blueprint.post("/complaints/track/answer")
@csrf.exempt  # type: ignore[untyped-decorator]
@anyone
def track_answer() -> Response:
    """Take the answer to the question that the case waits for."""
    return _do(
        CaseEvent.ANSWER_QUESTION,
        lambda case, form, files: citizen.answer_question(case, form.words, files.prepared),
    )


@blueprint.post("/complaints/track/rate")
@csrf.exempt  # type: ignore[untyped-decorator]
@anyone
def track_rate() -> Response:
    """Take what the writer thinks of the answer."""

    def rate(case: Case, form: ActForm, _files: Sent) -> None:
        assert isinstance(form, RateForm)
        citizen.rate(case, Rating(form.rating.data), form.words)

    return _do(CaseEvent.RATE, rate)


@blueprint.post("/complaints/track/again")
@csrf.exempt  # type: ignore[untyped-decorator]
@anyone
def track_again() -> Response:
    """Begin a second handling, once."""
    return _do(CaseEvent.ASK_AGAIN, lambda case, form, _files: citizen.ask_again(case, form.words))


@blueprint.route("/complaints/track/withdraw", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@anyone
def track_withdraw() -> Response:
    """Ask whether the complaint is really to be taken back, and take it back."""
    if request.method == "POST":
        return _do(CaseEvent.WITHDRAW, lambda case, form, _files: citizen.withdraw(case, form.words))
    case = opened_case()
    if case is None:
        return _gone()
    if not allows(case.status, CaseEvent.WITHDRAW):
        return no_store(redirect(url_for("public.track"), 303))
    return _withdraw_page(case, form_of(CaseEvent.WITHDRAW), 200)


@blueprint.route("/complaints/track/consent", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@anyone
def track_consent() -> Response:
    """Ask whether nothing is to be published any more, and take the consent back."""
    if request.method == "POST":
        return _do(CaseEvent.UNPUBLISH, lambda case, _form, _files: take_back_consent(case))
    case = opened_case()
    if case is None:
        return _gone()
    if CaseEvent.UNPUBLISH not in may_do(case):
        return no_store(redirect(url_for("public.track"), 303))
    return _consent_page(case, form_of(CaseEvent.UNPUBLISH), 200)


@limiter.limit("10 per minute;60 per hour")
def _slow_down() -> None:
    """Count one thing done."""


def _do(event: CaseEvent, act: _Act) -> Response:
    """Do one thing, once, however often the button was pressed, and show the case."""
    try:
        form, files = form_of(event), Sent.now()
    except RequestEntityTooLarge:
        drain()
        shown = render_template("public/complaint_too_large.html", most=TOTAL_LIMIT >> 20)
        return no_store(make_response(shown, 413))
    case = opened_case()
    if case is None:
        return _gone(form.words)
    if _was_done(case, event, form, files):
        return _shown(event)
    files.check()
    try:
        _slow_down()
    except RateLimitExceeded:
        return _refused(case, event, form, None, files, 429)
    if not form.validate() or files.problems or not files.prepare(_already(case, files)):
        return _refused(case, event, form, None, files)
    try:
        _write(case.id, event, form, files, act)
    except DomainError as refused:
        found = case_of(case.id)
        return _gone() if found is None else _refused(found, event, form, str(refused), files)
    return _shown(event)


def _write(case_id: int, event: CaseEvent, form: ActForm, files: Sent, act: _Act) -> None:
    for left in range(_TRIES, 0, -1):
        try:
            with unit_of_work():
                case = case_of(case_id)
                if case is None or (left < _TRIES and _was_done(case, event, form, files)):
                    return
                act(case, form, files)
            return
        except ChangedMeanwhile:
            if left == 1:
                raise


def _was_done(case: Case, event: CaseEvent, form: ActForm, files: Sent) -> bool:
    return was_done(form, event, track_view(case), files.lost)


def _already(case: Case, files: Sent) -> int:
    return len(track_view(case).files) if files.lost else 0


def _refused(
    case: Case, event: CaseEvent, form: ActForm, problem: str | None, files: Sent, status: int = 422
) -> Response:
    if isinstance(form, WithdrawForm) and allows(case.status, event):
        return _withdraw_page(case, form, status)
    if event is CaseEvent.UNPUBLISH and case.consent_publish:
        return _consent_page(case, form, status)
    return case_page(case, (event, form), problem, files, status)


def _withdraw_page(case: Case, form: ActForm, status: int) -> Response:
    return _confirm_page("public/complaint_withdraw.html", case, form, status)


def _consent_page(case: Case, form: ActForm, status: int) -> Response:
    return _confirm_page("public/complaint_consent.html", case, form, status)


def _confirm_page(template: str, case: Case, form: ActForm, status: int) -> Response:
    view = track_view(case)
    form.seen.data = str(len(view.lines))
    shown = render_template(template, view=view, form=form, status=status)
    return open_case(no_store(make_response(shown, status)), case)


def _shown(event: CaseEvent) -> Response:
    return no_store(redirect(url_for("public.track", done=event.value), 303))


def _gone(words: str = "") -> Response:
    """The half hour is over: number and code once more. What was typed is given back, kept nowhere."""
    if not words:
        return no_store(redirect(url_for("public.track", gone=1), 303))
    return find_page(FindForm(), 422, gone=True, words=words)
