"""Random draws in public: announced first, revealed last, checked in the open by whoever cares to."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.audit.digest import close_days
from portal.domain.draw_check import verify
from portal.domain.draw_file import from_json
from portal.extensions import db
from portal.supervision.models import RandomDraw
from portal.unit_of_work import unit_of_work
from tests.surfaces.public.inspecting import Inspectors, list_home, read

DAY = date(2026, 12, 1)
DUE = clock.at(date(2026, 12, 8), 21)
DRAWN, VISITED, REVEALED = date(2026, 12, 9), date(2026, 12, 14), date(2026, 12, 16)
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Story:
    """One draw and the homes on its list."""

    app: Flask
    draw: str
    names: tuple[str, ...]

    def page(self, on: date, status: int = 200) -> str:
        return read(self.app, f"/inspections/draws/{self.draw}", on, status)

    def file(self, on: date) -> str:
        return read(self.app, f"/inspections/draws/{self.draw}.json", on)


@pytest.fixture
def story(sqlite_app: Flask) -> Story:
    names = tuple(f"第{number}敬老院" for number in range(5))
    homes = [list_home(sqlite_app, name, date(2026, 1, 5)) for name in names]
    return Story(sqlite_app, Inspectors(sqlite_app).announce(homes, DAY, DUE), names)


def finish(story: Story) -> list[str]:
    inspectors = Inspectors(story.app)
    with inspectors.at(DAY + timedelta(days=1), 1):
        close_days()  # as every night: nobody can put the announcement back from here on
    inspectors.draw(story.draw, DRAWN)
    visits = inspectors.make_drawn(story.draw, VISITED)
    inspectors.reveal(story.draw, REVEALED)
    return visits


def test_an_announcement_tells_the_hash_and_the_number_and_nobody_s_name(story: Story) -> None:
    listed, page, file = read(story.app, "/inspections/draws", DAY), story.page(DAY), story.file(DAY)
    said = json.loads(file)
    assert said["candidates"] is None
    assert said["drawn"] is None
    for words in (said["candidates_hash"], "双色球第2026141期", "中国福利彩票网", "从5家机构里抽2家"):
        assert words in page
    assert "下半年消防抽查" in listed
    for text in (listed, page, file):
        assert not any(name in text or "350404001" in text for name in story.names)


def test_nobody_is_named_while_the_visits_are_made(story: Story) -> None:
    inspectors = Inspectors(story.app)
    inspectors.draw(story.draw, DRAWN)
    inspectors.make_drawn(story.draw, VISITED)
    page, file = story.page(VISITED), story.file(VISITED)
    assert "抽中谁已经定了" in page
    assert "03 08 12 19 22 30 + 07" in page
    for text in (page, file):
        assert not any(name in text or "350404001" in text for name in story.names)


def test_a_number_that_is_out_and_not_entered_is_told(story: Story) -> None:
    assert "还没有录入号码" not in story.page(DAY)
    assert "还没有录入号码" in story.page(date(2026, 12, 12))


def test_a_revealed_draw_shows_the_list_the_visits_and_that_it_holds(story: Story) -> None:
    visits = finish(story)
    page = story.page(REVEALED)
    assert "核对相符" in page
    for words in (
        *story.names,
        "350404001",
        "03081219223007",
        *(f"/inspections/{visit}" for visit in visits),
    ):
        assert words in page
    visit = read(story.app, f"/inspections/{visits[0]}", REVEALED)
    assert f"/inspections/draws/{story.draw}" in visit
    assert "双随机抽查" in visit


def test_the_program_on_the_page_is_the_documented_one_and_finds_the_file_true(
    story: Story, tmp_path: Path
) -> None:
    finish(story)
    page = story.page(REVEALED)
    shown = re.search(r'aria-label="核对程序"><code>(.*?)</code>', page, re.DOTALL)
    assert shown is not None
    program = html.unescape(shown[1])
    assert program in (ROOT / "docs" / "draws.md").read_text("utf-8")
    (tmp_path / "check.py").write_text(program, "utf-8")
    (tmp_path / "draw.json").write_text(story.file(REVEALED), "utf-8")
    run = subprocess.run(
        [sys.executable, "check.py", "draw.json"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    lines = run.stdout.split("\n")
    assert [line.split(" ")[0] for line in lines[:4]] == ["相符", "相符", "名单相符", "公告在先"]
    assert verify(from_json(json.loads(story.file(REVEALED)))).holds


def test_a_list_that_was_changed_is_caught_on_the_page(story: Story) -> None:
    finish(story)
    with story.app.app_context(), unit_of_work():
        draw = db.session.scalars(db.select(RandomDraw)).one()
        draw.candidates = draw.candidates.replace(story.names[0], "别的敬老院")
    page = read(story.app, f"/inspections/draws/{story.draw}", REVEALED + timedelta(days=1))
    assert "核对不符" in page
    assert "名单改动过" in page
    assert "核对相符" not in page


def test_an_announcement_that_no_night_closed_is_no_proof(story: Story) -> None:
    inspectors = Inspectors(story.app)
    inspectors.draw(story.draw, DRAWN)
    inspectors.make_drawn(story.draw, VISITED)
    inspectors.reveal(story.draw, REVEALED)
    assert "没有哪一天的校验值封存过这次公告" in story.page(REVEALED)


def test_a_draw_given_up_stays_listed_with_its_reason(story: Story) -> None:
    Inspectors(story.app).abandon(story.draw, DAY + timedelta(days=1))
    for path in ("/inspections/draws", f"/inspections/draws/{story.draw}"):
        page = read(story.app, path, DAY + timedelta(days=2))
        assert "检查人员名单有误，重新公告" in page
        assert "已作废" in page or "作废" in page


def test_unknown_draws_and_an_empty_list(sqlite_app: Flask) -> None:
    page = read(sqlite_app, "/inspections/draws", DAY)
    assert "还没有公告过抽签" in page
    for path in ("/inspections/draws/zzzz2345", "/inspections/draws/zzzz2345.json"):
        read(sqlite_app, path, DAY, 404)
