"""Working on problems and notices through the back office's pages, for tests."""

from __future__ import annotations

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock
from portal.institutions import service
from portal.institutions.models import Institution
from portal.unit_of_work import unit_of_work
from tests.integration.supervision.bureau import source

PROBLEMS, NOTICES = "/staff/problems", "/staff/notices"
_HIDDEN = re.compile(r'<input(?=[^>]*type="hidden")[^>]*name="([^"]+)"[^>]*value="([^"]*)"')

WORDS = {
    "category": "fire",
    "severity": "serious",
    "criterion": "",
    "title": "二楼疏散通道堆放床垫",
    "description": "二楼东侧疏散通道堆放床垫十张，宽度不够。",
    "responsible": "示例敬老院",
}
"""What is said of a problem."""


def make_home(app: Flask, name: str = "示例敬老院", region: str = "350404") -> str:
    """Enter a listed home; return its public id."""
    with app.app_context(), unit_of_work():
        made: Institution = service.register_institution({"name": name, "region_code": region}, source())
        return made.public_id


def entry(home: str, **changes: str) -> dict[str, str]:
    """Return the filled-in form of a problem at a listed home."""
    today = clock.today().isoformat()
    return {
        **WORDS,
        "home": f"i-{home}",
        "region": "350404",
        "origin": "by_hand",
        "found_on": today,
        **changes,
    }


def entered(client: FlaskClient, home: str, **changes: str) -> str:
    """Enter a problem; return its page."""
    answer = client.post(f"{PROBLEMS}/new", data=entry(home, **changes))
    assert answer.status_code == 303, text_of(answer)
    return str(answer.location)


def do(client: FlaskClient, page: str, deed: str, seen: str = "", **fields: str) -> TestResponse:
    """Fill in one form of a page and send it. ``seen``: a version seen earlier."""
    data = {f"{deed}-{name}": value for name, value in fields.items()}
    data[f"{deed}-version"] = seen or version(client, page)
    return client.post(f"{page}/{deed.replace('_', '-')}", data=data)


def done(client: FlaskClient, page: str, deed: str, **fields: str) -> None:
    """As ``do``, and it has to work."""
    answer = do(client, page, deed, **fields)
    assert answer.status_code == 303, text_of(answer)


def version(client: FlaskClient, page: str) -> str:
    """Return the version that a page shows."""
    return re.findall(r'version"[^>]*value="(\d+)"', client.get(page).text)[0]


def offered(page: str) -> set[str]:
    """Return the deeds whose forms a page holds."""
    found = re.findall(r'action="/staff/(?:problems|notices)/[^/"]+/([a-z-]+)"', page)
    return {name.replace("-", "_") for name in found}


def text_of(answer: TestResponse) -> str:
    """Return the words of a page."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page."""
    return dict(_HIDDEN.findall(page))
