"""Subscribing by mail: a form, the confirming link, the owner's own page, one press to leave.

It writes, and so may commit. No address ever stands in a link, a log or a page: links carry a secret of which
the database keeps a keyed hash. What is typed is answered the same whether or not the address is known.
"""

from __future__ import annotations

import re
from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_limiter.errors import RateLimitExceeded
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, StopValidation, ValidationError

from portal.access import anyone
from portal.alerts import service
from portal.alerts.about import NotWatchable
from portal.alerts.kinds import MOST_ALERTS
from portal.alerts.models import AlertAddress
from portal.alerts.queries import alerts_of
from portal.alerts.topics import check_watchable
from portal.domain.mail_address import LONGEST, NotAnAddress, read_address
from portal.extensions import csrf, limiter
from portal.public.alert_topics import TOLD, Asked, asked
from portal.public.complaint_forms import one_line
from portal.public.sections import blueprint
from portal.unit_of_work import unit_of_work

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class MailForm(FlaskForm):  # type: ignore[misc]
    """One mail address."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("zh",)

    mail = StringField("邮箱", [InputRequired("请写邮箱")], filters=[one_line])
    website = StringField("请空着这一格")
    """For machines that fill in whatever they find; people don't see it."""

    def validate_mail(self, field: Any) -> None:
        """Refuse what no mail reaches."""
        try:
            read_address(field.data)
        except NotAnAddress as wrong:
            raise ValidationError(str(wrong)) from None

    def validate_website(self, field: Any) -> None:
        """Refuse what fills in every field."""
        if field.data:
            raise StopValidation("这一格请空着，再提交一次")

    @property
    def address(self) -> str:
        """The address as it is written to, once it is known to be one."""
        return read_address(self.mail.data)


@blueprint.route("/alerts/new", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # the form checks its own token: one grown old keeps what was typed
@anyone
def new_alert() -> Response:
    """Ask where to write; send a mail there by which its owner confirms."""
    wanted = asked()
    if wanted is None:
        abort(404)
    form = MailForm()
    try:
        check_watchable(wanted.about)
    except NotWatchable as refused:
        return _form(form, wanted, 200, str(refused))
    if not form.is_submitted():
        return _form(form, wanted, 200)
    try:
        _slow_down()
    except RateLimitExceeded:
        return _form(form, wanted, 429)
    if not form.validate():
        return _form(form, wanted, 422)
    with unit_of_work():
        service.ask(form.address, wanted.about, wanted.plain)
    return _page("public/alert_sent.html", asked=wanted)


@blueprint.route("/alerts", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # as above
@anyone
def alerts() -> Response:
    """Say what can be subscribed to; send whoever lost it the link to the own page."""
    form = MailForm()
    status, sent = 200, False
    if form.is_submitted():
        try:
            _slow_down()
            status = 422
            if form.validate():
                with unit_of_work():
                    service.send_link(form.address)
                form.mail.data, status, sent = "", 200, True
        except RateLimitExceeded:
            status = 429
    return _page(
        "public/alerts.html", status, form=form, problems=_problems(form), sent=sent, longest=LONGEST
    )


@blueprint.route("/alerts/confirm/<token>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # the secret in the address is what whoever asks proves
@anyone
def confirm_alert(token: str) -> Response:
    """Ask whether it is wanted: programs that look at mails follow links, and press no buttons."""
    found = service.followed(_secret(token))
    if found is None:
        return _page("public/alert_spent.html", 404)
    if request.method == "POST":
        with unit_of_work():
            how = service.confirm(found)
        if how is service.Confirmed.FULL:
            return _page("public/alert_spent.html", 409, most=MOST_ALERTS)
        if how is service.Confirmed.DONE:
            own = url_for("public.my_alerts", token=service.link_of(found.address), new=1)
            return redirect(own, 303)
    (shown,) = alerts_of(found.address, only=found.alert.id)
    confirmed = found.alert.confirmed_at is not None
    return _page("public/alert_confirm.html", alert=shown, confirmed=confirmed, told=TOLD[shown.topic])


@blueprint.route("/alerts/mine/<token>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # as above
@anyone
def my_alerts(token: str) -> Response:
    """List what one address is subscribed to; stop one or all of it."""
    reader = _reader(token)
    if reader is None:
        return _page("public/alert_spent.html", 404)
    stopped = False
    if request.method == "POST":
        stop = request.form.get("stop", "")
        with unit_of_work():
            if stop == "all":
                service.stop_all(reader)
            elif stop.isascii() and stop.isdigit() and len(stop) <= 9:
                stopped = service.stop(reader, int(stop))
        reader = _reader(token)
        if reader is None:
            return _page("public/alert_stopped.html")
    return _page(
        "public/alerts_mine.html",
        alerts=alerts_of(reader),
        token=token,
        new="new" in request.args and not stopped,
        stopped=stopped,
    )


@blueprint.route("/alerts/stop/<token>", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # mail programs press for their users (RFC 8058)
@anyone
def stop_alerts(token: str) -> Response:
    """Stop everything at one press: a button for people, the same request from mail programs (RFC 8058)."""
    if request.method == "POST":
        with unit_of_work():
            reader = _reader(token)
            if reader is not None:
                service.stop_all(reader)
        return _page("public/alert_stopped.html")  # the second time too: nothing is left, as was asked
    reader = _reader(token)
    if reader is None:
        return _page("public/alert_spent.html", 404)
    return _page("public/alert_stop.html", token=token, count=len(alerts_of(reader)))


@limiter.shared_limit("6 per minute;30 per hour", scope="alerts")
def _slow_down() -> None:
    """Count an address that was typed in."""


def _reader(token: str) -> AlertAddress | None:
    return service.reader_of(_secret(token))


def _secret(token: str) -> str:
    """Return the secret of a link, nothing for what can be none."""
    return token if _TOKEN.fullmatch(token) else ""


def _form(form: MailForm, wanted: Asked, status: int, refused: str | None = None) -> Response:
    return _page(
        "public/alert_new.html",
        status,
        form=form,
        asked=wanted,
        told=TOLD[wanted.about.topic],
        problems=_problems(form),
        refused=refused,
        longest=LONGEST,
    )


def _problems(form: MailForm) -> list[tuple[str, str]]:
    """Return what is wrong, each with the anchor of its field."""
    found = []
    for name, errors in form.errors.items():
        if name == "csrf_token":
            found.append(("send", "这一页开得太久了。请再按一次按钮。"))
        else:
            found += [(name, f"{form[name].label.text}：{error}") for error in errors]
    return found


def _page(template: str, status: int = 200, **said: Any) -> Response:
    page = make_response(render_template(template, status=status, **said), status)
    page.headers["Cache-Control"] = "no-store"
    return page
