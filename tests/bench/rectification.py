"""100 000 rectification notices beside 1 000: lists, notice, problem, PDF, feeds, the staff's lists.

``python -m tests.bench.rectification SMALL_FOLDER LARGE_FOLDER [SMALL_URL LARGE_URL]`` asks both sizes in
turn, in one process, so that whatever else the machine does weighs on both; prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock, create_app
from portal.accounts.models import StaffMember
from portal.config import load_settings
from portal.extensions import db
from portal.institutions.models import Institution
from portal.supervision.models import Inspection
from portal.supervision.problem_models import Problem, RectificationNotice
from portal.supervision.queries import notice_facets
from portal.supervision.queries.notices import NoticeChoice
from tests.bench.rectification_rows import PROVINCE
from tests.surfaces.staff import Made, signed_in

_TURNS = 25
_UNCOUNTED = 3
_COUNTED = 3
_FEEDS = {
    "feed": "/feeds/rectifications.{form}",
    "feed of a county": "/feeds/rectifications/{county}.{form}",
    "feed of a province": "/feeds/rectifications/{province}.{form}",
    "feed of an institution": "/feeds/institutions/{home}/rectifications.{form}",
}
_PAGES = {
    "notices": "/notices",
    "notices: page 20": "/notices?page=20",
    "notices of a county": "/notices?region={county}",
    "notices of a city": "/notices?region={city}",
    "notices of a province": "/notices?region={province}",
    "notices: open": "/notices?state=open",
    "notices: overdue": "/notices?state=overdue",
    "notices: put right late": "/notices?state=late",
    "notices: come back": "/notices?state=recurred",
    "notices by deadline": "/notices?sort=deadline",
    "notices: fire": "/notices?category=fire",
    "notices: fire, major": "/notices?category=fire&severity=major",
    "notices: a home's name": "/notices?q={name}",
    "notices: a word of many names": "/notices?q=幸福",
    "notices: a number": "/notices?q={number}",
    "notice": "/notices/{notice}",
    "notice as PDF": "/notices/{notice}.pdf",
    "problem": "/problems/{problem}",
    **{f"{name}, {form}": address.replace("{form}", form) for name, address in _FEEDS.items()
       for form in ("xml", "atom")},
    "inspections": "/inspections",
    "inspections of a county": "/inspections?region={county}",
    "inspections of a province": "/inspections?region={province}",
    "inspection": "/inspections/{inspection}",
    "credit": "/credit",
    "accountability": "/accountability",
    "accountability of a county": "/accountability?region={county}",
    "institution": "/institutions/{home}",
    "staff: problems": "/staff/problems",
    "staff: problems overdue": "/staff/problems?state=overdue",
    "staff: notices": "/staff/notices",
    "staff: notices overdue": "/staff/notices?state=overdue",
}  # fmt: skip

_UNCHANGED = ("notices", "feed, xml", "feed of a county, atom", "feed of an institution, xml")
"""Which are also asked for by somebody who has them."""

Figures = dict[str, Any]


@dataclass(slots=True)
class _Portal:
    """One size: whom to ask, the addresses there, and what was answered."""

    app: Flask
    client: FlaskClient
    addresses: dict[str, str]
    tags: dict[str, str] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, int] = field(default_factory=dict)

    def ask(self, name: str, *, unchanged: bool = False) -> None:
        """Ask for a page; ``unchanged``: as who has it already."""
        kept = self.app.extensions["page_cache"]
        kept.put("bench", ("nothing",), _Nothing)  # another version than the last drops all that is kept
        headers = {"If-None-Match": self.tags[name]} if unchanged else {}
        started = time.perf_counter()
        answer = self.client.get(self.addresses[name], headers=headers)
        taken = (time.perf_counter() - started) * 1000
        assert answer.status_code == (304 if unchanged else 200), (self.addresses[name], answer.status_code)
        if not unchanged:
            self.tags[name] = answer.headers.get("ETag", "")
        name += ", 304" if unchanged else ""
        self.times[name].append(taken)
        self.sizes[name] = len(answer.data)


class _Nothing:
    body = b""


def pages(portals: Sequence[_Portal]) -> Figures:
    """Return the median milliseconds and the size of each page with few and with many, asked in turn."""
    for _ in range(_UNCOUNTED + _TURNS):
        for name in _PAGES:
            for portal in portals:
                portal.ask(name)
        for name in _UNCHANGED:
            for portal in portals:
                portal.ask(name, unchanged=True)
    return {
        name: {
            "ms": [median(portal.times[name][_UNCOUNTED:]) for portal in portals],
            "bytes": [portal.sizes[name] for portal in portals],
        }
        for name in portals[0].times
    }


def counting(portals: Sequence[_Portal]) -> list[float]:
    """Return the milliseconds in which the counts beside the filters are made anew."""
    taken: list[list[float]] = [[] for _ in portals]
    for _ in range(_COUNTED):
        for portal, own in zip(portals, taken, strict=True):
            with portal.app.app_context():
                portal.app.extensions.pop(notice_facets.KEPT, None)
                started = time.perf_counter()
                notice_facets.notice_facets(NoticeChoice(), clock.today())
                own.append((time.perf_counter() - started) * 1000)
    return [median(own) for own in taken]


def _portal(folder: Path, url: str | None) -> _Portal:
    app = create_app(load_settings(data=folder, database_url=url, log_level="ERROR"))
    with app.app_context():
        staff = db.session.scalars(select(StaffMember)).one()
        made = Made(staff.id, "", staff.role, staff.department, staff.region_code)
        home = db.session.get_one(Institution, 1)
        notice = db.session.get_one(RectificationNotice, 1)
        problems = select(Problem.public_id).where(Problem.notice_id == notice.id).order_by(Problem.id)
        known = {
            "home": home.public_id,
            "name": home.name,
            "county": home.region_code,
            "city": home.region_code[:4] + "00",
            "province": f"{PROVINCE}0000",
            "notice": notice.public_id,
            "number": notice.number,
            "problem": db.session.scalars(problems).first(),
            "inspection": db.session.get_one(Inspection, 2).public_id,
        }
    addresses = {name: address.format_map(known) for name, address in _PAGES.items()}
    return _Portal(app, signed_in(app, made), addresses)


def main() -> None:
    """Run from the command line."""
    folders, urls = [Path(one) for one in sys.argv[1:3]], sys.argv[3:5] or [None, None]
    portals = [_portal(folder, url) for folder, url in zip(folders, urls, strict=True)]
    json.dump({"pages": pages(portals), "counting": counting(portals)}, sys.stdout)


if __name__ == "__main__":
    main()
