"""The second factor: giving a code at sign-in, setting one up, and the recovery codes."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.sessions import SessionMixin
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from portal.access import password_only, staff
from portal.accounts import second_factor as factors
from portal.accounts.queries import account
from portal.accounts.sign_in import SignInRefused, note_lockout, pass_second_factor, strengthen
from portal.accounts.staff import email_of
from portal.audit.capture import note
from portal.backoffice.back import safe_back
from portal.backoffice.context import the_caller
from portal.backoffice.forms import StaffForm, trimmed
from portal.backoffice.proving import proved_recently
from portal.backoffice.sections import blueprint
from portal.backoffice.sign_in import KNOWN, know_this_browser
from portal.config import Settings
from portal.domain.permissions import Capability, needs_second_factor
from portal.extensions import limiter
from portal.unit_of_work import unit_of_work

_OFFERED = "offered_factor"


class CodeForm(StaffForm):
    """A six-digit code, or a recovery code."""

    code = StringField("验证码", [InputRequired("请填写验证码"), Length(max=30)], filters=[trimmed])


@blueprint.route("/second-factor", methods=["GET", "POST"])
@limiter.limit("20 per minute", methods=["POST"])
@password_only
def second_factor() -> str | Response | tuple[str, int]:
    """Ask for the code of the device, or of the paper."""
    who, back = the_caller(), request.args.get("next")
    if not who.second_factor_due:
        return redirect(safe_back(back), 303)
    if not who.second_factor_set:
        return redirect(url_for("backoffice.set_up_second_factor", next=back), 303)
    form, problem = CodeForm(), None
    if form.validate_on_submit():
        try:
            with unit_of_work():
                how = pass_second_factor(
                    who.session_id, who.staff_id, form.code.data, request.cookies.get(KNOWN)
                )
        except SignInRefused as refused:
            note_lockout(refused)
            problem = str(refused)
        else:
            if how == "recovery":
                flash("恢复码已用掉一个。手机找不回来的话，请在“我的账号”里重新绑定")
            return know_this_browser(redirect(safe_back(back), 303))
    shown = (
        factors.present_code(account(who.staff_id))
        if who.demo and current_app.config["DEMO_ALLOWED"]
        else None
    )
    page = render_template("backoffice/second_factor.html", form=form, problem=problem, demo_code=shown)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/second-factor/set-up", methods=["GET", "POST"])
@limiter.limit("20 per minute", methods=["POST"])
@password_only
@proved_recently
def set_up_second_factor() -> str | Response | tuple[str, int]:
    """Bind a device: show the QR code, and believe it only when a code proves it."""
    who = the_caller()
    if who.second_factor_due and who.second_factor_set:
        return redirect(url_for("backoffice.second_factor"), 303)
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    offered = factors.offer(settings.site_name, email_of(account(who.staff_id)), session.get(_OFFERED))
    session[_OFFERED] = offered.secret
    form, problem = CodeForm(), None
    if form.validate_on_submit():
        with unit_of_work():
            person = account(who.staff_id)
            codes = factors.enable(person, offered.secret, form.code.data)
            if codes is not None:
                strengthen(who.session_id)
                note("second_factor_set", person.subject)
        if codes is not None:
            _forget_offer(session)
            return render_template(
                "backoffice/recovery_codes.html", codes=codes, back=safe_back(request.args.get("next"))
            )
        problem = "验证码不对。请确认手机时间准确，等换了新的六位数再试"
    page = render_template(
        "backoffice/second_factor_set_up.html", form=form, problem=problem, offered=offered
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/second-factor/qr.svg")
@password_only
def second_factor_qr() -> Response | tuple[str, int]:
    """The QR code that is on offer: a picture of its own, because pages carry no inline style."""
    secret = session.get(_OFFERED)
    if secret is None:
        return "", 404
    settings = current_app.config["PORTAL"]
    offered = factors.offer(settings.site_name, email_of(account(the_caller().staff_id)), secret)
    return Response(offered.qr_svg, mimetype="image/svg+xml")


@blueprint.post("/second-factor/recovery-codes")
@staff(Capability.OWN_ACCOUNT)
@proved_recently
def new_recovery_codes() -> str | Response:
    """Make new recovery codes; the old ones are void."""
    who = the_caller()
    if not who.second_factor_set:
        return redirect(url_for("backoffice.me"), 303)
    with unit_of_work():
        codes = factors.make_recovery_codes(account(who.staff_id))
        note("recovery_codes_made", f"staff/{who.staff_id}")
    return render_template("backoffice/recovery_codes.html", codes=codes, back=url_for("backoffice.me"))


@blueprint.post("/second-factor/remove")
@staff(Capability.OWN_ACCOUNT)
@proved_recently
def remove_second_factor() -> Response:
    """Take the second factor off; only where the role can do without."""
    who = the_caller()
    if needs_second_factor(who.role):
        flash("这个角色必须使用两步验证，不能关闭；换手机请直接重新绑定")
    else:
        with unit_of_work():
            factors.disable(account(who.staff_id))
            note("second_factor_removed", f"staff/{who.staff_id}")
        flash("两步验证已关闭")
    return redirect(url_for("backoffice.me"), 303)


def _forget_offer(kept: SessionMixin) -> None:
    kept.pop(_OFFERED, None)
