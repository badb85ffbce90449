"""Forms of rectification notices: drafting, the reviewer's answer, service, extension, withdrawal."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, IntegerField, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal import clock
from portal.backoffice.deeds import past_day_field, sure_field
from portal.backoffice.forms import choices, trimmed
from portal.backoffice.problem_forms import line_field, longest
from portal.backoffice.versioned_form import REASON_LONGEST, VersionedForm, words_field
from portal.glossary import label
from portal.supervision.kinds import ServiceMethod

WORKING, CALENDAR = "working", "calendar"
"""How a deadline is counted: in working days, or in days of the calendar."""


class DraftForm(VersionedForm):
    """A notice as it is written."""

    problems = SelectMultipleField(
        "写进这份通知的问题",
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validators=[InputRequired("请至少勾选一个问题")],
    )
    title = line_field("标题", "请写标题")
    demands = words_field("总的要求", "请写整改要求", "每个问题自己的整改措施会写在问题下面，不用重复。")
    legal_basis = line_field("法律依据", "请写法律依据", "写到条款。", 300)
    days = IntegerField(
        "期限几天", [InputRequired("请填写天数"), NumberRange(1, 365, "请填写1到365之间的整数")]
    )
    counted = RadioField(
        "怎么算",
        [InputRequired("请选一项")],
        choices=choices([(WORKING, "工作日"), (CALENDAR, "自然日，周末和假期都算")]),
        description="从送达的第二天数起。",
    )
    contact = StringField(
        "有问题问谁",
        [longest(120)],
        filters=[trimmed],
        description="写办公室和座机，例如“某某县民政局养老服务股，0598-1234567”。不写个人姓名和手机。",
    )


class RemarkForm(VersionedForm):
    """Why a reviewer gives a draft back."""

    words = words_field("要改哪里", "请写明要改哪里", longest=REASON_LONGEST)


class IssueForm(VersionedForm):
    """That the notice goes out."""

    sure = sure_field("看过全文，可以编号发出；发出以后不能再改")


class ServeForm(VersionedForm):
    """That it reached whom it is for."""

    on = past_day_field("哪天送到的", "期限从第二天数起。")
    how = RadioField(
        "怎么送达的",
        [InputRequired("请选一项")],
        choices=choices((one.value, label(one)) for one in ServiceMethod),
    )


class ExtendForm(VersionedForm):
    """A later last day."""

    deadline = DateField("新的最后一天", [InputRequired("请填写日期")])
    reason = words_field(
        "为什么延长", "请写明为什么延长", "原来的期限留在记录里，公众看得到延长过。", REASON_LONGEST
    )

    def validate_deadline(self, field: Any) -> None:
        """Refuse a last day that is over."""
        if field.data < clock.today():
            raise ValidationError("这一天已经过了，请填今天或以后的日子")


class WithdrawForm(VersionedForm):
    """Why an issued notice is taken back."""

    reason = words_field("为什么撤回", "请写明为什么撤回", longest=REASON_LONGEST)
    sure = sure_field("确实要撤回；文号不再使用，期限不再计算")


class DiscardForm(VersionedForm):
    """That nobody wants a draft."""

    sure = sure_field("这份稿子不要了")
