"""Staff accounts, kept by the administrator of the region or of one above."""

from __future__ import annotations

from typing import Any

from flask import Response as FlaskResponse
from flask import abort, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, EmailField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from portal.access import staff
from portal.accounts import staff as accounts
from portal.accounts.identity import label_of, region_label
from portal.accounts.letters import send_invitation, send_reset_to
from portal.accounts.models import StaffMember
from portal.accounts.queries import find_staff, staff_count, staff_within
from portal.accounts.staff import EMAIL, AccountExists, email_of, name_of
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.forms import StaffForm, choices, trimmed
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import PER_PAGE, here_with, table_page
from portal.domain.permissions import Capability, Department, Role
from portal.extensions import limiter
from portal.glossary import label
from portal.unit_of_work import unit_of_work

WHOLE_COUNTRY = "all"


class PersonForm(StaffForm):
    """What somebody is."""

    name = StringField("姓名", [InputRequired("请填写姓名"), Length(max=40)], filters=[trimmed])
    role = SelectField("角色", choices=choices((role.value, label(role)) for role in Role))
    department = SelectField(
        "部门",
        choices=choices(
            (each.value, label(each)) for each in Department if each is not Department.DISCIPLINE
        ),
    )
    region = SelectField("负责的地区")

    def offer_regions(self) -> None:
        """Offer the caller's own region and all beneath it."""
        self.region.choices = choices(region_choices(the_caller(), WHOLE_COUNTRY))


class InviteForm(PersonForm):
    """Somebody new."""

    email = EmailField(
        "邮箱",
        [
            InputRequired("请填写邮箱"),
            Length(max=200),
            Regexp(rf"{EMAIL.pattern}$", message="这不是邮箱地址，应像 name@example.gov.cn"),
        ],
        filters=[trimmed],
    )


class EditPersonForm(PersonForm):
    """Somebody already there."""

    active = BooleanField("账号可用（取消勾选即停用，并立刻退出登录）")


@blueprint.get("/people")
@staff(Capability.MANAGE_STAFF)
def people() -> str:
    """List the accounts within reach."""
    scope = the_caller().scope
    page = table_page(staff_count(scope))
    found = staff_within(scope, offset=page.offset, limit=PER_PAGE)
    return render_template(
        "backoffice/people.html",
        people=[_shown(person) for person in found],
        page_of=page,
        here_with=here_with,
    )


@blueprint.get("/people.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.MANAGE_STAFF)
def people_export(file_format: str) -> FlaskResponse:
    """Hand out the accounts within reach as a file."""
    scope = the_caller().scope
    shown = (_shown(person) for person in staff_within(scope, offset=0, limit=staff_count(scope)))
    rows = (
        (one["name"], one["label"], one["email"], one["active"], not one["invited"], one["second_factor"])
        for one in shown
    )
    columns = ("姓名", Column("身份", width=28), Column("邮箱", width=32), "账号可用", "已设密码", "两步验证")
    return export(Table("后台账号", columns, rows, "本平台的账号"), file_format)


@blueprint.route("/people/new", methods=["GET", "POST"])
@limiter.limit("30 per minute", methods=["POST"])
@staff(Capability.MANAGE_STAFF)
def invite() -> str | Response | tuple[str, int]:
    """Invite somebody: the link goes out by mail."""
    form = InviteForm()
    form.offer_regions()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                person = accounts.create_staff(
                    form.name.data,
                    form.email.data,
                    Role(form.role.data),
                    Department(form.department.data),
                    _region(form),
                    demo=the_caller().demo,
                )
                send_invitation(person, current_app.config["PORTAL"].base_url)
        except AccountExists as taken:
            form.refuse("email", taken)
        else:
            flash("邀请已发出，链接7天内有效")
            return redirect(url_for("backoffice.people"), 303)
    page = render_template("backoffice/person_new.html", form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/people/<int:staff_id>", methods=["GET", "POST"])
@staff(Capability.MANAGE_STAFF)
def person(staff_id: int) -> str | Response | tuple[str, int]:
    """Change somebody's role, region, department, or shut the account."""
    found = _found(staff_id)
    form = EditPersonForm(
        name=name_of(found),
        role=found.role.value,
        department=found.department.value,
        region=found.region_code or WHOLE_COUNTRY,
        active=found.active,
    )
    form.offer_regions()
    own = staff_id == the_caller().staff_id
    if form.validate_on_submit():
        if own and (not form.active.data or form.role.data != found.role.value):
            form.refuse("role", "不能停用自己的账号，也不能改自己的角色；请另一位管理员来改")
        else:
            with unit_of_work():
                accounts.change_staff(
                    found,
                    name=form.name.data,
                    role=Role(form.role.data),
                    department=Department(form.department.data),
                    region_code=_region(form),
                    active=form.active.data,
                )
            flash("已保存")
            return redirect(url_for("backoffice.people"), 303)
    page = render_template("backoffice/person.html", form=form, person=_shown(found), own=own)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/people/<int:staff_id>/reset")
@limiter.limit("30 per minute")
@staff(Capability.MANAGE_STAFF)
def reset_person(staff_id: int) -> Response:
    """Send a link for a new password."""
    with unit_of_work():
        found = _found(staff_id)
        if found.password_hash is None:
            send_invitation(found, current_app.config["PORTAL"].base_url)
        else:
            send_reset_to(found, current_app.config["PORTAL"].base_url)
    flash("链接已发到这位同事的邮箱")
    return redirect(url_for("backoffice.person", staff_id=staff_id), 303)


@blueprint.post("/people/<int:staff_id>/reset-second-factor")
@staff(Capability.MANAGE_STAFF)
def reset_person_factor(staff_id: int) -> Response:
    """Take away the second factor of somebody who lost device and codes."""
    with unit_of_work():
        accounts.reset_second_factor(_found(staff_id))
    flash("两步验证已清除，这位同事下次登录时需要重新绑定")
    return redirect(url_for("backoffice.person", staff_id=staff_id), 303)


def _found(staff_id: int) -> StaffMember:
    return find_staff(the_caller().scope, staff_id) or abort(404)


def _region(form: PersonForm) -> str | None:
    return None if form.region.data == WHOLE_COUNTRY else form.region.data


def _shown(person: StaffMember) -> dict[str, Any]:
    where = region_label(person.region_code)
    return {
        "id": person.id,
        "name": name_of(person),
        "email": email_of(person),
        "label": label_of(person.role, person.department, where),
        "active": person.active,
        "invited": person.password_hash is None,
        "second_factor": person.totp_sealed is not None,
    }
