"""Signing in and out."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from portal.access import anyone, password_only
from portal.accounts import known_browser
from portal.accounts import sign_in as signing_in
from portal.accounts.identity import identity_of
from portal.accounts.sessions import session_of
from portal.accounts.sign_in import SignInRefused, note_lockout
from portal.backoffice.back import safe_back
from portal.backoffice.context import the_caller
from portal.backoffice.forms import StaffForm, trimmed
from portal.backoffice.proving import note_proved
from portal.backoffice.sections import blueprint
from portal.extensions import limiter
from portal.unit_of_work import unit_of_work

KNOWN = "staff-known"
"""The cookie of a browser in which somebody has signed in before."""


class SignInForm(StaffForm):
    """Mail address and password."""

    email = EmailField("邮箱", [InputRequired("请填写邮箱"), Length(max=200)], filters=[trimmed])
    password = PasswordField("密码", [InputRequired("请填写密码")])


@blueprint.route("/sign-in", methods=["GET", "POST"])
@limiter.limit("20 per minute", methods=["POST"])
@anyone
def sign_in() -> str | Response | tuple[str, int]:
    """Ask for mail address and password."""
    back = request.args.get("next")
    if current_user.is_authenticated:
        return redirect(safe_back(back), 303)
    form, problem = SignInForm(), None
    if form.validate_on_submit():
        try:
            with unit_of_work():
                _, token = signing_in.sign_in(
                    form.email.data,
                    form.password.data,
                    request.headers.get("User-Agent", ""),
                    demo_allowed=current_app.config["DEMO_ALLOWED"],
                    mark=request.cookies.get(KNOWN),
                )
        except SignInRefused as refused:
            note_lockout(refused)
            problem = str(refused)
        else:
            session.clear()  # nothing a stranger may have planted before survives the sign-in
            found = session_of(token)
            assert found is not None
            login_user(identity_of(token, *found))
            note_proved()
            if _due():
                return redirect(url_for("backoffice.second_factor", next=back), 303)
            return know_this_browser(redirect(safe_back(back), 303))
    return render_template(
        "backoffice/sign_in.html", form=form, problem=problem
    ), 422 if form.is_submitted() else 200


def know_this_browser(answer: Response) -> Response:
    """Mark the browser of somebody who has passed everything, so that no stranger's guesses lock it out."""
    answer.set_cookie(
        KNOWN,
        known_browser.new_mark(the_caller().staff_id),
        max_age=known_browser.VALID_FOR,
        path=url_for("backoffice.home"),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return answer


def _due() -> bool:
    return the_caller().second_factor_due


@blueprint.post("/sign-out")
@password_only
def sign_out() -> Response:
    """End this session."""
    who = the_caller()
    with unit_of_work():
        signing_in.sign_out(who.token, who.staff_id)
    logout_user()
    session.clear()
    flash("已退出登录")
    return redirect(url_for("backoffice.sign_in"), 303)
