"""Writing unregistered homes, step by step (R2, R24): the rules, and who may, around the history engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.domain.actor import Scope
from portal.domain.errors import DomainError
from portal.domain.names import tidy_name
from portal.domain.unregistered_home import (
    Event,
    HomeSteps,
    Stage,
    StepRefused,
    after,
    check_order,
    date_field,
    refuse_future,
    with_days,
)
from portal.extensions import db
from portal.history import keeper
from portal.history.keeper import Provenance
from portal.institutions import service
from portal.institutions.models import Disposition, Institution, UnregisteredHome
from portal.institutions.queries.standing import newest_revision

SETTLING = frozenset({Disposition.NOT_A_HOME, Disposition.REGISTERED})
"""Decisions that leave nothing to warn of."""

FACTS = frozenset(
    {"name", "township", "address", "private_dwelling", "found_how", "residents", "public_note"}
)
STEP_DATES = (
    "found_on",
    "inspected_on",
    "verified_on",
    "operator_told_on",
    "objection_ended_on",
    "disposition_on",
)


class NotYours(DomainError):
    """A write outside of the region, department or capability of who asks for it."""


class ReviewersAlone(NotYours):
    """What the public reads of a home changes with it: a reviewer's to enter."""


class HomeOvertaken(DomainError):
    """Somebody else has written the home since the form was opened."""


class DwellingAddress(DomainError):
    """The address of somebody's home, which is never kept (R2)."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes: how far they reach, and whether they may publish."""

    scope: Scope
    publishes: bool


def steps_of(home: UnregisteredHome) -> HomeSteps:
    """Return the dated steps of a home as the domain reasons with them."""
    return HomeSteps(
        home.found_on,
        home.inspected_on,
        home.verified_on,
        home.operator_told_on,
        home.objection_ended_on,
        home.disposition_on,
        home.removed_on,
        decided=home.disposition is not None,
        settling=home.disposition in SETTLING,
    )


def needs_publisher(home: UnregisteredHome, event: Event, disposition: Disposition | None = None) -> bool:
    """True if the event puts a home before the public, takes it away, or changes what they read of it."""
    if event in (Event.PUBLISH, Event.REMOVE):
        return True
    listed = steps_of(home).stage_on(clock.today()) is Stage.LISTED
    return listed and (event is Event.CORRECT or (event is Event.DECIDE and disposition in SETTLING))


def enter_home(values: Mapping[str, Any], provenance: Provenance, writer: Writer) -> UnregisteredHome:
    """Enter a home that was found: ``region_code``, ``found_on`` and the ``FACTS``.

    Raises NotYours, DwellingAddress, StepRefused. Flushes.
    """
    facts = _tidied(values)
    if not writer.scope.may_write(UnregisteredHome.record_kind, facts["region_code"]):
        raise NotYours("这个地区或部门的未登记场所不归您登记")
    refuse_future(facts["found_on"], clock.today(), "found_on")
    home = UnregisteredHome(public_id=service.new_public_id(), **facts)
    return service.enter(home, provenance)


def take_step(
    home: UnregisteredHome,
    event: Event,
    day: date,
    provenance: Provenance,
    writer: Writer,
    *,
    disposition: Disposition | None = None,
    became: str | None = None,
    reason: str | None = None,
) -> None:
    """Enter one step taken on ``day``. Raises NotYours, StepRefused. Flushes.

    ``disposition``: for a decision; ``became``: the public id of the institution it became, where it
    registered; ``reason``: why it is removed.
    """
    _hold(home)  # of two who press at once the second is told
    _check_writer(home, event, writer, disposition)
    if provenance.as_of < day:
        raise StepRefused("数据日期不能早于这一步发生的那天", "as_of")
    if event is Event.DECIDE and disposition is None:
        raise StepRefused("请选择处置", "disposition")
    after(steps_of(home), event, day, clock.today(), settling=disposition in SETTLING)
    changes: dict[str, Any] = {date_field(event): day}
    if event is Event.DECIDE:
        changes["disposition"] = disposition
        if became:
            changes["institution_id"] = _institution(became, disposition)
    if event is Event.REMOVE:
        changes["removed_reason"] = reason
    service.amend(home, changes, provenance)


def correct(
    home: UnregisteredHome,
    changes: Mapping[str, Any],
    provenance: Provenance,
    writer: Writer,
    *,
    seen: int | None = None,
) -> bool:
    """Put right what was entered wrongly: ``FACTS`` and days of steps already taken; False if nothing is new.

    A step can be neither added nor taken back this way. ``seen``: the newest revision when the form was
    opened. Raises NotYours, HomeOvertaken, DwellingAddress, StepRefused.
    """
    _hold(home)
    if seen is not None and newest_revision(home) != seen:
        raise HomeOvertaken("您打开这一页以后，别人改过这条记录；请对照下面“现在登记的”再提交一次")
    _check_writer(home, Event.CORRECT, writer)
    steps, today = steps_of(home), clock.today()
    if not steps.allows(Event.CORRECT, today):
        raise StepRefused("已经撤下，不能再改")
    facts = _tidied({name: getattr(home, name) for name in FACTS} | dict(changes))
    said = {name: facts[name] for name in facts if facts[name] != getattr(home, name)}
    days = {name: said[name] for name in STEP_DATES if name in said}
    for name, day in days.items():
        if day is None or getattr(home, name) is None:
            raise StepRefused("这里只能改已经登记的日期，不能增加或去掉一步", name)
        refuse_future(day, today, name)
    if "objection_ended_on" in days and not writer.publishes:
        # a list may have said it ahead: an earlier day here would put the home before the public
        raise StepRefused("异议期满的日期决定哪一天公开，由审核人员来改", "objection_ended_on")
    check_order(with_days(steps, days))
    return bool(said) and service.amend(home, said, provenance)


def _hold(home: UnregisteredHome) -> None:
    """Read the home anew when it is our turn to write: what was decided by others meanwhile counts."""
    keeper.take_turn()
    db.session.refresh(home)


def _check_writer(
    home: UnregisteredHome, event: Event, writer: Writer, disposition: Disposition | None = None
) -> None:
    if not writer.scope.may_write(UnregisteredHome.record_kind, home.region_code):
        raise NotYours("这个地区或部门的未登记场所不归您登记")
    if needs_publisher(home, event, disposition) and not writer.publishes:
        raise ReviewersAlone("公开、撤下和已公开内容的改动，由审核人员办理")


def _tidied(values: Mapping[str, Any]) -> dict[str, Any]:
    facts = dict(values)
    if facts.get("private_dwelling") and facts.get("address"):
        raise DwellingAddress("私人住宅不登记具体地址，请把地址删去")
    facts["name"] = tidy_name(facts["name"])
    return facts


def _institution(public_id: str, disposition: Disposition | None) -> int:
    if disposition is not Disposition.REGISTERED:
        raise StepRefused("只有“已补办登记”才填写登记成了哪家机构", "became")
    found = db.session.scalar(
        select(Institution.id).where(Institution.public_id == public_id, Institution.withdrawn.is_(False))
    )
    if found is None:
        raise StepRefused("没有这个编号的机构，请到机构页面上核对编号", "became")
    return found
