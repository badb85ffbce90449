"""Forms of draws by lot: announcing one, entering the number, giving one up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from wtforms import (
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from portal import clock
from portal.backoffice.case_forms import MINUTES, shanghai
from portal.backoffice.deeds import sure_field
from portal.backoffice.forms import StaffForm, choices, trimmed
from portal.backoffice.problem_forms import line_field
from portal.backoffice.versioned_form import REASON_LONGEST, VersionedForm, words_field
from portal.domain.random_draw import FEWEST_DIGITS, LABEL_MOST

SINCE = (("", "不管什么时候查过"), ("90", "最近三个月没有查过的"), ("180", "最近半年没有查过的"),
         ("365", "最近一年没有查过的"))  # fmt: skip
"""Which homes go on the list: days since the last visit."""
_MOST_INSPECTORS = 500


class AnnounceForm(StaffForm):
    """A draw to be announced: the list, the numbers, the public number to come."""

    title = line_field("标题", "请写标题", "例如“2026年第四季度养老机构双随机抽查”。")
    region = SelectField("从哪个地区的机构里抽", [InputRequired("请选地区")])
    since = SelectField("哪些机构上名单", choices=choices(SINCE))
    seen = HiddenField()
    """Of the list that was shown: how many, and which."""
    left_out = SelectMultipleField("不上名单的", validate_choice=False)
    inspectors = TextAreaField(
        "检查人员，一行一位",
        [InputRequired("请写检查人员，一行一位")],
        description="写执法证号或者工作证号，不写姓名也行。名单公开以后，大家都看得到。",
    )
    homes_drawn = IntegerField(
        "抽几家", [InputRequired("请填数字"), NumberRange(1, 5000, "请填1或更大的数字")]
    )
    inspectors_each = IntegerField(
        "每家去几个人", [InputRequired("请填数字"), NumberRange(1, 50, "请填1到50")], default=2
    )
    number_name = line_field(
        "用哪个公开的号码",
        "请写明用哪个公开的号码",
        f"现在谁也不知道、到时候谁都查得到的号码，至少{FEWEST_DIGITS}位数字。"
        "例如“福利彩票双色球第2026141期开奖号码”。",
    )
    number_where = line_field(
        "号码在哪里公布", "请写明号码在哪里公布", "例如中国福利彩票官网 www.cwl.gov.cn。", most=200
    )
    number_due_at = DateTimeLocalField(
        "号码什么时候公布",
        [InputRequired("请填写号码公布的时间")],
        format=MINUTES,
        description="最早明天：今天的操作记录要先封存，才能证明公告在先。",
    )

    def validate_inspectors(self, _field: Any) -> None:
        """Every line is one person, none twice."""
        labels = self.labels
        twice = sorted({one for one in labels if labels.count(one) > 1})
        if twice:
            raise ValidationError(f"写了两次：{'、'.join(twice[:5])}")
        if len(labels) > _MOST_INSPECTORS:
            raise ValidationError(f"最多{_MOST_INSPECTORS}位")
        long = [one for one in labels if len(one) > LABEL_MOST]
        if long:
            raise ValidationError(f"每行不超过{LABEL_MOST}个字：{long[0][:20]}…")

    def validate_inspectors_each(self, field: Any) -> None:
        """Nobody goes to one home twice."""
        if isinstance(field.data, int) and self.labels and field.data > len(self.labels):
            raise ValidationError(f"检查人员只写了{len(self.labels)}位")

    def validate_number_due_at(self, field: Any) -> None:
        """The day of the announcement has to be closed before anybody can know the number."""
        if isinstance(field.data, datetime) and field.data.date() <= clock.today():
            raise ValidationError("号码最早明天公布，请换一个以后的号码")

    @property
    def labels(self) -> list[str]:
        """The inspectors, one a line."""
        lines = (
            " ".join(line.replace("\x00", "").split()) for line in (self.inspectors.data or "").splitlines()
        )
        return [line for line in lines if line]

    @property
    def due(self) -> datetime:
        """When the number is published, in Asia/Shanghai."""
        return shanghai(self.number_due_at.data)

    @property
    def visited_before(self) -> timedelta | None:
        """How long a home must not have been visited to be on the list; None: no matter."""
        days = self.since.data or ""
        return timedelta(days=int(days)) if days in {value for value, _ in SINCE if value} else None


class NumberForm(VersionedForm):
    """The public number, as it was published."""

    number = StringField(
        "公布的号码",
        [InputRequired("请照公布的样子填写号码"), Length(max=120, message="请不要超过120个字")],
        filters=[trimmed],
        description="照公布的次序填，例如“03 08 12 19 24 31 + 07”。只认数字；填了就不能改。",
    )
    again = StringField("再填一遍", [InputRequired("请再填一遍"), Length(max=120)], filters=[trimmed])

    def validate_again(self, field: Any) -> None:
        """A number that can't be changed is typed twice."""
        if field.data != self.number.data:
            raise ValidationError("两遍填的不一样，请对着公布的号码再看一遍")


class RevealForm(VersionedForm):
    """That the list may be read by everybody."""

    sure = sure_field("抽中的都去过了，名单、抽中的机构和检查人员可以公开")


class AbandonForm(VersionedForm):
    """Why a draw is given up."""

    reason = words_field("为什么作废", "请写明为什么作废", "这句话会公开。", REASON_LONGEST)
    sure = sure_field("作废以后恢复不了，公告和理由都留在公开的页面上")
