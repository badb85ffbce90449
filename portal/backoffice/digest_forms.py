"""Forms of the monthly digests: written, given back, published, corrected; who runs the column."""

from __future__ import annotations

from wtforms import HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from portal.backoffice.deeds import sure_field
from portal.backoffice.forms import StaffForm, trimmed
from portal.backoffice.versioned_form import REASON_LONGEST, VersionedForm, words_field
from portal.topics.service.digests import JUDGEMENT_MOST


class JudgementForm(VersionedForm):
    """What the office makes of the month, and which words that stand out it does not show."""

    words = words_field(
        "分析",
        "请写这个月的分析",
        "群众最关心什么，为什么；哪些已经在办，下个月打算怎么办。公众看得到，不要写人名、电话。",
        JUDGEMENT_MOST,
    )
    left_out = SelectMultipleField(
        "不显示的词",
        choices=[],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class ReturnForm(VersionedForm):
    """Why a digest is given back."""

    words = words_field("要改什么", "请写明要改什么", longest=REASON_LONGEST)


class PublishForm(VersionedForm):
    """That a digest is to be published."""

    sure = sure_field("分析和数字都看过。发布以后不能再改，要更正只能另出一版")


class CorrectForm(VersionedForm):
    """Why what was published has to be corrected."""

    reason = words_field("理由", "请写明为什么更正", longest=REASON_LONGEST)


class CompileForm(StaffForm):
    """Which month of which office to compile."""

    region = HiddenField()
    month = HiddenField()


class OfficeForm(StaffForm):
    """Which region runs the column, from which month."""

    region = SelectField("哪里", choices=[], validate_choice=False)
    since = StringField(
        "从哪个月起", [InputRequired("请填写月份")], filters=[trimmed], description="例如 2026-10"
    )
