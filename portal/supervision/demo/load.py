"""Enter three years of supervision after the homes, the staff and the complaints, or take them out again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import delete, func, select, update

from portal import clock
from portal.accounts.demo_desks import demo_desks
from portal.domain.grading import GradeScale
from portal.domain.permissions import Department, Role
from portal.domain.rectification import ProblemStatus
from portal.extensions import db
from portal.institutions.demo.clockwork import Course, Timeline
from portal.institutions.demo.regions import CITY_NAME, COUNTIES
from portal.institutions.demo.seeded import seeded
from portal.institutions.models import Institution, OperatingState, StarGrade
from portal.intake.models import IntakeFile
from portal.reference.calendar import working_calendar
from portal.supervision.credit_models import CreditRecord
from portal.supervision.demo import words
from portal.supervision.demo.credit import enter_credit
from portal.supervision.demo.problems import Fate, Works, drawn_fate
from portal.supervision.demo.stories import Story, story_of
from portal.supervision.demo.visits import Planned, Visits, proven_story
from portal.supervision.kinds import InspectionKind, ProblemOrigin
from portal.supervision.models import Inspection, InspectionItem, RandomDraw
from portal.supervision.problem_models import (
    NoticeDeadline,
    Problem,
    ProblemPhoto,
    ProblemStep,
    RectificationNotice,
)
from portal.supervision.service import problems
from portal.vault.models import VaultKey

DAYS = 1095
VISITS = 60
"""Some two a month and more: with draws and return visits enough for figures, few for a quick first start."""
_DRAWS = ((0, 1010), (2, 900), (0, 640), (7, 540), (0, 280), (3, 170), (1, 9))
"""Of which county, how many days ago."""
_WEIGHTS = (6, 3, 2, 2, 2, 2, 1, 3)
_KINDS = (InspectionKind.JOINT, InspectionKind.THEMATIC, InspectionKind.FIRST_VISIT, InspectionKind.COMPLAINT)


def load_supervision(seed: int) -> dict[str, int]:
    """Enter everything; return how many of each. Same seed, same stories."""
    loading = _Loading(seed)
    loading.proven()
    loading.years()
    loading.told()
    loading.desk_of_today()
    loading.timeline.run()
    loading.listed()
    enter_credit(loading.homes[COUNTIES[7].code][:7], loading.homes[COUNTIES[0].code][3], loading.works.desks)
    return {
        model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in (Inspection, Problem, RectificationNotice, CreditRecord)
    }


def wipe_supervision() -> int:
    """Take all of it out again, before the complaints and the homes; return how many problems there were."""
    count = db.session.scalar(select(func.count()).select_from(Problem)) or 0
    db.session.execute(update(Problem).values(notice_id=None, first_entry_id=None))
    db.session.execute(update(Inspection).values(follows_problem_id=None))
    for model in (
        CreditRecord,
        ProblemPhoto,
        ProblemStep,
        NoticeDeadline,
        InspectionItem,
        Inspection,
        RandomDraw,
        Problem,
        RectificationNotice,
    ):
        db.session.execute(delete(model))
    db.session.execute(delete(IntakeFile).where(IntakeFile.subject.startswith("problem/")))
    db.session.execute(delete(VaultKey).where(VaultKey.subject.startswith("problem/")))
    return count


class _Loading:
    """What entering the years needs at every turn."""

    def __init__(self, seed: int) -> None:
        self.rng = seeded(seed, "supervision")
        self.today = clock.today()
        self.timeline = Timeline(self.rng, working_calendar(), clock.now())
        self.works = Works(self.timeline, demo_desks())
        self.visits = Visits(self.works)
        self.homes = {county.code: _homes(county.code) for county in COUNTIES}

    def proven(self) -> None:
        """Let the problems that complaints led to be put right."""
        query = select(Problem).where(Problem.origin == ProblemOrigin.COMPLAINT).order_by(Problem.id)
        for problem in db.session.scalars(query):
            story = proven_story(problem)
            if story is None or problem.institution_id is None or self.rng.random() < 0.3:
                continue  # some still wait for somebody to take them up
            fate = drawn_fate(self.rng, story)
            moment = self.timeline.after(problem.entered_at.date(), 1)
            self.timeline.begin(self._taken_up(problem, story, fate), moment)

    def years(self) -> None:
        """Begin the draws and the visits of three years."""
        for number, (place, ago) in enumerate(_DRAWS):
            code = COUNTIES[place].code
            day = self.today - timedelta(days=ago)
            issue = f"中国福利彩票双色球第{day.year}{100 + number:03}期开奖号码（红球六个、蓝球一个）"
            digits = " ".join(f"{one:02}" for one in self.rng.sample(range(1, 34), 6)) + " + 08"
            self._on(day, self.visits.drawn(code, self.homes[code], issue, digits))
        for _ in range(VISITS):
            county = self.rng.choices(COUNTIES, _WEIGHTS)[0].code
            kind = self.rng.choices(_KINDS, (5, 6, 2, 2))[0]
            planned = self.visits.ordinary(self.rng.choice(self.homes[county]), kind)
            self._on(self.today - timedelta(days=self.rng.randint(8, DAYS)), self.visits.course(planned))

    def told(self) -> None:
        """Tell the stories that a visitor of the demo should find."""
        corridor, cladding, unsafe = (story_of(word) for word in ("疏散通道", "彩钢板", "危房"))
        back = Fate(late=-1, back_after=120, recurs=True)
        first = self.homes[COUNTIES[0].code][0]
        self._find(first, InspectionKind.JOINT, corridor, back, 560)
        city = self._graded(COUNTIES[7].code)
        self._find(city, InspectionKind.THEMATIC, cladding, Fate(late=30, ends="running"), 75)
        moved = self.homes[COUNTIES[2].code][1]
        self._find(moved, InspectionKind.JOINT, unsafe, Fate(late=-4, back_after=60), 420)

    def desk_of_today(self) -> None:
        """Begin what the demo's clerks and reviewers find on their desks this morning."""
        own = self.homes[COUNTIES[0].code]
        plans: tuple[tuple[int, Story, Fate, int], ...] = (
            (1, story_of("走失"), Fate(ends="running"), 40),  # overdue
            (2, story_of("翻身"), Fate(ends="running"), 18),
            (8, story_of("扶手"), Fate(ends="running"), 14),
            (3, story_of("入住评估"), Fate(ends="review"), 3),
            (4, story_of("服务协议"), Fate(ends="draft"), 3),
            (5, story_of("演练"), Fate(ends="unserved"), 6),
            (6, story_of("预收费"), Fate(late=-3, ends="submitted"), 24),
            (1, story_of("培训"), Fate(notice=False, ends="running"), 10),
        )
        for home, story, fate, ago in plans:
            kind = InspectionKind.THEMATIC if story.days > 15 else InspectionKind.COMPLAINT
            self._find(own[home], kind, story, fate, ago)
        issue = f"中国福利彩票双色球第{self.today.year}141期开奖号码（红球六个、蓝球一个）"
        code = COUNTIES[0].code
        self.visits.plan(own[7], "冬季取暖和用电安全", self.today + timedelta(days=3))
        self.timeline.begin(self.visits.drawn(code, own, issue, None), clock.now() - timedelta(hours=3))

    def listed(self) -> None:
        """Put the major fire hazard that is still open under listed supervision."""
        query = select(Problem).where(Problem.criterion == "4.3", Problem.status != ProblemStatus.CLEARED)
        for problem in db.session.scalars(query.order_by(Problem.id)).all():
            desk = self.works.desks.of(problem.region_code, Department.FIRE, Role.REVIEWER)
            day = self.today - timedelta(days=20)
            if problem.found_on <= day:
                with clock.moved_to(clock.at(day, 11, 0)):
                    problems.list_for_supervision(
                        problem,
                        f"{CITY_NAME}人民政府",
                        self.today + timedelta(days=25),
                        None,
                        desk.actor,
                        desk.scope,
                        problem.version,
                    )

    def _taken_up(self, problem: Problem, story: Story, fate: Fate) -> Course:
        clerk = self.works.desks.of(problem.region_code, problem.department, Role.CLERK)
        said = problems.Changes(
            category=problem.category,
            severity=story.severity,
            title=story.title,
            description=story.text,
            responsible=problem.responsible,
            criterion=story.criterion,
            basis=story.basis,
            measure=story.measure,
        )
        problems.amend(problem, said, clerk.actor, clerk.scope, problem.version)
        yield self.timeline.soon()
        yield from self.works.course(problem, story, fate)

    def _find(self, home: Institution, kind: InspectionKind, story: Story, fate: Fate, ago: int) -> None:
        theme = None
        if kind is InspectionKind.THEMATIC:
            fitting = (name for name, items in words.THEMES if story.item in items)
            theme = (next(fitting, "安全隐患"), (story.item,) if story.item else ())
        planned = Planned(home, kind, story.department, theme, ((story, fate),))
        self._on(self.today - timedelta(days=ago), self.visits.course(planned))

    def _on(self, day: date, course: Course) -> None:
        self.timeline.begin(course, self.timeline.after(day, 0))

    def _graded(self, county: str) -> Institution:
        """Return a home with a national grade that is valid today: it stands beside its open hazard."""
        query = select(StarGrade).where(
            StarGrade.institution_id.in_([home.id for home in self.homes[county]]),
            StarGrade.scale == GradeScale.NATIONAL,
            StarGrade.withdrawn.is_(False),
            StarGrade.revoked_on.is_(None),
            StarGrade.valid_to > self.today,
        )
        grade = db.session.scalars(query.order_by(StarGrade.id).limit(1)).first()
        wanted = None if grade is None else grade.institution_id
        return next((home for home in self.homes[county] if home.id == wanted), self.homes[county][0])


def _homes(county: str) -> Sequence[Institution]:
    query = select(Institution).where(
        Institution.region_code == county,
        Institution.withdrawn.is_(False),
        Institution.operating_state == OperatingState.OPERATING,
    )
    return db.session.scalars(query.order_by(Institution.id)).all()
