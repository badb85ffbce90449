"""What people type into the search of these lists: a number as it stands on paper, or the name of a home."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select

from portal.domain.actor import Scope
from portal.domain.names import name_key
from portal.extensions import db
from portal.institutions.models import Institution, UnregisteredHome
from portal.supervision.problem_models import Problem
from portal.supervision.queries.visible import unregistered_named

_MOST_HOMES = 500
"""Homes of one name part that are looked for; who means fewer writes more of the name."""
_PROBLEM_NUMBER = re.compile(r"W(\d{4})-?(\d{1,6})", re.IGNORECASE)
_NOTICE_NUMBER = re.compile(r"[〔\[（(【［]\s*\d{4}\s*[〕\]）)】］]|整\s*[〔\[（(【［]|^\d{4}$")
_BRACKETED = re.compile(r"[〔\[（(【［](\d{4})[〕\]）)】］]")


def problem_number(text: str) -> str | None:
    """Return the problem's number that a text is, however it is typed; None for any other text."""
    plain = unicodedata.normalize("NFKC", text).replace("—", "-").replace("–", "-")
    found = _PROBLEM_NUMBER.fullmatch("".join(plain.split()))
    return None if found is None else f"W{found[1]}-{int(found[2]):06}"


def is_number(text: str) -> bool:
    """True if a text is written like the number of a notice, or a part of one, not like a home's name."""
    return _NOTICE_NUMBER.search(text) is not None


def written_number(text: str) -> str:
    """Return the text as numbers of notices are written: 〔2026〕, however its brackets were typed."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return _BRACKETED.sub(r"〔\1〕", plain)


def problems_numbered(text: str) -> ColumnElement[bool] | None:
    """Return the condition that a ``Problem`` has this number; None if the text is none."""
    number = problem_number(text)
    return None if number is None else Problem.number == number


def homes_called(model: Any, text: str, scope: Scope, today: date) -> list[ColumnElement[bool]]:
    """Return the conditions, one of which must hold, that a record is about a home of this name.

    An unregistered home is found in public only where it is named. Two small queries.
    """
    key = name_key(text)
    found: list[ColumnElement[bool]] = []
    if not key:
        return found
    homes = select(Institution.id).where(Institution.name_key.contains(key, autoescape=True))
    ids = db.session.scalars(homes.order_by(Institution.id).limit(_MOST_HOMES)).all()
    found.append(model.institution_id.in_(ids))
    places = select(UnregisteredHome.id).where(UnregisteredHome.name.contains(text, autoescape=True))
    if scope.public_only:
        places = places.where(unregistered_named(today))
    others = db.session.scalars(places.limit(_MOST_HOMES)).all()
    if others:
        found.append(model.unregistered_home_id.in_(others))
    return found
