"""The rows of a comparison: the same question asked of every home, answer beside answer, with dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from portal import glossary
from portal.domain.actor import PUBLIC
from portal.domain.day_words import cn_day
from portal.domain.fees import CareLevel
from portal.history.recorded import Recorded
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.field_labels import Block, field_label, fields_of
from portal.institutions.models import Standard
from portal.institutions.queries.detail import Detail
from portal.institutions.queries.field_sources import SourcedFields
from portal.public.fee_words import fee_name
from portal.public.field_values import written
from portal.public.formatting import labels, level_name, yuan_range, yuan_span
from portal.public.problem_filter import in_words, open_problems


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
        return len({cell.text for cell in self.cells}) > 1

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
    """When each home's answers were last stated or confirmed."""


def comparison(details: Sequence[Detail]) -> list[Group]:
    """Return the whole comparison."""
    groups = []
    for title, questions, behind in _GROUPS:
        rows = [Row(label, tuple(ask(detail) for detail in details)) for label, ask in questions]
        groups.append(
            Group(
                title,
                tuple(row for row in rows if not row.silent),
                tuple(row.label for row in rows if row.silent),
                tuple(_dates(behind(detail)) for detail in details),
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


def _open_problems(detail: Detail) -> Cell:
    """Say what is open beside the grade: a grade in force says nothing of it (R25)."""
    count = open_problems(catalogue(PUBLIC)).get(detail.home.id)
    major = count is not None and count.major
    return Cell(in_words(count) or "没有公开的", None, "hazard" if major else "text")


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


def _takes(answer: bool) -> Callable[[Detail], Cell]:
    def ask(detail: Detail) -> Cell:
        names = [name for name in fields_of(Block.ADMISSION) if getattr(detail.home, name) is answer]
        return Cell("、".join(field_label("institution", name).label for name in names) or None)

    return ask


def _field(name: str) -> tuple[str, Callable[[Detail], Cell]]:
    def ask(detail: Detail) -> Cell:
        return Cell(written("institution", name, getattr(detail.home, name)))

    return field_label("institution", name).label, ask


Behind = Callable[[Detail], list[SourcedFields]]
"""The source lines of exactly what a group shows of one home."""


def _own(*fields: str) -> Behind:
    return lambda detail: list(detail.sources.of(detail.home, fields))


def _behind_standing(detail: Detail) -> list[SourcedFields]:
    grade = [row for row in detail.grade_records if detail.grade and row.id == detail.grade.record_id]
    records: list[Recorded] = [*detail.registrations, *detail.filings, *grade]
    return [*detail.sources.of(records), *detail.sources.of(detail.home, ("operating_state",))]


def _behind_fees(detail: Detail) -> list[SourcedFields]:
    return list(detail.sources.of(detail.fee_records, ("amount_min_fen", "amount_max_fen")))


def _behind_admission(detail: Detail) -> list[SourcedFields]:
    own = detail.sources.of(detail.home, fields_of(Block.ADMISSION))
    return [*own, *detail.sources.of(detail.designations)]


def _behind_safety(detail: Detail) -> list[SourcedFields]:
    return list(detail.sources.of([found[0] for found in detail.assessments.values()]))


def _dates(behind: Sequence[SourcedFields]) -> str | None:
    """Return when the facts were last stated or confirmed: one day, or from the oldest to the newest."""
    days = sorted(sourced.line.last_confirmed for sourced in behind)
    if not days:
        return None
    return cn_day(days[-1]) if days[0] == days[-1] else f"{cn_day(days[0])}至{cn_day(days[-1])}"


def _fields(*names: str) -> tuple[_Question, ...]:
    return tuple(_field(name) for name in names)


_Question = tuple[str, Callable[[Detail], Cell]]

_RULES = ("prepayment_rule", "refund_rule")
_BEDS = ("beds_total", "beds_nursing", "residents")
_CARERS = ("carers_total", "carers_certified")
_PLACE = ("address", "phone", "kind", "operation_mode", "opened_on", "operator")

_GROUPS: tuple[tuple[str, tuple[_Question, ...], Behind], ...] = (
    (
        "能不能办、办得怎样",
        (
            ("登记备案", _registration),
            ("等级", _grade),
            ("没改好的问题", _open_problems),
            ("运营状态", _operating),
        ),
        _behind_standing,
    ),
    (
        "一个月要多少钱",
        (*((f"{glossary.label(level)}老人", _monthly(level)) for level in CareLevel), ("按次另收", _one_off)),
        _behind_fees,
    ),
    ("预收费和退费", _fields(*_RULES), _own(*_RULES)),
    (
        "收住哪些老人",
        (("收住", _takes(True)), ("不收", _takes(False)), ("集中照护定点", _care)),
        _behind_admission,
    ),
    ("床位", (("空床", _free), *_fields(*_BEDS)), _own(*_BEDS, "beds_free")),
    ("护理人员", _fields(*_CARERS), _own(*_CARERS)),
    ("医疗与医保", _fields(*fields_of(Block.MEDICAL)), _own(*fields_of(Block.MEDICAL))),
    ("安全", tuple((glossary.label(each), _safety(each)) for each in Standard), _behind_safety),
    ("在哪里、谁在办", (("所在地区", _place), *_fields(*_PLACE)), _own("region_code", *_PLACE)),
)
