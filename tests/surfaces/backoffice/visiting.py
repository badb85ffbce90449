"""Working on visits, draws and credit through the back office's pages, for tests."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

from portal import clock
from tests.surfaces.backoffice.records import inputs
from tests.surfaces.backoffice.supervising import hidden

INSPECTIONS, DRAWS, CREDIT = "/staff/inspections", "/staff/draws", "/staff/credit"


def planned(client: FlaskClient, home: str, **changes: str) -> str:
    """Plan a visit of a listed home; return its page."""
    form = {"home": f"i-{home}", "kind": "thematic", "theme": "冬季用火用电", **changes}
    answer = client.post(f"{INSPECTIONS}/new", data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def visit_form(client: FlaskClient, page: str, **changes: str) -> dict[str, Any]:
    """Return the form of a visit as its page shows it, with what is said filled in."""
    shown = client.get(f"{page}/visit").text
    said = {"result": "clean", "summary": "逐项查看，未见问题。", "visited_on": clock.today().isoformat()}
    return {**hidden(shown), **inputs(shown), "rows": "1", **said, **changes}


def recorded(client: FlaskClient, page: str, **changes: str) -> None:
    """Record a visit; it has to work."""
    answer = client.post(f"{page}/visit", data=visit_form(client, page, **changes))
    assert answer.status_code == 303, answer.text


def row(number: int = 1, **changes: str) -> dict[str, str]:
    """Return one problem of a visit's form."""
    said = {
        "category": "fire", "severity": "serious", "criterion": "", "title": "二楼通道堆放床垫",
        "description": "二楼东侧疏散通道堆放床垫十张。", "responsible": "示例敬老院", **changes,
    }  # fmt: skip
    return {f"p{number}-{name}": text for name, text in said.items()}


def field(page: str, name: str) -> str:
    """Return what a text field or an area of a page holds."""
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
    if area is not None:
        return area[1]
    line = re.search(rf'<input(?=[^>]*name="{name}")[^>]*value="([^"]*)"', page)
    assert line is not None, name
    return line[1]
