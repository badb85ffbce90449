"""Forms of problems: entering one, putting its words right, each step, photos."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import DateField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal import clock
from portal.backoffice.deeds import not_to_come, past_day_field, sure_field
from portal.backoffice.forms import StaffForm, choices, trimmed
from portal.backoffice.versioned_form import REASON_LONGEST, VersionedForm, words_field
from portal.domain.hazards import CRITERIA, STANDARD, criterion_of
from portal.glossary import label
from portal.supervision.kinds import PhotoStage, ProblemCategory, ProblemOrigin, Severity

OTHER = "other"
"""What is chosen where none of the homes offered is meant."""
NO_EARLIER = ""
"""What is chosen where no earlier problem is meant."""

ORIGINS = (ProblemOrigin.BY_HAND, ProblemOrigin.INSPECTION)
"""What a member of staff may say of a problem entered by hand; complaints come of themselves."""


def longest(most: int) -> Length:
    """Return what refuses a longer text."""
    return Length(max=most, message=f"请不要超过{most}个字")


def line_field(title: str, missing: str, description: str = "", most: int = 120) -> StringField:
    """Return a field for one line that has to be written."""
    return StringField(
        title, [InputRequired(missing), longest(most)], filters=[trimmed], description=description
    )


class ProblemWords(StaffForm):
    """What is said of a problem, when it is entered and when it is put right."""

    category = SelectField(
        "是哪方面的问题",
        [InputRequired("请选是哪方面的问题")],
        choices=choices([("", "请选择"), *((one.value, label(one)) for one in ProblemCategory)]),
    )
    severity = RadioField(
        "有多重",
        [InputRequired("请选一项")],
        choices=choices((one.value, label(one)) for one in Severity),
        description=f"重大隐患要对得上{STANDARD}里的一条，在下面选出来。",
    )
    criterion = RadioField(
        "按哪一条判定为重大隐患",
        choices=choices(
            [
                ("", "不是重大隐患"),
                *((one.code, f"{one.area}：{one.text}（{one.clause or one.document}）") for one in CRITERIA),
            ]
        ),
        default="",
    )
    basis = StringField(
        "违反了哪条规定",
        [longest(300)],
        filters=[trimmed],
        description="写到条款，例如“GB 38600-2019 第5.4.2条”。",
    )
    title = line_field("一句话说清问题", "请用一句话说清问题", "例如“二楼疏散通道堆放床垫”。")
    description = words_field(
        "详细情况",
        "请写详细情况",
        "看到了什么、在哪里、多少处。只给工作人员看；公开的文字另外写。不要写老人的姓名和病情。",
    )
    responsible = line_field("谁来整改", "请写由谁整改", "写单位，不写个人，例如“某某养老院”或“某某镇政府”。")
    measure = TextAreaField("怎么整改", [longest(2000)], filters=[trimmed])

    def validate_criterion(self, field: Any) -> None:
        """A major hazard is one by a published criterion, and nothing else is measured by them."""
        if self.severity.data == Severity.MAJOR.value and not field.data:
            raise ValidationError("选了重大隐患，请选按哪一条判定")
        if self.severity.data != Severity.MAJOR.value and field.data:
            raise ValidationError("选了判定标准，轻重请选“重大隐患”；不是重大隐患，这里请选“不是”")

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as a problem's columns. A criterion is a clause too."""
        hazard = criterion_of(self.criterion.data)
        return {
            "category": ProblemCategory(self.category.data),
            "severity": Severity(self.severity.data),
            "criterion": self.criterion.data or None,
            "basis": self.basis.data or (hazard.basis if hazard and hazard.clause else None),
            "title": self.title.data,
            "description": self.description.data,
            "responsible": self.responsible.data,
            "measure": self.measure.data or None,
        }


class EntryForm(ProblemWords):
    """A problem entered by hand."""

    q = StringField("名称或地址里的字", [longest(100)], filters=[trimmed])
    home = StringField("是哪一家", filters=[trimmed])
    place = StringField("叫什么、在哪里", [longest(120)], filters=[trimmed])
    region = SelectField("在哪个地区")
    origin = RadioField(
        "怎么发现的",
        [InputRequired("请选一项")],
        choices=choices((one.value, label(one)) for one in ORIGINS),
    )
    found_on = past_day_field("哪天发现的")
    deadline = DateField(
        "最晚哪天改好",
        [Optional()],
        description="要发整改通知书的，不用填：期限从送达那天算。",
    )
    first_entry = RadioField("是不是同一个问题又出现了", [Optional()], validate_choice=False)

    def validate_deadline(self, field: Any) -> None:
        """Refuse a last day before the problem was found."""
        found = self.found_on.data
        if isinstance(field.data, date) and isinstance(found, date) and field.data < found:
            raise ValidationError("期限早于发现的日子，请再看一遍")


class EditForm(VersionedForm, ProblemWords):
    """What is said of a problem, put right."""


class DeadlineForm(VersionedForm):
    """The last day of a problem without a notice."""

    deadline = DateField("最晚哪天改好", [InputRequired("请填写日期")])

    def validate_deadline(self, field: Any) -> None:
        """Refuse a last day that is over."""
        if field.data < clock.today():
            raise ValidationError("这一天已经过了，请填今天或以后的日子")


class MoveDeadlineForm(DeadlineForm):
    """Another last day, and why."""

    reason = words_field("为什么改", "请写明为什么改期限", longest=REASON_LONGEST)


class SubmitForm(VersionedForm):
    """That it is said to be put right."""

    words = words_field("改了什么", "请写改了什么", "谁说改好的、怎么改的。照片在下面添加。", REASON_LONGEST)
    on = past_day_field("哪天改好的")


class RejectForm(VersionedForm):
    """That it is not put right."""

    words = words_field("哪里还没有改好", "请写哪里还没有改好", longest=REASON_LONGEST)


class ClearForm(VersionedForm):
    """That it was accepted."""

    words = words_field("怎么验收的", "请写怎么验收的", "谁去看的、看到了什么。", REASON_LONGEST)
    on = past_day_field("哪天验收的")
    sure = sure_field("看过整改后的照片或现场，可以从账上划掉")


class HandForm(VersionedForm):
    """To whom it is handed for enforcement."""

    to = line_field("移交给哪个执法机关", "请写移交给哪个机关")
    words = words_field("为什么移交", "请写为什么移交", longest=REASON_LONGEST)
    on = past_day_field("哪天移交的")
    sure = sure_field("材料已经交给执法机关；问题仍要整改")


class ListForm(VersionedForm):
    """Which government listed a major fire hazard."""

    by = line_field("哪一级政府挂牌", "请写由谁挂牌督办", "例如“某某县人民政府”。")
    until = DateField("限哪天以前消除", [InputRequired("请填写日期")])
    on = past_day_field("哪天挂牌的")


class DelistForm(VersionedForm):
    """That a hazard is gone, and off the list."""

    words = words_field("为什么可以摘牌", "请写为什么可以摘牌", longest=REASON_LONGEST)
    on = past_day_field("哪天摘牌的")


class NoteForm(VersionedForm):
    """An internal note."""

    words = words_field("内部记录", "请写记录的内容", "只有工作人员看得到。", REASON_LONGEST)


class VoidForm(VersionedForm):
    """Why an entry was a mistake."""

    reason = words_field("为什么撤销登账", "请写明为什么撤销", longest=REASON_LONGEST)
    sure = sure_field("确实登错了；撤销以后不计入统计，恢复不了")


class ReasonForm(VersionedForm):
    """Why something is taken out of public."""

    reason = words_field("原因", "请写明原因", "只有工作人员看得到。", REASON_LONGEST)


class PhotoForm(VersionedForm):
    """A photo of what was found, or of what it looks like now."""

    photo = FileField("照片", description="JPG、PNG、WebP、HEIC，不超过10兆。拍摄地点和设备信息会自动去掉。")
    stage = RadioField(
        "什么时候的",
        [InputRequired("请选一项")],
        choices=choices((one.value, label(one)) for one in PhotoStage),
    )
    caption = line_field(
        "照片上是什么", "请写照片上是什么，看不见的人靠它", "例如“二楼通道，床垫已经搬走”。不写姓名。"
    )
    taken_on = DateField("哪天拍的", [Optional(), not_to_come])


class PublicationForm(VersionedForm):
    """What the public is to read of a problem."""

    title = line_field("标题", "请写标题")
    text = words_field("公开的内容", "请写公开的内容")
