"""What a row would change of a known home, field by field and record by record. Pure: it writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.domain.fee_text import FeeLine
from portal.domain.fees import FeeItem
from portal.domain.names import name_key
from portal.institutions.importer.known import KnownFacts, KnownRecord, fee_key, known_fee_key
from portal.institutions.importer.matching import covers
from portal.institutions.importer.row_model import HomeRow, reported_fee

PAPERS = ("grade", "filing", "registration")
_SHOWN_AS = {
    ("grade", "level"): "grade_level",
    ("grade", "as_written"): "grade_as_written",
    ("grade", "scale"): "grade_scale",
    ("filing", "number"): "filing_number",
    ("filing", "authority"): "filing_authority",
    ("registration", "number"): "registration_number",
    ("registration", "authority"): "registration_authority",
}


@dataclass(slots=True)
class PaperChange:
    """A grade, filing or registration to open (``record_id`` None) or to amend with ``values``."""

    paper: str
    record_id: int | None
    values: dict[str, Any]


@dataclass(slots=True)
class Changes:
    """Everything one row changes of one home; empty where it only confirms."""

    values: dict[str, Any] = field(default_factory=dict)
    papers: list[PaperChange] = field(default_factory=list)
    fees_closed: list[int] = field(default_factory=list)
    fees_opened: list[FeeLine] = field(default_factory=list)
    fees_past: list[FeeLine] = field(default_factory=list)
    """Fees of an old list that a newer one has replaced: entered as ended."""
    first_fee_items: set[FeeItem] = field(default_factory=set)
    """Items without any standard before: their new ones have no known beginning."""
    confirmed: dict[str, list[int]] = field(default_factory=dict)
    """Record kind → ids that the row states again."""
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Field → {"before", "after"}, for the report."""

    def __bool__(self) -> bool:
        return bool(self.shown)


def compare(home: HomeRow, known: KnownFacts, as_of: date) -> Changes:
    """Return what ``home`` changes. A field that the row doesn't state is never touched."""
    changes = Changes(confirmed={"institution": [known.id]})
    _compare_values(home, known, changes)
    for paper, held in zip(PAPERS, (known.grades, known.filings, known.registrations), strict=True):
        stated = getattr(home, paper)
        if stated is not None:
            _compare_paper(paper, stated, held, changes)
    _compare_fees(home, known, as_of, changes)
    return changes


def _compare_values(home: HomeRow, known: KnownFacts, changes: Changes) -> None:
    for name, value in home.values.items():
        before = known.values.get(name)
        if value == before:
            continue
        after = value
        if name == "name" and before is not None and home.key == name_key(before):
            continue
        if name == "region_code" and before is not None and covers(value, before):
            continue  # the list is less precise than what is known
        if name == "former_names":
            held = {name_key(str(former["name"])) for former in before or ()} | {
                name_key(str(known.values.get("name") or "")), home.key,
            }  # fmt: skip
            fresh = [former for former in value if name_key(former) not in held]
            if not fresh:
                continue
            after = [*({"name": former, "until": None} for former in fresh), *(before or ())]
        changes.values[name] = after
        changes.shown[name] = {"before": before, "after": after}


def _compare_paper(paper: str, stated: dict[str, Any], held: list[KnownRecord], changes: Changes) -> None:
    kind = {"grade": "star_grade"}.get(paper, paper)
    record = _the_same(paper, stated, held)
    if record is None:
        values = dict(stated)
        changes.papers.append(PaperChange(paper, None, values))
        shown = {name: value for name, value in values.items() if name != "register_kind"} or {paper: True}
        for name, value in shown.items():
            changes.shown[_SHOWN_AS.get((paper, name), name)] = {"before": None, "after": value}
        return
    changes.confirmed.setdefault(kind, []).append(record.id)
    differing = {name: value for name, value in stated.items() if record.values.get(name) != value}
    if (
        paper == "grade"
        and "level" not in differing
        and "scale" not in differing
        and stated["scale"] == "national"
    ):
        differing.pop("as_written", None)  # 三级 and 3 say the same
    if differing:
        changes.papers.append(PaperChange(paper, record.id, differing))
        for name, value in differing.items():
            shown_as = _SHOWN_AS.get((paper, name), name)
            changes.shown[shown_as] = {"before": record.values.get(name), "after": value}


def _the_same(paper: str, stated: dict[str, Any], held: list[KnownRecord]) -> KnownRecord | None:
    """Return the record that a list's statement is about; None for a new certificate or the first one."""
    if not held:
        return None
    if paper == "grade":
        for name in ("certificate_number", "issued_on", "valid_from"):
            if name in stated:
                same = [record for record in held if record.values.get(name) == stated[name]]
                if same:
                    return same[-1]
                if all(record.values.get(name) is not None for record in held):
                    return None
    return held[-1]


def _compare_fees(home: HomeRow, known: KnownFacts, as_of: date, changes: Changes) -> None:
    stated_items = {line.item for line in home.fees} | home.unpublished_items
    if not stated_items:
        return
    held = {known_fee_key(record.values): record for record in known.fees}
    wanted = {fee_key(line): line for line in home.fees}
    confirmed = [record.id for key, record in held.items() if key in wanted]
    if confirmed:
        changes.confirmed["fee_standard"] = confirmed
    open_fees = [record for record in known.fees if record.values.get("in_force_to") is None]
    open_keys = {known_fee_key(record.values) for record in open_fees}
    if known.older:
        fresh = [line for key, line in wanted.items() if key not in held]
        newer_items = {FeeItem(record.values["item"]) for record in known.fees}
        changes.fees_past = [line for line in fresh if line.item in newer_items]
        changes.fees_opened = [line for line in fresh if line.item not in newer_items]
        changes.first_fee_items = {line.item for line in changes.fees_opened}
        if fresh:
            changes.shown["fees"] = {"before": [], "after": [reported_fee(line) for line in fresh]}
        return
    gone = [
        record
        for record in open_fees
        if FeeItem(record.values["item"]) in stated_items and known_fee_key(record.values) not in wanted
    ]
    fresh = [line for key, line in wanted.items() if key not in open_keys]
    if not gone and not fresh:
        return
    changes.fees_closed = [record.id for record in gone]
    changes.fees_opened = fresh
    changes.first_fee_items = stated_items - {FeeItem(record.values["item"]) for record in known.fees}
    changes.shown["fees"] = {
        "before": [_shown_known(record) for record in gone],
        "after": [reported_fee(line) for line in fresh],
    }


def _shown_known(record: KnownRecord) -> dict[str, Any]:
    names = ("item", "care_level", "room", "amount_min_fen", "amount_max_fen", "unit")
    return {name: record.values.get(name) for name in names}
