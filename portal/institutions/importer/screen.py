"""The report in plain Chinese for the person at the keyboard: counts first, then the lists, cut short."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from portal.institutions.importer.report import Report
from portal.institutions.importer.row_model import CellNote, HomeRow

SHOWN = 20


def lines_of(report: Report, report_file: str | None) -> Iterator[str]:
    """Yield the lines of the report, fit for a terminal."""
    return map(printable, _lines_of(report, report_file))


def printable(text: str) -> str:
    """Return text without control characters: an ESC in a file must not reach the terminal.

    Line ends stay, marks that turn the direction of writing don't.
    """
    return "".join(
        ch for ch in text if ch == "\n" or unicodedata.category(ch) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )


def _lines_of(report: Report, report_file: str | None) -> Iterator[str]:
    yield f"文件　{report.file}（{report.format}{'，' + report.encoding if report.encoding else ''}）"
    first, last = report.heading_rows
    rows = f"第{first}行" if first == last else f"第{first}至{last}行"
    yield f"工作表　{report.sheet}（标题在{rows}）"
    if report.sheets_left_with_homes:
        left = "”“".join(report.sheets_left_with_homes)
        yield f"注意：工作表“{left}”里也有机构，这次没有读；要读请用 --sheet 指定"
    elif report.other_sheets:
        yield f"没有读的工作表　{'、'.join(report.other_sheets)}"
    yield f"来源　{report.source}　数据日期　{report.as_of.isoformat()}"
    yield ""
    yield (
        f"读到 {report.read} 行机构：新增 {len(report.new)}，有变更 {len(report.changed)}，"
        f"无变化 {len(report.unchanged)}，隔离 {len(report.quarantined)}"
    )
    yield (
        f"另有：名册里少了 {len(report.missing)}，疑似重复 {len(report.duplicates)}，"
        f"按原文保留 {len(report.kept_as_written)}，不认识的列 {len(report.unknown_headings)}，"
        f"不收的列 {len(report.ignored_headings)}"
    )
    if report.history_only:
        yield (
            f"注意：有 {report.history_only} 家已有更晚的资料，这份名册对它们只进入历史，不改现在显示的内容"
        )
    cut = _Cut()
    yield from cut.section(
        "隔离的行（一行里有读不出的内容，整行未收；改好后重新导入即可）",
        [_note(home.row, note) for home in report.quarantined for note in home.problems],
    )
    yield from cut.section("疑似重复（已收入，请核对）", [_duplicate(each) for each in report.duplicates])
    yield from cut.section(
        "上次有、这次没有的机构（没有删除，请核对）",
        [f"  {known.name}（{known.public_id}）" for known in report.missing],
    )
    yield from cut.section(
        "有变更的机构",
        [f"  第{home.row}行 {home.name}：{_fields(changes.shown)}" for home, _, changes in report.changed],
    )
    yield from cut.section(
        "新增的机构", [f"  第{home.row}行 {home.name}（{home.region_code}）" for home in report.new]
    )
    yield from cut.section("按原文保留（没有猜）", [_note(row, note) for row, note in report.kept_as_written])
    yield from cut.section("说明", [_note(row, note) for row, note in report.notes])
    yield from cut.section(
        "不认识的列（可在对照文件里说明）", [f"  {_flat(name)}" for name in report.unknown_headings]
    )
    yield from cut.section(
        "不收的列", [f"  {_flat(name)}：{reason}" for name, reason in report.ignored_headings]
    )
    yield ""
    if cut.happened and report_file is None:
        yield f"以上各列只显示前{SHOWN}条；加 --report 文件名.json 可得到全部"
    if report_file is not None:
        yield f"完整报告已写入 {report_file}"
    yield _ending(report)


def _ending(report: Report) -> str:
    if not report.committed:
        return "这是试运行，什么都没有写入。确认无误后加 --commit 再运行一次。"
    if report.seen_before and not report.new and not report.changed:
        return "同一份文件以前已经导入过，没有新内容，未重复写入。"
    good = len(report.new) + len(report.changed) + len(report.unchanged)
    return f"已写入：{good} 行全部收入，隔离的 {len(report.quarantined)} 行另存待改。"


class _Cut:
    """Cuts lists short and remembers that it did."""

    def __init__(self) -> None:
        self.happened = False

    def section(self, title: str, lines: list[str]) -> Iterable[str]:
        """Yield a titled list, nothing for an empty one."""
        if not lines:
            return
        yield ""
        yield f"{title}：{len(lines)}"
        yield from lines[:SHOWN]
        if len(lines) > SHOWN:
            self.happened = True
            yield f"  …… 另有 {len(lines) - SHOWN} 条"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _note(row: int, note: CellNote) -> str:
    value = f"“{_flat(note.value)[:40]}”" if note.value else "空白"
    return f"  第{row}行 {_flat(note.column)}：{value} {note.reason}"


def _duplicate(duplicate: Any) -> str:
    return (
        f"  第{duplicate.row.row}行 {duplicate.row.name} ↔ {_whose(duplicate.other)}：{duplicate.suggestion}"
    )


def _whose(other: Any) -> str:
    return (
        f"第{other.row}行 {other.name}"
        if isinstance(other, HomeRow)
        else f"{other.name}（{other.public_id}）"
    )


def _fields(shown: dict[str, Any]) -> str:
    parts = []
    for name, change in shown.items():
        if name == "fees":
            parts.append("收费标准")
        else:
            parts.append(f"{name} {_value(change['before'])} → {_value(change['after'])}")
    return "；".join(parts)[:160]


def _value(value: Any) -> str:
    return "（无）" if value is None else str(value).replace("\n", " ")[:40]
