"""The form of a complaint: its fields, and what is asked again before anything is entered."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from portal import clock, glossary
from portal.complaints.kinds import Appearance, Category
from portal.domain.health_words import health_words

LEAST_WORDS = 10
MOST_WORDS = 4000
MOST_ASKED = 1000
_EARLIEST = date(1990, 1, 1)
"""An older day is a slip of the finger."""
PHONE = re.compile(r"[0-9+＋()（）\-－—转 ]{5,40}")
MAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]{2,}")


def tidy(value: str | None) -> str:
    """Return text without outer spaces and what can't be seen; line ends as one character."""
    text = (value or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(ch for ch in text if ch == "\n" or ch.isprintable() or ch == "　")


def one_line(value: str | None) -> str:
    """Return text on one line, tidied."""
    return " ".join(tidy(value).split())


def _longest(most: int) -> Length:
    return Length(max=most, message=f"请不要超过{most}个字")


class ComplaintForm(FlaskForm):  # type: ignore[misc]
    """What somebody tells us. ``submission`` makes two presses of the button one case."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("zh",)

    submission = HiddenField()
    asked_health = HiddenField()
    """Filled in once the question about health data was put: it is put once, and refuses nobody."""
    q = StringField("机构的名称或地址", [_longest(100)], filters=[one_line])
    home = StringField("是哪家机构", filters=[one_line])
    """A public id, ``other`` for none of those offered, or nothing."""
    place_name = StringField("机构或场所的名称", [_longest(100)], filters=[one_line])
    place = StringField("在哪里", [_longest(200)], filters=[one_line])
    region = StringField("在哪个区县", filters=[one_line])
    category = RadioField(
        "是哪方面的事",
        choices={each.value: glossary.label(each) for each in Category},
        validators=[InputRequired("请选一项，说不清就选“其他”")],
    )
    happened_on = DateField("哪一天", [Optional()])
    happened_about = StringField("或者大概什么时候", [_longest(60)], filters=[one_line])
    text = TextAreaField(
        "发生了什么事",
        [InputRequired("请写一写发生了什么事"), _longest(MOST_WORDS)],
        filters=[tidy],
    )
    asked = TextAreaField("您希望怎么解决", [_longest(MOST_ASKED)], filters=[tidy])
    staff_named = BooleanField("我写的事里提到了政府部门经办这件事的人")
    appearance = RadioField(
        "留不留姓名",
        choices={each.value: glossary.label(each) for each in Appearance},
        validators=[InputRequired("请选一项：实名、保密或者匿名")],
    )
    name = StringField("姓名", [_longest(60)], filters=[one_line])
    phone = StringField("电话", [_longest(40)], filters=[one_line])
    mail = StringField("邮箱", [_longest(120)], filters=[one_line])
    address = StringField("收信地址", [_longest(200)], filters=[one_line])
    consent_health = BooleanField("我同意为办理这件投诉使用我写到的健康情况")
    consent_publish = BooleanField("我同意把这件投诉和答复去掉个人信息以后公开")
    website = StringField("请空着这一格")
    """For machines that fill in whatever they find; people don't see it."""

    found_health: tuple[str, ...] = ()
    """Words that may tell of somebody's health, where the question has to be put."""

    def validate_happened_on(self, field: Any) -> None:
        """Refuse what has not happened yet, and a slip of the finger."""
        if field.data is None:
            return
        if field.data > clock.today():
            raise ValidationError("这一天还没有到，请再看一遍")
        if field.data < _EARLIEST:
            raise ValidationError("年份好像写错了，请再看一遍")

    def validate_text(self, field: Any) -> None:
        """Refuse what says too little to look into."""
        if len("".join(field.data.split())) < LEAST_WORDS:
            raise ValidationError(f"写得太短，不好查。请至少写{LEAST_WORDS}个字：什么时候、什么事")

    def validate_appearance(self, field: Any) -> None:
        """Refuse an appearance that what stands beneath it contradicts."""
        if field.data == Appearance.CONFIDENTIAL.value and not self.tells_who:
            raise ValidationError("选了保密，请在下面留姓名或者一种联系方式；都不想留，请选匿名")

    def validate_name(self, field: Any) -> None:
        """A named complaint has a name, an anonymous one has none."""
        if self.appearance.data == Appearance.NAMED.value and not field.data:
            raise ValidationError("选了实名，请写姓名；不想写，请选保密或者匿名")
        if self.appearance.data == Appearance.ANONYMOUS.value and field.data:
            raise ValidationError("选了匿名，请把姓名删掉；想留姓名又不想让人随便看到，请选保密")

    def validate_phone(self, field: Any) -> None:
        """Refuse what nobody can call."""
        if field.data and not PHONE.fullmatch(field.data):
            raise ValidationError("电话只写数字，例如13800000000或0598-8234567")

    def validate_mail(self, field: Any) -> None:
        """Refuse what no mail reaches."""
        if field.data and not MAIL.fullmatch(field.data):
            raise ValidationError("邮箱像 name@example.cn 这样，请再看一遍")

    def validate_website(self, field: Any) -> None:
        """Refuse what fills in every field."""
        if field.data:
            raise StopValidation("这一格请空着，再提交一次")

    @property
    def tells_who(self) -> bool:
        """True if a name or some way to reach the writer was given."""
        return any(self[name].data for name in ("name", "phone", "mail", "address"))

    def ask_about_health(self) -> bool:
        """Put the question about health data where it is due, once. True: the form comes back with it."""
        words = health_words(f"{self.text.data or ''}\n{self.asked.data or ''}")
        if not words or self.consent_health.data or self.asked_health.data:
            return False
        self.found_health, self.asked_health.data = tuple(words), "y"
        return True
