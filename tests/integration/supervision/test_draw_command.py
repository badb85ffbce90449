"""``flask draw verify``: of a draw known here and of a file, honest and not."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import text, update

from portal import clock
from portal.domain.draw_file import to_json
from portal.domain.random_draw import compose, draw, hash_of, names_of, parse
from portal.extensions import db
from portal.history.data_set import mark_data_set
from portal.history.models import DataSetKind
from portal.supervision.models import RandomDraw
from portal.unit_of_work import unit_of_work
from tests.integration.supervision.bureau import MONDAY, Bureau
from tests.integration.supervision.drawing import DUE, DUE_DAY, NUMBER, PEOPLE, Drawing


@pytest.fixture
def drawing(bureau: Bureau) -> Drawing:
    """Four homes of the county."""
    return Drawing(bureau)


def run(drawing: Drawing, *arguments: str) -> Result:
    """Run the command on the evening of the day of the number."""
    with clock.moved_to(clock.at(DUE_DAY, 20)):
        return drawing.bureau.app.test_cli_runner().invoke(args=["draw", "verify", *arguments])


def test_an_honest_draw_is_said_to_hold(drawing: Drawing) -> None:
    number = drawing.whole()
    row = drawing.row(number)
    done = run(drawing, row.public_id, "--number", NUMBER, "--hash", row.candidates_hash)
    assert done.exit_code == 0, done.output
    assert "相符：名单没有改动" in done.output
    assert row.candidates_hash in done.output
    assert "记下了这次公告" in done.output


def test_what_is_not_drawn_yet_holds_as_far_as_it_goes(drawing: Drawing) -> None:
    number = drawing.announce(homes=drawing.homes[1:])
    drawing.close_days(MONDAY + timedelta(1))
    done = run(drawing, drawing.row(number).public_id)
    assert done.exit_code == 0, done.output
    assert "没有发现不符" in done.output
    assert "名单上没有第0敬老院" in done.output
    assert PEOPLE[0] not in done.output


def test_an_announcement_that_no_closed_day_covers_is_said(drawing: Drawing) -> None:
    number = drawing.announce()
    drawing.close_days(DUE_DAY + timedelta(1))
    done = run(drawing, drawing.row(number).public_id)
    assert done.exit_code == 1
    assert "封存" in done.output


def test_another_number_and_another_hash_are_said(drawing: Drawing) -> None:
    public_id = drawing.row(drawing.whole()).public_id
    done = run(drawing, public_id, "--number", "01 02 03 04 05 06 + 07")
    assert done.exit_code == 1
    assert "和查到的" in done.output
    done = run(drawing, public_id, "--hash", "0" * 64)
    assert done.exit_code == 1
    assert "名单换过" in done.output


def test_a_ground_draw_is_caught(drawing: Drawing) -> None:
    """After the number is known somebody tries salts until a home is spared, and writes it all in."""
    number = drawing.whole()
    row = drawing.row(number)
    honest = parse(row.candidates)
    spared = names_of(draw(honest, NUMBER))[0][0]
    tried = (compose(honest.terms, f"{salt:032x}", honest.homes, honest.inspectors) for salt in range(500))
    ground = next(one for one in tried if spared not in dict(names_of(draw(one, NUMBER))))
    with drawing.bureau.app.app_context(), unit_of_work():
        values = {"candidates": ground.text(), "candidates_hash": hash_of(ground.text())}
        db.session.execute(update(RandomDraw).where(RandomDraw.id == number).values(**values))
    done = run(drawing, row.public_id)
    assert done.exit_code == 1
    assert "操作记录里公告的名单校验值或者条件，和公开的不一样" in done.output


def test_a_chain_that_was_rewritten_is_no_witness(drawing: Drawing) -> None:
    public_id = drawing.row(drawing.whole()).public_id
    with drawing.bureau.app.app_context(), unit_of_work():
        triggers = db.session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
        for trigger in triggers.all():
            db.session.execute(text(f'DROP TRIGGER "{trigger}"'))
        db.session.execute(text("UPDATE audit_entry SET actor = '别人' WHERE action = 'draw_announced'"))
    done = run(drawing, public_id)
    assert done.exit_code == 1
    assert "操作记录本身对不上" in done.output


def test_a_file_is_checked_with_the_audit_where_its_draw_is_known(drawing: Drawing, tmp_path: Path) -> None:
    file = to_json(drawing.file(drawing.whole()))
    path = tmp_path / "draw.json"
    path.write_text(json.dumps(file), "utf-8")
    done = run(drawing, str(path))
    assert done.exit_code == 0, done.output
    path.write_text(json.dumps({**file, "candidates_hash": "0" * 64}), "utf-8")
    assert run(drawing, str(path)).exit_code == 1
    path.write_text(json.dumps({**file, "id": "d2345678"}), "utf-8")
    done = run(drawing, str(path))
    assert done.exit_code == 0
    assert "没有对照操作记录" in done.output


def test_the_audit_is_no_witness_of_the_fictional_citys_past(drawing: Drawing) -> None:
    past, later = drawing.row(drawing.whole()), drawing.announce(on=DUE_DAY, number_name="双色球第27期",
        number_due_at=DUE + timedelta(days=3))  # fmt: skip
    with drawing.bureau.app.app_context(), unit_of_work():
        mark_data_set(DataSetKind.DEMO, MONDAY)
    done = run(drawing, past.public_id)
    assert done.exit_code == 0, done.output
    assert "演示城市的过去是一次写成的" in done.output
    done = run(drawing, drawing.row(later).public_id)
    assert "记下了这次公告" in done.output


def test_what_is_no_draw_is_said(drawing: Drawing, tmp_path: Path) -> None:
    assert run(drawing, "d2345678").exit_code == 1
    path = tmp_path / "draw.json"
    for content in (b"\xff\xfe", b"{", b"[]", b'{"format": "random-draw/2"}'):
        path.write_bytes(content)
        done = run(drawing, str(path))
        assert done.exit_code == 1
        assert "读不懂" in done.output
