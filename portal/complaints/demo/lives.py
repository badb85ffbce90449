"""One case from its first day to today: who does what on which working day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from portal import clock
from portal.complaints.demo import stories
from portal.complaints.demo.offices import Offices
from portal.complaints.demo.stories import Story
from portal.complaints.kinds import Channel, Rating
from portal.complaints.models import Case
from portal.complaints.service import citizen, handling, replying
from portal.domain.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Plan:
    """How a case goes. Days are working days after receipt."""

    first: int
    final: int
    extended: bool = False
    withdrawn: int | None = None
    again: bool = False
    rating: Rating | None = None
    interim: bool = False


def drawn_plan(rng: Random) -> Plan:
    """Return a course: most are answered in time, some late, a few withdrawn or handled twice."""
    late = rng.random() < 0.09
    first = rng.randint(6, 8) if late else rng.choices((1, 2, 3, 4, 5), (2, 5, 6, 5, 3))[0]
    final = first + rng.randint(2, 12)
    extended = rng.random() < 0.05
    if rng.random() < 0.04:
        final = 21 + rng.randint(0, 3)
    elif extended:
        final = rng.randint(21, 26)
    rating = rng.choices((Rating.SATISFIED, Rating.FAIR, Rating.UNSATISFIED, None), (40, 20, 8, 32))[0]
    return Plan(
        first,
        final,
        extended=extended,
        withdrawn=rng.randint(1, 6) if rng.random() < 0.04 else None,
        again=rating is Rating.UNSATISFIED and rng.random() < 0.6,
        rating=rating,
        interim=rng.random() < 0.15,
    )


@dataclass(slots=True)
class Life:
    """A case and its clockwork: each step on its day, after the one before, and none after ``now``."""

    case: Case
    offices: Offices
    calendar: WorkingCalendar
    rng: Random
    now: datetime
    last: datetime = field(init=False)
    """When the latest step was, or would be."""

    def __post_init__(self) -> None:
        self.last = self.case.entered_at

    def run(self, story: Story, plan: Plan) -> None:
        """Let it live until its end, or until now."""
        day = self.case.received_on
        if plan.withdrawn is not None and plan.withdrawn < plan.first:
            self._take(day, 1)
            self._at(day, plan.withdrawn, lambda: citizen.withdraw(self.case, stories.WITHDRAWN))
            return
        self._take(day, min(1, plan.first))
        self._at(day, plan.first, lambda: self._by(replying.first_answer, story.first))
        if plan.interim:
            self._at(day, plan.first + 1, lambda: self._by(replying.interim_reply, stories.INTERIM))
        if story.question and plan.final > plan.first + 3:
            self._at(day, plan.first + 1, lambda: self._by(replying.ask, story.question))
            self._at(day, plan.first + 3, lambda: citizen.answer_question(self.case, story.answer))
        if plan.extended:
            self._at(day, plan.first + 4, lambda: self._by(replying.extend, 8, stories.EXTENDED))
        self._at(day, plan.final, lambda: self._by(replying.reply, story.reply, story.finding))
        self._after_the_answer(day, plan)

    def refuse(self, reason: str, after: int) -> None:
        """Let a reviewer say that it is not accepted."""
        reach = self.offices.reviewer(self.case)
        self._at(
            self.case.received_on,
            after,
            lambda: replying.refuse(self.case, reason, reach, self.case.version),
        )

    def _take(self, day: date, after: int) -> None:
        self._at(day, after, lambda: self._by(handling.accept))
        account = self.offices.clerk_account(self.case)
        if account is not None:
            self._at(day, after, lambda: self._by(handling.assign, account.id))
        self._at(day, after, lambda: self._by(handling.start))

    def _after_the_answer(self, day: date, plan: Plan) -> None:
        if plan.rating is not None:
            rating = plan.rating
            why = self.rng.choice(stories.RATED_BADLY) if rating is Rating.UNSATISFIED else ""
            self._at(day, plan.final + 2, lambda: citizen.rate(self.case, rating, why))
        if not plan.again:
            self._at(day, plan.final + 6, lambda: self._by(handling.close))
            return
        self._at(day, plan.final + 3, lambda: citizen.ask_again(self.case, stories.ASKED_AGAIN))
        # who handled it first can't again: in the demo's own county that leaves the city's reviewer
        reach = self.offices.reviewer(self.case)
        self._at(day, plan.final + 4, lambda: handling.start(self.case, reach, self.case.version))
        self._at(
            day,
            plan.final + 7,
            lambda: replying.reply(
                self.case, stories.SECOND_REPLY, self.case.finding, reach, self.case.version
            ),
        )

    def _by(self, work: Callable[..., object], *words: object) -> None:
        """Let the clerk do a step on the case as it stands."""
        work(self.case, *words, self.offices.clerk(self.case), self.case.version)

    def _at(self, day: date, after: int, work: Callable[[], object]) -> None:
        drawn = clock.at(self.calendar.due(day, after).day, self.rng.randint(9, 16), self.rng.randint(0, 59))
        self.last = max(drawn, self.last + timedelta(minutes=self.rng.randint(4, 40)))
        if self.last < self.now:
            with clock.moved_to(self.last):
                work()


def channel_of(rng: Random) -> Channel:
    """Return how a complaint came in."""
    return rng.choices((Channel.WEB, Channel.PHONE, Channel.LETTER, Channel.VISIT), (74, 18, 3, 5))[0]
