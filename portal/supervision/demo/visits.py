"""The visits of three years: drawn by lot, joint, thematic, on what the public told, first ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from portal import clock
from portal.accounts.demo_desks import Desk
from portal.domain.inspection_items import ITEMS
from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.institutions.demo.clockwork import Course
from portal.institutions.models import Institution
from portal.supervision.demo import words
from portal.supervision.demo.problems import Fate, Works, drawn_fate
from portal.supervision.demo.stories import STORIES, Story
from portal.supervision.kinds import InspectionKind, InspectionResult, ItemFinding, Severity
from portal.supervision.models import Inspection, RandomDraw
from portal.supervision.problem_models import Problem
from portal.supervision.service import draws, inspections

_LOOKED_AT = tuple(
    item.code for item in ITEMS if item.code in {"A1", "A3", "A5", "B1", "B3", "C3", "E6", "E10"}
)
_OTHERS = (Department.FIRE, Department.MARKET, Department.HEALTH)


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit as a story needs it."""

    home: Institution
    kind: InspectionKind
    department: Department = Department.CIVIL_AFFAIRS
    theme: tuple[str, tuple[str, ...]] | None = None
    finds: tuple[tuple[Story, Fate], ...] = ()
    result: InspectionResult | None = None


class Visits:
    """Makes visits, and lets what they find go its way."""

    def __init__(self, works: Works) -> None:
        self.works, self.timeline, self.rng = works, works.timeline, works.rng

    def course(self, planned: Planned) -> Course:
        """Plan a visit, make it, enter what was found, publish it."""
        clerk = self._clerk(planned)
        others = _OTHERS if planned.kind is InspectionKind.JOINT else ()
        departments = (planned.department, *(one for one in others if one is not planned.department))
        plan = inspections.Plan(
            kind=planned.kind,
            departments=departments,
            institution_id=planned.home.id,
            theme=None if planned.theme is None else f"{planned.theme[0]}专项检查",
        )
        visit = inspections.plan_inspection(plan, clerk.actor, clerk.scope)
        yield self.timeline.after(clock.today(), self.rng.randint(1, 6))
        yield from self.made(visit, planned)

    def plan(self, home: Institution, theme: str, by: date) -> None:
        """Plan a thematic visit that is still to be made, by a day."""
        clerk = self.works.desks.of(home.region_code, Department.CIVIL_AFFAIRS, Role.CLERK)
        plan = inspections.Plan(
            kind=InspectionKind.THEMATIC,
            departments=(Department.CIVIL_AFFAIRS,),
            institution_id=home.id,
            theme=f"{theme}专项检查",
            planned_by=by,
        )
        inspections.plan_inspection(plan, clerk.actor, clerk.scope)

    def made(self, visit: Inspection, planned: Planned) -> Course:
        """Record the visit now, and publish it some days later."""
        clerk = self._clerk(planned)
        found = [_found(story, planned.home) for story, _ in planned.finds]
        entered = inspections.record_visit(
            visit, _visit(planned, self._clean()), clerk.actor, clerk.scope, visit.version, found
        )
        for problem, (story, fate) in zip(entered, planned.finds, strict=True):
            self.timeline.begin(self.works.course(problem, story, fate), self.timeline.soon())
        yield self.timeline.after(clock.today(), self.rng.randint(3, 8))
        reviewer = self.works.desks.of(visit.region_code, visit.department, Role.REVIEWER)
        assert visit.summary is not None
        inspections.publish_inspection(visit, visit.summary, reviewer.actor, reviewer.scope, visit.version)

    def drawn(self, county: str, homes: Sequence[Institution], number: str, digits: str | None) -> Course:
        """Announce a draw, draw when the number is known, visit, reveal. ``digits`` None: not known yet."""
        clerk = self.works.desks.of(county, Department.CIVIL_AFFAIRS, Role.CLERK)
        due = clock.at(self.timeline.calendar.due(clock.today(), 3).day, 21, 30)
        half = "上半年" if clock.today().month < 7 else "下半年"
        made = draws.announce(
            draws.Announcement(
                title=f"{clock.today().year}年{half}养老机构双随机抽查",
                region_code=county,
                institution_ids=[home.id for home in homes],
                inspectors=[f"{county}-{serial:03}" for serial in range(11, 19)],
                homes_drawn=3,
                inspectors_each=2,
                number_name=number,
                number_where="中国福利彩票网站的开奖公告（演示：号码是编的）",
                number_due_at=due,
            ),
            clerk.actor,
            clerk.scope,
        )
        if digits is None:
            return
        yield clock.at(due.date() + timedelta(days=1), 9, self.rng.randint(0, 59))
        visits = draws.enter_number(made, digits, clerk.actor, clerk.scope, made.version)
        by_id = {home.id: home for home in homes}
        latest = clock.now()
        for visit in visits:
            assert visit.institution_id is not None
            planned = self.ordinary(by_id[visit.institution_id], InspectionKind.RANDOM)
            moment = self.timeline.after(clock.today(), self.rng.randint(2, 12))
            latest = max(latest, moment)
            self.timeline.begin(self.made(visit, planned), moment)
        yield self.timeline.after(latest.date(), 2)
        self._reveal(made)

    def ordinary(self, home: Institution, kind: InspectionKind) -> Planned:
        """Return a visit of the year, with what chance lets it find."""
        rng = self.rng
        theme = rng.choice(words.THEMES) if kind is InspectionKind.THEMATIC else None
        near = [one for one in STORIES if theme is None or one.item in theme[1]]
        department = (
            rng.choice(near).department if kind is InspectionKind.THEMATIC else Department.CIVIL_AFFAIRS
        )
        chance = rng.random()
        if chance < 0.04 and kind is not InspectionKind.RANDOM:
            return Planned(home, kind, department, theme, (), InspectionResult.REFUSED)
        if chance < 0.45:
            return Planned(home, kind, department, theme)
        # whoever leads the visit keeps what it finds: each office finds what is its own
        own = [one for one in near if one.department is department and one.severity.value != "major"]
        finds = rng.sample(own, min(len(own), 2 if rng.random() < 0.25 else 1))
        return Planned(home, kind, department, theme, tuple((one, drawn_fate(rng, one)) for one in finds))

    def _reveal(self, made: RandomDraw) -> None:
        waiting = select(Inspection.id).where(Inspection.draw_id == made.id, Inspection.visited_on.is_(None))
        if db.session.scalar(waiting.limit(1)) is None:
            reviewer = self.works.desks.of(made.region_code, made.department, Role.REVIEWER)
            draws.reveal(made, reviewer.actor, reviewer.scope, made.version)

    def _clean(self) -> str:
        return self.rng.choice(words.CLEAN)

    def _clerk(self, planned: Planned) -> Desk:
        return self.works.desks.of(planned.home.region_code, planned.department, Role.CLERK)


def _visit(planned: Planned, clean: str) -> inspections.Visit:
    day = clock.today()
    if planned.result is InspectionResult.REFUSED:
        return inspections.Visit(visited_on=day, result=planned.result, summary=words.REFUSED)
    missed = [story.item for story, _ in planned.finds if story.item is not None]
    looked_at = dict.fromkeys((*(planned.theme[1] if planned.theme else _LOOKED_AT), *missed))
    items = [
        inspections.ItemSeen(code, ItemFinding.NOT_MET if code in missed else ItemFinding.MET)
        for code in looked_at
    ]
    if not planned.finds:
        return inspections.Visit(visited_on=day, result=InspectionResult.CLEAN, summary=clean, items=items)
    said = "".join(f"{story.text}" for story, _ in planned.finds)
    return inspections.Visit(visited_on=day, result=InspectionResult.PROBLEMS, summary=said, items=items)


def _found(story: Story, home: Institution) -> inspections.FoundProblem:
    return inspections.FoundProblem(
        category=story.category,
        severity=story.severity,
        criterion=story.criterion,
        title=story.title,
        description=story.text,
        responsible=home.name,
        basis=story.basis,
        measure=story.measure,
    )


def proven_story(problem: Problem) -> Story | None:
    """Return a story that fits a problem that a complaint led to: of its own office and category."""
    for story in STORIES:
        fits = (story.category, story.department) == (problem.category, problem.department)
        if fits and story.severity is not Severity.MAJOR:
            return story
    return None
