"""How a suggestion stands, for whoever holds its number and code. Neither ever stands in an address."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask_limiter.errors import RateLimitExceeded
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import Length, ValidationError

from portal.access import anyone
from portal.domain.receipts import SUGGESTION
from portal.domain.suggestion_status import SuggestionEvent
from portal.extensions import csrf, limiter
from portal.public.complaint_act_forms import STALE_TOKEN, FindForm
from portal.public.complaint_forms import MAIL, PHONE, one_line
from portal.public.complaint_track import no_store
from portal.public.sections import blueprint
from portal.public.suggestion_session import COOKIE, close_wish, open_wish, opened_wish
from portal.topics.models import Suggestion
from portal.topics.queries.finding import find_suggestion
from portal.topics.queries.writer_page import writer_view

_DONE = {
    "withdraw": "已经撤回。公开的文字撤下来了。",
    "contact": "联系方式改好了。",
}


class ContactForm(FlaskForm):  # type: ignore[misc]
    """How the writer can be reached, to be changed or taken away."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("zh",)

    telephone = StringField("电话", [Length(max=40, message="请不要超过40个字")], filters=[one_line])
    mail = StringField("邮箱", [Length(max=120, message="请不要超过120个字")], filters=[one_line])

    def validate_telephone(self, field: StringField) -> None:
        """Refuse what nobody can call."""
        if field.data and not PHONE.fullmatch(field.data):
            raise ValidationError("电话只写数字，例如13800000000或0598-8234567")

    def validate_mail(self, field: StringField) -> None:
        """Refuse what no mail reaches."""
        if field.data and not MAIL.fullmatch(field.data):
            raise ValidationError("邮箱像 name@example.cn 这样，请再看一遍")


class WithdrawWishForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the token: what is asked is answered by the button."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("zh",)

    sure = HiddenField(default="y")


@blueprint.route("/suggestions/track", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # the form checks its own token: one grown old keeps what was typed
@anyone
def track_suggestion() -> Response:
    """Ask for number and code; show the suggestion that they, or this browser's last half hour, opened."""
    if request.method == "POST":
        return _opened()
    suggestion = opened_wish()
    if suggestion is None:
        page = find_wish_page(FindForm(), 200)
        return close_wish(page) if request.cookies.get(COOKIE) else page
    return wish_page(suggestion)


@blueprint.post("/suggestions/track/leave")
@csrf.exempt  # type: ignore[untyped-decorator]  # it closes the visitor's own view, and must work after any while
@anyone
def leave_suggestion() -> Response:
    """Forget which suggestion was opened, for who sits at somebody else's computer."""
    return no_store(close_wish(redirect(url_for("public.track_suggestion", left=1), 303)))


@limiter.limit("10 per minute;60 per hour")
def _slow_down() -> None:
    """Count one try to open a suggestion."""


def _opened() -> Response:
    form = FindForm()
    try:
        _slow_down()
    except RateLimitExceeded:
        return find_wish_page(form, 429)
    if form.validate() and form.is_readable(SUGGESTION):
        suggestion = find_suggestion(form.receipt.data, form.code.data)
        if suggestion is not None:
            return open_wish(no_store(redirect(url_for("public.track_suggestion"), 303)), suggestion)
        form.mismatch()
    return find_wish_page(form, 422)


def find_wish_page(form: FindForm, status: int, *, gone: bool = False) -> Response:
    """Return the page that asks for number and code."""
    shown = render_template(
        "public/suggestions/find.html",
        form=form,
        status=status,
        problems=form.problems,
        left=request.args.get("left") == "1",
        gone=gone or request.args.get("gone") == "1",
    )
    return no_store(make_response(shown, status))


def wish_page(
    suggestion: Suggestion,
    form: ContactForm | None = None,
    problem: str | None = None,
    status: int = 200,
) -> Response:
    """Return the page of an opened suggestion; ``form``: the contact that comes back with what is wrong."""
    view = writer_view(suggestion)
    if form is None:
        contact = view.contact
        form = ContactForm(
            formdata=None,
            telephone=contact.telephone if contact else "",
            mail=contact.mail if contact else "",
        )
    problems = [("contact", problem)] if problem else []
    for name, errors in form.errors.items():
        at, said = ("contact", STALE_TOKEN) if name == "csrf_token" else (name, errors[0])
        problems.append((at, said))
    shown = render_template(
        "public/suggestions/track.html",
        view=view,
        form=form,
        problems=problems if status == 422 else [],
        status=status,
        done=_DONE.get(request.args.get("done", "")),
        SuggestionEvent=SuggestionEvent,
    )
    return open_wish(no_store(make_response(shown, status)), suggestion)
