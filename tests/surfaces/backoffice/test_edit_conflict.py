"""Two clerks on one record: the second is told, sees the difference, chooses, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.domain.grading import GradeScale
from portal.domain.permissions import Role
from portal.extensions import db
from portal.history.models import Revision
from portal.institutions.models import Institution, StarGrade
from tests.surfaces.backoffice.records import BEDS, inputs, opened
from tests.surfaces.staff import make_staff, signed_in

DAY = date(2026, 1, 1)
Enter = Callable[..., str]


def clerks(app: Flask) -> tuple[FlaskClient, FlaskClient]:
    return signed_in(app, make_staff(app, Role.REVIEWER)), signed_in(app, make_staff(app))


def held(app: Flask, home: str) -> tuple[int | None, ...]:
    columns = (Institution.beds_total, Institution.beds_nursing, Institution.residents)
    with app.app_context():
        return tuple(db.session.execute(select(*columns).where(Institution.public_id == home)).one())


def test_the_second_is_told_chooses_and_submits_again(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY, beds_total=50, beds_nursing=10, residents=20)
    first, second = clerks(app)
    address = BEDS.format(home)
    mine = opened(second, address) | {
        "f_beds_total": "55",
        "f_residents": "25",
        "source_url": "https://a.cn/x",
    }
    theirs = opened(first, address) | {"f_beds_total": "60", "f_beds_nursing": "30"}
    assert first.post(address, data=theirs).status_code == 303
    told = second.post(address, data=mine)
    assert told.status_code == 409
    assert "民政审核" in told.text
    assert held(app, home) == (60, 30, 20)
    for words in ("您打开时", "50张", "60张", "55张"):
        assert words in told.text
    again = inputs(told.text)
    assert {name: again[name] for name in mine if name not in ("based_on", "do")} == {
        name: text for name, text in mine.items() if name not in ("based_on", "do")
    }
    # only they changed the nursing beds, only I the residents: taken without asking
    assert again["choice-beds_nursing"] == "theirs"
    assert again["choice-residents"] == "mine"
    assert "choice-beds_total" not in again
    unchosen = second.post(address, data=again)
    assert unchosen.status_code == 422
    assert "请选一个" in unchosen.text
    assert held(app, home) == (60, 30, 20)
    done = second.post(address, data=inputs(unchosen.text) | {"choice-beds_total": "mine"})
    assert done.status_code == 303
    assert held(app, home) == (55, 30, 25)


def test_choosing_what_stands_now_leaves_it(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY, beds_total=50, beds_nursing=10, residents=20)
    first, second = clerks(app)
    address = BEDS.format(home)
    mine = opened(second, address) | {"f_beds_total": "55"}
    first.post(address, data=opened(first, address) | {"f_beds_total": "60"})
    again = inputs(second.post(address, data=mine).text)
    answer = second.post(address, data=again | {"choice-beds_total": "theirs"})
    assert answer.status_code == 422
    assert "没有改动" in answer.text
    assert held(app, home)[0] == 60


def test_a_third_in_between_starts_the_comparison_anew(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY, beds_total=50, beds_nursing=10, residents=20)
    first, second = clerks(app)
    address = BEDS.format(home)
    mine = opened(second, address) | {"f_beds_total": "55"}
    first.post(address, data=opened(first, address) | {"f_beds_total": "60"})
    again = inputs(second.post(address, data=mine).text) | {"choice-beds_total": "mine"}
    first.post(address, data=opened(first, address) | {"f_beds_total": "65"})
    told = second.post(address, data=again)
    assert told.status_code == 409
    for words in ("50张", "65张", "55张"):
        assert words in told.text
    done = second.post(address, data=inputs(told.text) | {"choice-beds_total": "mine"})
    assert done.status_code == 303
    assert held(app, home)[0] == 55


def test_a_change_beyond_the_form_is_told_too(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY, beds_total=50)
    first, second = clerks(app)
    address, other = BEDS.format(home), f"/staff/institutions/{home}/edit/staff"
    mine = opened(second, address) | {"f_beds_total": "55"}
    first.post(other, data=opened(first, other) | {"f_carers_total": "9"})
    told = second.post(address, data=mine)
    assert told.status_code == 409
    assert "护理员" in told.text
    assert second.post(address, data=inputs(told.text)).status_code == 303
    assert held(app, home)[0] == 55


def test_a_bad_source_does_not_lose_the_comparison(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY, beds_total=50)
    first, second = clerks(app)
    address = BEDS.format(home)
    mine = opened(second, address) | {"f_beds_total": "55"}
    first.post(address, data=opened(first, address) | {"f_beds_total": "60"})
    again = inputs(second.post(address, data=mine).text) | {"choice-beds_total": "mine", "source_title": ""}
    answer = second.post(address, data=again)
    assert answer.status_code == 422
    assert "60张" in answer.text
    assert inputs(answer.text)["choice-beds_total"] == "mine"


def test_other_records_are_kept_apart_the_same_way(
    app: Flask, enter_home: Enter, enter_records: Enter
) -> None:
    home = enter_home(on=DAY)
    enter_records(home, [StarGrade(scale=GradeScale.NATIONAL, level=3, body="示例市民政局")], on=DAY)
    first, second = clerks(app)
    address = f"/staff/institutions/{home}/records/star_grade/1"
    mine = opened(second, address) | {"f_level": "4"}
    first.post(address, data=opened(first, address) | {"f_level": "2"})
    told = second.post(address, data=mine)
    assert told.status_code == 409
    for words in ("三级", "二级", "四级"):
        assert words in told.text
    done = second.post(address, data=inputs(told.text) | {"choice-level": "mine"})
    assert done.status_code == 303
    with app.app_context():
        assert db.session.scalars(select(StarGrade.level)).one() == 4


def test_previews_are_told_too(app: Flask, enter_home: Enter) -> None:
    home = enter_home(on=DAY, beds_total=50)
    first, second = clerks(app)
    address = BEDS.format(home)
    mine = opened(second, address) | {"f_beds_total": "55", "do": "preview"}
    first.post(address, data=opened(first, address) | {"f_beds_total": "60"})
    assert second.post(address, data=mine).status_code == 409
    with app.app_context():
        assert db.session.query(Revision).count() == 2
