"""Forms of the call-back: a round and its days, what is handed out and published, words decided about."""

from __future__ import annotations

from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.backoffice.deeds import sure_field
from portal.backoffice.forms import choices, trimmed
from portal.backoffice.versioned_form import VersionedForm, words_field
from portal.surveys.kinds import REMARKS_MOST, SHEETS_MOST, WORDS_MOST, WordsState


def _day(title: str, description: str = "") -> DateField:
    return DateField(title, [InputRequired("请填写是哪一天")], description=description)


def _count(title: str, description: str = "") -> IntegerField:
    return IntegerField(
        title,
        [Optional(), NumberRange(0, SHEETS_MOST, message=f"请填0到{SHEETS_MOST}")],
        description=description,
    )


class OpenForm(VersionedForm):
    """A new round."""

    region = SelectField("在哪里做", validate_choice=True)
    half = SelectField("哪半年", validate_choice=True)
    opens_on = _day("哪一天开始")
    closes_on = _day("最后一天", "这一天也还能答。一般一个月，最长92天。")


class DaysForm(VersionedForm):
    """Other days."""

    opens_on = _day("哪一天开始")
    closes_on = _day("最后一天", "这一天也还能答。")


class HandOutForm(VersionedForm):
    """What one home gets."""

    q = StringField("机构的名称或地址", [Length(max=100, message="请不要超过100个字")], filters=[trimmed])
    home = StringField("是哪家机构")
    residents = _count("给老人的回访单（份）")
    families = _count("给家属的回访单（份）")
    resident_calls = _count("给老人打的电话（个）")
    family_calls = _count("给家属打的电话（个）")


class EverywhereForm(VersionedForm):
    """What every home gets that has nothing yet."""

    residents = _count("每家给老人几份")
    families = _count("每家给家属几份")


class VoidForm(VersionedForm):
    """That the codes of a lot are to open nothing."""

    sure = sure_field("这一批丢了或者印错了，全部作废")


class PublishForm(VersionedForm):
    """The reviewer's remarks."""

    remarks = words_field(
        "分析",
        "请写分析：哪里好，哪里差，准备怎么办",
        "公众会读到。写哪里好、哪里差、比上次怎么样、准备怎么办。不要写人名、电话。",
        REMARKS_MOST,
    )
    sure = sure_field("数字和分析都看过了。公布以后不能再改")


class WordsForm(VersionedForm):
    """What becomes of something written. ``was``: its state when the page was made."""

    was = HiddenField()
    became = RadioField(
        "怎么处理",
        [InputRequired("请选一项")],
        choices=choices(
            ((WordsState.CLEARED.value, "改好了，可以公开"), (WordsState.LEFT_OUT.value, "不公开"))
        ),
    )
    text = TextAreaField(
        "公开的文字",
        [Length(max=WORDS_MOST, message=f"请不要超过{WORDS_MOST}个字")],
        filters=[trimmed],
    )
