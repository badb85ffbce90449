"""The form behind "这里有误？" at each block of an institution's page.

The one place of the public site that writes, and so the one that may commit (decision 0015).
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, StopValidation

from portal import clock, glossary
from portal.access import anyone
from portal.corrections.items import items_of, subject_label
from portal.corrections.models import KnownHow
from portal.corrections.page_words import as_snapshot
from portal.corrections.service import Claim, Words, lodge
from portal.domain.actor import PUBLIC
from portal.domain.personal_marks import Found, Mark, personal_marks
from portal.extensions import csrf, limiter
from portal.institutions.field_labels import BLOCK_TITLES, Block
from portal.institutions.queries.detail import Detail, institution_detail
from portal.public.list_choices import enum_choice
from portal.public.page_words import words_of_detail
from portal.public.sections import blueprint
from portal.unit_of_work import unit_of_work

_LONGEST = 1000
_NEVER = frozenset({Mark.IDENTITY_NUMBER, Mark.BANK_CARD})
"""What no correction of a home's page needs."""
_MARK_NAMES = {
    Mark.IDENTITY_NUMBER: "身份证号",
    Mark.BANK_CARD: "银行卡号",
    Mark.MOBILE: "手机号",
    Mark.TELEPHONE: "电话号码",
    Mark.MAIL: "邮箱",
}
_PHONE_ITEMS = frozenset({"institution.phone", "closure_notice.contact"})
"""Facts that are telephone numbers themselves."""


def _tidy(value: str | None) -> str:
    """Return text without outer spaces and what can't be seen; line ends as one character."""
    text = (value or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(ch for ch in text if ch == "\n" or ch.isprintable() or ch == "　")


class WrongForm(FlaskForm):  # type: ignore[misc]
    """What somebody tells us. ``submission`` makes two presses of the button one report."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("zh",)

    submission = HiddenField()
    item = SelectField("具体是哪一项", validate_choice=False)
    wrong = TextAreaField(
        "哪里不对",
        [InputRequired("请写一写哪里不对"), Length(max=_LONGEST, message=f"请不要超过{_LONGEST}个字")],
        filters=[_tidy],
    )
    right = TextAreaField(
        "应该是什么",
        [Length(max=_LONGEST, message=f"请不要超过{_LONGEST}个字")],
        filters=[_tidy],
    )
    known_how = RadioField(
        "您是怎么知道的",
        choices={each.value: glossary.label(each) for each in KnownHow},
        validators=[InputRequired("请选一项")],
        validate_choice=True,
    )
    public_numbers = BooleanField("里面的号码是机构或单位对外公开的，不是哪个人的")
    website = StringField("请空着这一格")
    """For machines that fill in whatever they find; people don't see it."""

    flagged: tuple[tuple[str, Found], ...] = ()
    """Numbers that may be somebody's: field and what was found."""

    def validate_website(self, field: Any) -> None:
        """Refuse what fills in every field."""
        if field.data:
            raise StopValidation("这一格请空着，再提交一次")

    def settle(self) -> None:
        """Look for personal data; what may be a home's own number has to be said to be one."""
        today, problems = clock.today(), []
        for name in ("wrong", "right"):
            field = self[name]
            for found in personal_marks(field.data or "", today):
                said = f"第{found.start + 1}个字起的“{found.hint}”像是{_MARK_NAMES[found.mark]}"
                if found.mark in _NEVER:
                    field.errors = [*field.errors, f"{said}，请删掉。说明情况用不着它。"]
                elif self.item.data not in _PHONE_ITEMS and not self.public_numbers.data:
                    problems.append((name, found))
                    field.errors = [
                        *field.errors,
                        f"{said}。是个人的，请删掉；是机构公开的，请勾选下面一格。",
                    ]
        self.flagged = tuple(problems)

    @property
    def asks_about_numbers(self) -> bool:
        """True where the box for public numbers belongs on the page."""
        return bool(self.flagged or self.public_numbers.data)


@blueprint.route("/institutions/<public_id>/wrong", methods=["GET", "POST"])
@limiter.limit("6 per minute;60 per hour", methods=["POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # the form checks its own token: one grown old keeps what was typed
@anyone
def wrong(public_id: str) -> Response | tuple[Response, int]:
    """Ask what is wrong and what would be right, and give a receipt."""
    detail = institution_detail(public_id, PUBLIC)
    if detail is None:
        abort(404)
    about = enum_choice("about", Block)
    form = WrongForm()
    items = items_of(about)
    form.item.choices = {"": "说不清，或不止一项", **items}
    if form.item.data not in items:
        form.item.data = request.args.get("item", "") if not form.is_submitted() else ""
    if form.is_submitted():
        good = form.validate()
        form.settle()
        if good and not any(form[name].errors for name in ("wrong", "right")):
            return redirect(url_for("public.correction", receipt=_lodged(detail, about, form)), 303)
    else:
        form.submission.data = uuid.uuid4().hex
    page = make_response(
        render_template(
            "public/wrong.html",
            form=form,
            home=detail.home,
            region=detail.region_name,
            about=about,
            subject=subject_label(about, None),
            lines=words_of_detail(detail, about),
            blocks=[(block, BLOCK_TITLES[block]) for block in Block],
            problems=_problems(form),
        )
    )
    page.headers["Cache-Control"] = "no-store"
    return page, 422 if form.is_submitted() else 200


def _lodged(detail: Detail, about: Block | None, form: WrongForm) -> str:
    sent_with = form.submission.data or ""
    submission = sent_with if re.fullmatch(r"[0-9a-f]{32}", sent_with) else uuid.uuid4().hex
    claim = Claim(
        about,
        form.item.data or None,
        as_snapshot(words_of_detail(detail, about)),
        Words(form.wrong.data, form.right.data),
        KnownHow(form.known_how.data),
    )
    with unit_of_work():
        return lodge(detail.home, claim, submission).receipt


def _problems(form: WrongForm) -> list[tuple[str, str]]:
    """Return what is wrong, each with the anchor of its field."""
    found = []
    for name, errors in form.errors.items():
        if name == "csrf_token":
            found.append(("send", "这一页开得太久了。您写的都还在，请再按一次“提交”。"))
            continue
        anchor = "known_how-0" if name == "known_how" else name or "send"
        label = "您是怎么知道的" if name == "known_how" else form[name].label.text if name else ""
        found += [(anchor, f"{label}：{error}" if label else str(error)) for error in errors]
    return list(dict.fromkeys(found))
