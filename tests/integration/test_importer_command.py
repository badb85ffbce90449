"""The command line: a dry run, a commit, a report file, and plain refusals instead of tracebacks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from portal.extensions import db
from portal.institutions.models import Institution

WORKBOOK = Path(__file__).parents[1] / "workbooks" / "01_title_and_notes.xlsx"
USUAL = ("--source", "测试名册", "--as-of", "2026-05-31")


def _run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["import-institutions", *map(str, arguments)])


def _homes(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Institution.id))) or 0


def test_a_dry_run_then_a_commit(app: Flask, tmp_path: Path) -> None:
    dry = _run(app, WORKBOOK, *USUAL)
    assert dry.exit_code == 0
    assert "读到 5 行机构：新增 5，有变更 0，无变化 0，隔离 0" in dry.output
    assert "试运行" in dry.output
    assert _homes(app) == 0
    written = tmp_path / "报告.json"
    done = _run(app, WORKBOOK, *USUAL, "--commit", "--report", written)
    assert done.exit_code == 0
    assert _homes(app) == 5
    report = json.loads(written.read_text(encoding="utf-8"))
    assert (report["read"], report["committed"], len(report["new"])) == (5, True, 5)
    again = _run(app, WORKBOOK, *USUAL, "--commit")
    assert "未重复写入" in again.output


def test_long_lists_are_cut_and_point_to_the_report(app: Flask, tmp_path: Path) -> None:
    rows = [f"测试{number:03d}号院,明溪县,{number}" for number in range(30)]
    path = tmp_path / "名册.csv"
    path.write_text("\n".join(["机构名称,县市区,床位数", *rows]), encoding="utf-8")
    output = _run(app, path, *USUAL).output
    assert "另有 10 条" in output
    assert "--report" in output


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("没有.xlsx", *USUAL), "找不到文件"),
        ((WORKBOOK, "--as-of", "2026-05-31"), "--source"),
        ((WORKBOOK, "--source", "测试"), "--as-of"),
        ((WORKBOOK, "--source", "测试", "--as-of", "2026-13-01"), "不是日期"),
        ((WORKBOOK, "--source", "测试", "--as-of", "2999-01-01"), "晚于今天"),
        ((WORKBOOK, "--source", "长" * 301, "--as-of", "2026-05-31"), "300个字"),
        ((WORKBOOK, *USUAL, "--region", "999999"), "999999"),
        ((WORKBOOK, *USUAL, "--region", "鼓楼区"), "重名"),
        ((WORKBOOK, *USUAL, "--sheet", "没有"), "Sheet1"),
        ((WORKBOOK, *USUAL, "--mapping", "没有.json"), "没有这个文件"),
        ((WORKBOOK, *USUAL, "--report", "/没有的文件夹/报告.json"), "文件夹不存在"),
    ],
)
def test_refusals_say_what_is_wrong(app: Flask, arguments: tuple[object, ...], word: str) -> None:
    result = _run(app, *arguments)
    assert result.exit_code == 1
    assert "没有导入" in result.output
    assert word in result.output
    assert "Traceback" not in result.output
