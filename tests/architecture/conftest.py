"""The demo city behind a test client, and every page that can be reached from the first one."""

from __future__ import annotations

import shutil
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.extensions import db
from tests.conftest import make_app

PER_ENDPOINT = 8
"""Addresses of one endpoint that are looked at: filters and pages would go on forever."""


class PageReader(HTMLParser):
    """Collects what a page links to and what a content security policy would refuse."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        values = dict(attrs)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.inline.append(f"<{tag} {name}={value!r}>")
            if name in ("href", "action") and (value or "").strip().lower().startswith("javascript:"):
                self.inline.append(f"<{tag} {name}={value!r}>")
        if tag == "style":
            self.inline.append("<style>")
        if tag == "script" and "src" not in values and "json" not in (values.get("type") or ""):
            self.inline.append("<script> without src")
        if tag == "a" and values.get("href"):
            self.links.append(values["href"] or "")
        if tag in ("script", "img", "iframe", "source") and values.get("src"):
            self.loads.append(values["src"] or "")
        if tag == "link" and "canonical" not in (values.get("rel") or ""):
            self.loads.append(values.get("href") or "")


@dataclass(frozen=True)
class Page:
    """An address and how it was answered."""

    address: str
    endpoint: str
    response: TestResponse

    @property
    def is_html(self) -> bool:
        """True for a page, false for a table or a picture."""
        return self.response.mimetype == "text/html"


@dataclass
class Site:
    """Everything reached from the first page, and what the database was asked to write meanwhile."""

    pages: list[Page] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)


def watch_writes(app: Flask, writes: list[str]) -> Iterator[None]:
    """Note every commit and every statement that is not a question."""

    def commit(_session: Session) -> None:
        writes.append("COMMIT")

    def statement(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        if sql.lstrip().split(None, 1)[0].upper() not in ("SELECT", "WITH", "PRAGMA"):
            writes.append(sql)

    with app.app_context():
        engine = db.engine
    event.listen(Session, "before_commit", commit)
    event.listen(engine, "before_cursor_execute", statement)
    yield
    event.remove(Session, "before_commit", commit)
    event.remove(engine, "before_cursor_execute", statement)


@pytest.fixture
def no_writes(sqlite_app: Flask) -> Iterator[list[str]]:
    """What ``sqlite_app`` wrote while the test ran."""
    writes: list[str] = []
    yield from _yield_value(watch_writes(sqlite_app, writes), writes)


def _yield_value(watch: Iterator[None], value: list[str]) -> Iterator[list[str]]:
    next(watch)
    yield value
    next(watch, None)


@pytest.fixture(scope="session")
def demo_app(tmp_path_factory: pytest.TempPathFactory, demo_folder: Path) -> Iterator[Flask]:
    """An application that holds the demo city."""
    folder = tmp_path_factory.mktemp("walk") / "data"
    shutil.copytree(demo_folder, folder)
    app = make_app(folder)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def site(demo_app: Flask) -> Site:
    """Walk the demo portal from its first page, a few addresses of each endpoint, following every link."""
    found = Site()
    client = demo_app.test_client()
    router = demo_app.url_map.bind("localhost")
    seen: set[str] = set()
    visits: Counter[str] = Counter()
    waiting = deque(["/"])
    watch = watch_writes(demo_app, found.writes)
    next(watch)
    while waiting:
        address = waiting.popleft()
        path = urlsplit(address).path
        if address in seen or not router.test(path, method="GET"):
            if address not in seen and not router.test(path):
                found.pages.append(Page(address, "nowhere", client.get(address)))
            seen.add(address)
            continue
        seen.add(address)
        endpoint, _ = router.match(path, method="GET")
        if visits[endpoint] >= PER_ENDPOINT:
            continue
        visits[endpoint] += 1
        page = Page(address, endpoint, client.get(address))
        page.response.get_data()  # tables are written while they are sent
        found.pages.append(page)
        if page.is_html:
            reader = PageReader(page.response.text)
            for link in [*reader.links, *reader.loads]:
                target = urlsplit(urljoin(address, link))
                if not target.scheme and not target.netloc:
                    waiting.append(target.path + (f"?{target.query}" if target.query else ""))
    next(watch, None)
    return found
