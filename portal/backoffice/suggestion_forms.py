"""Forms of the suggestions: entry, what becomes public, each thing that can be done with one."""

from __future__ import annotations

from datetime import datetime

from wtforms import (
    DateTimeLocalField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp

from portal.backoffice.case_entry_form import MAIL_FORM
from portal.backoffice.case_forms import MINUTES, shanghai
from portal.backoffice.deeds import sure_field
from portal.backoffice.forms import StaffForm, choices, trimmed
from portal.backoffice.problem_forms import longest
from portal.backoffice.versioned_form import VersionedForm, words_field
from portal.complaints.kinds import DEPARTMENTS
from portal.glossary import label
from portal.topics.kinds import SuggestionChannel, SuggestionKind, WhyNotPublic

TEXT_LONGEST = 500
_TYPED_IN = tuple(one for one in SuggestionChannel if one is not SuggestionChannel.WEB)
ANSWER_LONGEST = 1000


class EntryForm(StaffForm):
    """A suggestion as staff heard or read it."""

    submission = HiddenField()
    channel = RadioField(
        "怎么来的",
        [InputRequired("请选一项")],
        choices=choices(
            (one.value, label(one)) for one in SuggestionChannel if one is not SuggestionChannel.WEB
        ),
    )
    received_at = DateTimeLocalField("什么时候收到的", [InputRequired("请填写收到的时间")], format=MINUTES)
    region = SelectField("说的是哪个地区")
    kind = SelectField(
        "哪一方面",
        [InputRequired("请选哪一方面")],
        choices=choices([("", "请选择"), *((one.value, label(one)) for one in SuggestionKind)]),
    )
    text = TextAreaField(
        "希望整治什么",
        [
            InputRequired("请写对方希望整治什么"),
            Length(5, TEXT_LONGEST, f"请写5到{TEXT_LONGEST}个字"),
        ],
        filters=[trimmed],
        description="照对方说的写。公开的文字另外写。",
    )
    phone = StringField("电话", [longest(40)], filters=[trimmed])
    mail = StringField(
        "邮箱",
        [longest(120), Optional(), Regexp(MAIL_FORM, message="邮箱像 name@example.cn 这样")],
        filters=[trimmed],
    )
    files = MultipleFileField("照片、材料")

    @property
    def moment(self) -> datetime:
        """When it came in, as a moment in Asia/Shanghai."""
        return shanghai(self.received_at.data)


class PublicationForm(VersionedForm):
    """What everybody reads of a suggestion."""

    title = StringField("公开的标题", [InputRequired("请写标题"), longest(40)], filters=[trimmed])
    text = words_field("公开的正文", "请写公开的正文", longest=600)


class DeclineForm(VersionedForm):
    """Why it is not made public."""

    why = RadioField(
        "为什么不公开",
        [InputRequired("请选一项")],
        choices=choices((one.value, label(one)) for one in WhyNotPublic),
    )
    words = TextAreaField("写给点题的人（可不写；选“其他理由”要写）", [longest(1000)], filters=[trimmed])


class MergeForm(VersionedForm):
    """Which public one says the same."""

    into = StringField(
        "并入哪一条",
        [InputRequired("请写那一条的公开编号"), longest(20)],
        filters=[trimmed],
        description="写那一条公开页面地址里的八位编号，或者从下面像的里面抄一个。",
    )


class ToldForm(VersionedForm):
    """What the writer is told."""

    words = words_field("写给点题的人", "请写给点题的人看的话", longest=1000)


class DisciplineForm(ToldForm):
    """It accuses an official."""

    sure = sure_field("看清楚了：反映的是公职人员。内容不会公开，也不会转给被反映的单位")


class ReassignForm(VersionedForm):
    """Who is to answer."""

    department = SelectField(
        "换给哪个部门",
        [InputRequired("请选一个部门")],
        choices=choices((one.value, label(one)) for one in DEPARTMENTS),
    )


class AnswerForm(VersionedForm):
    """The office's answer."""

    words = words_field(
        "答复（公众看得到）",
        "请写答复",
        "说清楚三件事：同不同意，怎么做，什么时候做到。做不到的也要说为什么。",
        ANSWER_LONGEST,
    )


class DoneForm(VersionedForm):
    """What was done about it."""

    words = words_field("做了什么（公众看得到）", "请写明做了什么", "", ANSWER_LONGEST)


class AdoptForm(VersionedForm):
    """Which topic came of it."""

    topic = SelectField("列入哪个整治项目", coerce=int, validate_choice=False)


class NoteForm(VersionedForm):
    """A note for the office."""

    words = words_field("备注", "请写备注", "只给工作人员看。", 1000)


class HoldForm(VersionedForm):
    """Why it is kept beyond its term."""

    reason = words_field("为什么要延长保存", "请写明理由", longest=1000)


class ReleaseForm(VersionedForm):
    """Why its term counts again."""

    reason = TextAreaField("说明（可不写）", [longest(1000)], filters=[trimmed])
