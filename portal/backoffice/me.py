"""One's own account: password, second factor, and the browsers that are signed in."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired

from portal.access import staff
from portal.accounts import sessions
from portal.accounts.passwords import WeakPassword
from portal.accounts.queries import account
from portal.accounts.sign_in import SignInRefused, note_lockout, prove_password
from portal.accounts.staff import email_of, name_of, set_password
from portal.audit.capture import note
from portal.backoffice.context import the_caller
from portal.backoffice.forms import StaffForm
from portal.backoffice.sections import blueprint
from portal.domain.permissions import Capability, needs_second_factor
from portal.extensions import limiter
from portal.unit_of_work import unit_of_work


class ChangePasswordForm(StaffForm):
    """The old password and, twice, the new one."""

    old = PasswordField("现在的密码", [InputRequired("请填写现在的密码")])
    password = PasswordField("新密码", [InputRequired("请填写新密码")])
    again = PasswordField(
        "再填一次新密码", [InputRequired("请再填一次"), EqualTo("password", "两次填的不一样")]
    )


@blueprint.get("/me")
@staff(Capability.OWN_ACCOUNT)
def me() -> str:
    """Show the account and the signed-in browsers."""
    return _page(ChangePasswordForm())


@blueprint.post("/me/password")
@limiter.limit("10 per minute")
@staff(Capability.OWN_ACCOUNT)
def change_password() -> Response | tuple[str, int]:
    """Change the password; every other browser is signed out."""
    who, form = the_caller(), ChangePasswordForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                person = account(who.staff_id)
                prove_password(person, form.old.data)
                set_password(person, form.password.data, keep_session=who.session_id)
        except SignInRefused as refused:
            note_lockout(refused)
            form.refuse("old", refused)
        except WeakPassword as weak:
            form.refuse("password", weak)
        else:
            flash("密码已改，其他设备已退出登录")
            return redirect(url_for("backoffice.me"), 303)
    return _page(form), 422


@blueprint.post("/me/sessions/<int:session_id>/end")
@staff(Capability.OWN_ACCOUNT)
def end_session(session_id: int) -> Response:
    """Sign one browser out."""
    with unit_of_work():
        ended = sessions.end_session(the_caller().staff_id, session_id)
        if ended:
            note("session_ended", f"staff/{the_caller().staff_id}")
    flash("那台设备已退出登录" if ended else "那台设备已经不在登录状态")
    return redirect(url_for("backoffice.me"), 303)


@blueprint.post("/me/sessions/end-others")
@staff(Capability.OWN_ACCOUNT)
def end_other_sessions() -> Response:
    """Sign every other browser out."""
    who = the_caller()
    with unit_of_work():
        count = sessions.end_all(who.staff_id, but=who.session_id)
        note("other_sessions_ended", f"staff/{who.staff_id}", count=count)
    flash(f"已让其他{count}台设备退出登录" if count else "没有其他设备在登录状态")
    return redirect(url_for("backoffice.me"), 303)


def _page(form: ChangePasswordForm) -> str:
    who = the_caller()
    person = account(who.staff_id)
    return render_template(
        "backoffice/me.html",
        form=form,
        name=name_of(person),
        email=email_of(person),
        sessions=sessions.live_sessions(who.staff_id),
        second_factor_needed=needs_second_factor(who.role),
    )
