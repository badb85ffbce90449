"""A suggestion, a topic or a pool for everything that staff can do with one: who may do what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department, Role
from portal.domain.topic_targets import TopicMetric
from portal.intake.attachments import files_of
from portal.topics.kinds import PRIVACY_VERSION, SuggestionKind, TopicScope, Verdict, WhyNotPublic
from portal.topics.models import Suggestion
from portal.topics.service import answering, choosing, closing, judging, moderating, pools, topics, work
from portal.topics.service.lodging import Wish, lodge
from portal.topics.service.words import Contact
from portal.topics.topic_models import Topic, TopicPool
from portal.unit_of_work import unit_of_work
from tests.integration.supervision.bureau import picture
from tests.surfaces.backoffice.records import inputs
from tests.surfaces.backoffice.supervising import hidden
from tests.surfaces.staff import make_staff

CIVIL = Department.CIVIL_AFFAIRS
SAID, WHY = "午字点的题", "未字为什么整治"
"""What stands in a suggestion and in a topic: no other region reads it."""

SUGGESTION_FIELDS: dict[str, dict[str, str]] = {
    "answer": {"words": "同意，年底前做到"},
    "report_done": {"words": "已经做到"},
    "merge": {"into": "{public}"},
    "unmerge": {},
    "adopt": {"topic": "{topic_id}"},
    "release": {},
    "reassign": {"department": "fire"},
    "decline": {"why": "unclear"},
    "send_to_complaints": {"words": "请走投诉"},
    "send_to_discipline": {"words": "请打12388", "sure": "y"},
    "note": {"words": "打过电话"},
    "hold": {"reason": "有诉讼"},
    "release_hold": {},
}
TOPIC_FIELDS: dict[str, dict[str, str]] = {
    "propose": {"sure": "y"},
    "choose": {"words": "票数最多", "work_from": "{later}"},
    "leave_out": {"words": "明年再做"},
    "publish": {"words": "省里定的", "work_from": "{today}", "sure": "y"},
    "report": {"words": "查了一遍"},
    "reach_milestone": {"row": "{milestone}", "done_on": "{today}", "words": "印发了"},
    "enter_value": {"row": "{target}", "value": "3", "as_of": "{today}", "source": "月报"},
    "add_document": {"title": "方案", "issuer": "民政局", "issued_on": "{today}", "text": "全文"},
    "add_target": {
        "title": "问题销号", "metric": "problems_cleared", "percent": "y", "goal": "100", "since": "{today}",
        "due_on": "{later}",
    },
    "add_milestone": {"title": "印发方案", "due_on": "{later}"},
    "plan": {"department": "fire", "problem_category": "", "reason": "换部门"},
    "set_judging": {"judged_from": "{later}T08:00:00", "judged_until": "{much_later}T08:00:00"},
    "close": {"conclusion": "done", "words": "改好了", "sure": "y"},
    "leave_pool": {},
    "withdraw": {"words": "不做了"},
}  # fmt: skip
POOL_FIELDS: dict[str, dict[str, str]] = {"publish": {"sure": "y"}, "publish_result": {"words": "票数如下"}}
"""What the right person writes into the form of each deed, without its prefix."""

_POOL = {
    "year": "2031", "region": "{region}", "title": "征集", "explanation": "每人一票", "choices_most": "2",
    "collecting_from": "{today}", "vote_opens_at": "{later}T08:00:00",
    "vote_closes_at": "{much_later}T08:00:00",
}  # fmt: skip
OTHERS: dict[str, dict[str, str]] = {
    "new_suggestion": {
        "channel": "phone", "region": "{region}", "kind": "care", "text": "希望夜里有人应铃",
    },
    "suggestion_publication": {"title": "夜里要有人应铃", "text": "希望夜里有人应铃。"},
    "new_topic": {
        "place": "none", "year": "2026", "region": "{region}", "title": "夜间照护", "why": "夜里没人",
        "demands": "每层两人", "department": "civil_affairs", "scope": "own",
    },
    "topic_wording": {"title": "改过的标题", "reason": "说清楚"},
    "topic_reason": {"do": "publish", "text": "看得到变化", "seen": "received"},
    "new_pool": _POOL,
    "edit_pool": {"title": "改过的征集"},
}  # fmt: skip
"""What the right person writes into forms that no deed has."""

COLUMN = {
    *OTHERS,
    *(f"suggestion_{deed}" for deed in SUGGESTION_FIELDS),
    *(f"topic_{deed}" for deed in TOPIC_FIELDS),
    *(f"pool_{deed}" for deed in POOL_FIELDS),
}
COLUMN_ANSWERS = {"new_suggestion": 201}
"""What these answer once they have written, where it is no redirection."""


class _Desk:
    """Enters what the tests need and leads it to where it has to be; time passes for some of it."""

    def __init__(self, app: Flask, region: str) -> None:
        self.region, self._years = region, iter(range(2040, 2099))
        scope = Scope(False, frozenset({region}), CIVIL)
        self.clerk = (Actor("测试经办", make_staff(app, Role.CLERK, CIVIL, region).id), scope)
        self.reviewer = (Actor("测试审核", make_staff(app, Role.REVIEWER, CIVIL, region).id), scope)
        self._tokens = iter(f"{number:032x}" for number in range(0xC01, 0xFFF))

    def suggestion(self, *steps: Callable[[Suggestion], object], **changes: Any) -> Suggestion:
        wish = Wish(
            SAID + "，希望改一改", Contact(), self.region, SuggestionKind.CARE, PRIVACY_VERSION, **changes
        )
        row = lodge(wish, next(self._tokens)).suggestion
        for one in steps:
            one(row)
        return row

    def public(self, *steps: Callable[[Suggestion], object]) -> Suggestion:
        publish = self.by(moderating.publish, "希望改一改", "希望改一改。")
        return self.suggestion(publish, *steps)

    def topic(
        self, *steps: Callable[[Topic], object], pool: TopicPool | None = None, year: int = 2026
    ) -> Topic:
        said = topics.Draft(
            pool, year if pool is None else pool.year, TopicScope.OWN, self.region, CIVIL, "夜间照护", WHY,
            "每层两人",
        )  # fmt: skip
        row = topics.draft_topic(said, *self.clerk)
        for one in steps:
            one(row)
        return row

    def under_way(self, *steps: Callable[[Topic], object]) -> Topic:
        def publish(row: Topic) -> None:
            choosing.publish_topic(
                row, *self.reviewer, row.version, why="省里定的", work_from=clock.now() - timedelta(hours=1)
            )

        return self.topic(publish, *steps)

    def pool(self, *, published: bool = True) -> TopicPool:
        opens = clock.now() + timedelta(days=2)
        said = pools.Pool(
            next(self._years), self.region, "征集", "每人一票", 2, clock.today(), opens,
            opens + timedelta(days=2),
        )  # fmt: skip
        row = pools.open_pool(said, *self.clerk)
        return pools.publish_pool(row, *self.reviewer, row.version) if published else row

    def voted(self, *, result: bool = True) -> tuple[TopicPool, Topic]:
        """Return a pool whose vote is over, with a candidate: two weeks ago it began."""
        with clock.moved_to(clock.now() - timedelta(days=14)):
            pool = self.pool()
            topic = self.topic(self.by(topics.propose, reviewer=True), pool=pool)
        if result:
            closing.publish_result(pool, "票数如下", *self.reviewer, pool.version)
        return pool, topic

    def judged(self, *, over: bool) -> Topic:
        """Return a topic that the public judges, or has judged, with a reason that waits."""
        with clock.moved_to(clock.now() - timedelta(days=20)):
            topic = self.under_way()
            begins = clock.now() + timedelta(days=5)
            work.set_judging(
                topic, begins, begins + timedelta(days=5 if over else 30), "", *self.reviewer, topic.version
            )
        with clock.moved_to(clock.now() - timedelta(days=14)):
            judging.keep_written(topic.id, Verdict.DONE, "走廊清出来了")
        return topic

    def by(self, work: Callable[..., object], *given: Any, reviewer: bool = False) -> Callable[[Any], object]:
        """Return a step by the clerk, or the reviewer, on the row as it stands then."""
        who = self.reviewer if reviewer else self.clerk
        return lambda row: work(row, *given, *who, row.version)


def make_column(app: Flask, region: str) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Enter suggestions, topics and pools; return placeholders of every address, and what the forms hold."""
    with app.app_context(), unit_of_work():
        desk = _Desk(app, region)
        public, adoptable = desk.public(), desk.under_way()
        samples: dict[str, dict[str, Any]] = {
            **_suggestions(desk, adoptable, public),
            **_topics(desk),
            **_pools(desk),
            **{f"{name}_export": {"file_format": "csv"} for name in ("suggestions", "topics")},
        }
        milestone, target = samples.pop("_rows")["milestone"], samples.pop("_target")["target"]
        today = clock.today()
        given = {
            "public": public.public_id, "topic_id": str(adoptable.id), "milestone": str(milestone),
            "target": str(target), "today": today.isoformat(), "region": region,
            "later": (today + timedelta(days=20)).isoformat(),
            "much_later": (today + timedelta(days=40)).isoformat(),
        }  # fmt: skip
    return samples, given


def _suggestions(desk: _Desk, topic: Topic, public: Suggestion) -> dict[str, dict[str, Any]]:
    by = desk.by
    answered = by(answering.answer, "同意")
    held = by(moderating.hold, "有诉讼", reviewer=True)
    with_file = desk.suggestion(files=(picture(),))
    made = {
        "suggestion_answer": desk.public(),
        "suggestion_report_done": desk.public(answered),
        "suggestion_unmerge": desk.suggestion(by(moderating.merge, public)),
        "suggestion_adopt": desk.public(),
        "suggestion_release": desk.public(by(answering.adopt, topic.id)),
        "suggestion_release_hold": desk.suggestion(held),
        "suggestion": desk.suggestion(by(moderating.decline, WhyNotPublic.UNCLEAR, "说清楚些")),
        "suggestion_publication": desk.suggestion(),
    }
    names = (f"suggestion_{deed}" for deed in SUGGESTION_FIELDS)
    rows = made | {name: desk.suggestion() for name in names if name not in made}
    file = {"receipt": with_file.receipt, "name": files_of(with_file.subject)[0].name}
    return {name: {"receipt": row.receipt} for name, row in rows.items()} | {"suggestion_file": file}


def _topics(desk: _Desk) -> dict[str, dict[str, Any]]:
    pool = desk.pool()
    _, chosen = desk.voted()
    _, left = desk.voted()
    step = desk.under_way()
    milestone = work.add_milestone(step, "印发方案", clock.today(), *desk.clerk, step.version)
    entered = desk.under_way()
    said = work.Target("助餐点", TopicMetric.BY_HAND, False, 20, "个", clock.today(), clock.today())
    target = work.add_target(entered, said, *desk.clerk, entered.version)
    judged = desk.judged(over=False)
    written = judging.keep_written(judged.id, Verdict.DONE, "真的改了")
    made = {
        "topic_propose": desk.topic(pool=pool),
        "topic_choose": chosen,
        "topic_leave_out": left,
        "topic_publish": desk.topic(),
        "topic_leave_pool": desk.topic(pool=pool),
        "topic_close": desk.judged(over=True),
        "topic_withdraw": desk.topic(),
        "topic_reach_milestone": step,
        "topic_enter_value": entered,
        "topic": judged,
        "topic_wording": desk.topic(pool=pool),
    }
    names = (f"topic_{deed}" for deed in TOPIC_FIELDS)
    rows = made | {name: desk.under_way() for name in names if name not in made}
    return {name: {"public_id": row.public_id} for name, row in rows.items()} | {
        "topic_reason": {"public_id": judged.public_id, "reason_id": written.id},
        "_rows": {"milestone": milestone.id},
        "_target": {"target": target.id},
    }


def _pools(desk: _Desk) -> dict[str, dict[str, Any]]:
    over, _ = desk.voted(result=False)
    made = {
        "pool": desk.pool(),
        "edit_pool": desk.pool(published=False),
        "pool_publish": desk.pool(published=False),
        "pool_publish_result": over,
    }
    return {name: {"public_id": row.public_id} for name, row in made.items()}


def filled_column(
    client: FlaskClient, endpoint: str, arguments: dict[str, Any], given: dict[str, str], place: str
) -> dict[str, str]:
    """Return a form of the column as the right person sends it."""
    kind, _, deed = endpoint.partition("_")
    fields = {"suggestion": SUGGESTION_FIELDS, "topic": TOPIC_FIELDS, "pool": POOL_FIELDS}.get(kind, {})
    if endpoint in OTHERS or deed not in fields:
        typed = {name: text.format(**given) for name, text in OTHERS[endpoint].items()}
        return typed if endpoint == "topic_reason" else {**inputs(client.get(place).text), **typed}
    page = client.get(place.rsplit("/", 1)[0]).text
    found = re.search(rf'<form[^>]*action="{re.escape(place)}"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert found is not None, f"{endpoint} is not offered"
    typed = {f"{deed}-{name}": text.format(**given) for name, text in fields[deed].items()}
    return {**hidden(found[1]), **typed}
