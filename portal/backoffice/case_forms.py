"""Forms of complaints."""

from __future__ import annotations

from datetime import datetime

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp

from portal import clock
from portal.backoffice.forms import StaffForm, choices, trimmed
from portal.backoffice.versioned_form import REASON_LONGEST, VersionedForm, words_field
from portal.complaints.kinds import DEPARTMENTS, Finding, WhyExcluded
from portal.complaints.service.hearing import HEARD
from portal.glossary import label

MINUTES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
"""How day and time are typed and shown: without seconds; browsers may send some."""


class CaseForm(VersionedForm):
    """What every action on a case sends."""


class RefuseForm(CaseForm):
    """That a complaint is not accepted, and why."""

    words = words_field(
        "为什么不受理（投诉人会看到）",
        "请写明不受理的理由，投诉人会看到",
        "写清楚理由，并告诉投诉人可以找哪个部门。不受理也是答复，首次答复的期限到此为止。",
    )


class AssignForm(CaseForm):
    """Who is to handle it."""

    handler = SelectField("承办人", [InputRequired("请选择承办人")])


class FirstAnswerForm(CaseForm):
    """The first answer."""

    words = words_field(
        "首次答复（投诉人会看到）",
        "请写首次答复的内容",
        "写三件事：查到了什么，接下来怎么办，最晚哪天给结果。不要写投诉人的姓名和电话。",
    )


class InterimForm(CaseForm):
    """News on the way."""

    words = words_field(
        "办理进展（投诉人会看到）", "请写办理进展", "告诉投诉人办到哪一步。它不是答复，期限照走。"
    )


class AskForm(CaseForm):
    """A question to the citizen."""

    words = words_field(
        "要问投诉人的问题（投诉人会看到）",
        "请写要问的问题",
        "问的那天和答的那天照算，中间的工作日不算；10个工作日没有回答，自动接着算。首次答复的期限不停。",
    )


class ExtendForm(CaseForm):
    """More working days for the final answer."""

    days = IntegerField(
        "延长几个工作日", [InputRequired("请填写天数"), NumberRange(1, 60, "请填写1到60之间的整数")]
    )
    reason = words_field(
        "延长的原因（投诉人会看到）", "请写明为什么要延长", "一件投诉只能延长一次。", REASON_LONGEST
    )


class ReplyForm(CaseForm):
    """The final answer, and what was found."""

    words = words_field(
        "办理答复（投诉人会看到）",
        "请写办理答复",
        "写清楚查了什么、结果怎样、怎么处理、不满意怎么办。不要写投诉人的姓名和电话。",
    )
    finding = RadioField(
        "查实的情况",
        [InputRequired("请选择查实的情况")],
        choices=choices((each.value, label(each)) for each in Finding),
    )


class ReturnForm(CaseForm):
    """Why a reviewer gives a draft back."""

    draft = HiddenField()
    words = words_field("要改哪里（只给写的人看）", "请写明要改哪里", longest=REASON_LONGEST)


class NoteForm(CaseForm):
    """An internal note."""

    words = words_field("内部记录", "请写记录的内容", "只有办理这件投诉的部门看得到，投诉人看不到。")


class HearForm(CaseForm):
    """What the writer said by telephone, in a letter or at the counter."""

    channel = RadioField(
        "怎么说的", [InputRequired("请选择")], choices=choices((each.value, label(each)) for each in HEARD)
    )
    words = words_field(
        "投诉人说了什么（投诉人会看到）",
        "请写投诉人说了什么",
        "照原话记。在等投诉人回答的，这就是回答，期限接着算；否则是补充。经过里写明是工作人员代记的。",
    )


class TransferForm(CaseForm):
    """To whom a case goes."""

    region = SelectField("转到哪个地区")
    department = SelectField(
        "转到哪个部门",
        [InputRequired("请选择部门")],
        choices=choices([("", "请选择部门"), *((each.value, label(each)) for each in DEPARTMENTS)]),
    )
    reason = words_field(
        "为什么转（投诉人会看到）",
        "请写明为什么转办",
        "转走以后您看不到内容，只看得到对方收到没有。期限不变，不因为转办重新算。",
        REASON_LONGEST,
    )


class MergeForm(CaseForm):
    """The case it is handled with."""

    into = StringField(
        "和哪一件一起办（登记编号）",
        [InputRequired("请填写那一件的登记编号"), Length(max=20)],
        filters=[trimmed],
        description="两件都保留，各算各的期限，各给各的答复。",
    )


class ReasonForm(CaseForm):
    """Why something is done to a case."""

    reason = words_field("原因", "请写明原因", longest=REASON_LONGEST)


class ContactForm(CaseForm):
    """Why the contact of somebody who wants it kept is opened."""

    reason = words_field(
        "为什么要看联系方式", "请写明为什么要看", "会记入操作记录：谁、什么时候、为什么。", REASON_LONGEST
    )


class RedateForm(CaseForm):
    """The day of receipt, put right."""

    received_at = DateTimeLocalField(
        "真正收到的时间",
        [InputRequired("请填写收到的时间")],
        format=MINUTES,
        description="只能往前改。期限从收到那天算，所以会跟着提前。改动会留在办理经过里。",
    )
    reason = words_field("为什么要改", "请写明为什么要改", longest=REASON_LONGEST)

    @property
    def moment(self) -> datetime:
        """What was typed, as a moment in Asia/Shanghai."""
        return shanghai(self.received_at.data)


class ClueForm(CaseForm):
    """A clue of misconduct."""

    words = words_field(
        "涉嫌什么问题（只有纪检看得到）",
        "请写明涉嫌什么问题",
        "公职人员索要财物、以权谋私、失职等线索，移交纪检监察。移交以后，办理经过里只留“已移交”，不写内容。",
    )


class ExcludeForm(CaseForm):
    """Who can't handle a case, and why."""

    handler = SelectField("谁要回避", [InputRequired("请选择谁要回避")])
    why = RadioField(
        "为什么回避",
        [InputRequired("请选择为什么")],
        choices=choices((each.value, label(each)) for each in (WhyExcluded.NAMED, WhyExcluded.RELATED)),
        description="回避的人再也打不开这件投诉。",
    )


class ReadmitForm(CaseForm):
    """Whose exclusion was a mistake."""

    handler = SelectField(
        "取消谁的回避", [InputRequired("请选择"), Regexp(r"[0-9]{1,9}\Z")], validate_choice=False
    )
    reason = words_field("为什么可以不回避", "请写明为什么可以不回避", longest=REASON_LONGEST)


class EraseForm(CaseForm):
    """That a case's words are to be destroyed: its number is typed by hand."""

    receipt = StringField(
        "再输一遍登记编号", [InputRequired("请输入登记编号"), Length(max=20)], filters=[trimmed]
    )


class OfficeForm(StaffForm):
    """How a region takes complaints."""

    hotline = StringField(
        "投诉电话",
        [Length(max=40)],
        filters=[trimmed],
        description="公众在投诉页面上看得到。不填就不显示。",
    )
    post_address = StringField(
        "来信地址", [Length(max=200)], filters=[trimmed], description="收信单位、地址、邮政编码。"
    )
    four_eyes = BooleanField("办理答复要先经审核人员看过才能发出")


class TemplateForm(StaffForm):
    """Words that replies begin with."""

    title = StringField("模板名称", [InputRequired("请填写模板名称"), Length(max=60)], filters=[trimmed])
    body = words_field("内容", "请填写模板内容")
    region = SelectField("哪里用", [Optional()])
    active = BooleanField("可以用（取消勾选就不再出现在选择里）", default=True)


def shanghai(typed: datetime) -> datetime:
    """Return what somebody typed into a field of day and time, which have no zone, as a moment."""
    return typed.replace(tzinfo=clock.SHANGHAI)
