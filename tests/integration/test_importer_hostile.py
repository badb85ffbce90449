"""The command line with files and options made to break it: one Chinese sentence, nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DataError

from portal.extensions import db
from portal.institutions.importer import run
from portal.institutions.models import Institution, QuarantinedRow

USUAL = ("--source", "测试名册", "--as-of", "2026-05-31")
CARD = "350402198001011234"


def _run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["import-institutions", *map(str, arguments)])


def _homes(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Institution.id))) or 0


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "名册.csv"
    path.write_text("机构名称,县市区,床位数\n甲养老院,三元区,1\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("file", "options", "word"),
    [
        ("长" * 300, USUAL, "没有导入"),
        ("坏\udcff.xlsx", USUAL, "没有导入"),
        (None, ("--source", "\u200b\ufeff", "--as-of", "2026-05-31"), "--source"),
        (None, (*USUAL, "--sheet", "\u200b"), "--sheet"),
        (None, (*USUAL, "--sheet", "\udcff"), "--sheet"),
    ],
)
def test_odd_names_and_options_are_refused(
    app: Flask, listed: Path, file: str | None, options: tuple[str, ...], word: str
) -> None:
    result = _run(app, file or listed, *options)
    assert result.exit_code == 1
    assert word in result.output
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_source_is_cleaned(app: Flask, listed: Path) -> None:
    result = _run(app, listed, "--source", "某\udcff市\x1b[2J名册\u200b", "--as-of", "2026-05-31", "--commit")
    assert result.exit_code == 0
    assert "某市[2J名册" in result.output
    assert "\x1b" not in result.output


def test_a_report_that_cannot_be_written_stops_the_commit(app: Flask, listed: Path, tmp_path: Path) -> None:
    result = _run(app, listed, *USUAL, "--commit", "--report", tmp_path / ("长" * 300 + ".json"))
    assert result.exit_code == 1
    assert "--report" in result.output
    assert _homes(app) == 0


def test_a_database_error_is_one_sentence(app: Flask, listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise DataError("INSERT INTO institution", {"name": "甲养老院"}, Exception("甲养老院 too long"))

    monkeypatch.setattr(run, "write_report", fail)
    result = _run(app, listed, *USUAL, "--commit")
    assert result.exit_code == 1
    assert "数据库" in result.output
    assert "什么都没有写入" in result.output
    assert "甲养老院" not in result.output
    assert "INSERT" not in result.output
    assert _homes(app) == 0


def test_an_identity_number_is_stored_and_reported_nowhere(app: Flask, tmp_path: Path) -> None:
    path, written = tmp_path / "名册.csv", tmp_path / "报告.json"
    path.write_text(
        "机构名称,县市区,床位数,联系电话,服务内容\n"
        f"甲养老院,三元区,1,{CARD},{CARD}\n"
        f"乙养老院,三元区,若干,赵六13600002222,{CARD}\n"
        f"{CARD},三元区,1,,\n",
        encoding="utf-8",
    )
    result = _run(app, path, *USUAL, "--commit", "--report", written)
    assert result.exit_code == 0
    text = written.read_text(encoding="utf-8")
    assert CARD not in result.output + text
    assert "赵六" not in result.output + text
    notes = [(note["row"], note["column"], note["value"]) for note in json.loads(text)["notes"]]
    assert (2, "联系电话", "（疑似身份证号，不复述）") in notes
    with app.app_context():
        home = db.session.scalars(select(Institution)).one()
        assert (home.phone, home.services) == (None, None)
        kept = [row.cells for row in db.session.scalars(select(QuarantinedRow).order_by(QuarantinedRow.row))]
    assert kept[0]["联系电话"] == "13600002222"
    assert kept[0]["服务内容"] == kept[1]["机构名称"] == "（疑似身份证号，不复述）"


def test_a_second_row_of_the_same_home_is_kept_without_names(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    row = "甲养老院,三元区,1,赵六13600002222\n"
    path.write_text("机构名称,县市区,床位数,联系电话\n" + row * 2, encoding="utf-8")
    assert _run(app, path, *USUAL, "--commit").exit_code == 0
    with app.app_context():
        assert db.session.scalars(select(QuarantinedRow)).one().cells["联系电话"] == "13600002222"
