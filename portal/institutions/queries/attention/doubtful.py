"""What looks wrong: worth a telephone call, not proof of anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select

from portal.domain.actor import PUBLIC
from portal.domain.fees import CareLevel
from portal.domain.grading import GradeScale
from portal.domain.outliers import Usual, usual
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.models import Institution, StarGrade
from portal.institutions.queries.attention.asking import (
    AnyList,
    Asked,
    Finding,
    ReadList,
    SqlList,
    homes,
    records,
)
from portal.institutions.queries.derived import derived
from portal.institutions.queries.position_check import outside_county


def _prices(asked: Asked) -> Sequence[Finding]:
    """Homes whose least monthly total is far from that of the county's other homes at the same care level."""
    far = derived(catalogue(PUBLIC), "far_prices", _far_prices)
    return [row for row in far if asked.scope.covers(row["region_code"])]


def _far_prices(shown: Catalogue) -> list[Finding]:
    """Compare complete totals only: one that lacks its meals is low because of that."""
    by_county: dict[tuple[str, CareLevel], list[tuple[Entry, int]]] = defaultdict(list)
    for entry in shown.entries:
        if entry.open_now:
            for level, total in entry.totals.items():
                if total.complete:
                    by_county[entry.region_code, level].append((entry, total.least_fen))
    found: list[Finding] = []
    for (region_code, level), priced in by_county.items():
        normal = usual([amount for _, amount in priced])
        if normal is not None:
            found += [
                _far(entry, region_code, level, amount, normal)
                for entry, amount in priced
                if normal.is_far(amount)
            ]
    return found


def _far(entry: Entry, region_code: str, level: CareLevel, amount: int, normal: Usual) -> Finding:
    return {
        "public_id": entry.public_id,
        "name": entry.name,
        "region_code": region_code,
        "care_level": level,
        "amount": amount,
        "middle": round(normal.middle),
        "homes": normal.count,
    }


def _positions(asked: Asked) -> Sequence[Finding]:
    shown = catalogue(PUBLIC)
    return [
        {
            "public_id": entry.public_id,
            "name": entry.name,
            "region_code": entry.region_code,
            "address": entry.address,
            "metres": metres,
        }
        for key, metres in outside_county(shown).items()
        if (entry := shown.by_id[key]) and asked.scope.covers(entry.region_code)
    ]


def _grades(asked: Asked) -> Select[Any]:
    g = StarGrade

    def lacks(column: Any) -> Any:
        return or_(column.is_(None), column == "")

    return records(asked, g, g.level, g.body, g.certificate_number, g.issued_on).where(
        g.scale == GradeScale.NATIONAL,
        or_(g.revoked_on.is_(None), g.revoked_on > asked.today),
        or_(g.valid_to.is_(None), g.valid_to >= asked.today),
        or_(lacks(g.certificate_number), lacks(g.body)),
    )


def _beds(asked: Asked) -> Select[Any]:
    i = Institution
    return homes(asked, i.beds_total, i.beds_nursing, i.beds_free, i.residents).where(
        or_(i.beds_nursing > i.beds_total, i.residents > i.beds_total, i.beds_free > i.beds_total)
    )


def _codes(asked: Asked) -> Select[Any]:
    i = Institution
    shared = (
        select(i.credit_code, func.count().label("homes"))
        .where(i.credit_code.is_not(None), i.withdrawn.is_(False))
        .group_by(i.credit_code)
        .having(func.count() > 1)
        .subquery()
    )
    return homes(asked, i.credit_code, shared.c.homes).join(shared, shared.c.credit_code == i.credit_code)


LISTS: dict[str, AnyList] = {
    "prices-far": ReadList(_prices),
    "positions-outside": ReadList(_positions),
    "grades-unproven": SqlList(_grades),
    "beds-impossible": SqlList(_beds),
    "codes-shared": SqlList(_codes),
}
