"""What staff can do with a topic or a year's pool, as tables: form, button, who may, when it is offered.

Whether a phase allows it says ``domain/topic_phases``; here stands only what that table cannot know.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from portal import clock
from portal.accounts.identity import Identity
from portal.backoffice import topic_forms as forms
from portal.backoffice.deeds import Deed
from portal.backoffice.versioned_form import VersionedForm
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Capability, Department
from portal.domain.topic_phases import Deed as TopicDeed
from portal.domain.topic_phases import Phase, allows
from portal.domain.topic_targets import TopicMetric
from portal.topics.kinds import Verdict
from portal.topics.queries.topic_desk import milestone_record, target_record
from portal.topics.service import choosing, closing, pools, topics, work
from portal.topics.service.topic_rights import TopicRefused
from portal.topics.topic_models import Topic, TopicMilestone, TopicPool, TopicTarget

_REVIEW, _KEEP = Capability.REVIEW_COLUMN, Capability.KEEP_COLUMN
Row = TypeVar("Row", TopicTarget, TopicMilestone)


def keeps_topic(topic: Topic, who: Identity) -> bool:
    """True if the caller's department leads the topic, works with it, or runs the column there."""
    mine = (Department.CIVIL_AFFAIRS, *work.departments_of(topic))
    return who.scope.department in mine and who.scope.covers(topic.region_code)


def keeps_pool(pool: TopicPool, who: Identity) -> bool:
    """True if the caller runs the column of the pool's region."""
    return who.scope.department is Department.CIVIL_AFFAIRS and who.scope.covers(pool.region_code)


def _may(deed: TopicDeed, also: Callable[[Topic], bool] = lambda _topic: True) -> Callable[[Topic], bool]:
    return lambda topic: topic.withdrawn_at is None and allows(work.phase_of(topic), deed) and also(topic)


def _by(who: Identity, form: VersionedForm) -> tuple[Actor, Scope, int]:
    return who.actor, who.scope, form.seen


def _is_draft(topic: Topic) -> bool:
    return topic.proposed_at is None and topic.published_at is None


def _can_be_proposed(topic: Topic) -> bool:
    pool = work.pool_of(topic)
    return _is_draft(topic) and pool is not None and pool.published_at is not None


def _can_be_published(topic: Topic) -> bool:
    without_vote = work.pool_of(topic) is None
    return topic.published_at is None and (without_vote or topic.chosen_why is not None)


def _waits_for_choice(topic: Topic) -> bool:
    pool = work.pool_of(topic)
    return pool is not None and pool.result_published_at is not None and topic.chosen_why is None


def _can_be_taken_down(topic: Topic) -> bool:
    return topic.withdrawn_at is None and work.phase_of(topic) in (Phase.COLLECTING, Phase.PUBLISHED)


def _under_way(topic: Topic) -> bool:
    return work.phase_of(topic) is Phase.UNDER_WAY


def _plan(topic: Topic, form: forms.PlanForm, who: Identity) -> Topic:
    lead, joint = form.departments
    plan = work.Plan(lead, joint, form.problem_category.data or None, topic.work_from)
    return work.plan(topic, plan, form.reason.data or "", who.actor, who.scope, form.seen)


def _target(form: forms.TargetForm) -> work.Target:
    return work.Target(
        form.title.data,
        TopicMetric(form.metric.data),
        bool(form.percent.data),
        form.goal.data,
        form.unit.data or "",
        form.since.data,
        form.due_on.data,
    )


def _entered(topic: Topic, form: forms.ValueForm, who: Identity) -> TopicTarget:
    row = _chosen(target_record(topic, form.row.data))
    return work.enter_value(
        topic, row, form.value.data, form.out_of.data, form.as_of.data, form.source.data,
        who.actor, who.scope, form.seen,
    )  # fmt: skip


def _reached(topic: Topic, form: forms.MilestoneDoneForm, who: Identity) -> TopicMilestone:
    row = _chosen(milestone_record(topic, form.row.data))
    return work.milestone_done(
        topic, row, form.done_on.data, form.words.data, who.actor, who.scope, form.seen
    )


def _chosen(row: Row | None) -> Row:
    if row is None:
        raise TopicRefused("请选一项。")
    return row


def _paper(form: forms.DocumentForm) -> work.Paper:
    return work.Paper(
        form.title.data, form.issuer.data, form.issued_on.data, form.url.data or None, form.text.data or None
    )


TOPIC_DEEDS: tuple[Deed[Topic], ...] = (
    Deed(
        "propose", "列为候选", "列为候选，公开", "已列为候选，公众看得到了",
        lambda topic, form, who: topics.propose(topic, *_by(who, form)),
        forms.SureForm, _REVIEW,
        when=_may(TopicDeed.AMEND_WORDING, _can_be_proposed),
        hint="列为候选以后，公众看得到；改文字要写理由，改前改后都公开。投票一开始，文字就定稿。",
    ),
    Deed(
        "choose", "选定", "选定为今年的项目", "已选定，公布以后公众看得到",
        lambda topic, form, who: choosing.choose(topic, form.words.data, form.begins, *_by(who, form)),
        forms.ChooseForm, _KEEP,
        when=_may(TopicDeed.CHOOSE, _waits_for_choice),
        hint="和票数的先后不一样的，理由要说清楚。",
    ),
    Deed(
        "leave_out", "今年不列入", "今年不列入，公开理由", "已公开：今年没有列入",
        lambda topic, form, who: choosing.leave_out(topic, form.words.data, *_by(who, form)),
        forms.WhyForm, _REVIEW,
        when=_may(TopicDeed.CHOOSE, lambda topic: _waits_for_choice(topic) or topic.chosen_why is not None),
        danger=True,
    ),
    Deed(
        "publish", "公布为今年的整治项目", "公布", "已公布",
        lambda topic, form, who: choosing.publish_topic(
            topic, *_by(who, form), why=form.words.data or None, work_from=form.begins
        ),
        forms.PublishForm, _REVIEW,
        when=_may(TopicDeed.PLAN, _can_be_published),
    ),
    Deed(
        "report", "报进展", "公开这段进展", "进展已公开",
        lambda topic, form, who: work.report(topic, form.words.data, *_by(who, form)),
        forms.WordsForm, _KEEP,
        when=_may(TopicDeed.REPORT),
    ),
    Deed(
        "reach_milestone", "报一个节点完成", "公开：完成了", "节点已记为完成",
        _reached, forms.MilestoneDoneForm, _KEEP,
        when=_may(TopicDeed.REPORT),
    ),
    Deed(
        "enter_value", "填报数字", "公开这个数字", "数字已公开",
        _entered, forms.ValueForm, _KEEP,
        when=_may(TopicDeed.REPORT),
        hint="只有台账里没有的才填报。每个数字写明截至哪天、从哪里来。",
    ),
    Deed(
        "add_document", "添加文件", "添加", "文件已添加",
        lambda topic, form, who: work.add_document(topic, _paper(form), *_by(who, form)),
        forms.DocumentForm, _KEEP,
        when=_may(TopicDeed.REPORT),
    ),
    Deed(
        "add_target", "定一个目标", "定下", "目标已定",
        lambda topic, form, who: work.add_target(topic, _target(form), *_by(who, form)),
        forms.TargetForm, _KEEP,
        when=_may(TopicDeed.PLAN),
        hint="按台账算的，进度随时自动更新。",
    ),
    Deed(
        "add_milestone", "定一个节点", "定下", "节点已定",
        lambda topic, form, who: work.add_milestone(
            topic, form.title.data, form.due_on.data, *_by(who, form)
        ),
        forms.MilestoneForm, _KEEP,
        when=_may(TopicDeed.PLAN),
    ),
    Deed(
        "plan", "调整部门和范围", "保存调整", "已调整",
        _plan, forms.PlanForm, _KEEP,
        when=_may(TopicDeed.PLAN),
        hint="已经公开的项目要写理由，公众看得到改前改后。",
    ),
    Deed(
        "set_judging", "安排群众评价", "定下时间", "群众评价的时间已定",
        lambda topic, form, who: work.set_judging(
            topic, forms.moment(form.judged_from), forms.moment(form.judged_until), form.reason.data or "",
            *_by(who, form),
        ),
        forms.JudgingForm, _REVIEW,
        when=_may(TopicDeed.PLAN, _under_way),
        hint="到点自动开始、自动截止。至少开放三天。",
    ),
    Deed(
        "close", "结题", "结题，公开结论", "已结题",
        lambda topic, form, who: closing.close_topic(
            topic, Verdict(form.conclusion.data), form.words.data, *_by(who, form)
        ),
        forms.CloseForm, _REVIEW,
        when=_may(TopicDeed.CLOSE),
        hint="群众评价的票数在结题时定格，和结论放在一起。",
    ),
    Deed(
        "leave_pool", "不参加投票", "不参加这次投票", "已移出投票",
        lambda topic, form, who: topics.move_to_pool(topic, None, *_by(who, form)),
        may=_KEEP,
        when=_may(TopicDeed.PLAN, lambda topic: _is_draft(topic) and topic.pool_id is not None),
        hint="没有列为候选的稿子，可以不经投票，由审核人员写明依据直接公布。",
    ),
    Deed(
        "withdraw", "撤下", "撤下这个项目", "已撤下",
        lambda topic, form, who: topics.withdraw(topic, form.words.data, *_by(who, form)),
        forms.WhyForm, _KEEP,
        when=_can_be_taken_down,
        hint="公开过的，页面留着，写明为什么撤下。",
        danger=True,
    ),
)  # fmt: skip

LEADS = ("close", "publish", "choose", "propose", "report")
"""What to do next, in this order."""

POOL_DEEDS: tuple[Deed[TopicPool], ...] = (
    Deed(
        "publish", "公开征集和投票", "公开", "已公开，到点自动开始投票",
        lambda pool, form, who: pools.publish_pool(pool, *_by(who, form)),
        forms.SureForm, _REVIEW,
        when=lambda pool: pool.published_at is None,
        hint="公开以后，投票到点自动开始、自动截止。",
    ),
    Deed(
        "publish_result", "公布投票结果", "公布结果", "结果已公布",
        lambda pool, form, who: closing.publish_result(pool, form.words.data, *_by(who, form)),
        forms.WordsForm, _REVIEW,
        when=lambda pool: pool.published_at is not None
        and pool.result_published_at is None
        and pool.vote_closes_at <= clock.now(),
        hint="票数从这一刻起定格。公布以前，先看看“可疑的集中投票”。",
    ),
)  # fmt: skip
