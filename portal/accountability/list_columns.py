"""The columns of the four lists: the same in the workbook that goes upward and on the staff's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.accountability.kinds import ListKind
from portal.accountability.queries.lists import EntryView, ListsView
from portal.accountability.workbook import Sheet, workbook
from portal.domain.day_words import cn_day
from portal.domain.permissions import Department
from portal.domain.rectification import ProblemStatus
from portal.supervision.kinds import ProblemCategory, ProblemOrigin, Severity

Label = Callable[[StrEnum], str]
"""Gives a term's Chinese label (the glossary's)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a fact by its key. ``term``: what its value is a member of."""

    key: str
    heading: str
    term: type[StrEnum] | None = None
    is_day: bool = False


_NUMBER = Column("number", "问题编号")
_HOME = Column("home", "机构或场所")
_CATEGORY = Column("category", "类别", ProblemCategory)
_SEVERITY = Column("severity", "程度", Severity)
_DEPARTMENT = Column("department", "监管部门", Department)
_FOUND = Column("found_on", "登账日期", is_day=True)

COLUMNS: Mapping[ListKind, tuple[Column, ...]] = {
    ListKind.PROBLEMS: (
        _NUMBER, _HOME, _CATEGORY, _SEVERITY, Column("origin", "来源", ProblemOrigin), _DEPARTMENT, _FOUND,
    ),
    ListKind.RECTIFICATIONS: (
        _NUMBER, _HOME, Column("responsible", "责任单位"), Column("measure", "整改措施"),
        Column("notice", "整改通知书"), Column("deadline", "整改期限", is_day=True),
        Column("status", "现在怎样", ProblemStatus), _FOUND,
    ),
    ListKind.RULES: (
        Column("document", "文号"), Column("issued_on", "发文日期", is_day=True), Column("url", "网址"),
    ),
    ListKind.RESULTS: (
        _NUMBER, _HOME, _CATEGORY, _FOUND, Column("cleared_on", "销号日期", is_day=True),
        Column("days", "用了几个工作日"),
    ),
}  # fmt: skip
"""After the title, before the remark."""


def cell(column: Column, facts: Mapping[str, Any], label: Label) -> str | int | date | None:
    """Return one value; None where nothing was known."""
    value = facts.get(column.key)
    if value is None:
        return None
    if column.term is not None:
        return label(column.term(value))
    if column.is_day:
        return date.fromisoformat(value)
    return value if isinstance(value, int) else str(value)


def rows(kind: ListKind, entries: Sequence[EntryView], label: Label) -> list[list[object]]:
    """Return the lines that stand, numbered."""
    standing = [entry for entry in entries if not entry.removed]
    return [
        [
            number,
            entry.title,
            *(cell(column, entry.facts, label) for column in COLUMNS[kind]),
            "反弹" if entry.facts.get("recurred") else None,
            entry.remark,
        ]
        for number, entry in enumerate(standing, 1)
    ]


def lists_workbook(view: ListsView, label: Label, about: Sequence[tuple[str, str]]) -> bytes:
    """Return the four lists of a month as a workbook, a sheet each; ``about``: who took it, where from."""
    sheets = [
        Sheet(
            label(kind),
            ("序号", "标题", *(column.heading for column in COLUMNS[kind]), "是否反弹", "说明"),
            rows(kind, view.entries[kind], label),
        )
        for kind in ListKind
    ]
    sent = view.this.submitted_at
    said = [
        ("名称", f"{view.region_label}{view.month.year}年{view.month.month}月四张清单"),
        ("版次", f"第{view.this.edition}版"),
        ("更正理由", view.this.correction_reason or "无"),
        ("报送", "还没有报送" if sent is None else f"{cn_day(sent.date())}，{view.this.submitted_by}"),
        ("最晚报送", cn_day(view.due)),
        *about,
    ]
    return workbook(sheets, said)
