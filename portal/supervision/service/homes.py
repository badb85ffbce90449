"""Which home a record is about, and the ids under which the public finds it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.domain.errors import DomainError
from portal.extensions import db
from portal.institutions.models import Institution, UnregisteredHome
from portal.institutions.service import new_public_id


class HomeUnknown(DomainError):
    """There is no such home, or it was withdrawn."""


def institution_of(key: int) -> Institution:
    """Return a listed home that stands. Raises HomeUnknown."""
    found = db.session.get(Institution, key)
    if found is None or found.withdrawn:
        raise HomeUnknown("没有这家机构，或者它的记录已经撤下。")
    return found


def unregistered_of(key: int) -> UnregisteredHome:
    """Return an unregistered home that stands. Raises HomeUnknown."""
    found = db.session.get(UnregisteredHome, key)
    if found is None or found.withdrawn:
        raise HomeUnknown("没有这处未登记场所，或者它的记录已经撤下。")
    return found


def free_public_id(model: Any) -> str:
    """Return a public id that no row of a table has."""
    while True:
        drawn = new_public_id()
        with db.session.no_autoflush:
            if db.session.scalar(select(model.id).where(model.public_id == drawn)) is None:
                return drawn
