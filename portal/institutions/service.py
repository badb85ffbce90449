"""Writing institution records: the rules around the keeper. Services flush, the unit of work commits."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar

from sqlalchemy import select, update

from portal.domain.bitemporal import timeline
from portal.domain.identifiers import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH, parse_credit_code
from portal.domain.names import name_key, tidy_name
from portal.extensions import db
from portal.history import keeper
from portal.history.keeper import Provenance
from portal.history.recorded import Recorded
from portal.institutions.models import Institution

R = TypeVar("R", bound=Recorded)

_AT_A_TIME = 5_000


def new_public_id() -> str:
    """Return a fresh permanent public id (28^8 possibilities; the column's uniqueness is the guard)."""
    number, letters = secrets.randbelow(len(PUBLIC_ID_ALPHABET) ** PUBLIC_ID_LENGTH), []
    for _ in range(PUBLIC_ID_LENGTH):
        number, letter = divmod(number, len(PUBLIC_ID_ALPHABET))
        letters.append(PUBLIC_ID_ALPHABET[letter])
    return "".join(letters)


def register_institution(
    values: Mapping[str, Any], provenance: Provenance, *, public_id: str | None = None
) -> Institution:
    """Enter a new institution from column → value, ``name`` and ``region_code`` at least.

    Raises InvalidCreditCode for a code that GB 32100 does not allow.
    """
    facts = dict(values)
    facts["name"] = tidy_name(facts["name"])
    if facts.get("credit_code"):
        facts["credit_code"] = parse_credit_code(facts["credit_code"])
    institution = Institution(
        **facts, public_id=public_id or new_public_id(), name_key=name_key(facts["name"])
    )
    return keeper.open_record(institution, provenance)


def amend_institution(institution: Institution, changes: Mapping[str, Any], provenance: Provenance) -> bool:
    """State new values; former names follow from the history of the name. Return False if nothing is new.

    A name corrected for the very day it was entered was never a name; see ``former_names``.
    """
    facts = dict(changes)
    if facts.get("credit_code"):
        facts["credit_code"] = parse_credit_code(facts["credit_code"])
    if "name" in facts:
        facts["name"] = tidy_name(facts["name"])
    changed = keeper.amend(institution, facts, provenance)
    if changed and "name" in facts:
        settle_names(institution, provenance)
    return changed


def settle_names(institution: Institution, provenance: Provenance) -> None:
    """Bring the key of the name and the former names in step with the history of the name."""
    institution.name_key = name_key(institution.name)
    history = keeper.statements(Institution.record_kind, institution.id)
    names = former_names(timeline(history, "name"), institution.former_names)
    # a renaming of the past learnt late changes what is said of former names today
    newest = max(s.as_of for s in history if {"name", "former_names"} & s.values.keys())
    keeper.amend(institution, {"former_names": names}, replace(provenance, as_of=newest))


def former_names(
    names: Sequence[tuple[date, str]], stated: Sequence[Mapping[str, str | None]] | None
) -> list[dict[str, str | None]] | None:
    """Return the former names: those a list states without a date, then those the history shows.

    ``names``: (since, name), oldest first, the last one in force. ``until`` is the first day of the next.
    """
    own = {name for _, name in names}
    undated = (former for former in stated or () if former.get("until") is None)
    told = [dict(former) for former in undated if former["name"] not in own]
    dated: list[dict[str, str | None]] = [
        {"name": name, "until": until.isoformat()} for (_, name), (until, _) in pairwise(names)
    ]
    return [*told, *dated] or None


def enter(record: R, provenance: Provenance) -> R:
    """Enter any other record of an institution (registration, filing, grade, fee, notice …)."""
    return keeper.open_record(record, provenance)


def amend(record: Recorded, changes: Mapping[str, Any], provenance: Provenance) -> bool:
    """State new values for any other record; return False if nothing is new."""
    return keeper.amend(record, changes, provenance)


def withdraw(record: Recorded, provenance: Provenance) -> bool:
    """Hide a record that should never have been entered; its history stays."""
    return keeper.amend(record, {"withdrawn": True}, provenance)


def settle_name_keys(ids: Collection[int]) -> None:
    """Bring the keys of names in step with the names, where those were set past ``amend_institution``."""
    wanted = list(ids)
    for start in range(0, len(wanted), _AT_A_TIME):
        part = wanted[start : start + _AT_A_TIME]
        query = select(Institution.id, Institution.name, Institution.name_key).where(Institution.id.in_(part))
        for id_, name, key in db.session.execute(query).all():
            if name_key(name) != key:
                db.session.execute(
                    update(Institution).where(Institution.id == id_).values(name_key=name_key(name))
                )
