"""The years of the demo city's topics: collecting, the vote, the work, the public's verdict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from portal import clock
from portal.accounts.demo_desks import Desk
from portal.domain.day_words import cn_day
from portal.domain.permissions import Department, Role
from portal.institutions.demo.clockwork import Course
from portal.topics.demo.people import visitor
from portal.topics.demo.suggestions import Lives
from portal.topics.demo.tales import WORDS_OF_JUDGES, Aim, Step, Tale
from portal.topics.kinds import ReasonState, TopicScope, Verdict, VerdictReason
from portal.topics.queries.topic_desk import desk_reasons, milestone_record, target_record
from portal.topics.service import choosing, closing, judging, pools, topics, work
from portal.topics.topic_models import Topic, TopicPool

_CIVIL = Department.CIVIL_AFFAIRS
_EXPLANATION = (
    "这些候选项目来自过去一年的群众点题和检查中查出的问题。每人一票，一张票最多选{most}个。"
    "投票截止后公布结果，由{who}选定今年的整治项目；没有选上的也说明理由。"
)
_REASONS = {
    Verdict.DONE: (VerdictReason.SEEN_CHANGE, VerdictReason.PROMISES_KEPT, VerdictReason.STAFF_BETTER),
    Verdict.CARRY_ON: (
        VerdictReason.NOT_EVERYWHERE,
        VerdictReason.CAME_BACK,
        VerdictReason.ONLY_PAPER,
        VerdictReason.DONT_KNOW,
    ),
}


class Year:
    """One pool with its topics. ``work_days``: from the beginning of the work to the judging."""

    def __init__(
        self, lives: Lives, region: str, label: str, scope: TopicScope, tales: Sequence[Tale], year: int
    ) -> None:
        self._lives, self._region, self._label = lives, region, label
        self._scope, self._tales, self._year = scope, tales, year
        self._rng: Random = lives.timeline.rng
        self._made: dict[str, Topic] = {}

    def course(self, opens: datetime, closes: datetime, judged: dict[str, tuple[int, int]]) -> Course:
        """Let the year go its way. ``judged``: key → on which days after work began judging begins, ends."""
        clerk, reviewer = self._desk(Role.CLERK), self._desk(Role.REVIEWER)
        pool = self._pool(opens, closes, clerk, reviewer)
        yield self._soon()
        for tale in self._tales:
            self._candidate(pool, tale, clerk, reviewer)
        for tale in self._tales:
            for _ in range(tale.votes):
                self._lives.timeline.begin(self._ballot(pool, tale), self._between(opens, closes))
        yield closes + timedelta(days=3, hours=2)
        words = f"投票已经截止，感谢每一位参加的群众。计票由{self._label}民政局负责，不计入的票数写在旁边。"
        closing.publish_result(pool, words, reviewer.actor, reviewer.scope, pool.version)
        yield clock.now() + timedelta(days=4)
        work_from = clock.at(clock.today() + timedelta(days=3), 0)
        for tale in self._tales:
            self._chosen_or_not(self._made[tale.key], tale, work_from, reviewer)
        for tale in self._tales:
            if not tale.left_out and tale.key in judged:
                self._lives.timeline.begin(self._work(tale, judged[tale.key]), work_from + timedelta(hours=9))

    def _pool(self, opens: datetime, closes: datetime, clerk: Desk, reviewer: Desk) -> TopicPool:
        said = pools.Pool(
            year=self._year,
            region_code=self._region,
            title=f"{self._year}年{self._label}养老服务整治项目，请您来选",
            explanation=_EXPLANATION.format(most=2, who=f"{self._label}民政局会同有关部门"),
            choices_most=2,
            collecting_from=clock.today(),
            vote_opens_at=opens,
            vote_closes_at=closes,
        )
        pool = pools.open_pool(said, clerk.actor, clerk.scope)
        return pools.publish_pool(pool, reviewer.actor, reviewer.scope, pool.version)

    def _candidate(self, pool: TopicPool, tale: Tale, clerk: Desk, reviewer: Desk) -> None:
        draft = topics.Draft(
            pool=pool,
            year=self._year,
            scope=self._scope,
            region_code=self._region,
            department=tale.department,
            title=tale.title,
            why=tale.why,
            demands=tale.demands,
            joint=tale.joint,
            problem_category=tale.category,
        )
        topic = topics.draft_topic(draft, clerk.actor, clerk.scope)
        topics.propose(topic, reviewer.actor, reviewer.scope, topic.version)
        self._made[tale.key] = topic
        self._lives.adopted(tale.key, topic)

    def _ballot(self, pool: TopicPool, tale: Tale) -> Course:
        others = [one for one in self._tales if one is not tale]
        named = {self._made[tale.key].public_id}
        if others and self._rng.random() < 0.4:
            named.add(self._made[self._rng.choice(others).key].public_id)
        judging.cast_ballot(pool, named, visitor(self._rng))
        yield from ()

    def _chosen_or_not(self, topic: Topic, tale: Tale, work_from: datetime, by: Desk) -> None:
        if tale.left_out:
            choosing.leave_out(topic, tale.left_out, by.actor, by.scope, topic.version)
            return
        why = f"投票和群众点题里都排在前面；{tale.why}"
        choosing.choose(topic, why, work_from, by.actor, by.scope, topic.version)
        choosing.publish_topic(topic, by.actor, by.scope, topic.version)

    def _work(self, tale: Tale, judged: tuple[int, int]) -> Course:
        topic, began = self._made[tale.key], clock.today()
        clerk, reviewer = self._desk(Role.CLERK), self._desk(Role.REVIEWER)
        for aim in tale.aims:
            self._aim(topic, aim, began, clerk)
        steps = [
            work.add_milestone(
                topic, one.title, began + timedelta(days=one.due), clerk.actor, clerk.scope, topic.version
            )
            for one in tale.steps
        ]
        paper = work.Paper(
            f"“{tale.title}”整治方案", f"{self._label}民政局", began, text=_plan_of(tale, began)
        )
        work.add_document(topic, paper, clerk.actor, clerk.scope, topic.version)
        for told, row in zip(tale.steps, steps, strict=True):
            if told.done is not None:
                self._lives.timeline.begin(self._reached(topic, row.id, told), self._day(began, told))
        begins, ends = (clock.at(began + timedelta(days=days), 8) for days in judged)
        yield max(begins - timedelta(days=10), clock.now() + timedelta(hours=1))
        work.set_judging(topic, begins, ends, "", reviewer.actor, reviewer.scope, topic.version)
        for verdict, number in zip((Verdict.CARRY_ON, Verdict.DONE), tale.judged, strict=True):
            words = [text for key, said, text in WORDS_OF_JUDGES if key == tale.key and said is verdict]
            for place in range(number):
                moment = self._between(begins, ends)
                written = words[place] if place < len(words) else None
                self._lives.timeline.begin(self._verdict(topic, verdict, written), moment)
        if tale.conclusion is None:
            return
        yield ends + timedelta(days=6, hours=2)
        for one in desk_reasons(topic, ReasonState.RECEIVED):
            assert one.text is not None
            judging.publish_reason(one.row, one.text, clerk.actor, clerk.scope, one.row.state)
        closing.close_topic(
            topic, tale.conclusion, tale.conclusion_words, reviewer.actor, reviewer.scope, topic.version
        )

    def _reached(self, topic: Topic, row_id: int, told: Step) -> Course:
        row, by = milestone_record(topic, row_id), self._desk(Role.CLERK)
        assert row is not None
        work.milestone_done(topic, row, clock.today(), told.words, by.actor, by.scope, topic.version)
        yield from ()

    def _aim(self, topic: Topic, aim: Aim, began: date, by: Desk) -> None:
        until = began + timedelta(days=330)
        said = work.Target(aim.title, aim.metric, aim.percent, aim.goal, aim.unit, began, until)
        row = work.add_target(topic, said, by.actor, by.scope, topic.version)
        if aim.value is not None:
            self._lives.timeline.begin(self._figure(topic, row.id, aim), clock.now() + timedelta(days=150))

    def _figure(self, topic: Topic, row_id: int, aim: Aim) -> Course:
        clerk = self._desk(Role.CLERK)
        row = target_record(topic, row_id)
        assert row is not None
        assert aim.value is not None
        work.enter_value(
            topic, row, aim.value, None, clock.today(), aim.source, clerk.actor, clerk.scope, topic.version
        )
        yield from ()

    def _verdict(self, topic: Topic, verdict: Verdict, words: str | None) -> Course:
        reasons = self._rng.sample(_REASONS[verdict], self._rng.randint(0, 2))
        judging.give_verdict(topic, verdict, reasons, words, visitor(self._rng))
        yield from ()

    def _desk(self, role: Role) -> Desk:
        return self._lives.desks.of(self._region, _CIVIL, role)

    def _day(self, began: date, one: Step) -> datetime:
        assert one.done is not None
        return clock.at(began + timedelta(days=one.done), 10, self._rng.randint(0, 59))

    def _between(self, first: datetime, last: datetime) -> datetime:
        return first + (last - first) * self._rng.uniform(0.001, 0.999)

    def _soon(self) -> datetime:
        return self._lives.timeline.soon()


def _plan_of(tale: Tale, began: date) -> str:
    """Return the plan of a topic as an office would write it down."""
    steps = "\n".join(f"{cn_day(began + timedelta(days=one.due))}以前：{one.title}。" for one in tale.steps)
    return f"一、为什么整治\n{tale.why}\n二、要改成什么样\n{tale.demands}\n三、时间节点\n{steps}"
