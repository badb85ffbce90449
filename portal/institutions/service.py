"""Writing institution records: the rules around the keeper. Services flush, the unit of work commits."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, TypeVar

from portal.domain.identifiers import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH, parse_credit_code
from portal.domain.names import clean_text, name_key
from portal.history import keeper
from portal.history.keeper import Provenance
from portal.history.recorded import Recorded
from portal.institutions.models import Institution

R = TypeVar("R", bound=Recorded)


def new_public_id() -> str:
    """Return a fresh permanent public id (28^8 possibilities; the column's uniqueness is the guard)."""
    return "".join(secrets.choice(PUBLIC_ID_ALPHABET) for _ in range(PUBLIC_ID_LENGTH))


def register_institution(
    values: Mapping[str, Any], provenance: Provenance, *, public_id: str | None = None
) -> Institution:
    """Enter a new institution from column → value, ``name`` and ``region_code`` at least.

    Raises InvalidCreditCode for a code that GB 32100 does not allow.
    """
    facts = dict(values)
    facts["name"] = clean_text(facts["name"])
    if facts.get("credit_code"):
        facts["credit_code"] = parse_credit_code(facts["credit_code"])
    institution = Institution(
        **facts, public_id=public_id or new_public_id(), name_key=name_key(facts["name"])
    )
    return keeper.open_record(institution, provenance)


def amend_institution(institution: Institution, changes: Mapping[str, Any], provenance: Provenance) -> bool:
    """State new values; a new name keeps the old one as a former name. Return False if nothing is new."""
    facts = dict(changes)
    if facts.get("credit_code"):
        facts["credit_code"] = parse_credit_code(facts["credit_code"])
    if "name" in facts:
        facts["name"] = clean_text(facts["name"])
    name_before = institution.name
    changed = keeper.amend(institution, facts, provenance)
    if institution.name != name_before:
        institution.name_key = name_key(institution.name)
        former = {"name": name_before, "until": provenance.as_of.isoformat()}
        keeper.amend(institution, {"former_names": [*(institution.former_names or []), former]}, provenance)
    return changed


def enter(record: R, provenance: Provenance) -> R:
    """Enter any other record of an institution (registration, filing, grade, fee, notice …)."""
    return keeper.open_record(record, provenance)


def amend(record: Recorded, changes: Mapping[str, Any], provenance: Provenance) -> bool:
    """State new values for any other record; return False if nothing is new."""
    return keeper.amend(record, changes, provenance)


def withdraw(record: Recorded, provenance: Provenance) -> bool:
    """Hide a record that should never have been entered; its history stays."""
    return keeper.amend(record, {"withdrawn": True}, provenance)
