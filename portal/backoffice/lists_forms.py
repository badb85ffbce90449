"""Forms of the four lists: lines reworded, left out, added; sent, corrected, made public."""

from __future__ import annotations

from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.accountability.kinds import ListKind
from portal.accountability.service.lists import LIST_TITLE_MOST
from portal.backoffice.deeds import not_to_come, sure_field
from portal.backoffice.forms import StaffForm, choices, trimmed
from portal.backoffice.versioned_form import REASON_LONGEST, WORDS_LONGEST, VersionedForm, words_field
from portal.glossary import label

_RULES_FIRST = sorted(ListKind, key=lambda kind: kind is not ListKind.RULES)
"""What is entered by hand is nearly always a rule."""


def _title_field() -> StringField:
    return StringField(
        "标题",
        [InputRequired("请写标题"), Length(max=LIST_TITLE_MOST, message=f"请不要超过{LIST_TITLE_MOST}个字")],
        filters=[trimmed],
    )


def _remark_field() -> TextAreaField:
    return TextAreaField(
        "说明",
        [Optional(), Length(max=WORDS_LONGEST, message=f"请不要超过{WORDS_LONGEST}个字")],
        filters=[trimmed],
        description="清单公开的，公众看得到。不要写人名、电话。",
    )


class ReasonForm(VersionedForm):
    """What needs a reason, and nothing else."""

    reason = words_field("理由", "请写明理由", longest=REASON_LONGEST)


class LineForm(ReasonForm):
    """A line, reworded."""

    title = _title_field()
    remark = _remark_field()


class NewLineForm(LineForm):
    """A line entered by hand: a rule with its number, day and address, or what stands on no record."""

    kind = SelectField("列入哪张清单", choices=choices((kind.value, label(kind)) for kind in _RULES_FIRST))
    document = StringField(
        "文号", [Optional(), Length(max=60, message="请不要超过60个字")], filters=[trimmed]
    )
    issued_on = DateField("发文日期", [Optional(), not_to_come])
    url = StringField(
        "网址",
        [Optional(), Length(max=300, message="请不要超过300个字")],
        filters=[trimmed],
        description="能在网上看到原文的，写完整的网址。",
    )


class SubmitForm(VersionedForm):
    """That the lists are to be sent."""

    sure = sure_field("已经逐条看过。报送以后不能再改，要更正只能另出一版")


class CompileForm(StaffForm):
    """Which month of which county to compile."""

    region = HiddenField()
    month = HiddenField()


class PublishingForm(StaffForm):
    """Whether a county lets everybody read its lists. ``on``: "1" or empty."""

    region = HiddenField()
    on = HiddenField()
