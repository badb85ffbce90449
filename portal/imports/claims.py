"""Whose turn an import is: one worker at a time, and another one's when it has died.

A claim lasts for a time and is not renewed by waiting: a worker that was only slow finds at its end that
its claim is no longer the one in force, and nothing of its work stands. So nothing is entered twice.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, or_, select, update

from portal import clock
from portal.domain.import_state import AT_WORK
from portal.extensions import db
from portal.imports.models import ImportRun
from portal.unit_of_work import unit_of_work

LEASE = timedelta(minutes=15)
"""Longer than any import takes; at a start of the worker claims end at once."""
MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """A right to work at one import."""

    run_id: int
    token: str


class ClaimLost(Exception):
    """Somebody else has taken the import over, or given it another state."""


def take_next() -> Claim | None:
    """Return a claim on the import that has waited longest, None if none waits. Commits."""
    free = or_(ImportRun.claim.is_(None), ImportRun.claimed_until < clock.now())
    query = (
        select(ImportRun.id, ImportRun.claim)
        .where(ImportRun.state.in_(AT_WORK), free)
        .order_by(ImportRun.state_since, ImportRun.id)
    )
    for run_id, held in db.session.execute(query).all():
        token = secrets.token_hex(16)
        with unit_of_work():
            taken = db.session.execute(
                update(ImportRun)
                .where(
                    ImportRun.id == run_id,
                    ImportRun.state.in_(AT_WORK),
                    ImportRun.claim.is_(None) if held is None else ImportRun.claim == held,
                )
                .values(claim=token, claimed_until=clock.now() + LEASE, attempts=ImportRun.attempts + 1)
                .execution_options(synchronize_session=False)
            )
        if cast("CursorResult[Any]", taken).rowcount == 1:
            db.session.expire_all()
            return Claim(run_id, token)
    return None


def hold(claim: Claim) -> ImportRun:
    """Return the import within the writing transaction, its row locked till the end. Raises ClaimLost."""
    held = db.session.execute(
        update(ImportRun)
        .where(ImportRun.id == claim.run_id, ImportRun.claim == claim.token, ImportRun.state.in_(AT_WORK))
        .values(claimed_until=clock.now() + LEASE)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", held).rowcount != 1:
        raise ClaimLost
    return db.session.get_one(ImportRun, claim.run_id, populate_existing=True)


def let_go(claim: Claim) -> None:
    """Give the import back for another attempt. Commits."""
    with unit_of_work():
        db.session.execute(
            update(ImportRun)
            .where(ImportRun.id == claim.run_id, ImportRun.claim == claim.token)
            .values(claim=None, claimed_until=None)
            .execution_options(synchronize_session=False)
        )


def release_all() -> None:
    """End every claim: the worker has just started, who held one is dead or will find it lost. Commits."""
    with unit_of_work():
        db.session.execute(
            update(ImportRun)
            .where(ImportRun.claim.is_not(None), ImportRun.state.in_(AT_WORK))
            .values(claim=None, claimed_until=None)
            .execution_options(synchronize_session=False)
        )
