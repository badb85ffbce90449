"""Complaints for tests: homes, lodgements, and acting at a moment."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask import Flask

from portal import clock
from portal.audit.acting import Acting, acting_as
from portal.complaints.kinds import Appearance, Category, Channel
from portal.complaints.models import Case
from portal.complaints.service.lodging import Lodged, Lodgement, lodge
from portal.complaints.service.words import Person, Told
from portal.domain.actor import IMPORTER, Actor
from portal.extensions import db
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service as institutions
from portal.unit_of_work import unit_of_work

COUNTY = "350404"
NOON = clock.at(date(2026, 3, 2), 12)
"""A Monday; with no holiday near, the first answer is due on 9 March and the final one on 30 March."""
CLERK = Actor("示例县民政经办")

LODGEMENT = Lodgement(
    told=Told("护工夜里不来，老人从床上摔下来。", "请查一查夜班有几个人。", date(2026, 3, 1)),
    person=Person("林秋月", "13800138000", "lin@example.cn", "幸福路8号"),
    institution_id=None,
    region_code=COUNTY,
    category=Category.CARE,
    appearance=Appearance.NAMED,
    consent_health=True,
    consent_publish=False,
    privacy_version="2026-01",
)


@contextmanager
def acting_at(app: Flask, moment: datetime, actor: Actor | None = None) -> Iterator[None]:
    """Do the block at ``moment``, in one unit of work; for ``actor``, so that the audit sees it."""
    with app.app_context(), clock.moved_to(moment):
        if actor is None:
            with unit_of_work():
                yield
        else:
            with acting_as(Acting(actor, "test", COUNTY)), unit_of_work():
                yield


def lodge_case(
    app: Flask,
    at: datetime = NOON,
    token: str | None = None,
    *,
    channel: Channel = Channel.WEB,
    received_at: datetime | None = None,
    by: Actor | None = None,
    **changes: Any,
) -> tuple[int, Lodged]:
    """Lodge ``LODGEMENT`` with ``changes`` and commit; return the case's id and what lodging gave."""
    with acting_at(app, at, by):
        lodged = lodge(
            replace(LODGEMENT, **changes),
            token or uuid.uuid4().hex,
            channel=channel,
            received_at=received_at,
            by=by,
        )
        return lodged.case.id, lodged


def case_of(number: int) -> Case:
    """Return a case, within an application context."""
    return db.session.get_one(Case, number)


def enter_home(app: Flask, name: str = "示例敬老院", region_code: str = COUNTY) -> int:
    """Enter a home as of 1 February 2026; return its id."""
    day = date(2026, 2, 1)
    with acting_at(app, clock.at(day)):
        told = Provenance(enter_source("养老机构月报", day, SourceKind.SPREADSHEET), day, IMPORTER)
        return institutions.register_institution({"name": name, "region_code": region_code}, told).id
