"""One import from file to report, and on request into the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select

from portal import clock
from portal.domain.actor import IMPORTER, Actor
from portal.extensions import db
from portal.history.keeper import take_turn
from portal.history.models import DataSet, DataSetKind, SourceDocument
from portal.history.recorded import recorded_fields
from portal.institutions.importer import store
from portal.institutions.importer.changes import compare
from portal.institutions.importer.columns import FEE, Columns
from portal.institutions.importer.commit import write_report
from portal.institutions.importer.confining import homes_outside, rows_outside
from portal.institutions.importer.errors import ImportRefused
from portal.institutions.importer.mapping import FieldMapping
from portal.institutions.importer.matching import match
from portal.institutions.importer.missing import missing
from portal.institutions.importer.progress import Progress
from portal.institutions.importer.reading import read_table, shown_name
from portal.institutions.importer.report import Report
from portal.institutions.importer.row_model import HomeRow
from portal.institutions.importer.row_regions import RowRegions
from portal.institutions.importer.rows import RowReader
from portal.institutions.importer.selection import Chosen, choose_sheet
from portal.institutions.models import FeeStandard, Filing, Institution, Registration, StarGrade
from portal.institutions.uncollected import uncollected
from portal.reference.regions import RegionDirectory
from portal.unit_of_work import unit_of_work

_SOURCE_LIMIT = 300
_PAPER_COLUMNS = {
    "grade": StarGrade, "grade_body": StarGrade, "filing_number": Filing, "filed_on": Filing,
    "filed": Filing, "registered_on": Registration, "credit_or_registration": Registration,
    "credit_code": Registration, FEE: FeeStandard,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """What the operator asks for."""

    path: Path
    source: str
    as_of: date
    region: str | None = None
    sheet: str | None = None
    mapping: FieldMapping = field(default_factory=FieldMapping)
    content: bytes | None = None
    """The file's bytes, where ``path`` is only its name."""
    skip_rows: frozenset[int] = frozenset()
    """1-based rows of new or changed homes that are not to be entered."""
    confined: bool = False
    """True: rows about homes outside of ``region`` are quarantined, whatever they say."""
    actor: Actor = IMPORTER


class Supervision:
    """What whoever asked for a commit does within its transaction."""

    def approve(self, report: Report) -> None:
        """Look at the report once more, with other writers waiting; raise to leave everything as it is."""

    def entered(self, report: Report, source: SourceDocument | None) -> None:
        """Take note of what was entered; ``source`` None: the file said nothing new."""


def import_file(
    order: Order,
    *,
    commit: bool,
    progress: Progress | None = None,
    supervision: Supervision | None = None,
) -> Report:
    """Return the report; with ``commit`` all good rows are entered in one transaction, or none.

    Raises ImportRefused if the file as a whole can't be taken in.
    """
    with uncollected():
        return _import(order, commit, progress or Progress(), supervision or Supervision())


def _import(order: Order, commit: bool, progress: Progress, supervision: Supervision) -> Report:
    _refuse_bad_order(order)
    directory = RegionDirectory.load(db.session())
    within = _region(directory, order.region)
    _refuse_demo(directory, within)
    progress.step("打开文件")
    table = read_table(order.path, order.content)
    chosen = choose_sheet(table, order.sheet, order.mapping.headings)
    progress.step("逐行读取")
    reader = RowReader(
        chosen.sheet, chosen.layout, order.mapping, RowRegions(directory, chosen.layout.columns, within)
    )
    indexes = chosen.rows
    rows = list(progress.counted(map(reader.read, indexes), len(indexes), "逐行读取"))
    if not rows:
        raise ImportRefused(f"工作表“{chosen.sheet.name}”的标题行下面没有机构")

    read_problems = [len(home.problems) for home in rows]

    def compared() -> tuple[Report, set[int]]:
        progress.step("与已有机构比对")
        for home, count in zip(rows, read_problems, strict=True):
            del home.problems[count:]  # what an earlier comparison found
        report, older = _compare(
            order, chosen, table.format, table.encoding, rows, directory, within, progress
        )
        for home in report.quarantined:
            home.cells = home.cells or reader.cells(home.row - 1)
        report.seen_before = store.entered_before(order.source, order.as_of, table.sha256)
        return report, older

    version = _version()
    report, older = compared()
    if not commit:
        return report
    with unit_of_work():
        take_turn()  # nobody changes what the report was compared with until it is written …
        if _version() != version:  # … nor has anybody since; comparing takes longer than others can wait
            report, older = compared()
        supervision.approve(report)
        source = None
        if not (report.seen_before and not report.new and not report.changed):
            report.skipped = order.skip_rows
            stated = _fields_covered(chosen.layout.columns)
            source = write_report(report, table.sha256, stated, older, progress.step, order.actor)
        supervision.entered(report, source)
    report.committed = True
    return report


def _version() -> int | None:
    """Return the version of the data: it moves with every statement and confirmation."""
    return db.session.scalar(select(DataSet.version).where(DataSet.id == 1))


def _refuse_bad_order(order: Order) -> None:
    if not order.source.strip():
        raise ImportRefused("请用 --source 写明来源，例如“某市民政局养老机构名册”")
    if len(order.source) > _SOURCE_LIMIT:
        raise ImportRefused(f"--source 超过{_SOURCE_LIMIT}个字")
    if order.as_of > clock.today():
        raise ImportRefused(f"--as-of 是{order.as_of.isoformat()}，晚于今天：尚未发生的事不能登记为事实")


def _refuse_demo(directory: RegionDirectory, within: str | None) -> None:
    """Refuse what would mix real homes and fictional ones: each region is one or the other."""
    kind = db.session.scalar(select(DataSet.kind).where(DataSet.id == 1))
    row = None if within is None else directory.get(within)
    if kind is DataSetKind.DEMO and not (row is not None and row.fictional):
        raise ImportRefused(
            "这个数据库里是演示数据，真实机构不能与虚构的混在一起。请另建一个空的：\n"
            "  PORTAL_DATA=新文件夹 flask --app wsgi db upgrade\n"
            "  PORTAL_DATA=新文件夹 flask --app wsgi import-institutions …"
        )


def _region(directory: RegionDirectory, text: str | None) -> str | None:
    if text is None:
        return None
    found = directory.resolve(text)
    if found.code is None:
        raise ImportRefused(f"--region “{text}”：{found.reason or '不是已知的行政区划'}")
    return found.code


def _compare(
    order: Order,
    chosen: Chosen,
    format_: str,
    encoding: str | None,
    rows: list[HomeRow],
    directory: RegionDirectory,
    within: str | None,
    progress: Progress,
) -> tuple[Report, set[int]]:
    columns = chosen.layout.columns
    name = columns.one("name")
    heading = name.heading if name else "机构名称"
    known = store.load_homes(lambda code: directory.resolve(code).code or code)
    if order.confined and within is not None:
        rows_outside(rows, directory.within(within), heading)
    matching = match(rows, known, heading)
    if order.confined and within is not None:
        homes_outside(matching, directory.within(within), heading, directory.label)
    facts = store.load_facts([home for _, home in matching.matched], order.as_of)
    report = Report(
        shown_name(order.path), chosen.sheet.name, chosen.others, chosen.others_with_homes, format_, encoding,
        (chosen.layout.first + 1, chosen.layout.last + 1), order.source, order.as_of, within,
    )  # fmt: skip
    report.new = sorted(matching.new, key=lambda home: home.row)
    for home, one in progress.counted(matching.matched, len(matching.matched), "比对"):
        changes = compare(home, facts[one.id], order.as_of)
        (report.changed if changes else report.unchanged).append((home, one, changes))
    for matched in (report.changed, report.unchanged):
        matched.sort(key=lambda each: each[0].row)
    report.quarantined = [home for home in rows if home.problems]
    listed = store.listed_before(order.source, order.as_of) - {one.id for _, one in matching.matched}
    report.missing = missing(known, listed, rows, within)
    report.unknown_headings = columns.unknown
    report.ignored_headings = columns.ignored
    report.kept_as_written = [(home.row, note) for home in rows if not home.problems for note in home.kept]
    report.notes = [(home.row, note) for home in rows for note in home.notes]
    report.duplicates = matching.duplicates
    older = {fact.id for fact in facts.values() if fact.older}
    report.history_only = len(older)
    return report, older


def _fields_covered(columns: Columns) -> list[str]:
    """Return the fields that a confirmation by this list confirms."""
    fields = set(recorded_fields(Institution))
    covered = {column.field for column in columns.known} & fields | {"name", "region_code"}
    for column in columns.known:
        if column.field in _PAPER_COLUMNS:
            covered |= set(recorded_fields(_PAPER_COLUMNS[column.field])) - {"withdrawn"}
        if column.field in ("nature", "operation_mode", "legal_form", "kind"):
            covered |= {"kind", "legal_form", "operation_mode", "nature_as_written"}
        if column.field in ("longitude", "latitude", "position"):
            covered |= {"longitude", "latitude", "position_as_written", "position_system"}
        if column.field == FEE:
            covered.add("fees_as_written")
    return sorted(covered)
