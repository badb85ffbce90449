"""``flask redact``: a filter from standard input to standard output."""

from __future__ import annotations

import json

import pytest
from click.testing import Result
from flask import Flask

TEXT = "护工王芳说打13800138000，我住302房。\n"


def run(app: Flask, *arguments: str, text: str | bytes = TEXT) -> Result:
    return app.test_cli_runner().invoke(args=["redact", *arguments], input=text)


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        ((), "护工王某说打[电话]，我住[房号]。\n"),
        (("--marked",), "护工【姓名:王芳】说打【电话:13800138000】，我住【房号床号:302房】。\n"),
        (("--keep", "王芳说"), "护工王芳说打[电话]，我住[房号]。\n"),
    ],
)
def test_what_comes_in_goes_out_redacted(sqlite_app: Flask, arguments: tuple[str, ...], written: str) -> None:
    done = run(sqlite_app, *arguments)
    assert (done.exit_code, done.output) == (0, written)


def test_json_says_what_was_masked_and_where(sqlite_app: Flask) -> None:
    told = json.loads(run(sqlite_app, "--json").output)
    assert told["redacted"] == "护工王某说打[电话]，我住[房号]。\n"
    assert told["maskings"][0] == {
        "start": 2,
        "end": 4,
        "kind": "name",
        "text": "王芳",
        "replacement": "王某",
    }
    assert [TEXT[one["start"] : one["end"]] for one in told["maskings"]] == ["王芳", "13800138000", "302房"]


def test_a_name_of_the_case_is_found(sqlite_app: Flask) -> None:
    assert run(sqlite_app, "--name", "秦无名", text="秦无名不在\n").output == "秦某不在\n"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [(("--marked", "--json"), TEXT), ((), "王芳".encode("gb18030")), ((), "a" * 1_000_001)],
)
def test_what_cannot_be_read_is_said_and_nothing_is_written(
    sqlite_app: Flask, arguments: tuple[str, ...], text: str | bytes
) -> None:
    done = run(sqlite_app, *arguments, text=text)
    assert done.exit_code != 0
    assert done.stdout == ""
