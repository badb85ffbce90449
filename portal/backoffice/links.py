"""Single-use links: taking up an invitation, and a forgotten password."""

from __future__ import annotations

from time import monotonic, sleep

from flask import current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import EmailField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from portal.access import anyone
from portal.accounts.letters import send_reset
from portal.accounts.passwords import WeakPassword
from portal.accounts.staff import LinkSpent, holder_of, set_password_by_link
from portal.backoffice.forms import StaffForm, trimmed
from portal.backoffice.sections import blueprint
from portal.extensions import limiter
from portal.unit_of_work import unit_of_work


class NewPasswordForm(StaffForm):
    """A password, twice."""

    password = PasswordField("新密码", [InputRequired("请填写新密码")])
    again = PasswordField("再填一次", [InputRequired("请再填一次"), EqualTo("password", "两次填的不一样")])


class ForgottenForm(StaffForm):
    """A mail address."""

    email = EmailField("邮箱", [InputRequired("请填写邮箱"), Length(max=200)], filters=[trimmed])


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@limiter.limit("20 per minute")
@anyone
def use_link(token: str) -> str | Response | tuple[str, int]:
    """Set a password with the link from a mail."""
    form = NewPasswordForm()
    try:
        link, _ = holder_of(token)
        if form.validate_on_submit():
            with unit_of_work():
                set_password_by_link(token, form.password.data)
            flash("密码已设好，请登录")
            return redirect(url_for("backoffice.sign_in"), 303)
    except LinkSpent as spent:
        return render_template("backoffice/link_spent.html", problem=str(spent)), 410
    except WeakPassword as weak:
        form.refuse("password", weak)
    page = render_template("backoffice/use_link.html", form=form, purpose=link.purpose.value)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/forgotten", methods=["GET", "POST"])
@limiter.limit("5 per minute", methods=["POST"])
@anyone
def forgotten() -> str | Response | tuple[str, int]:
    """Send a reset link; the answer is the same whether there is such an account or not."""
    form = ForgottenForm()
    if form.validate_on_submit():
        started = monotonic()
        with unit_of_work():
            send_reset(form.email.data, current_app.config["PORTAL"].base_url)
        # a mail takes some time to enter: whoever measures the answer must not learn for whom there was one
        sleep(max(0.0, current_app.config["RESET_SECONDS"] - (monotonic() - started)))
        return render_template("backoffice/forgotten_sent.html")
    return render_template("backoffice/forgotten.html", form=form), 422 if form.is_submitted() else 200
