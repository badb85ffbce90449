"""The page of the audit's hashes: nothing invented before the first day, every day after it, never stale."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from flask import Flask

from portal import clock
from portal.audit.digest import close_days
from portal.unit_of_work import unit_of_work
from tests.integration.audit.conftest import DAY, enter, entries


def close(days: int) -> None:
    """Enter something each day and close the days."""
    for number in range(days):
        with clock.moved_to(clock.at(DAY + timedelta(days=number))):
            enter("甲", "乙")
    with clock.moved_to(clock.at(DAY + timedelta(days=days))), unit_of_work():
        close_days()


def test_before_the_first_day_it_says_so(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    page = client.get("/integrity")
    assert page.status_code == 200
    assert "还没有公布过校验值" in page.text
    assert "<table" not in page.text
    assert client.get("/integrity.json").get_json() == {"algorithm": "SHA-256", "days": []}
    assert 'href="/integrity"' in client.get("/about-data").text


def test_it_lists_the_days_newest_first_and_pages(sqlite_app: Flask) -> None:
    client = sqlite_app.test_client()
    before = client.get("/integrity").headers["ETag"]
    with sqlite_app.app_context():
        close(32)
        digest = entries()[-1].hash
    page = client.get("/integrity", headers={"If-None-Match": before})
    assert page.status_code == 200, "a browser must not keep the empty page"
    assert page.text.count('class="integrity__hash"') == 30
    assert page.text.index("2026年3月27日") < page.text.index("2026年3月26日")
    assert digest in page.text
    assert client.get("/integrity?page=2").text.count('class="integrity__hash"') == 2

    days = client.get("/integrity.json").get_json()["days"]
    assert len(days) == 32
    assert days[0] == {"day": "2026-03-27", "entries": 2, "last_entry": 64, "hash": digest}
    rows = list(csv.reader(io.StringIO(client.get("/integrity.csv").get_data(as_text=True).lstrip("\ufeff"))))
    assert rows[1] == ["2026-03-27", "2", "64", digest]
    assert len(rows) == 33
