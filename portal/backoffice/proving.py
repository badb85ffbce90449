"""Before the locks of an account are changed: the password once more, unless it was given just now.

A session left open, or taken over, must not be enough to bind another phone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import InputRequired

from portal import clock
from portal.access import password_only
from portal.accounts.queries import account
from portal.accounts.sign_in import SignInRefused, note_lockout, prove_password
from portal.backoffice.back import safe_back
from portal.backoffice.context import the_caller
from portal.backoffice.forms import StaffForm
from portal.backoffice.sections import blueprint
from portal.extensions import limiter
from portal.unit_of_work import unit_of_work

View = TypeVar("View", bound=Callable[..., Any])

_PROVED = "proved_at"
_HOLDS_SECONDS = 15 * 60


def note_proved() -> None:
    """Remember that this browser's holder has just given the password."""
    session[_PROVED] = int(clock.now().timestamp())


def proved_recently(view: View) -> View:
    """Ask for the password first if it was given more than a quarter of an hour ago."""

    @wraps(view)
    def asking(*args: Any, **kwargs: Any) -> Any:
        since = int(clock.now().timestamp()) - session.get(_PROVED, 0)
        if 0 <= since <= _HOLDS_SECONDS:
            return view(*args, **kwargs)
        if request.method == "GET":
            return redirect(url_for("backoffice.prove", next=request.full_path), 303)
        flash("请先填一次密码，然后再按刚才的按钮")
        return redirect(url_for("backoffice.prove", next=url_for("backoffice.me")), 303)

    return asking  # type: ignore[return-value]


class ProveForm(StaffForm):
    """The password."""

    password = PasswordField("现在的密码", [InputRequired("请填写现在的密码")])


@blueprint.route("/prove", methods=["GET", "POST"])
@limiter.limit("20 per minute", methods=["POST"])
@password_only
def prove() -> str | Response | tuple[str, int]:
    """Ask for the password once more."""
    form, problem = ProveForm(), None
    if form.validate_on_submit():
        try:
            with unit_of_work():
                prove_password(account(the_caller().staff_id), form.password.data)
        except SignInRefused as refused:
            note_lockout(refused)
            problem = str(refused)
        else:
            note_proved()
            return redirect(safe_back(request.args.get("next"), "backoffice.me"), 303)
    page = render_template("backoffice/prove.html", form=form, problem=problem)
    return page, 422 if form.is_submitted() else 200
