"""The form in which staff type in a call, a letter or a visit."""

from __future__ import annotations

from datetime import datetime

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from portal import clock
from portal.backoffice.case_forms import MINUTES, shanghai
from portal.backoffice.forms import StaffForm, choices, trimmed
from portal.complaints.kinds import Appearance, Category, Channel
from portal.glossary import label

OTHER = "other"
"""What is chosen where none of the homes offered is meant."""

MAIL_FORM = r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]{2,}\Z"
"""What a mail address looks like."""


def _longest(most: int) -> Length:
    return Length(max=most, message=f"请不要超过{most}个字")


class EntryForm(StaffForm):
    """A complaint as staff heard or read it."""

    submission = HiddenField()
    channel = RadioField(
        "怎么来的",
        [InputRequired("请选一项")],
        choices=choices((one.value, label(one)) for one in Channel if one is not Channel.WEB),
    )
    received_at = DateTimeLocalField(
        "什么时候收到的",
        [InputRequired("请填写收到的时间")],
        format=MINUTES,
        description="接到电话、收到信、人来的那一刻，不是登记的时候。期限从那天算。",
    )
    q = StringField("名称或地址里的字", [_longest(100)], filters=[trimmed])
    home = StringField("是哪家机构", filters=[trimmed])
    place_name = StringField("机构或场所的名称", [_longest(100)], filters=[trimmed])
    place = StringField("在哪里", [_longest(200)], filters=[trimmed])
    region = SelectField("在哪个地区")
    category = SelectField(
        "是哪方面的事",
        [InputRequired("请选是哪方面的事，说不清就选“其他”")],
        choices=choices([("", "请选择"), *((one.value, label(one)) for one in Category)]),
    )
    happened_on = DateField("哪天发生的", [Optional()])
    text = TextAreaField(
        "说了什么事",
        [InputRequired("请写对方说了什么事"), _longest(4000)],
        filters=[trimmed],
        description="照对方说的写，不删不改。",
    )
    asked = TextAreaField("希望怎么解决", [_longest(1000)], filters=[trimmed])
    staff_named = BooleanField("说的事里提到了我们部门经办的人")
    appearance = RadioField(
        "对方留不留姓名",
        [InputRequired("请问清楚，选一项")],
        choices=choices((one.value, label(one)) for one in Appearance),
    )
    name = StringField("姓名", [_longest(60)], filters=[trimmed])
    phone = StringField("电话", [_longest(40)], filters=[trimmed])
    mail = StringField(
        "邮箱",
        [_longest(120), Optional(), Regexp(MAIL_FORM, message="邮箱像 name@example.cn 这样")],
        filters=[trimmed],
    )
    address = StringField("收信地址", [_longest(200)], filters=[trimmed])
    consent_health = BooleanField("问过了：同意为办这件事使用说到的健康情况")
    consent_publish = BooleanField("问过了：同意把这件投诉和答复去掉个人信息以后公开")
    files = MultipleFileField("信件照片、材料")

    looked = False
    """True if a name was looked for."""

    @property
    def moment(self) -> datetime:
        """When it came in, as a moment in Asia/Shanghai."""
        return shanghai(self.received_at.data)

    def validate_happened_on(self, field: DateField) -> None:
        """Refuse what has not happened yet."""
        if field.data is not None and field.data > clock.today():
            raise ValidationError("这一天还没有到，请再看一遍")

    def validate_name(self, field: StringField) -> None:
        """A named complaint has a name, an anonymous one has none."""
        if self.appearance.data == Appearance.NAMED.value and not field.data:
            raise ValidationError("选了实名，请写姓名；对方不想写，请选保密或者匿名")
        if self.appearance.data == Appearance.ANONYMOUS.value and field.data:
            raise ValidationError("选了匿名，请不要写姓名；愿意留姓名又不想让人随便看到，请选保密")

    def validate_appearance(self, field: RadioField) -> None:
        """Refuse a confidential complaint of whom nothing is kept."""
        kept = any(self[name].data for name in ("name", "phone", "mail", "address"))
        if field.data == Appearance.CONFIDENTIAL.value and not kept:
            raise ValidationError("选了保密，请留姓名或者一种联系方式；都不愿意留，请选匿名")
