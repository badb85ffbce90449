"""Suggesting what should be put right (R40): one form, look-alikes first, a receipt shown once. It writes."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, make_response, render_template, request, url_for
from flask_limiter.errors import RateLimitExceeded
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from portal import glossary
from portal.access import anyone
from portal.domain.access_code import read_out
from portal.domain.diversion import Diversion, divert
from portal.domain.errors import DomainError
from portal.extensions import csrf, limiter, network_mark
from portal.intake.preparing import FILE_LIMIT, MOST_FILES, TOTAL_LIMIT
from portal.intake.submissions import fresh_token, read_token
from portal.public.complaint_forms import tidy
from portal.public.complaint_receipt import qr_of_tracking
from portal.public.complaint_upload import Sent, drain
from portal.public.formatting import absolute
from portal.public.sections import blueprint
from portal.public.suggestion_forms import SuggestionForm, area_codes, areas
from portal.topics.kinds import PRIVACY_VERSION, SuggestionKind
from portal.topics.queries.alike import AlikeRow, alike
from portal.topics.service.lodging import LONGEST, SHORTEST, Lodged, Wish, lodge, lodged_before
from portal.topics.service.words import Contact
from portal.unit_of_work import unit_of_work

_LABELS = {"kind": "是哪方面的", "files": "照片和文件"}
_STALE = "这一页开得太久了。您写的都还在，请再按一次“提交点题”。"
_MOST_SHOWN = 5


@blueprint.route("/suggestions/new", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # the form checks its own token: one grown old keeps what was typed
@anyone
def new_suggestion() -> Response:
    """Show the form, look for what says the same, or enter the suggestion and show its receipt."""
    try:
        form = SuggestionForm()
        sent = form.is_submitted() and "send" in request.form
    except RequestEntityTooLarge:
        drain()
        page = render_template("public/suggestions/too_large.html", most=TOTAL_LIMIT >> 20)
        return _answer(page, 413)
    if not form.is_submitted():
        form.submission.data = fresh_token()
        form.region.data = request.args.get("region", "")
        form.kind.data = request.args.get("kind", "")
    files = Sent.now()
    try:
        _slow_down()
        if sent:
            return _send(form, files)
    except RateLimitExceeded:
        return _page(form, files, 429)
    looked = "look" in request.form
    return _page(form, files, 200, alike=_look(form) if looked else (), looked=looked)


@blueprint.post("/suggestions/alike")
@csrf.exempt  # type: ignore[untyped-decorator]  # it answers and changes nothing
@limiter.limit("40 per minute;400 per hour")
@anyone
def alike_suggestions() -> Response:
    """Answer the page's script with what says the same as the words so far, which stand in no address."""
    rows = _alike(*(tidy(request.form.get(name)) for name in ("text", "region", "kind")))
    page = render_template("public/suggestions/alike_live.html", alike=rows) if rows else ""
    return _answer(page, 200)


@limiter.limit("30 per minute;200 per hour")
def _slow_down() -> None:
    """Count a look at the form that was sent, also to find look-alikes."""


@limiter.limit("200 per hour;600 per day", key_func=network_mark)
@limiter.limit("6 per minute;30 per hour")
def _slow_down_lodging() -> None:
    """Count a suggestion that is about to be entered: somebody has to read it, wherever it came from."""


def _send(form: SuggestionForm, files: Sent) -> Response:
    """Enter the suggestion and show its receipt, or show the form with what has to be looked at first."""
    token = read_token(form.submission.data)
    known = lodged_before(token)
    if known is not None:  # the page was loaded again: its receipt, whatever has become of the rest
        return _receipt(known)
    form.validate()
    files.check()
    if form.errors or files.problems:
        return _page(form, files, 422)
    diversion, rows = _asks(form), _shows(form)
    if diversion is not None or rows:
        return _page(form, files, 422, alike=rows, diversion=diversion)
    _slow_down_lodging()
    if files.prepare():
        try:
            with unit_of_work():
                lodged = lodge(_wish(form, files), token)
            return _receipt(lodged)
        except DomainError as refused:
            form.text.errors = [*form.text.errors, str(refused)]
    return _page(form, files, 422)


def _wish(form: SuggestionForm, files: Sent) -> Wish:
    return Wish(
        text=form.text.data,
        person=Contact(form.telephone.data or "", form.mail.data or ""),
        region_code=form.region.data,
        kind=SuggestionKind(form.kind.data),
        privacy_version=PRIVACY_VERSION,
        files=files.prepared,
    )


def _asks(form: SuggestionForm) -> Diversion | None:
    """Return what the words seem to be in place of a suggestion, unless the writer was asked about it."""
    diversion = divert(form.text.data)
    if diversion is None or form.asked.data == diversion.to.value:
        return None
    form.asked.data = diversion.to.value
    return diversion


def _seen(diversion: Diversion | None) -> list[str]:
    """Return the words it was seen by, without those that stand in others of them."""
    words = () if diversion is None else diversion.words
    return [word for word in words if not any(word != other and word in other for other in words)]


def _shows(form: SuggestionForm) -> Sequence[AlikeRow]:
    """Return what says the same, unless the writer has seen look-alikes before."""
    return () if form.shown.data else _look(form)


def _look(form: SuggestionForm) -> Sequence[AlikeRow]:
    """Return what says the same as the form, which remembers that it was shown."""
    rows = _alike(form.text.data or "", form.region.data or "", form.kind.data or "")
    if rows:
        form.shown.data = "y"
    return rows


def _alike(text: str, region: str, kind: str) -> Sequence[AlikeRow]:
    """Return public suggestions that say the same as what was typed so far, of any length and place."""
    if not SHORTEST <= len(text) <= LONGEST:
        return ()
    known = next((one for one in SuggestionKind if one.value == kind), None)
    return alike(text, region if region in area_codes() else None, known, _MOST_SHOWN)


def _page(
    form: SuggestionForm,
    files: Sent,
    status: int,
    *,
    alike: Sequence[AlikeRow] = (),
    looked: bool = False,
    diversion: Diversion | None = None,
) -> Response:
    shown = render_template(
        "public/suggestions/new.html",
        form=form,
        files=files,
        areas=areas(),
        meanings={kind.value: glossary.meaning(kind) for kind in SuggestionKind},
        answer_days=current_app.config["PORTAL"].suggestion_answer_days,
        alike=alike,
        looked=looked,
        diversion=diversion,
        seen=_seen(diversion),
        most_files=MOST_FILES,
        most_megabytes=TOTAL_LIMIT >> 20,
        each_megabytes=FILE_LIMIT >> 20,
        problems=_problems(form, files) if status == 422 else [],
        status=status,
    )
    return _answer(shown, status)


def _problems(form: SuggestionForm, files: Sent) -> list[tuple[str, str]]:
    """Return what is wrong in the order of the page, each with the anchor of its field."""
    found: list[tuple[str, str]] = []
    for name in form.data:
        for error in form[name].errors:
            if name == "csrf_token":
                found.append(("send", _STALE))
                continue
            label = _LABELS.get(name, form[name].label.text)
            found.append((f"{name}-0" if name == "kind" else name, f"{label}：{error}"))
    found += [("files", f"照片和文件：{error}") for error in files.problems]
    return found


def _receipt(lodged: Lodged) -> Response:
    """Return the receipt as the answer to the form itself: going back or asking again shows no code."""
    suggestion = lodged.suggestion
    page = render_template(
        "public/suggestions/receipt.html",
        suggestion=suggestion,
        code=lodged.code,
        fresh=lodged.fresh,
        reading=read_out(lodged.code) if lodged.code else [],
        look_days=current_app.config["PORTAL"].suggestion_look_days,
        answer_days=current_app.config["PORTAL"].suggestion_answer_days,
        address=absolute(url_for("public.track_suggestion")),
        qr=qr_of_tracking("public.track_suggestion"),
    )
    answer = _answer(page, 201)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _answer(shown: str, status: int) -> Response:
    page = make_response(shown, status)
    page.headers["Cache-Control"] = "no-store"
    return page
