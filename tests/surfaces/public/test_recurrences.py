"""A problem that came back: tied both ways on every page that shows either, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Flask

from tests.surfaces.public.rectifying import Office
from tests.surfaces.public.test_problems import course
from tests.surfaces.public.test_problems import read as read_page

FOUND, ISSUED, SERVED = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)
AFTER = date(2026, 6, 2)


def read(app: Flask, path: str, today: date = AFTER) -> str:
    """Return what a page itself says: its head names the feeds, which tell of recurrences too."""
    return read_page(app, path, today).partition("<main")[2]


def test_what_came_back_is_tied_both_ways(app: Flask, enter_home: Callable[..., str]) -> None:
    office, home = Office(app), enter_home("示例敬老院", on=date(2026, 1, 5))
    first = office.enter(home, FOUND)
    notice = office.issue([first], ISSUED, SERVED)
    office.clear(first, date(2026, 3, 5), date(2026, 3, 6))
    again = office.enter(home, date(2026, 6, 1), first_entry_id=office.id_of(first))
    page = read(app, f"/problems/{first}")
    assert again not in page, "the later entry is not public yet"
    assert "又出现" not in page
    office.publish(again, date(2026, 6, 1))
    page = read(app, f"/problems/{first}")
    assert f'href="/problems/{again}">2026年6月又查出</a>' in page
    assert "2026年6月1日（周一） 又出现了，重新登账" in course(page)
    assert f'href="/problems/{first}">2026年3月查出，2026年3月6日销号</a>' in read(app, f"/problems/{again}")
    for path in ("/notices", f"/notices/{notice}", "/notices?state=recurred"):
        assert "后来又出现</span>" in read(app, path), path
    office.unpublish(again, date(2026, 6, 3))
    assert "又出现" not in read(app, f"/problems/{first}", date(2026, 6, 4))
