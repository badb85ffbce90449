"""Forms of the two-way review: remarks, answers, publishing, correcting."""

from __future__ import annotations

from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from portal.accountability.service.reviews import OFFICE_MOST, REMARK_MOST
from portal.backoffice.deeds import past_day_field, sure_field
from portal.backoffice.forms import StaffForm, choices, trimmed
from portal.backoffice.versioned_form import REASON_LONGEST, VersionedForm, words_field
from portal.domain.permissions import Department
from portal.glossary import label

_WHOLE = "整个县（市、区）"


def _office_field(title: str, missing: str, description: str) -> StringField:
    return StringField(
        title,
        [InputRequired(missing), Length(max=OFFICE_MOST, message=f"请不要超过{OFFICE_MOST}个字")],
        filters=[trimmed],
        description=description,
    )


class RemarkForm(VersionedForm):
    """What an office remarked. ``about`` empty: the county as a whole."""

    office = _office_field("点评单位", "请写哪个单位点评的", "比如：市纪委监委、市民政局。写单位，不写人名。")
    about = SelectField(
        "点评谁",
        choices=choices([("", _WHOLE), *((one.value, f"{label(one)}部门") for one in Department)]),
    )
    said_on = past_day_field("哪天点评的")
    words = words_field(
        "点评内容", "请写点评的内容", "公布以后公众看得到。不要写人名、电话。", longest=REMARK_MOST
    )

    @property
    def whom(self) -> Department | None:
        """Whose work it is about."""
        return Department(self.about.data) if self.about.data else None


class AnswerForm(VersionedForm):
    """What the county answers."""

    office = _office_field("回复单位", "请写哪个单位回复的", "写单位，不写人名。")
    words = words_field(
        "回复内容",
        "请写回复的内容",
        "公众看得到。写做了什么、哪天做完，不要写人名、电话。",
        longest=REMARK_MOST,
    )


class PublishReviewForm(VersionedForm):
    """That the review is to be published."""

    sure = sure_field("数字、点评、回复都看过了。公布以后不能再改，要更正只能另出一版")


class CorrectReviewForm(VersionedForm):
    """Why what was published has to be corrected."""

    reason = words_field("理由", "请写明为什么更正", longest=REASON_LONGEST)


class CompileReviewForm(StaffForm):
    """Which quarter of which county to compile."""

    region = HiddenField()
    quarter = HiddenField()
