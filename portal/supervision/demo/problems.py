"""One problem from its entry to its clearing, and what comes after: the reviewer's and the clerk's steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from portal import clock
from portal.accounts.demo_desks import Desk, Desks
from portal.domain.permissions import Role
from portal.institutions.demo.clockwork import Course, Timeline
from portal.intake.models import FileKind
from portal.intake.preparing import Prepared
from portal.supervision.demo import words
from portal.supervision.demo.pictures import pictures_of
from portal.supervision.demo.stories import Story
from portal.supervision.kinds import (
    InspectionKind,
    InspectionResult,
    ItemFinding,
    PhotoStage,
    ServiceMethod,
)
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.service import inspections, notices, photos, problems, publication


@dataclass(frozen=True, slots=True)
class Fate:
    """How a problem goes. ``late``: working days between its deadline and its clearing, negative: before.

    ``back_after``: working days from clearing to the return visit, None: nobody went back; ``ends``: where it
    stays, for what waits on a desk today.
    """

    notice: bool = True
    late: int = -3
    extended: bool = False
    rejected: bool = False
    handed: bool = False
    back_after: int | None = None
    recurs: bool = False
    ends: str | None = None
    """``draft``, ``review``, ``unserved``, ``running``, ``submitted``."""


def drawn_fate(rng: Random, story: Story) -> Fate:
    """Return a course: most are put right in time, some late, a few come back."""
    back = rng.randint(40, 90) if rng.random() < 0.3 else None
    return Fate(
        notice=story.severity.value != "minor" or rng.random() < 0.35,
        late=rng.randint(2, 15) if rng.random() < 0.18 else -rng.randint(1, 4),
        extended=rng.random() < 0.08,
        rejected=rng.random() < 0.1,
        handed=rng.random() < 0.05,
        back_after=back,
        recurs=back is not None and rng.random() < 0.25,
    )


def seen_of(story: Story, *, met: bool) -> tuple[inspections.ItemSeen, ...]:
    """Return what was found on the story's item, nothing where the list has none for it."""
    if story.item is None:
        return ()
    return (inspections.ItemSeen(story.item, ItemFinding.MET if met else ItemFinding.NOT_MET),)


class Works:
    """What every course needs: the desks, the calendar, the numbers."""

    def __init__(self, timeline: Timeline, desks: Desks) -> None:
        self.timeline, self.desks = timeline, desks
        self.rng = timeline.rng

    def course(self, problem: Problem, story: Story, fate: Fate) -> Course:
        """Let a problem live from the moment after its entry."""
        line = self.timeline
        clerk = self._desk(problem, Role.CLERK)
        pictures = None if story.picture is None else pictures_of(story.picture)
        if pictures is not None:
            self._photo(problem, pictures.before, PhotoStage.BEFORE, pictures.before_shows, clerk)
        if fate.notice:
            yield from self._notice(problem, story, fate)
            if fate.ends in ("draft", "review", "unserved"):
                return
        else:
            deadline = line.calendar.due(clock.today(), story.days).day
            problems.set_deadline(problem, deadline, clerk.actor, clerk.scope, problem.version)
            yield line.soon()
            self._publish(problem)
        yield line.after(clock.today(), 1)
        problems.start(problem, clerk.actor, clerk.scope, problem.version)
        if fate.handed:
            yield line.after(clock.today(), 2)
            reviewer = self._desk(problem, Role.REVIEWER)
            problems.hand_to_enforcement(
                problem,
                "综合行政执法队",
                "逾期不改，移交立案。",
                None,
                reviewer.actor,
                reviewer.scope,
                problem.version,
            )
        if fate.ends != "running":
            yield from self._put_right(problem, story, fate)

    def _notice(self, problem: Problem, story: Story, fate: Fate) -> Course:
        line, rng = self.timeline, self.rng
        clerk, reviewer = self._desk(problem, Role.CLERK), self._desk(problem, Role.REVIEWER)
        yield line.after(clock.today(), 1)
        draft = notices.Draft(
            problem_ids=(problem.id,),
            title="责令限期整改通知书",
            demands=words.DEMANDS,
            legal_basis=words.LEGAL_BASIS,
            days=story.days,
            contact="养老服务科（办公时间接待）",
        )
        notice = notices.draft_notice(draft, clerk.actor, clerk.scope)
        if fate.ends == "draft":
            return
        yield line.soon()
        notices.submit_draft(notice, clerk.actor, clerk.scope, notice.version)
        if fate.ends == "review":
            return
        if rng.random() < 0.06:
            yield line.soon()
            notices.return_draft(notice, words.RETURNED_NOTE, reviewer.actor, reviewer.scope, notice.version)
            yield line.soon()
            notices.submit_draft(notice, clerk.actor, clerk.scope, notice.version)
        yield line.after(clock.today(), 1)
        notices.issue(notice, reviewer.actor, reviewer.scope, notice.version)
        if fate.ends == "unserved":
            return
        yield line.after(clock.today(), rng.randint(0, 2))
        how = rng.choices(tuple(ServiceMethod), (70, 14, 6, 10, 0))[0]
        notices.serve(notice, clock.today(), how, clerk.actor, clerk.scope, notice.version)
        yield line.soon()
        self._publish_notice(notice)
        if fate.extended:
            yield line.after(clock.today(), max(1, story.days - 2))
            assert notice.deadline is not None
            later = line.calendar.due(notice.deadline, 10).day
            notices.extend(notice, later, words.EXTENDED, reviewer.actor, reviewer.scope, notice.version)

    def _put_right(self, problem: Problem, story: Story, fate: Fate) -> Course:
        line = self.timeline
        clerk, reviewer = self._desk(problem, Role.CLERK), self._desk(problem, Role.REVIEWER)
        cleared = self._shifted(problem.deadline or clock.today(), fate.late)
        yield self._working(max(clock.today(), cleared - timedelta(days=4)))
        pictures = None if story.picture is None else pictures_of(story.picture)
        if pictures is not None:
            self._photo(problem, pictures.after, PhotoStage.AFTER, pictures.after_shows, clerk)
        problems.submit(problem, story.done, None, clerk.actor, clerk.scope, problem.version)
        if fate.ends == "submitted":
            return
        if fate.rejected:
            yield line.after(clock.today(), 1)
            problems.reject(problem, words.NOT_YET, reviewer.actor, reviewer.scope, problem.version)
            yield line.after(clock.today(), 3)
            problems.submit(problem, story.done, None, clerk.actor, clerk.scope, problem.version)
        yield self._working(max(clock.today(), cleared))
        looked = self._look(problem, story) if pictures is None else None
        problems.clear(problem, story.seen, None, reviewer.actor, reviewer.scope, problem.version)
        if looked is not None:
            yield line.after(clock.today(), 2)
            self._publish_visit(looked)
        if fate.back_after is not None:
            yield line.after(clock.today(), fate.back_after)
            yield from self._return_visit(problem, story, again=fate.recurs)

    def _look(self, problem: Problem, story: Story) -> Inspection:
        """Go there for the acceptance: a visit that follows the problem."""
        visit = self._visit(problem)
        self._record(
            visit,
            inspections.Visit(
                visited_on=clock.today(),
                result=InspectionResult.CLEAN,
                summary=f"验收：{story.seen}",
                items=seen_of(story, met=True),
                found_again=False,
            ),
        )
        return visit

    def _return_visit(self, problem: Problem, story: Story, *, again: bool) -> Course:
        visit = self._visit(problem)
        entered = self._record(
            visit,
            inspections.Visit(
                visited_on=clock.today(),
                result=InspectionResult.PROBLEMS if again else InspectionResult.CLEAN,
                summary=f"{words.AGAIN}{story.text}" if again else words.STAYED,
                items=seen_of(story, met=not again),
                found_again=again,
            ),
        )
        yield self.timeline.after(clock.today(), 3)
        self._publish_visit(visit)
        for one in entered:
            self.timeline.begin(self.course(one, story, Fate(late=-2)), self.timeline.soon())

    def _publish_visit(self, visit: Inspection) -> None:
        reviewer = self.desks.of(visit.region_code, visit.department, Role.REVIEWER)
        assert visit.summary is not None
        inspections.publish_inspection(visit, visit.summary, reviewer.actor, reviewer.scope, visit.version)

    def _visit(self, problem: Problem) -> Inspection:
        clerk = self._desk(problem, Role.CLERK)
        plan = inspections.Plan(
            kind=InspectionKind.RETURN_VISIT,
            departments=(problem.department,),
            follows_problem_id=problem.id,
        )
        return inspections.plan_inspection(plan, clerk.actor, clerk.scope)

    def _record(self, visit: Inspection, made: inspections.Visit) -> list[Problem]:
        clerk = self.desks.of(visit.region_code, visit.department, Role.CLERK)
        return inspections.record_visit(visit, made, clerk.actor, clerk.scope, visit.version)

    def _photo(self, problem: Problem, data: bytes, stage: PhotoStage, shows: str, clerk: Desk) -> None:
        prepared = Prepared(FileKind.PHOTO, data)
        photo = photos.add_photo(
            problem, prepared, stage, shows, clock.today(), clerk.actor, clerk.scope, problem.version
        )
        reviewer = self._desk(problem, Role.REVIEWER)
        photos.show_photo(photo, reviewer.actor, reviewer.scope, problem.version)

    def _publish(self, problem: Problem) -> None:
        reviewer = self._desk(problem, Role.REVIEWER)
        proposal = publication.propose_problem(problem)
        publication.publish_problem(
            problem,
            proposal.text.redacted,
            proposal.title.redacted,
            reviewer.actor,
            reviewer.scope,
            problem.version,
        )

    def _publish_notice(self, notice: RectificationNotice) -> None:
        reviewer = self.desks.of(notice.region_code, notice.department, Role.REVIEWER)
        proposal = publication.propose_notice(notice)
        parts = {name: part.redacted for name, part in proposal.parts.items()}
        publication.publish_notice(notice, parts, reviewer.actor, reviewer.scope, notice.version)

    def _shifted(self, day: date, working_days: int) -> date:
        if working_days >= 0:
            return self.timeline.calendar.due(day, working_days).day
        return day + timedelta(days=working_days)

    def _working(self, day: date) -> datetime:
        """Return a moment of the first working day from ``day`` on."""
        return self.timeline.after(day - timedelta(days=1), 1)

    def _desk(self, problem: Problem, role: Role) -> Desk:
        return self.desks.of(problem.region_code, problem.department, role)
