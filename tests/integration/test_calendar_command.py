"""``flask calendar``: a dry run unless told to commit, and a due day that a script can read."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from portal.audit.queries import latest_entries
from portal.history.data_set import data_set_state
from portal.reference.calendar import every_notice

DECEMBER = ("--rest", "2026-12-31=元旦", "--work", "2026-12-27=元旦", "--document", "关于调整的通知")


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["calendar", *arguments])


def version(app: Flask) -> int:
    with app.app_context():
        return data_set_state().version


def test_due_prints_the_date_alone(sqlite_app: Flask) -> None:
    found = run(sqlite_app, "due", "2026-02-13", "--days", "5")
    assert (found.exit_code, found.stdout, found.stderr) == (0, "2026-02-27\n", "")


def test_a_provisional_due_day_says_so_beside_the_date(sqlite_app: Flask) -> None:
    found = run(sqlite_app, "due", "2027-03-01", "--days", "5")
    assert found.stdout == "2027-03-08\n"
    assert "暂定" in found.stderr
    assert "2027年" in found.stderr


@pytest.mark.parametrize(
    "arguments", [("2026-02-13", "--days", "-1"), ("1999-02-13", "--days", "5"), ("x", "--days", "5")]
)
def test_what_cannot_be_counted_ends_with_an_error(sqlite_app: Flask, arguments: tuple[str, ...]) -> None:
    found = run(sqlite_app, "due", *arguments)
    assert found.exit_code != 0
    assert found.stdout == ""
    assert "Traceback" not in found.stderr


def test_show_tells_holidays_and_worked_weekends(sqlite_app: Flask) -> None:
    told = run(sqlite_app, "show", "2026").stdout
    assert "2026年放假安排（已公布），工作日共248天" in told
    assert "春节：2月15日（周日）至2月23日（周一），共9天；上班：2月14日（周六）、2月28日（周六）" in told
    assert "暂定" in run(sqlite_app, "show", "2027").stdout
    assert run(sqlite_app, "show", "1900").exit_code == 1


def test_amend_is_a_dry_run_unless_told_to_commit(app: Flask) -> None:
    before = version(app)
    tried = run(app, "amend", *DECEMBER)
    assert tried.exit_code == 0
    assert "2026-12-27" in tried.stdout
    assert "什么都没有写入" in tried.stdout
    with app.app_context():
        assert every_notice() == []
    assert version(app) == before


def test_amend_commits_and_every_page_is_made_anew(app: Flask) -> None:
    before = version(app)
    done = run(app, "amend", *DECEMBER, "--commit")
    assert "已录入，编号1" in done.stdout
    assert version(app) > before
    assert run(app, "due", "2026-12-25", "--days", "1").stdout == "2026-12-27\n"
    assert "[1] 关于调整的通知" in run(app, "show", "2026").stdout
    again = run(app, "amend", *DECEMBER, "--commit")
    assert again.exit_code == 1
    assert "已经录入" in again.stderr
    gone = run(app, "amend", "--withdraw", "1", "--reason", "录错了", "--commit")
    assert gone.exit_code == 0
    assert run(app, "due", "2026-12-25", "--days", "1").stdout == "2026-12-28\n"
    assert "已撤下：录错了" in run(app, "show", "2026").stdout


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_amend_reads_a_file_in_the_encodings_that_offices_use(
    sqlite_app: Flask, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "2026.csv"
    file.write_text("日期,安排,节日\n2026-12-31,放假,元旦\n", encoding=encoding)
    tried = run(sqlite_app, "amend", str(file), "--document", "通知")
    assert "工作日 → 放假（元旦）" in tried.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--rest", "2026-12-31=元旦"), "--document"),
        (("--document", "通知"), "FILE"),
        (("--rest", "2026-13-31=元旦", "--document", "通知"), "第1行"),
        (("--withdraw", "9", "--reason", "x"), "没有编号为9"),
        (("--withdraw", "9", "--reason", "x", "--commit"), "没有编号为9"),
        (("--withdraw", "9", *DECEMBER), "不能"),
    ],
)
def test_a_wrong_order_is_refused_in_words(sqlite_app: Flask, arguments: tuple[str, ...], words: str) -> None:
    found = run(sqlite_app, "amend", *arguments)
    assert found.exit_code != 0
    assert words in found.stderr
    assert "Traceback" not in found.stderr


def test_what_is_entered_and_withdrawn_stands_in_the_audit(app: Flask) -> None:
    assert run(app, "amend", *DECEMBER, "--commit").exit_code == 0
    assert run(app, "amend", "--withdraw", "1", "--reason", "录错了", "--commit").exit_code == 0
    with app.app_context():
        entered, withdrawn = latest_entries(2)
        assert (entered.action, entered.subject) == ("calendar_amend", "calendar_notice/1")
        assert "录错了" in withdrawn.content
