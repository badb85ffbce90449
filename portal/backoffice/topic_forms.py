"""Forms of the yearly pools and the topics: drafting, planning, reporting, concluding."""

from __future__ import annotations

from datetime import date, datetime

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal import clock
from portal.backoffice.case_forms import shanghai
from portal.backoffice.deeds import past_day_field, sure_field
from portal.backoffice.forms import StaffForm, choices, trimmed
from portal.backoffice.problem_forms import line_field, longest
from portal.backoffice.versioned_form import VersionedForm, words_field
from portal.domain.permissions import Department
from portal.domain.topic_targets import TopicMetric
from portal.glossary import label
from portal.supervision.kinds import DEPARTMENTS, ProblemCategory
from portal.topics.kinds import TopicScope, Verdict

SECONDS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
"""How a moment is typed and shown: to the second, as votes open and close; browsers may leave seconds out."""
TITLE_LONGEST = 60
WORDS_LONGEST = 3000


class DepartmentsField(SelectMultipleField):  # type: ignore[misc]
    """Several departments, each a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def year_field() -> IntegerField:
    """Return a field for a year."""
    wrong = "请写四位数的年份"
    return IntegerField("哪一年", [InputRequired(wrong), NumberRange(2000, 2100, wrong)])


def moment_field(title: str, description: str = "") -> DateTimeLocalField:
    """Return a field for a moment in Asia/Shanghai, to the second."""
    return DateTimeLocalField(
        title,
        [InputRequired("请填写日期和时间")],
        format=SECONDS,
        description=description,
        render_kw={"step": "1"},
    )


def moment(field: DateTimeLocalField) -> datetime:
    """Return what was typed as an aware moment."""
    assert field.data is not None
    return shanghai(field.data)


def _beginning(day: date) -> datetime:
    return clock.at(day, 0)


class PoolForm(VersionedForm):
    """A year's collecting and vote."""

    year = year_field()
    region = SelectField("哪个地区")
    title = line_field("标题", "请写标题", "例如“2026年养老服务整治项目，请您来点”。", TITLE_LONGEST)
    explanation = words_field(
        "怎么征集、怎么投票", "请写明怎么征集、怎么投票", "公众在投票页上会读到。", WORDS_LONGEST
    )
    choices_most = IntegerField(
        "一张票最多选几个", [InputRequired("请写1到10"), NumberRange(1, 10, "请写1到10")], default=3
    )
    collecting_from = DateField("从哪天开始征集", [InputRequired("请填写日期")])
    vote_opens_at = moment_field("投票什么时候开始", "到这一秒，候选项目的文字就定稿，不能再改。")
    vote_closes_at = moment_field("投票什么时候截止", "到这一秒，就不能再投。")


class DraftForm(StaffForm):
    """A topic as it is drafted."""

    place = SelectField("放进哪一年的候选", description="没有投票的，选“不经投票”：上级定的、法律要求的。")
    year = year_field()
    region = SelectField("哪个地区")
    title = line_field("整治什么", "请写整治什么", "一句话，例如“夜间照护人手不足”。", TITLE_LONGEST)
    why = words_field("为什么", "请写明为什么要整治", "群众点题里怎么说，检查里查出了什么。", WORDS_LONGEST)
    demands = words_field("要做到什么", "请写明要整治什么、怎么整治", "", WORDS_LONGEST)
    department = SelectField("牵头部门", choices=choices((one.value, label(one)) for one in DEPARTMENTS))
    joint = DepartmentsField(
        "配合部门", choices=choices((one.value, label(one)) for one in DEPARTMENTS), default=()
    )
    problem_category = SelectField(
        "哪一类问题算在里面",
        choices=choices([("", "全部"), *((one.value, label(one)) for one in ProblemCategory)]),
        description="进展里的问题数、整改通知数按这一类算。",
    )
    scope = RadioField(
        "共性还是个性",
        [InputRequired("请选一项")],
        choices=choices((one.value, label(one)) for one in TopicScope),
        description="共性：全市都要整治。个性：一个县（区）自己的。",
    )


class WordingForm(VersionedForm):
    """What a topic says, put right before the vote."""

    title = line_field("整治什么", "请写整治什么", most=TITLE_LONGEST)
    why = words_field("为什么", "请写明为什么要整治", longest=WORDS_LONGEST)
    demands = words_field("要做到什么", "请写明要整治什么、怎么整治", longest=WORDS_LONGEST)
    reason = TextAreaField(
        "为什么改", [longest(1000)], filters=[trimmed], description="已经公开的，公众看得到改前、改后和理由。"
    )


class WordsForm(VersionedForm):
    """Words for the public."""

    words = words_field("写给公众", "请写给公众看的话", longest=WORDS_LONGEST)


class SureForm(VersionedForm):
    """What everybody will read at once."""

    sure = sure_field("看清楚了，马上公开")


class WhyForm(VersionedForm):
    """A reason that the public reads."""

    words = words_field("理由（公众看得到）", "请写理由", longest=1000)


class ChooseForm(WhyForm):
    """A candidate is taken up."""

    work_from = DateField("从哪天开始整治", [InputRequired("请填写日期")])

    @property
    def begins(self) -> datetime:
        """The first moment of that day."""
        assert self.work_from.data is not None
        return _beginning(self.work_from.data)


class PublishForm(VersionedForm):
    """A topic becomes one of the year's. Reason and day: of one without a vote."""

    words = TextAreaField(
        "谁定的、依据什么",
        [longest(1000)],
        filters=[trimmed],
        description="经过投票的不用写，选定时已经写了。",
    )
    work_from = DateField("从哪天开始整治", [Optional()], description="经过投票的不用填。")
    sure = sure_field("看清楚了，公布为今年的整治项目")

    @property
    def begins(self) -> datetime | None:
        """The first moment of that day."""
        return None if self.work_from.data is None else _beginning(self.work_from.data)


class PlanForm(VersionedForm):
    """Who works on it."""

    department = SelectField("牵头部门", choices=choices((one.value, label(one)) for one in DEPARTMENTS))
    joint = DepartmentsField("配合部门", choices=choices((one.value, label(one)) for one in DEPARTMENTS))
    problem_category = SelectField(
        "哪一类问题算在里面",
        choices=choices([("", "全部"), *((one.value, label(one)) for one in ProblemCategory)]),
    )
    reason = TextAreaField("为什么调整", [longest(1000)], filters=[trimmed])

    @property
    def departments(self) -> tuple[Department, tuple[Department, ...]]:
        """The lead, and who works with it."""
        return Department(self.department.data), tuple(Department(one) for one in self.joint.data or ())


class JudgingForm(VersionedForm):
    """When the public judges."""

    judged_from = moment_field("群众评价什么时候开始")
    judged_until = moment_field("什么时候截止")
    reason = TextAreaField("为什么改期（第一次安排不用写）", [longest(1000)], filters=[trimmed])


class CloseForm(VersionedForm):
    """What the office concludes."""

    conclusion = RadioField(
        "结论", [InputRequired("请选一项")], choices=choices((one.value, label(one)) for one in Verdict)
    )
    words = words_field(
        "理由（公众看得到）", "请写明结论的理由", "和多数群众的评价不一样的，要说明为什么。", WORDS_LONGEST
    )
    sure = sure_field("看清楚了，结题")


class TargetForm(VersionedForm):
    """What is to be reached."""

    title = line_field("要达到什么", "请写明要达到什么", "例如“消防类问题销号”。")
    metric = SelectField("怎么算", choices=choices((one.value, label(one)) for one in TopicMetric))
    percent = BooleanField("按百分比", default=True)
    goal = IntegerField("目标", [InputRequired("请写整数"), NumberRange(1, 10**9, "请写大于零的整数")])
    unit = StringField("单位", [longest(10)], filters=[trimmed], description="按百分比的不用写。")
    since = DateField("从哪天起算", [InputRequired("请填写日期")])
    due_on = DateField("最晚哪天达到", [InputRequired("请填写日期")])


class ValueForm(VersionedForm):
    """How far a target has come that no record tells."""

    row = SelectField("哪个目标", coerce=int, validate_choice=False)
    value = IntegerField("完成数", [InputRequired("请写整数")])
    out_of = IntegerField("总数", [Optional()], description="按百分比的要写。")
    as_of = past_day_field("数字截至哪天")
    source = line_field("数字从哪里来", "请写明来源", "例如“各县（市、区）民政局月报”。", 300)


class MilestoneForm(VersionedForm):
    """What is to be done by when."""

    title = line_field("做什么", "请写明做什么")
    due_on = DateField("最晚哪天", [InputRequired("请填写日期")])


class MilestoneDoneForm(VersionedForm):
    """A milestone was reached."""

    row = SelectField("哪一步", coerce=int, validate_choice=False)
    done_on = past_day_field("哪天完成的")
    words = words_field("做成了什么（公众看得到）", "请写明做成了什么", longest=1000)


class DocumentForm(VersionedForm):
    """A paper beside the topic."""

    title = line_field("文件名", "请写文件名", most=200)
    issuer = line_field("发文单位", "请写发文单位")
    issued_on = past_day_field("哪天发的")
    url = StringField(
        "网址",
        [longest(500)],
        filters=[trimmed],
        description="政府网站上有的，写网址；没有的，把内容贴在下面。",
    )
    text = TextAreaField("文件内容", [longest(20_000)], filters=[trimmed])


class ReasonForm(StaffForm):
    """What becomes of a reason in somebody's own words."""

    text = TextAreaField("公开的文字", [longest(1000)], filters=[trimmed])
    why = StringField("不公开的理由", [longest(120)], filters=[trimmed], description="只给工作人员看。")
