"""Random draws (双随机): announced with the hash of their list, drawn by a public number, then revealed (R7).

Nothing of a draw is changed once it is announced, and one that was drawn can't be given up. Everything
announced or entered is noted in the audit in full: ``flask draw verify`` reads it there. Flushes, never
commits.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal import clock
from portal.audit.capture import concerns, note
from portal.clock import SHANGHAI
from portal.domain.actor import Actor, Scope
from portal.domain.random_draw import (
    SALT_LENGTH,
    DrawRefused,
    Home,
    Terms,
    compose,
    digits_of,
    draw,
    hash_of,
    moment_text,
    one_line,
    parse,
    same_number,
)
from portal.domain.refusals import NotTheirs
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.history.keeper import take_turn
from portal.institutions.models import Institution
from portal.reference.directory import region_directory
from portal.supervision.kinds import DEPARTMENTS, DrawState, InspectionKind
from portal.supervision.models import Inspection, RandomDraw
from portal.supervision.service.homes import free_public_id
from portal.supervision.service.rights import (
    REASON_MOST,
    TITLE_MOST,
    check_keeps,
    check_reach,
    check_reviewer,
    fit_length,
    fit_words,
    told_who_was_quicker,
)

NUMBER_MOST = 100
"""Characters of the number as it is published."""
WHERE_MOST = 200
"""Characters of where the number can be read."""
ANNOUNCED, NUMBER, REVEALED, ABANDONED = "draw_announced", "draw_number", "draw_revealed", "draw_abandoned"
"""What the audit calls each."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What an office announces. ``region_code``: its own; every home lies in it or beneath.

    ``inspectors``: how the list tells them apart, numbers of certificates (执法证号) rather than names.
    """

    title: str
    region_code: str
    institution_ids: Sequence[int]
    inspectors: Sequence[str]
    homes_drawn: int
    inspectors_each: int
    number_name: str
    number_where: str
    number_due_at: datetime


def announce(announcement: Announcement, actor: Actor, scope: Scope) -> RandomDraw:
    """Announce a draw: from here on its hash and its number are public, its list is not. Flushes.

    Raises DrawRefused, WordsMissing, NotTheirs.
    """
    department = scope.department
    if department is None or department not in DEPARTMENTS:
        raise NotTheirs("这条记录由别的部门或别的地区负责。")
    check_keeps(department, announcement.region_code, scope)
    take_turn()  # of two who announce for one number at once the second is refused
    now = clock.now()
    terms = Terms(
        one_line(fit_words(announcement.title, "请写标题。", TITLE_MOST)),
        one_line(fit_words(announcement.number_name, "请写明用哪个公开号码。", TITLE_MOST)),
        announcement.number_due_at.replace(second=0, microsecond=0),
        announcement.homes_drawn,
        announcement.inspectors_each,
    )
    where = one_line(fit_words(announcement.number_where, "请写明号码在哪里公布。", WHERE_MOST))
    _check_due(terms.number_due_at, now)
    labels = [fit_words(label, "请写检查人员。") for label in announcement.inspectors]
    listed = compose(terms, secrets.token_hex(SALT_LENGTH // 2), _homes(announcement), labels)
    made = RandomDraw(
        public_id=free_public_id(RandomDraw),
        region_code=announcement.region_code,
        department=department,
        title=listed.terms.title,
        candidates=listed.text(),
        candidates_hash=hash_of(listed.text()),
        home_count=len(listed.homes),
        inspector_count=len(listed.inspectors),
        homes_drawn=terms.homes_drawn,
        inspectors_each=terms.inspectors_each,
        number_name=listed.terms.number_name,
        number_where=where,
        number_due_at=terms.number_due_at,
        announced_at=now,
        state=DrawState.ANNOUNCED,
        entered_by=actor.name,
    )
    _refuse_second(made)
    db.session.add(made)
    db.session.flush()
    concerns(made.subject)
    note(
        ANNOUNCED,
        made.subject,
        public_id=made.public_id,
        candidates_hash=made.candidates_hash,
        title=made.title,
        home_count=made.home_count,
        inspector_count=made.inspector_count,
        homes_drawn=made.homes_drawn,
        inspectors_each=made.inspectors_each,
        number_name=made.number_name,
        number_where=made.number_where,
        number_due_at=moment_text(made.number_due_at),
    )
    touch_data_set()
    return made


@told_who_was_quicker
def enter_number(made: RandomDraw, number: str, actor: Actor, scope: Scope, seen: int) -> list[Inspection]:
    """Enter the number as it was published, once and for all; return the visits that follow. Flushes.

    Raises DrawRefused (too early, entered already, too few digits), NotTheirs, ChangedMeanwhile.
    """
    check_reach(made, actor, scope, seen)
    if made.state is not DrawState.ANNOUNCED:
        raise DrawRefused("这次抽查的号码已经录入，或者已经作废。")
    if clock.now() < made.number_due_at:
        raise DrawRefused("号码还没有到公布的时候。")
    # in narrow digits, so that a script on the page, which knows no others, reads the same
    number = fit_length(number, "请照公布的样子填写号码。", NUMBER_MOST)
    number = one_line(unicodedata.normalize("NFKC", number))
    digits_of(number)
    made.number, made.drawn_at, made.state = number, clock.now(), DrawState.DRAWN
    concerns(made.subject)
    note(NUMBER, made.subject, public_id=made.public_id, number=number)
    visits = _plan(made, actor)
    touch_data_set()
    return visits


@told_who_was_quicker
def reveal(made: RandomDraw, actor: Actor, scope: Scope, seen: int) -> None:
    """Publish the list, and so who was drawn, after the last visit. Flushes.

    Raises DrawRefused (not drawn, or a visit is still to be made), NotTheirs, ReviewerNeeded,
    ChangedMeanwhile.
    """
    check_reviewer(made, actor, scope, seen)
    if made.state is not DrawState.DRAWN:
        raise DrawRefused("还没有抽取，或者名单已经公开。")
    waiting = select(Inspection.id).where(Inspection.draw_id == made.id, Inspection.visited_on.is_(None))
    if db.session.scalar(waiting.limit(1)) is not None:
        raise DrawRefused("抽中的机构还没有全部查完，现在公开等于通风报信。")
    made.revealed_at, made.state = clock.now(), DrawState.REVEALED
    concerns(made.subject)
    note(REVEALED, made.subject, public_id=made.public_id)
    db.session.flush()
    touch_data_set()


@told_who_was_quicker
def abandon(made: RandomDraw, reason: str, actor: Actor, scope: Scope, seen: int) -> None:
    """Give up a draw that was announced and not drawn yet; it stays in public, with the reason. Flushes.

    Raises DrawRefused (drawn already), WordsMissing, NotTheirs, ReviewerNeeded, ChangedMeanwhile.
    """
    check_reviewer(made, actor, scope, seen)
    if made.state is not DrawState.ANNOUNCED:
        raise DrawRefused("已经抽取的不能作废：抽中谁就查谁。")
    words = fit_words(reason, "请写明为什么作废，这句话会公开。", REASON_MOST)
    made.abandoned_at, made.abandoned_reason, made.state = clock.now(), words, DrawState.ABANDONED
    concerns(made.subject)
    note(ABANDONED, made.subject, public_id=made.public_id, reason=words)
    db.session.flush()
    touch_data_set()


def _check_due(due: datetime, now: datetime) -> None:
    if due <= now:
        raise DrawRefused("号码公布的时间要在以后：已经知道的号码不能用来抽签。")
    if due.astimezone(SHANGHAI).date() <= now.date():
        # the day's hash is closed and mailed at its end: from then on nobody can put the announcement back
        raise DrawRefused("号码最早明天公布：今天的操作记录要先封存，才能证明公告在先。")


def _homes(announcement: Announcement) -> list[Home]:
    within = region_directory().within(announcement.region_code)
    wanted = set(announcement.institution_ids)
    query = select(Institution).where(Institution.id.in_(wanted), Institution.withdrawn.is_(False))
    found = db.session.scalars(query).all()
    if len(found) < len(wanted):
        raise DrawRefused("名单里有的机构找不到，或者已经撤下。")
    if any(home.region_code not in within for home in found):
        raise DrawRefused("名单里有别的地区的机构。")
    return [Home(home.public_id, home.name) for home in found]


def _refuse_second(made: RandomDraw) -> None:
    """One list a number: who may choose among several lists chooses who is drawn.

    A city's office can announce for the city and for its counties, and so its lists may hold the same homes.
    """
    regions = region_directory()
    above = (one.code for one in regions.ancestors(made.region_code))
    query = select(RandomDraw).where(
        RandomDraw.region_code.in_({*above, *regions.within(made.region_code)}),
        RandomDraw.department == made.department,
        RandomDraw.number_due_at >= clock.at(made.number_due_at.astimezone(SHANGHAI).date(), 0),
    )
    due = made.number_due_at.astimezone(SHANGHAI).date()
    for other in db.session.scalars(query):
        if other.number_due_at.date() == due and same_number(other.number_name, made.number_name):
            raise DrawRefused(f"这个号码已经用于另一次抽查（{other.title}），一个号码只能用一次。")


def _plan(made: RandomDraw, actor: Actor) -> list[Inspection]:
    drawn = draw(parse(made.candidates), made.number or "")
    ids = {one.home.id for one in drawn}
    homes = {
        home.public_id: home
        for home in db.session.scalars(select(Institution).where(Institution.public_id.in_(ids)))
    }
    visits = []
    for one in drawn:
        home = homes[one.home.id]
        visit = Inspection(
            public_id=free_public_id(Inspection),
            kind=InspectionKind.RANDOM,
            institution_id=home.id,
            region_code=home.region_code,
            department=made.department,
            departments=json.dumps([made.department.value]),
            draw_id=made.id,
            inspectors=json.dumps(one.inspectors, ensure_ascii=False),
            entered_at=clock.now(),
            entered_by=actor.name,
        )
        db.session.add(visit)
        db.session.flush()  # one by one: their ids are the order of the draw
        visits.append(visit)
    return visits
