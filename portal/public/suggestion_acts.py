"""What citizens do with suggestions: support one, take that back, withdraw their own. Each may commit."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, make_response, redirect, render_template, url_for
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from portal.access import anyone
from portal.domain.errors import DomainError
from portal.extensions import csrf, limiter
from portal.public.complaint_track import no_store
from portal.public.sections import blueprint
from portal.public.suggestion_session import open_wish, opened_wish
from portal.public.suggestion_track import ContactForm, WithdrawWishForm, wish_page
from portal.public.voicing import ask_or_give, take_back, takes_voices
from portal.topics.models import Suggestion
from portal.topics.queries.finding import suggestion_of
from portal.topics.queries.suggestion_page import suggestion_to_support
from portal.topics.queries.writer_page import writer_view
from portal.topics.service import writer
from portal.topics.service.rights import ChangedMeanwhile
from portal.topics.service.words import Contact
from portal.unit_of_work import unit_of_work
from portal.voices.kinds import VoiceKind

_TRIES = 3
"""Where staff and the writer act at one moment: what the writer does changes nothing of theirs."""


@blueprint.post("/suggestions/<public_id>/support")
@takes_voices
@anyone
def support_suggestion(public_id: str) -> Response:
    """Take one more voice for a public suggestion, or ask the browser for proof first."""
    page, suggestion = _page_of(public_id)
    return ask_or_give(VoiceKind.SUGGESTION, suggestion.id, "", back=page).then(page)


@blueprint.post("/suggestions/<public_id>/unsupport")
@takes_voices
@anyone
def unsupport_suggestion(public_id: str) -> Response:
    """Take this browser's voice back."""
    page, suggestion = _page_of(public_id)
    return take_back(VoiceKind.SUGGESTION, suggestion.id).then(page)


@blueprint.route("/suggestions/track/withdraw", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # the form checks its own token
@anyone
def withdraw_suggestion() -> Response:
    """Ask whether the suggestion is really to be taken back, and take it back."""
    suggestion = opened_wish()
    if suggestion is None:
        return _gone()
    if not writer_view(suggestion).may_withdraw:
        return _back()
    form = WithdrawWishForm()
    if not form.is_submitted():
        return _withdraw_page(suggestion, form, 200)
    try:
        _slow_down()
    except RateLimitExceeded:
        return _withdraw_page(suggestion, form, 429)
    if not form.validate():
        return _withdraw_page(suggestion, form, 422)
    try:
        _write(suggestion.id, writer.withdraw)
    except DomainError as refused:
        return wish_page(suggestion, problem=str(refused), status=422)
    return _back(done="withdraw")


@blueprint.post("/suggestions/track/contact")
@csrf.exempt  # type: ignore[untyped-decorator]  # the form checks its own token
@anyone
def contact_suggestion() -> Response:
    """Leave, change or take away how the writer can be reached."""
    suggestion, form = opened_wish(), ContactForm()
    if suggestion is None:
        return _gone()
    try:
        _slow_down()
    except RateLimitExceeded:
        return wish_page(suggestion, form, status=429)
    if not form.validate():
        return wish_page(suggestion, form, status=422)
    contact = Contact(form.telephone.data or "", form.mail.data or "")
    try:
        _write(suggestion.id, lambda one: writer.set_contact(one, contact))
    except DomainError as refused:
        return wish_page(suggestion, form, str(refused), 422)
    return _back(done="contact")


@limiter.limit("10 per minute;60 per hour")
def _slow_down() -> None:
    """Count one thing done."""


def _page_of(public_id: str) -> tuple[str, Suggestion]:
    suggestion = suggestion_to_support(public_id[:8])
    if suggestion is None:
        abort(404)
    return url_for("public.suggestion", public_id=suggestion.public_id), suggestion


def _write(suggestion_id: int, act: Callable[[Suggestion], None]) -> None:
    """Do one thing to the suggestion as it stands now, and once more where somebody was quicker."""
    for left in range(_TRIES, 0, -1):
        try:
            with unit_of_work():
                suggestion = suggestion_of(suggestion_id)
                if suggestion is not None:
                    act(suggestion)
            return
        except ChangedMeanwhile:
            if left == 1:
                raise


def _withdraw_page(suggestion: Suggestion, form: WithdrawWishForm, status: int) -> Response:
    view = writer_view(suggestion)
    shown = render_template("public/suggestions/withdraw.html", view=view, form=form, status=status)
    return open_wish(no_store(make_response(shown, status)), suggestion)


def _back(done: str | None = None) -> Response:
    return no_store(redirect(url_for("public.track_suggestion", done=done), 303))


def _gone() -> Response:
    """The half hour is over: number and code once more."""
    return no_store(redirect(url_for("public.track_suggestion", gone=1), 303))
