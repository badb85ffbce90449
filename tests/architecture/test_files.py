"""What holds for every file: short modules, nothing left undone, nothing of the machine it was written on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "var", "build", "dist", "node_modules", "index", "__pycache__"}
BINARY = {".xls", ".xlsx", ".ods", ".png", ".jpg", ".ico", ".woff2", ".pyc", ".db", ".zip", ".gz"}
LONGEST = 400
MACHINE_MADE = ROOT / "portal" / "migrations" / "versions"
WORKBOOKS = ROOT / "tests" / "workbooks"
"""Holds what bureaus write, with their own headings as names: data that happens to be Python."""

UNDONE = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
MACHINE = re.compile(
    r"(?<![\w./-])/(work|root|mnt|Users|home)/\w|file:///(opt|tmp)|/opt/(pypi|wheels)|/tmp/venv"
)


def project_files(suffix: str = "") -> Iterator[Path]:
    """Yield every text file that belongs to the project, whether or not it is committed yet."""
    for path in sorted(ROOT.rglob(f"*{suffix}")):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts[:-1])
        built = NOT_OURS.intersection(parts) or any(part.endswith(".egg-info") for part in parts)
        if path.is_file() and not hidden and not built and path.suffix not in BINARY:
            yield path


def test_modules_are_short() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in project_files(".py")
        if not {MACHINE_MADE, WORKBOOKS}.intersection(path.parents)
        and (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST
    }
    assert long == {}


@pytest.mark.parametrize(("what", "pattern"), [("left undone", UNDONE), ("a place on a machine", MACHINE)])
def test_nothing_stays_behind(what: str, pattern: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in project_files()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == [], what


def test_identifiers_are_english() -> None:
    others = [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}: {name}"
        for path in project_files(".py")
        if WORKBOOKS not in path.parents
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for field in ("id", "attr", "name", "arg", "asname")
        if isinstance(name := getattr(node, field, None), str) and not name.isascii()
    ]
    assert others == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in project_files(".py")
        if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []
