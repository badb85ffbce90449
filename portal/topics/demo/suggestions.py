"""The lives of the demo city's suggestions: written, looked through, supported, answered, done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal import clock
from portal.accounts.demo_desks import Desk, Desks
from portal.domain.identifiers import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH
from portal.domain.permissions import Department, Role
from portal.domain.receipts import POSSIBILITIES
from portal.institutions.demo.clockwork import Course, Timeline
from portal.topics.demo.people import newcomers, visitor
from portal.topics.demo.refusals import Refused
from portal.topics.demo.wishes import Wish
from portal.topics.kinds import PRIVACY_VERSION, SuggestionChannel, SuggestionKind
from portal.topics.models import Suggestion
from portal.topics.service import answering, moderating, supporting
from portal.topics.service.lodging import Wish as Written
from portal.topics.service.lodging import lodge
from portal.topics.service.words import Contact
from portal.topics.topic_models import Topic

_CIVIL = Department.CIVIL_AFFAIRS
_ALSO = ("我也想说：", "同样的事：", "希望重视。", "我们这里也是：")


@dataclass(slots=True)
class Lives:
    """What the courses share. ``topics``: the topic of each key, once there is one."""

    timeline: Timeline
    desks: Desks
    topics: dict[str, Topic] = field(default_factory=dict)
    of_key: dict[str, list[Suggestion]] = field(default_factory=dict)

    def wish(self, wish: Wish, county: str, *, until: str = "done") -> Course:
        """Let a suggestion live. ``until``: received, published, answered or done."""
        row = self._written(wish.kind, wish.text, county)
        if until == "received":
            return
        yield self._working_days(1, 4)
        civil = self._clerk(row, civil=True)
        proposal = moderating.proposal_for(row)
        assert proposal is not None
        moderating.publish(row, wish.title, proposal.text.redacted, civil.actor, civil.scope, row.version)
        if wish.topic:
            self.of_key.setdefault(wish.topic, []).append(row)
        for _ in range(self._copies()):
            self.timeline.begin(self._like(row, wish, county), self._later(3, 40))
        for _ in range(wish.voices):
            self.timeline.begin(self._voice(row), self._later(1, 60))
        if until == "published":
            return
        yield self._working_days(3, 19)
        answers = self._clerk(row)
        answering.answer(row, wish.answer, answers.actor, answers.scope, row.version)
        if until == "answered" or not wish.done:
            return
        yield self._later(60, 150)
        answers = self._clerk(row)
        answering.report_done(row, wish.done, answers.actor, answers.scope, row.version)

    def refused(self, one: Refused, county: str) -> Course:
        """Let a suggestion come in that does not become public."""
        row = self._written(one.kind, one.text, county)
        yield self._working_days(1, 3)
        if one.discipline:
            desk = self.desks.of(county, row.department, Role.REVIEWER)
            moderating.send_to_discipline(row, one.words, desk.actor, desk.scope, row.version)
            return
        desk = self._clerk(row, civil=True)
        if one.why is None:
            moderating.send_to_complaints(row, one.words, desk.actor, desk.scope, row.version)
        else:
            moderating.decline(row, one.why, one.words, desk.actor, desk.scope, row.version)

    def rush(self, row: Suggestion, number: int) -> Course:
        """Let somebody be many: browsers without a past, from one network, at once."""
        for one in newcomers(self.timeline.rng, number):
            supporting.support(row, one)
        yield from ()

    def adopted(self, key: str, topic: Topic) -> None:
        """Tie what the public said of a thing to the topic that came of it."""
        self.topics[key] = topic
        for row in self.of_key.get(key, ()):
            desk = self._clerk(row, civil=True)
            if row.topic_id is None and row.published_at is not None:
                answering.adopt(row, topic.id, desk.actor, desk.scope, row.version)

    def _like(self, first: Suggestion, wish: Wish, county: str) -> Course:
        """Let somebody else say the same."""
        rng = self.timeline.rng
        row = self._written(wish.kind, rng.choice(_ALSO) + wish.text, county)
        yield self._working_days(1, 4)
        desk = self._clerk(row, civil=True)
        if first.published_at is not None:
            moderating.merge(row, first, desk.actor, desk.scope, row.version)

    def _voice(self, row: Suggestion) -> Course:
        if row.published_at is not None:
            supporting.support(row, visitor(self.timeline.rng))
        yield from ()

    def _written(self, kind: SuggestionKind, text: str, county: str) -> Suggestion:
        rng = self.timeline.rng
        channel = rng.choices(tuple(SuggestionChannel), (80, 12, 3, 5))[0]
        web = channel is SuggestionChannel.WEB
        contact = Contact(f"1990000{rng.randrange(10_000):04}") if rng.random() < 0.3 else Contact()
        desk = self.desks.of(county, _CIVIL, Role.CLERK)
        return lodge(
            Written(text, contact, county, kind, PRIVACY_VERSION),
            f"{rng.getrandbits(128):032x}",
            channel=channel,
            received_at=None if web else clock.now() - timedelta(hours=1),
            by=None if web else desk.actor,
            drawn=rng.randrange(POSSIBILITIES),
            public_drawn=rng.randrange(len(PUBLIC_ID_ALPHABET) ** PUBLIC_ID_LENGTH),
        ).suggestion

    def _copies(self) -> int:
        return self.timeline.rng.choices((0, 1, 2), (5, 3, 2))[0]

    def _clerk(self, row: Suggestion, *, civil: bool = False) -> Desk:
        return self.desks.of(row.region_code, _CIVIL if civil else row.department, Role.CLERK)

    def _working_days(self, least: int, most: int) -> datetime:
        timeline = self.timeline
        return timeline.after(clock.today(), timeline.rng.randint(least, most))

    def _later(self, least: int, most: int) -> datetime:
        rng = self.timeline.rng
        return clock.now() + timedelta(days=rng.randint(least, most), minutes=rng.randint(0, 600))
