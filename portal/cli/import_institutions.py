"""``flask import-institutions``: take in a bureau's list; a dry run unless told to commit."""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import IO, Any

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from portal.institutions.importer.errors import ImportRefused
from portal.institutions.importer.mapping import load_mapping
from portal.institutions.importer.run import Order, import_file
from portal.institutions.importer.screen import lines_of, printable
from portal.institutions.importer.values import one_line, tidy


class _Refused(click.ClickException):
    """Ends the command with exit code 1 and the reason in Chinese."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(printable(f"没有导入：{self.message}"), file=file or sys.stderr)


@click.command("import-institutions")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--source", default="", help="来源，如“三明市民政局养老机构名册”；同名的两份是同一名册的先后两期"
)
@click.option("--as-of", "as_of", default="", help="数据日期，如 2026-05-31")
@click.option("--region", help="名册所属的行政区划（代码或全称）；表里没有区划一列时必填")
@click.option("--sheet", help="工作表名；不写则自动选有机构的一张")
@click.option("--mapping", type=click.Path(path_type=Path), help="对照文件（JSON），见 docs/import.md")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="把完整报告写成JSON")
@click.option("--commit", is_flag=True, help="真正写入；不加则只试运行")
@with_appcontext
def import_institutions(
    file: Path,
    source: str,
    as_of: str,
    region: str | None,
    sheet: str | None,
    mapping: Path | None,
    report: Path | None,
    commit: bool,
) -> None:
    """把民政部门的养老机构名册（xlsx、xls、ods、csv）读进来。"""
    try:
        order = Order(
            file,
            _words("--source", source) if source else "",
            _day(as_of),
            None if region is None else _words("--region", region),
            None if sheet is None else _words("--sheet", sheet),
            load_mapping(mapping),
        )
        if report is not None:
            _try_to_write(report)
        result = import_file(order, commit=commit)
    except ImportRefused as error:
        raise _Refused(str(error)) from None
    except SQLAlchemyError as error:
        # Its own message quotes the statement with what the list says of people and homes.
        raise _Refused(
            f"数据库出错（{type(error).__name__}），什么都没有写入；请查看数据库是否可用"
        ) from None
    if report is not None:
        text = json.dumps(result.as_json(), ensure_ascii=False, indent=1)
        try:
            report.write_text(text + "\n", encoding="utf-8", errors="replace")
        except OSError as error:
            click.echo(printable(f"报告写不进{report}：{error.strerror}"), err=True)
            report = None
    for line in lines_of(result, str(report) if report else None):
        click.echo(line)


def _words(option: str, text: str) -> str:
    """Return an option's text without marks that nobody sees. Raises ImportRefused if nothing is left."""
    words = one_line(tidy(text))
    if not words:
        raise ImportRefused(f"{option} 是空的，或只有看不见的字符")
    return words


def _try_to_write(report: Path) -> None:
    """Open the report's file before anything is imported. Raises ImportRefused."""
    name = printable(str(report))
    try:
        if not report.absolute().parent.is_dir():
            raise ImportRefused(f"--report 所在的文件夹不存在：{printable(str(report.absolute().parent))}")
        existed = report.exists()
        with report.open("a", encoding="utf-8"):
            pass
        if not existed:
            report.unlink()
    except OSError as error:
        raise ImportRefused(f"--report 写不进{name[:80]}：{error.strerror}") from None
    except ValueError:
        raise ImportRefused(f"--report 的文件名里有不能用的字符：{name[:80]}") from None


def _day(text: str) -> date:
    if not text.strip():
        raise ImportRefused("请用 --as-of 写明数据日期（名册上的数是哪一天的），如2026-05-31")
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", text.strip())
    try:
        if found is not None:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise ImportRefused(f"--as-of “{text}”不是日期，应写成2026-05-31")
