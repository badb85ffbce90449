"""How the chapters enter things: every write goes through the history engine, in bulk where it can."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from portal.domain.actor import DEMO, Actor
from portal.history import bulk
from portal.history.keeper import Provenance
from portal.history.models import SourceDocument, SourceKind
from portal.history.recorded import Recorded, recorded_fields
from portal.history.sources import enter_source
from portal.institutions.demo.cast import Home
from portal.institutions.demo.regions import CITY_CODE, CITY_NAME

CITY_BUREAU = f"{CITY_NAME}民政局"


def city_list(title: str, as_of: date, covers: Iterable[str], number: str | None = None) -> SourceDocument:
    """Enter one state of a list that the city's bureau keeps of the whole city."""
    return enter_source(
        f"{CITY_BUREAU}：{title}",
        as_of,
        SourceKind.SPREADSHEET,
        publisher=CITY_BUREAU,
        document_number=number,
        region_code=CITY_CODE,
        covers=sorted(covers),
    )


def paper(
    title: str,
    as_of: date,
    publisher: str,
    kind: SourceKind = SourceKind.DOCUMENT,
    number: str | None = None,
    region_code: str | None = None,
) -> SourceDocument:
    """Enter a paper that facts rest on."""
    return enter_source(
        title, as_of, kind, publisher=publisher, document_number=number, region_code=region_code
    )


def told_by(home: Home, title: str, as_of: date) -> Provenance:
    """Enter a statement of the home itself; return the provenance for what it says."""
    name = home.known_as
    return stated(paper(f"{name}：{title}", as_of, name, SourceKind.INSTITUTION_STATEMENT))


def stated(source: SourceDocument, reason: str | None = None, actor: Actor = DEMO) -> Provenance:
    """Return the provenance of what ``source`` states, true from its own day."""
    return Provenance(source, source.as_of, actor, reason)


def enter_rows(
    model: type[Recorded], rows: Iterable[tuple[Home, Mapping[str, Any]]], provenance: Provenance
) -> list[int]:
    """Enter many records of homes at once; return their ids in order."""
    paired = list(rows)
    keys = list(recorded_fields(model))
    if "public_id" in model.identity_columns and hasattr(model, "public_id"):
        keys.append("public_id")
    complete = [
        {
            **{key: values.get(key) for key in keys},
            "withdrawn": False,
            "institution_id": home.id,
        }
        for home, values in paired
    ]
    return bulk.open_many(model, complete, [home.subject for home, _ in paired], provenance)
