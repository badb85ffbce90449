"""The pinned requirements say what pyproject.toml says. Cheap: compares the files, asks no index."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
FILES = {"requirements.txt": (), "requirements-dev.txt": ("test", "check")}
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)(?: ; [^\\]+)? \\$")
OURS = "eldercare-transparency-portal"


@cache
def declared(extras: tuple[str, ...]) -> dict[str, Requirement]:
    """Return what pyproject.toml asks for, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return {canonicalize_name(found.name): found for found in map(Requirement, lines)}


@cache
def pinned(file: str) -> dict[str, str]:
    """Return the versions a requirements file pins, by name."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return {found[1]: found[2] for line in lines if (found := PIN.match(line))}


@cache
def asked_for_by_us(file: str) -> set[str]:
    """Return the names whose comment says that pyproject.toml asks for them."""
    names, current = set(), ""
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        if found := PIN.match(line):
            current = found[1]
        elif line.startswith("    #") and OURS in line:
            names.add(current)
    return names


@pytest.mark.parametrize("file", FILES)
def test_the_file_is_compiled_from_pyproject(file: str) -> None:
    wanted, pins = declared(FILES[file]), pinned(file)
    advice = 'run "make requirements"'
    assert set(wanted) == asked_for_by_us(file), advice
    outdated = {name: pins[name] for name, asked in wanted.items() if pins[name] not in asked.specifier}
    assert outdated == {}, advice


@pytest.mark.parametrize("file", FILES)
def test_the_file_names_no_place_and_proves_every_package(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(r"^\s*-(i|f|e|-index-url|-extra-index-url|-find-links|-trusted-host)", text, re.M)
    assert not re.search(r"https?://|file:|^\s*[./]|@ ", text, re.M)
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.M)[1:]
    assert len(entries) == len(pinned(file))
    assert all("--hash=sha256:" in entry for entry in entries)


def test_packages_with_compiled_parts_install_on_every_python_we_support() -> None:
    """One file's hash would do for one Python on one kind of machine only."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    entries = {entry.split("==")[0]: entry for entry in re.split(r"^(?=[a-z0-9])", text, flags=re.M)[1:]}
    for name in (
        "brotli",
        "psycopg-binary",
        "pydantic-core",
        "sqlalchemy",
        "markupsafe",
        "charset-normalizer",
        "pillow",
        "pillow-heif",
        "pikepdf",
        "lxml",
        "typst",
    ):
        assert entries[name].count("--hash=") > 10, name


def test_the_tests_run_on_what_the_portal_runs_on() -> None:
    both = pinned("requirements.txt").items() - pinned("requirements-dev.txt").items()
    assert both == set()
