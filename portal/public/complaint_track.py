"""How a complaint stands, for whoever holds its number and code. Neither ever stands in an address."""

from __future__ import annotations

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from portal.access import anyone
from portal.complaints.kinds import Finding, Rating
from portal.complaints.models import Case
from portal.complaints.queries.offices import office_of
from portal.complaints.queries.track import TrackView, track_view
from portal.complaints.service.finding import find
from portal.domain.case_status import CaseEvent, CaseStatus
from portal.domain.receipts import COMPLAINT
from portal.extensions import csrf, limiter
from portal.glossary import label
from portal.intake.attachments import MIME, files_of, open_file
from portal.intake.models import FileKind
from portal.intake.preparing import FILE_LIMIT, MOST_FILES, TOTAL_LIMIT
from portal.public.complaint_act_forms import STALE_TOKEN, ActForm, FindForm, form_of
from portal.public.complaint_session import close_case, open_case, opened_case
from portal.public.complaint_upload import Sent
from portal.public.sections import blueprint

_DONE = {
    CaseEvent.ADD: "补充的内容收到了，办这件事的人会看到。",
    CaseEvent.ANSWER_QUESTION: "您的回答收到了，接着办理。",
    CaseEvent.RATE: "您的评价收到了，谢谢。",
    CaseEvent.ASK_AGAIN: "收到了，会换人重新办理，期限从今天重新算起。",
    CaseEvent.UNPUBLISH: "已经收回您的同意，这件投诉不会公开；公开过的已经撤下。",
    CaseEvent.WITHDRAW: "已经撤回。",
}
_NO_FILES = Sent()
_SUFFIX = {FileKind.PHOTO: "jpg", FileKind.PDF: "pdf"}


@blueprint.route("/complaints/track", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # the form checks its own token: one grown old keeps what was typed
@anyone
def track() -> Response:
    """Ask for number and code; show the case that they, or this browser's last half hour, have opened."""
    if request.method == "POST":
        return _opened()
    case = opened_case()
    if case is None:
        page = find_page(FindForm(), 200)
        return close_case(page) if request.cookies.get("case") else page
    return case_page(case)


@blueprint.post("/complaints/track/leave")
@csrf.exempt  # type: ignore[untyped-decorator]  # it closes the visitor's own view, and must work after any while
@anyone
def track_leave() -> Response:
    """Forget which case was opened, for who sits at somebody else's computer."""
    return no_store(close_case(redirect(url_for("public.track", left=1), 303)))


@blueprint.get("/complaints/track/files/<name>")
@limiter.limit("60 per minute")
@anyone
def track_file(name: str) -> Response:
    """Hand a file of the opened case back to its writer, to be saved and not shown by the browser."""
    case = opened_case()
    rows = [] if case is None else files_of(case.subject)
    number, file = next(((n, row) for n, row in enumerate(rows, 1) if row.name == name), (0, None))
    body = None if file is None else open_file(file)
    if case is None or file is None or body is None:
        abort(404)
    answer = make_response(body)
    answer.headers["Content-Type"] = MIME[file.kind]
    answer.headers["Content-Disposition"] = f'attachment; filename="{number}.{_SUFFIX[file.kind]}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return open_case(no_store(answer), case)


@limiter.limit("10 per minute;60 per hour")
def _slow_down() -> None:
    """Count one try to open a case."""


def _opened() -> Response:
    form = FindForm()
    try:
        _slow_down()
    except RateLimitExceeded:
        return find_page(form, 429)
    if form.validate() and form.is_readable(COMPLAINT):
        case = find(form.receipt.data, form.code.data)
        if case is not None:
            return open_case(no_store(redirect(url_for("public.track"), 303)), case)
        form.mismatch()
    return find_page(form, 422)


def find_page(form: FindForm, status: int, *, gone: bool = False, words: str = "") -> Response:
    """Return the page that asks for number and code. ``words``: typed too late, to be given back."""
    shown = render_template(
        "public/complaint_find.html",
        form=form,
        status=status,
        problems=form.problems,
        left=request.args.get("left") == "1",
        gone=gone or request.args.get("gone") == "1",
        words=words,
    )
    return no_store(make_response(shown, status))


def case_page(
    case: Case,
    sent: tuple[CaseEvent, ActForm] | None = None,
    problem: str | None = None,
    files: Sent | None = None,
    status: int = 200,
) -> Response:
    """Return the page of an opened case; ``sent``: the form that comes back with what is wrong in it."""
    view = track_view(case)
    forms = {event: form_of(event) for event in view.may}
    if sent is not None:
        forms[sent[0]] = sent[1]
    for form in forms.values():
        form.seen.data = str(len(view.lines))
    shown = render_template(
        "public/complaint_track.html",
        view=view,
        forms=forms,
        sent=sent[0] if sent else None,
        problems=_problems(sent, problem, files) if status == 422 else [],
        status=status,
        files=files or _NO_FILES,
        empty=_NO_FILES,
        ratings={each.value: label(each) for each in Rating},
        findings={each.value: label(each) for each in Finding},
        office=office_of(case.region_code),
        done=_done(view),
        most_files=MOST_FILES,
        room=max(MOST_FILES - len(view.files), 0),
        most_megabytes=TOTAL_LIMIT >> 20,
        each_megabytes=FILE_LIMIT >> 20,
        CaseEvent=CaseEvent,
        CaseStatus=CaseStatus,
    )
    return open_case(no_store(make_response(shown, status)), case)


def no_store(page: Response) -> Response:
    """Mark an answer as nobody's to keep or to index."""
    page.headers["Cache-Control"] = "no-store"
    page.headers["X-Robots-Tag"] = "noindex"
    return page


def _done(view: TrackView) -> str | None:
    """Return what to say of what was just done, if the log has it."""
    asked = request.args.get("done", "")
    last = next((line.event for line in reversed(view.lines) if line.by_citizen), None)
    return _DONE[last] if last in _DONE and last == asked else None


def _problems(
    sent: tuple[CaseEvent, ActForm] | None, problem: str | None, files: Sent | None
) -> list[tuple[str, str]]:
    """Return what is wrong, each with the anchor of its field."""
    if sent is None:
        return []
    event, form = sent
    found = [(event.value, problem)] if problem else []
    for name, errors in form.errors.items():
        anchor = event.value if name == "csrf_token" else form[name].name
        anchor = f"{anchor}-0" if name == "rating" else anchor
        found += [(anchor, STALE_TOKEN if name == "csrf_token" else str(error)) for error in errors]
    if files is not None:
        found += [(f"{event.value}-files", error) for error in files.problems]
    return found
