"""What the import rules in pyproject.toml cannot say (``make check`` runs those)."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"
MODULES = sorted(PORTAL.rglob("*.py"))
NOW = {"now", "today", "utcnow", "fromtimestamp", "utcfromtimestamp"}
TIME = {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime"}


def imported(tree: ast.AST) -> list[str]:
    """Return the names of all modules that a module imports, wherever in it."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names.append(node.module or "")
    return names


@pytest.mark.parametrize("module", sorted((PORTAL / "domain").glob("*.py")), ids=lambda path: path.stem)
def test_the_domain_imports_the_standard_library_only(module: Path) -> None:
    foreign = [
        name
        for name in imported(ast.parse(module.read_text(encoding="utf-8")))
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("portal.domain")
    ]
    assert foreign == []


def asks_the_time(tree: ast.AST) -> list[int]:
    """Return the lines that read the computer's clock for a date: ``datetime.now()``, ``time.time()`` …"""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            of = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if (node.attr in NOW and of in ("datetime", "date")) or (node.attr in TIME and of == "time"):
                lines.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            lines += [node.lineno for alias in node.names if alias.name in TIME]
        elif isinstance(node, ast.Attribute | ast.Name) and getattr(node, "id", "") == "CURRENT_TIMESTAMP":
            lines.append(node.lineno)
    return lines


def test_only_the_clock_knows_what_time_it_is() -> None:
    others = {
        str(module.relative_to(ROOT)): lines
        for module in MODULES
        if module != PORTAL / "clock.py"
        and (lines := asks_the_time(ast.parse(module.read_text(encoding="utf-8"))))
    }
    assert others == {}


@pytest.mark.parametrize(
    ("code", "caught"),
    [
        ("from datetime import datetime\ndatetime.now()", True),
        ("import datetime\ndatetime.date.today()", True),
        ("import time\ntime.time()", True),
        ("from time import time", True),
        ("import time\ntime.perf_counter()", False),
        ("from portal import clock\nclock.now()", False),
    ],
)
def test_the_check_of_the_clock_sees(code: str, caught: bool) -> None:
    assert bool(asks_the_time(ast.parse(code))) is caught
