"""500 000 suggestions beside 5 000: the list, look-alikes, the staff's queue, lodging.

``python -m tests.bench.suggestions SMALL_FOLDER LARGE_FOLDER [SMALL_URL LARGE_URL]`` asks both sizes in
turn, in one process, so that whatever else the machine does weighs on both; prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock, create_app
from portal.accounts.models import StaffMember
from portal.config import load_settings
from portal.domain.actor import PUBLIC
from portal.extensions import db
from portal.topics.kinds import SuggestionKind
from portal.topics.models import Suggestion, SuggestionTerm
from portal.topics.queries.alike import alike
from portal.topics.queries.suggestions import Choice, public_suggestions
from portal.topics.service.lodging import Wish, lodge
from portal.topics.service.words import Contact
from portal.unit_of_work import unit_of_work
from tests.bench.complaint_rows import COUNTIES
from tests.bench.suggestion_rows import ONE
from tests.surfaces.staff import Made, signed_in

_TURNS = 30
_UNCOUNTED = 3
_LODGED = 100
_COUNTY, _CITY = COUNTIES[0], "350400"
_ASKED = {
    "look-alikes: two things": "食堂的饭太硬，老人咬不动，能不能煮烂一点",
    "look-alikes: one thing": "希望多办老年大学",
    "look-alikes: half a page": "我们住在城东老街，公园很好，孩子也常来。就是食堂离得太远，走路要半个钟头，"
    "冬天路滑更难，送餐又要另外收钱，希望在小区里开一个助餐点，周末也开门，价格便宜一点，再装几个扶手。",
    "look-alikes: nothing known": "希望公交站牌旁边的桂花树修剪一下",
}
_PAGES = {
    "list": "/suggestions",
    "list: most supported": "/suggestions?sort=supported",
    "list: just answered": "/suggestions?sort=answered",
    "list of a county": f"/suggestions?region={_COUNTY}",
    "list of a city": f"/suggestions?region={_CITY}",
    "list: fees": "/suggestions?kind=fees",
    "list: fees in a county, most supported": f"/suggestions?region={_COUNTY}&kind=fees&sort=supported",
    "list: waiting for an answer": "/suggestions?state=open",
    "list: done": "/suggestions?state=done",
    "list: the page in the middle": "/suggestions?from={middle}",
    "one suggestion": f"/suggestions/{ONE}",
    "staff: to look through": "/staff/suggestions",
    "staff: not public": "/staff/suggestions?state=not_public",
    "staff: to answer, overdue": "/staff/suggestions?state=to_answer&late=1",
}

Figures = dict[str, Any]


def asked(apps: Sequence[Flask]) -> Figures:
    """Return the median milliseconds of each question with few and with many, asked in turn."""
    clients = [_clerk(app) for app in apps]
    middles = [_middle(app) for app in apps]
    times: dict[str, list[list[float]]] = {}
    for turn in range(-_UNCOUNTED, _TURNS):
        for which, (app, client) in enumerate(zip(apps, clients, strict=True)):
            found = {name: _page(app, client, address.format(middle=middles[which]))
                     for name, address in _PAGES.items()}  # fmt: skip
            found |= {name: _alike(app, words) for name, words in _ASKED.items()}
            for name, taken in found.items():
                if turn >= 0:
                    times.setdefault(name, [[] for _ in apps])[which].append(taken)
    return {name: [median(one) for one in both] for name, both in times.items()}


def sizes(app: Flask) -> Figures:
    """Return how many there are, and how many terms."""
    with app.app_context():
        count, public, terms = (
            db.session.scalar(query)
            for query in (
                select(func.count(Suggestion.id)),
                select(func.count(Suggestion.id)).where(Suggestion.published_at.is_not(None)),
                select(func.count()).select_from(SuggestionTerm),
            )
        )
    return {"suggestions": count, "public": public, "terms": terms}


def lodging(app: Flask) -> Figures:
    """Return how many suggestions a second are lodged."""
    kind = SuggestionKind.CANTEEN
    wish = Wish("食堂太远，冬天路滑，希望在小区里开一个。", Contact("13800138000"), _COUNTY, kind, "2026-12")
    with app.app_context():
        started = time.perf_counter()
        for _ in range(_LODGED):
            with unit_of_work():
                lodge(wish, uuid.uuid4().hex)
        return {"lodged": _LODGED / (time.perf_counter() - started)}


def _page(app: Flask, client: FlaskClient, address: str) -> float:
    kept = app.extensions["page_cache"]
    kept.put("bench", ("nothing",), _Nothing)  # another version than the last drops all that is kept
    started = time.perf_counter()
    answer = client.get(address)
    taken = (time.perf_counter() - started) * 1000
    assert answer.status_code == 200, (address, answer.status_code)
    return taken


def _alike(app: Flask, words: str) -> float:
    with app.app_context():
        started = time.perf_counter()
        alike(words, _COUNTY, SuggestionKind.CANTEEN)
        return (time.perf_counter() - started) * 1000


def _middle(app: Flask) -> str:
    """Return the cursor of the page in the middle of the whole list."""
    with app.app_context():
        first, last = db.session.execute(
            select(func.min(Suggestion.published_at), func.max(Suggestion.published_at))
        ).one()
        moment = first + (last - first) / 2
        cursor = f"a{int(moment.timestamp()) * 1_000_000}-1"
        assert public_suggestions(Choice(), PUBLIC, cursor).previous
        return cursor


class _Nothing:
    body = b""


def _clerk(app: Flask) -> FlaskClient:
    with app.app_context():
        staff = db.session.scalars(select(StaffMember)).one()
        made = Made(staff.id, "", staff.role, staff.department, staff.region_code)
    return signed_in(app, made)


def main() -> None:
    """Run from the command line."""
    folders, urls = [Path(one) for one in sys.argv[1:3]], sys.argv[3:5] or [None, None]
    apps = [
        create_app(load_settings(data=folder, database_url=url, log_level="ERROR"))
        for folder, url in zip(folders, urls, strict=True)
    ]
    steps: dict[str, Callable[[], Figures]] = {
        "pages": lambda: asked(apps),
        "small": lambda: sizes(apps[0]) | lodging(apps[0]),
        "large": lambda: sizes(apps[1]) | lodging(apps[1]),
    }
    found = {name: step() for name, step in steps.items()}
    json.dump(found | {"asked_at": clock.today().isoformat()}, sys.stdout)


if __name__ == "__main__":
    main()
