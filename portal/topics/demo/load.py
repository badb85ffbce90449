"""Enter two years of the column after the staff and the homes, or take them out again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from portal import clock
from portal.accounts.demo_desks import demo_desks
from portal.database import Base
from portal.domain.digest_figures import from_json
from portal.domain.monthly_lists import month_after, month_before
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.institutions.demo.clockwork import Course, Timeline
from portal.institutions.demo.regions import CITY_CODE, CITY_NAME, COUNTIES
from portal.institutions.demo.seeded import seeded
from portal.intake.models import IntakeFile
from portal.reference.calendar import working_calendar
from portal.topics.demo.refusals import REFUSED
from portal.topics.demo.stood_out import STOOD_OUT
from portal.topics.demo.suggestions import Lives
from portal.topics.demo.tales import COUNTY_NOW, LAST_YEAR, THIS_YEAR
from portal.topics.demo.wishes import STILL_OPEN, WISHES
from portal.topics.demo.years import Year
from portal.topics.kinds import TopicScope
from portal.topics.models import Suggestion
from portal.topics.queries.digests import named
from portal.topics.service import digests
from portal.topics.topic_models import Topic
from portal.vault.models import VaultKey

_WEIGHTS = (6, 3, 2, 2, 1, 1, 1, 3)
_FIRST = 640
"""Days ago on which the column began."""
_LAST_VOTE, _THIS_VOTE = 600, 235
"""Days ago on which the votes of last year's and of this year's topics opened."""
_RUSH = 34
_TABLES = ("suggestion", "topic", "verdict_reason", "column_office", "voice")
"""How the names of the column's tables begin."""


def load_column(seed: int) -> dict[str, int]:
    """Enter everything; return how many of each. Same seed, same day, same stories."""
    _Loading(seed).everything()
    return {
        model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in (Suggestion, Topic)
    }


def wipe_column() -> int:
    """Take all of it out again, before the staff and the homes; return how many suggestions there were."""
    count = db.session.scalar(select(func.count()).select_from(Suggestion)) or 0
    db.session.execute(update(Suggestion).values(merged_into_id=None, status="received", published_at=None))
    for table in reversed(Base.metadata.sorted_tables):
        if table.name.startswith(_TABLES):
            db.session.execute(delete(table))
    for subjects in ("suggestion/", "topic/"):
        db.session.execute(delete(IntakeFile).where(IntakeFile.subject.startswith(subjects)))
        db.session.execute(delete(VaultKey).where(VaultKey.subject.startswith(subjects)))
    return count


class _Loading:
    """What entering the years needs at every turn."""

    def __init__(self, seed: int) -> None:
        self.rng = seeded(seed, "column")
        self.today = clock.today()
        self.timeline = Timeline(self.rng, working_calendar(), clock.now())
        self.lives = Lives(self.timeline, demo_desks())

    def everything(self) -> None:
        """Begin all courses and let them run until now."""
        self.offices()
        self.suggestions()
        self.votes()
        self.timeline.begin(self.months(), self._ago(_FIRST - 40))
        self.timeline.run()

    def offices(self) -> None:
        """Let the city run the column since its beginning."""
        reviewer = self.lives.desks.of(CITY_CODE, Department.CIVIL_AFFAIRS, Role.REVIEWER)
        since = month_after(self.today - timedelta(days=_FIRST))
        digests.run_column(CITY_CODE, since, reviewer.actor, reviewer.scope)

    def suggestions(self) -> None:
        """Spread what people wish over the time before and after the votes."""
        early = [one for one in WISHES if one.topic in {tale.key for tale in LAST_YEAR}]
        late = [one for one in WISHES if one not in early]
        for wishes, oldest, newest in ((early, _FIRST, _LAST_VOTE + 6), (late, _THIS_VOTE + 170, 20)):
            for number, wish in enumerate(wishes):
                days = oldest - (oldest - newest) * number // max(1, len(wishes))
                if wish.topic in {tale.key for tale in THIS_YEAR}:
                    days = max(days, _THIS_VOTE + self.rng.randint(8, 90))
                of_county = wish.topic in {tale.key for tale in COUNTY_NOW}
                county = COUNTIES[0].code if of_county else self._county()
                self.timeline.begin(self.lives.wish(wish, county), self._ago(days))
        for number, one in enumerate(REFUSED):
            self.timeline.begin(
                self.lives.refused(one, COUNTIES[number % 2].code), self._ago(70 + 60 * number)
            )
        told = month_before(month_before(self.today))  # the newest month whose digest is published
        for number, wish in enumerate(STOOD_OUT):
            moment = clock.at(told + timedelta(days=2 + 3 * number), 10)
            self.timeline.begin(self.lives.wish(wish, self._county(), until="answered"), moment)
        own = COUNTIES[0].code
        for wish, ago, until in (
            (WISHES[13], 1, "received"),
            (WISHES[22], 2, "received"),
            (STILL_OPEN, 12, "published"),
        ):
            self.timeline.begin(self.lives.wish(wish, own, until=until), self._ago(ago))
        self.timeline.begin(self._rush(), self._ago(5))

    def votes(self) -> None:
        """Begin the years: one closed, one under way, one county's being voted on right now."""
        last = self._vote(_LAST_VOTE)
        this = self._vote(_THIS_VOTE)
        year = max(this[0].year, last[0].year + 1)
        city = (CITY_CODE, CITY_NAME, TopicScope.COMMON)
        judged = {"exits": (240, 261), "fees": (250, 271)}
        self._year(Year(self.lives, *city, LAST_YEAR, year - 1).course(*last, judged), last[0])
        # of this year's topics one is being judged today
        began = (self.today - (this[1].date() + timedelta(days=10))).days
        judged = {
            "night": (began - 5, began + 16),
            "bathrooms": (began + 60, began + 80),
            "canteens": (began + 70, began + 90),
        }
        self._year(Year(self.lives, *city, THIS_YEAR, year).course(*this, judged), this[0])
        own = (COUNTIES[0].code, COUNTIES[0].name, TopicScope.OWN)
        opens = clock.at(self.today - timedelta(days=6), 8)
        now = (opens, opens + timedelta(days=14, hours=10))
        self._year(Year(self.lives, *own, COUNTY_NOW, self.today.year).course(*now, {}), opens)

    def months(self) -> Course:
        """Let each month be compiled, judged and published; one was forgotten, the latest waits."""
        city = CITY_CODE
        clerk = self.lives.desks.of(city, Department.CIVIL_AFFAIRS, Role.CLERK)
        reviewer = self.lives.desks.of(city, Department.CIVIL_AFFAIRS, Role.REVIEWER)
        month = month_after(self.today - timedelta(days=_FIRST))
        forgotten = month_before(month_before(month_before(month_before(month_before(self.today)))))
        while month < self.today.replace(day=1):
            yield clock.at(month_after(month), 3, 30)
            digest = digests.compile_digest(city, month)
            if month != forgotten and month_after(month) != self.today.replace(day=1):
                yield clock.at(month_after(month) + timedelta(days=self.rng.randint(4, 12)), 10)
                digests.write_judgement(
                    digest, _judged(digest.figures), (), clerk.actor, clerk.scope, digest.version
                )
                digests.submit_digest(digest, clerk.actor, clerk.scope, digest.version)
                yield clock.now() + timedelta(days=2)
                digests.publish_digest(digest, reviewer.actor, reviewer.scope, digest.version)
            month = month_after(month)

    def _rush(self) -> Course:
        """Let somebody try to be many on the newest suggestion."""
        newest = select(Suggestion).where(Suggestion.published_at.is_not(None))
        row = db.session.scalars(
            newest.order_by(Suggestion.published_at.desc(), Suggestion.id).limit(1)
        ).first()
        if row is not None:
            yield from self.lives.rush(row, _RUSH)

    def _year(self, course: Course, opens: datetime) -> None:
        self.timeline.begin(course, opens - timedelta(days=20))

    def _vote(self, ago: int) -> tuple[datetime, datetime]:
        opens = clock.at(self.today - timedelta(days=ago), 8)
        return opens, opens + timedelta(days=14, hours=10)

    def _county(self) -> str:
        return self.rng.choices(COUNTIES, _WEIGHTS)[0].code

    def _ago(self, days: int) -> datetime:
        moment = clock.at(self.today - timedelta(days=days), self.rng.randint(7, 21), self.rng.randint(0, 59))
        return min(moment, clock.now() - timedelta(minutes=self.rng.randint(5, 90)))


def _judged(figures: str) -> str:
    """Return what a clerk makes of a month."""
    month = from_json(figures)
    shown = named(month.shown_ids)
    most = next((shown[one.public_id].title for one in month.most_supported if one.public_id in shown), None)
    said = [f"这个月收到群众点题{month.received.now}条。"]
    if most is not None:
        said.append(f"支持最多的一条是“{most}”，已经请负责的部门尽快落实。")
    if month.unanswered:
        said.append(f"还有{month.unanswered}条没有答复，逐条催办；到期没有答复的，在下个月的汇总里点名。")
    else:
        said.append("公开的点题都已经答复。")
    said.append("下个月要做的：已经答应的事情，按时间公布做到哪一步。")
    return "\n\n".join(said)
