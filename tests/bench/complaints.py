"""A million complaints beside ten thousand: the queue, the public figures, lodging. See ``complaint_store``.

``python -m tests.bench.complaints SMALL_FOLDER LARGE_FOLDER [SMALL_URL LARGE_URL]`` asks both sizes in turn,
in one process, so that whatever else the machine does weighs on both; prints JSON.
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
from sqlalchemy import select, text

from portal import clock, create_app
from portal.accounts.models import StaffMember
from portal.complaints import figures
from portal.complaints.kinds import Appearance, Category
from portal.complaints.office_models import CaseMonth
from portal.complaints.service.lodging import Lodgement, lodge
from portal.complaints.service.words import Person, Told
from portal.config import load_settings
from portal.extensions import db
from portal.unit_of_work import unit_of_work
from tests.bench.complaint_rows import COUNTIES, PUBLISHED
from tests.surfaces.staff import Made, signed_in

_TURNS = 40
_LODGED = 200
_LODGEMENT = Lodgement(
    told=Told("护工夜里不来，老人从床上摔下来。", "请查一查夜班有几个人。"),
    person=Person("林某某", "13800138000", "", "幸福路8号"),
    institution_id=None,
    region_code=COUNTIES[0],
    category=Category.CARE,
    appearance=Appearance.NAMED,
    consent_health=True,
    consent_publish=True,
    privacy_version="2026-11",
)
_PAGES = {
    "queue: what is to do": "/staff/cases",
    "queue: a hundred lines on": "/staff/cases?page=3",
    "queue: one category, overdue": "/staff/cases?category=care&late=1",
    "public figures": "/complaints",
    "public figures of one county": f"/complaints?region={COUNTIES[0]}",
    "published cases": "/complaints/published",
    "one published case": f"/complaints/published/{PUBLISHED}",
}
"""What is asked, never from a kept answer."""

Figures = dict[str, Any]


def pages(apps: Sequence[Flask]) -> Figures:
    """Return the median milliseconds of each page with few and with many cases, asked for in turn."""
    clients = [_clerk(app) for app in apps]
    times: dict[str, list[list[float]]] = {name: [[] for _ in apps] for name in _PAGES}
    for turn in range(-3, _TURNS):
        for name, address in _PAGES.items():
            for which, (app, client) in enumerate(zip(apps, clients, strict=True)):
                taken = _asked(app, client, address)
                if turn >= 0:
                    times[name][which].append(taken)
    return {name: [median(one) for one in both] for name, both in times.items()}


def lodging(app: Flask) -> Figures:
    """Return how many complaints a second are lodged, and how many bare rows are inserted, in turn."""
    table = "CREATE TABLE IF NOT EXISTS bench_bare (id INTEGER PRIMARY KEY, words TEXT)"
    with app.app_context():
        with unit_of_work() as session:
            session.execute(text(table))
        first = db.session.scalar(text("SELECT coalesce(max(id), 0) FROM bench_bare")) or 0
        words, spent = "x" * 400, {"lodged": 0.0, "bare": 0.0}
        for number in range(_LODGED):
            started = time.perf_counter()
            with unit_of_work():
                lodge(_LODGEMENT, uuid.uuid4().hex)
            middle = time.perf_counter()
            with unit_of_work() as session:
                insert = text("INSERT INTO bench_bare VALUES (:id, :words)")
                session.execute(insert, {"id": first + number + 1, "words": words})
            spent["lodged"] += middle - started
            spent["bare"] += time.perf_counter() - middle
            db.session.remove()
    return {name: _LODGED / seconds for name, seconds in spent.items()}


def counting(app: Flask) -> Figures:
    """Return what the worker takes to count the fullest month anew, and how many handlings it holds."""
    with app.app_context():
        rows = db.session.scalars(select(CaseMonth)).all()
        sizes = {(row.region_code, row.month): json.loads(row.counts)["once"]["received"] for row in rows}
        key = max(sizes, key=lambda one: sizes[one])
        with unit_of_work():
            db.session.get_one(CaseMonth, key).stale = True
        others = sum(row.stale for row in rows)
        started = time.perf_counter()
        counted = figures.refresh_stale(others + 1)
        return {"seconds": (time.perf_counter() - started) / counted, "handlings": sizes[key]}


def sizes(app: Flask) -> Figures:
    """Return how many cases there are, and how many are open."""
    with app.app_context():
        count = db.session.scalar(text("SELECT count(*) FROM complaint_case"))
        open_now = db.session.scalar(text("SELECT count(*) FROM complaint_case WHERE next_due IS NOT NULL"))
    return {"cases": count, "open": open_now}


def _asked(app: Flask, client: FlaskClient, address: str) -> float:
    kept = app.extensions["page_cache"]
    kept.put("bench", ("nothing",), _Nothing)  # another version than the last drops all that is kept
    started = time.perf_counter()
    answer = client.get(address)
    taken = (time.perf_counter() - started) * 1000
    assert answer.status_code == 200, (address, answer.status_code)
    return taken


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
        "pages": lambda: pages(apps),
        "small": lambda: sizes(apps[0]) | lodging(apps[0]) | counting(apps[0]),
        "large": lambda: sizes(apps[1]) | lodging(apps[1]) | counting(apps[1]),
    }
    found = {name: step() for name, step in steps.items()}
    json.dump(found | {"asked_at": clock.today().isoformat()}, sys.stdout)


if __name__ == "__main__":
    main()
