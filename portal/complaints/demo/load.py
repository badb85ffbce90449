"""Lodge and handle the complaints of the demo city, or take them out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import delete, func, select, update

from portal import clock
from portal.complaints.demo import stories
from portal.complaints.demo.example import TOKEN
from portal.complaints.demo.lives import Life, channel_of, drawn_plan
from portal.complaints.demo.offices import demo_offices
from portal.complaints.demo.stories import STORIES, Story
from portal.complaints.kinds import PRIVACY_VERSION, Appearance, Category, Channel
from portal.complaints.models import CLUE_KEYS, Case, CaseStep
from portal.complaints.office_models import ComplaintOffice, ReplyTemplate
from portal.complaints.service import handling, moving, publication, replying, triage
from portal.complaints.service.lodging import Lodgement, lodge
from portal.complaints.service.words import Person, Told
from portal.database import Base
from portal.domain.actor import Actor
from portal.domain.case_status import CaseStatus
from portal.domain.permissions import Department
from portal.domain.receipts import POSSIBILITIES
from portal.extensions import db
from portal.institutions.demo.regions import COUNTIES
from portal.institutions.demo.seeded import seeded
from portal.institutions.models import Institution, OperatingState
from portal.intake.models import IntakeFile
from portal.reference.calendar import working_calendar
from portal.reference.directory import region_directory
from portal.vault.models import VaultKey

CASES = 120
"""Some ten a month: enough for figures, few enough for a quick first start."""
DAYS = 380
_WEIGHTS = (5, 3, 1, 1, 1, 1, 1, 2)
"""Of the counties, in their order: where the demo's clerks serve there is most to do."""
_PUBLISHED_SHARE = 0.5


def load_cases(seed: int) -> int:
    """Enter the year's complaints after the homes and the staff; return how many. Same seed, same cases."""
    loading = _Loading(seed)
    for _ in range(CASES):
        loading.ordinary()
    loading.what_waits_today()
    loading.publish()
    _offices()
    return db.session.scalar(select(func.count()).select_from(Case)) or 0


def wipe_cases() -> int:
    """Take all complaints out again, before the homes and the staff; return how many there were."""
    count = db.session.scalar(select(func.count()).select_from(Case)) or 0
    db.session.execute(update(Case).values(merged_into_id=None, handler_id=None))
    for table in reversed(Base.metadata.sorted_tables):
        if table.name.startswith("complaint_") or table.name == "reply_template":
            db.session.execute(delete(table))
    db.session.execute(delete(IntakeFile).where(IntakeFile.subject.startswith("complaint/")))
    for keys in ("complaint/", CLUE_KEYS):
        db.session.execute(delete(VaultKey).where(VaultKey.subject.startswith(keys)))
    return count


class _Loading:
    """What entering the cases needs at every turn."""

    def __init__(self, seed: int) -> None:
        self.rng = seeded(seed, "complaints")
        self.now = clock.now()
        self.calendar = working_calendar()
        self.offices = demo_offices()
        self.homes = {county.code: _homes(county.code) for county in COUNTIES}

    def ordinary(self) -> None:
        """Enter one complaint of the year and what became of it."""
        rng = self.rng
        county = rng.choices(COUNTIES, _WEIGHTS)[0].code
        moment = self._daytime(clock.today() - timedelta(days=rng.randint(1, DAYS)))
        if rng.random() < 0.05:
            category, text, asked, reason = rng.choice(stories.REFUSALS)
            case = self._lodge(county, Told(text, asked), category, moment)
            self._life(case).refuse(reason, rng.randint(1, 4))
            return
        story = rng.choice(STORIES)
        case = self._lodge(county, Told(story.text, story.asked), story.category, moment)
        self._life(case).run(story, drawn_plan(rng))

    def what_waits_today(self) -> None:
        """Enter what the demo's clerks find on their desk this morning."""
        county = COUNTIES[0].code
        self._example(county)
        for ago, number in ((8, 0), (5, 15), (4, 1)):  # overdue, due today, due tomorrow
            self._lodge_story(county, STORIES[number], ago)
        urgent = self._lodge_story(county, STORIES[3], 1)
        clerk = self.offices.clerk(urgent)
        triage.triage(urgent, True, "老人可能有危险，先派人到场。", clerk, urgent.version)
        self._merged(county)
        sent = self._lodge_story(county, STORIES[4], 2)
        reason = "走廊堆物挡住安全出口，请消防部门到场查看。"
        moving.transfer(sent, county, Department.FIRE, reason, self.offices.clerk(sent), sent.version)
        asked = self._lodge_story(county, STORIES[2], 4)
        with clock.moved_to(self._ago(2, 11)):
            handling.accept(asked, self.offices.clerk(asked), asked.version)
            handling.start(asked, self.offices.clerk(asked), asked.version)
        with clock.moved_to(self._ago(2, 14)):
            replying.ask(asked, STORIES[2].question, self.offices.clerk(asked), asked.version)
        self._clue(county)

    def publish(self) -> None:
        """Let the reviewers publish some of what may be, once all of the year is there to hide among."""
        query = (
            select(Case, func.max(CaseStep.at).label("latest"))
            .join(CaseStep, CaseStep.case_id == Case.id)
            .where(Case.status.in_((CaseStatus.REPLIED, CaseStatus.CLOSED)), Case.consent_publish)
            .group_by(Case.id)
            .order_by(Case.id)
        )
        titles = set()
        for case, latest in db.session.execute(query).all():
            assert latest is not None
            if self.rng.random() > _PUBLISHED_SHARE or publication.why_not(case) is not None:
                continue
            shown = publication.may_show_home(case) and self.rng.random() < 0.5
            reach = self.offices.reviewer(case)
            with clock.moved_to(min(latest + timedelta(days=2), self.now)):
                proposal = publication.propose(case, shown)
                if proposal.title in titles:  # people complain of the same things; a demo need not show it
                    continue
                titles.add(proposal.title)
                words = (proposal.title, proposal.text.redacted, proposal.reply.redacted)
                publication.publish(case, *words, shown, reach, case.version)

    def _example(self, county: str) -> None:
        story = STORIES[16]
        case = self._lodge_story(county, story, 3, token=TOKEN)
        clerk = self.offices.clerk(case)
        with clock.moved_to(self._ago(2, 9)):
            handling.accept(case, clerk, case.version)
            handling.start(case, clerk, case.version)
        with clock.moved_to(self._ago(1, 15)):
            replying.first_answer(case, story.first, clerk, case.version)

    def _merged(self, county: str) -> None:
        home = self.homes[county][0]
        first, second = (self._lodge_story(county, STORIES[17], ago, home=home) for ago in (3, 1))
        moving.merge(second, first, self.offices.clerk(second), second.version)

    def _clue(self, county: str) -> None:
        case = self._lodge_story(county, STORIES[20], 2)
        triage.hand_over_clue(
            case,
            "补贴名单由村里一名干部代报，反映他要先收二百元“跑腿费”，请核查。",
            self.offices.clerk(case),
            case.version,
        )

    def _lodge_story(
        self,
        county: str,
        story: Story,
        ago: int,
        *,
        token: str | None = None,
        home: Institution | None = None,
    ) -> Case:
        told, moment = Told(story.text, story.asked), self._ago(ago, 10)
        return self._lodge(county, told, story.category, moment, token=token, home=home, web=True)

    def _lodge(
        self,
        county: str,
        told: Told,
        category: Category,
        moment: datetime,
        *,
        token: str | None = None,
        home: Institution | None = None,
        web: bool = False,
    ) -> Case:
        rng = self.rng
        token = token or f"{rng.getrandbits(128):032x}"
        channel = Channel.WEB if web else channel_of(rng)
        appearance = rng.choices(tuple(Appearance), (45, 20, 35))[0]
        listed = home or (rng.choice(self.homes[county]) if rng.random() < 0.9 else None)
        if listed is None:
            told = replace(told, place_name="街口那家托老所", place="菜场东门往里走")
        said = Lodgement(
            told,
            _person(rng, appearance),
            None if listed is None else listed.id,
            county,
            category,
            appearance,
            consent_health=True,
            consent_publish=rng.random() < 0.55,
            privacy_version=PRIVACY_VERSION,
        )
        drawn = rng.randrange(POSSIBILITIES)
        if channel is Channel.WEB:
            with clock.moved_to(moment):
                return lodge(said, token, drawn=drawn).case
        by = Actor(f"{region_directory().label(county)}民政经办")
        with clock.moved_to(min(moment + timedelta(hours=2), self.now)):
            return lodge(said, token, channel=channel, received_at=moment, by=by, drawn=drawn).case

    def _life(self, case: Case) -> Life:
        return Life(case, self.offices, self.calendar, self.rng, self.now)

    def _ago(self, working_days: int, hour: int) -> datetime:
        """Return an hour of the day from which today is the ``working_days``-th working day."""
        day = clock.today()
        while self.calendar.working_days_between(day, clock.today()) < working_days:
            day -= timedelta(days=1)
        return min(clock.at(day, hour, self.rng.randint(0, 59)), self.now - timedelta(minutes=5))

    def _daytime(self, day: date) -> datetime:
        return clock.at(day, self.rng.randint(7, 21), self.rng.randint(0, 59))


def _homes(county: str) -> Sequence[Institution]:
    query = select(Institution).where(
        Institution.region_code == county,
        Institution.withdrawn.is_(False),
        Institution.operating_state == OperatingState.OPERATING,
    )
    return db.session.scalars(query.order_by(Institution.id)).all()


def _person(rng: Random, appearance: Appearance) -> Person:
    """Return who wrote: a name that nobody bears, a number that nobody has."""
    name = rng.choice(stories.SURNAMES) + rng.choice(stories.GIVEN)
    phone = f"1990000{rng.randrange(10_000):04}"
    if appearance is Appearance.ANONYMOUS:
        return Person()
    return Person(name=name, phone=phone)


def _offices() -> None:
    """Say where else to turn to in each county, and give the clerks words to begin with."""
    for county in COUNTIES:
        address = f"{county.name}{county.townships[0]}橘灯路1号 {county.bureau}（收）"
        db.session.add(ComplaintOffice(region_code=county.code, post_address=address, four_eyes=False))
    for title, body in stories.TEMPLATES:
        db.session.add(ReplyTemplate(title=title, body=body, active=True))
    db.session.flush()
