"""The rows of a comparison: the same question asked of every home, answer beside answer, with dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from portal import glossary
from portal.domain.fees import CareLevel
from portal.institutions.field_labels import Block, field_label, fields_of
from portal.institutions.models import Standard
from portal.institutions.queries.detail import Detail
from portal.public.fee_words import fee_name
from portal.public.field_values import written
from portal.public.formatting import cn_day, labels, level_name, yuan_range, yuan_span


@dataclass(frozen=True, slots=True)
class Cell:
    """One home's answer. ``text`` None: not published. ``kind`` and ``value``: what a sign is drawn from."""

    text: str | None
    note: str | None = None
    kind: str = "text"
    value: Any = None


@dataclass(frozen=True, slots=True)
class Row:
    """One question, and the answers in the order of the homes."""

    label: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """True if the published answers are not all the same."""
        return len({(cell.text, cell.note if cell.kind == "dated" else None) for cell in self.cells}) > 1

    @property
    def silent(self) -> bool:
        """True if no home publishes an answer."""
        return all(cell.text is None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together. ``silent``: questions that none of the homes answers."""

    title: str
    rows: tuple[Row, ...]
    silent: tuple[str, ...]
    dates: tuple[str | None, ...]
    """How old each home's answers are."""


def comparison(details: Sequence[Detail]) -> list[Group]:
    """Return the whole comparison."""
    groups = []
    for title, questions, block in _GROUPS:
        rows = [Row(label, tuple(ask(detail) for detail in details)) for label, ask in questions]
        groups.append(
            Group(
                title,
                tuple(row for row in rows if not row.silent),
                tuple(row.label for row in rows if row.silent),
                tuple(_dates(detail, block) for detail in details),
            )
        )
    return groups


def _operating(detail: Detail) -> Cell:
    state = detail.home.operating_state
    return Cell(None if state is None else glossary.label(state))


def _registration(detail: Detail) -> Cell:
    return Cell(glossary.label(detail.state), None, "registration", detail.state)


def _grade(detail: Detail) -> Cell:
    grade = detail.grade
    if grade is None:
        return Cell("未评定等级")
    name = level_name(grade.level) if grade.level else grade.as_written
    return Cell(f"{name}（{glossary.label(grade.state)}）", None, "grade", grade)


def _monthly(level: CareLevel) -> Callable[[Detail], Cell]:
    def ask(detail: Detail) -> Cell:
        total = detail.costs.at(level)
        if total is None:
            return Cell(None)
        lacks = f"不含{labels(total.lacks)}，实际会更高" if total.lacks else None
        return Cell(f"{yuan_range(total)}/月", lacks)

    return ask


def _one_off(detail: Detail) -> Cell:
    once = [fee for fee in detail.fee_records if fee.unit.value == "once"]
    words = [f"{fee_name(fee)} {yuan_span(fee.amount_min_fen, fee.amount_max_fen)}" for fee in once]
    return Cell("；".join(words) or None)


def _free(detail: Detail) -> Cell:
    home = detail.home
    if home.beds_free is None:
        return Cell(None)
    if home.beds_free_as_of is None:
        return Cell(f"{home.beds_free}张", "没有注明日期")
    old = "，时间久了，先打电话" if detail.free_beds_old else ""
    return Cell(f"{home.beds_free}张", f"{cn_day(home.beds_free_as_of)}的数{old}")


def _safety(standard: Standard) -> Callable[[Detail], Cell]:
    def ask(detail: Detail) -> Cell:
        found = detail.assessments.get(standard)
        return Cell(glossary.label(found[0].result), cn_day(found[0].assessed_on)) if found else Cell(None)

    return ask


def _care(detail: Detail) -> Cell:
    return Cell("是" if detail.designation else "否")


def _place(detail: Detail) -> Cell:
    return Cell(detail.region_name or None)


def _takes(detail: Detail) -> Cell:
    names = [n for n in fields_of(Block.ADMISSION) if getattr(detail.home, n)]
    return Cell("、".join(field_label("institution", name).label for name in names) or None)


def _field(name: str) -> tuple[str, Callable[[Detail], Cell]]:
    def ask(detail: Detail) -> Cell:
        return Cell(written("institution", name, getattr(detail.home, name)))

    return field_label("institution", name).label, ask


def _dates(detail: Detail, block: Block) -> str | None:
    """Return how old the block's facts are: one day, or from the oldest to the newest."""
    records: list[Any] = [detail.home]
    match block:
        case Block.REGISTRATION:
            records = [*detail.registrations, *detail.filings, *detail.grade_records]
        case Block.FEES:
            records = list(detail.fee_records)
        case Block.SAFETY:
            records = [found[0] for found in detail.assessments.values()]
    fields = fields_of(block) if records == [detail.home] else None
    days = sorted(sourced.line.last_confirmed for sourced in detail.sources.of(records, fields))
    if not days:
        return None
    return cn_day(days[-1]) if days[0] == days[-1] else f"{cn_day(days[0])}至{cn_day(days[-1])}"


_Question = tuple[str, Callable[[Detail], Cell]]

_GROUPS: tuple[tuple[str, tuple[_Question, ...], Block], ...] = (
    (
        "能不能办、办得怎样",
        (("登记备案", _registration), ("等级", _grade), ("运营状态", _operating)),
        Block.REGISTRATION,
    ),
    (
        "一个月要多少钱",
        (
            *((f"{glossary.label(level)}老人", _monthly(level)) for level in CareLevel),
            ("一次性交", _one_off),
        ),
        Block.FEES,
    ),
    ("预收费和退费", (_field("prepayment_rule"), _field("refund_rule")), Block.FEES),
    ("收住哪些老人", (("收住", _takes), ("集中照护定点", _care)), Block.ADMISSION),
    (
        "床位",
        (_field("beds_total"), _field("beds_nursing"), ("空床", _free), _field("residents")),
        Block.BEDS,
    ),
    ("护理人员", (_field("carers_total"), _field("carers_certified")), Block.STAFF),
    ("医疗与医保", tuple(_field(name) for name in fields_of(Block.MEDICAL)), Block.MEDICAL),
    (
        "安全",
        tuple((glossary.label(standard), _safety(standard)) for standard in Standard),
        Block.SAFETY,
    ),
    (
        "在哪里、谁在办",
        (
            ("所在地区", _place), _field("address"), _field("phone"), _field("kind"),
            _field("operation_mode"), _field("opened_on"), _field("operator"),
        ),
        Block.BASICS,
    ),
)  # fmt: skip
