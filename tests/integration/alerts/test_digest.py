"""The daily mail: what is new, once, in one mail; nothing where nothing is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from portal import clock, glossary
from portal.alerts.about import About
from portal.alerts.digest import DIGEST, cut_of, send_digests
from portal.alerts.jobs import sweep_alerts
from portal.alerts.kinds import MOST_FAILURES, AlertTopic
from portal.alerts.models import Alert
from portal.domain.actor import IMPORTER
from portal.domain.permissions import Department
from portal.extensions import db
from portal.history.data_set import touch_data_set
from portal.history.keeper import Provenance
from portal.history.models import SourceKind
from portal.history.sources import enter_source
from portal.institutions import service as institutions
from portal.institutions.models import Institution
from portal.notify.models import Mail
from portal.search.indexing import keep_up
from portal.search.registry import current_search
from portal.supervision.credit_models import CreditRecord
from portal.supervision.kinds import CreditKind, InspectionKind, InspectionResult
from portal.supervision.models import Inspection
from portal.unit_of_work import unit_of_work
from tests.integration.alerts.reading import (
    ASKED,
    NEXT,
    WHO,
    bodies,
    link_in,
    morning,
    next_day,
    readers,
    subscribe,
    to_home,
)
from tests.integration.supervision.event_rows import COUNTY, OTHER, at, home, notice, problem

EVENING = clock.at(date(2026, 3, 16), 18)


def amend(where: Institution, moment: object, **changes: object) -> None:
    """State new facts of a home."""
    with clock.moved_to(moment):  # type: ignore[arg-type]
        source = enter_source("更正", clock.today(), SourceKind.STAFF_ENTRY)
        institutions.amend(where, changes, Provenance(source, clock.today(), IMPORTER, None))
        touch_data_set()


def inspection(where: Institution, kind: InspectionKind, published: object) -> None:
    db.session.add(
        Inspection(
            public_id=f"i{where.id}{kind.value[:4]}", kind=kind, institution_id=where.id,
            region_code=where.region_code, department=Department.FIRE, departments='["fire"]',
            visited_on=date(2026, 3, 15), result=InspectionResult.CLEAN, public_summary="没有发现问题。",
            origin="complaint/7" if kind is InspectionKind.COMPLAINT else None,
            entered_at=EVENING, entered_by="经办", published_at=published,
        )
    )  # fmt: skip


def test_of_a_home_everything_that_is_new_in_one_mail(app: Flask) -> None:
    with app.app_context():
        with unit_of_work():
            where, other = home(), home("别家敬老院")
            notice(where, at(2))  # before anybody subscribed
        to_home(where)
        subscribe(About(AlertTopic.REGION, region_code=OTHER))
        with unit_of_work():
            made = notice(where, EVENING)
            notice(other, EVENING)
            problem(where, EVENING + timedelta(hours=1), title="电线老化")
            inspection(where, InspectionKind.COMPLAINT, EVENING)
            db.session.add(
                CreditRecord(
                    public_id="c0000001", kind=CreditKind.PENALTY, institution_id=where.id,
                    region_code=COUNTY, department=Department.FIRE, title="罚款两万元", reason="堵塞通道",
                    legal_basis="消防法", authority="消防", decided_on=date(2026, 3, 16),
                    until=date(2027, 3, 16), entered_at=EVENING, entered_by="经办", published_at=EVENING,
                    changed_at=EVENING,
                )
            )  # fmt: skip
            amend(where, EVENING, phone="0598-8000001")
        (body,) = morning()
        lines = body.splitlines()
        assert lines[0] == "您好。下面是您在“养老服务信息公开平台”订阅的消息，到3月17日8点为止。"
        section = lines[lines.index("【示例敬老院】") + 1 : lines.index("——") - 1]
        said, links = section[::2], section[1::2]
        assert said == [
            "3月15日 检查结果（群众反映）：示例敬老院，未发现问题",
            "3月16日 整改通知发出：示例敬老院，疏散通道堆放杂物",
            "3月16日 表扬、处罚等信用信息有更新：示例敬老院",
            "3月16日 公开了一个问题（较重）：示例敬老院，电线老化",
            "公开资料有更新：示例敬老院（基本情况）",
        ]
        assert f"http://127.0.0.1:8000/notices/{made.notice.public_id}" in links
        assert "罚款" not in body, "a mail can't be taken back once it is repaired"
        assert "别家" not in body
        assert "complaint" not in body
        mail = db.session.query(Mail).filter_by(kind=DIGEST).one()
        assert mail.title == "您订阅的消息：5条新的"
        assert morning() == [], "once a day"
        assert morning(next_day()) == [], "nothing is told twice"


def test_nothing_new_no_mail_and_nothing_before_the_subscription(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            where = home()
            notice(where, ASKED - timedelta(minutes=1))
        to_home(where)
        assert morning() == []
        assert readers()[0].looked_on == NEXT.date()


def test_what_is_published_late_is_news_then(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            where = home()
        to_home(where)
        with unit_of_work():
            notice(where, at(5), published_at=EVENING)
        (body,) = morning()
        assert "3月5日 整改通知发出" in body


def test_overdue_is_told_on_the_morning_it_begins(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            where = home()
            notice(where, at(2), [(NEXT.date(), at(3), True)])
        to_home(where)
        assert morning() == []
        (body,) = morning(next_day())
        assert "3月18日 整改通知逾期未改：示例敬老院，疏散通道堆放杂物，期限是3月17日" in body


def test_what_was_unpublished_meanwhile_is_not_told(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            where = home()
        to_home(where)
        with unit_of_work():
            notice(where, EVENING, published_at=None).problem.published_at = None
        assert morning() == []


def test_a_county_with_what_is_beneath_and_a_choice_of_notices(app: Flask) -> None:
    with app.app_context():
        with unit_of_work():
            here, there = home(), home("明溪敬老院", OTHER)
        subscribe(About(AlertTopic.REGION, region_code="350400"), "city@example.cn")
        subscribe(About(AlertTopic.REGION, region_code=COUNTY), "county@example.cn")
        for who, choice in (
            ("fire@example.cn", {"category": "fire", "region": COUNTY}),
            ("food@example.cn", {"category": "food"}),
            ("name@example.cn", {"text": "明溪"}),
            ("grave@example.cn", {"severity": "major"}),
            ("gone@example.cn", {"category": "no such thing any more"}),
        ):
            subscribe(About(AlertTopic.NOTICES, choice=choice, title=f"选择{who}", path="/notices"), who)
        with unit_of_work():
            notice(here, EVENING)
            notice(there, EVENING)
            problem(here, EVENING, title="电线老化")
        mails = morning()
        told = [("示例敬老院" in body, "明溪敬老院" in body, "电线老化" in body) for body in mails]
        assert told == [
            (True, True, True),  # the city
            (True, False, True),  # the county
            (True, False, False),  # fire there
            (False, True, False),  # by name
            (True, True, False),  # of a term that is gone: everything
        ]


def test_homes_that_newly_meet_a_choice_and_changes_of_those_that_do(app: Flask) -> None:
    with app.app_context():
        with unit_of_work():
            old = home("老敬老院")
            home("明溪敬老院", OTHER)
        choice = {"chosen": {"region": [COUNTY]}, "care": "self_care", "words": ""}
        subscribe(
            About(AlertTopic.HOMES, choice=choice, title="找机构：三元区", path="/institutions?region=350404")
        )
        assert morning() == []
        with unit_of_work(), clock.moved_to(next_day() - timedelta(hours=3)):
            new = home("新敬老院")
            home("明溪第二敬老院", OTHER)
            amend(old, clock.now(), phone="0598-8000001")
            touch_data_set()
            address = f"/institutions/{new.public_id}"
        (body,) = morning(next_day())
        assert "新符合条件：新敬老院" in body
        assert address in body
        assert "公开资料有更新：老敬老院（基本情况）" in body
        assert "明溪" not in body
        assert body.count("新敬老院") == 1, "new, so not changed as well"
        assert morning(next_day(2)) == []


def test_what_a_search_newly_finds(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            home("桂花敬老院")
        keep_up(current_search())
        choice = {"words": "桂花", "kind": "", "region": ""}
        subscribe(About(AlertTopic.SEARCH, choice=choice, title="搜索“桂花”", path="/search?q=桂花"))
        assert morning() == []
        with unit_of_work(), clock.moved_to(NEXT):
            home("桂花公寓")
            home("荷花公寓")
            touch_data_set()
        keep_up(current_search())
        (body,) = morning(next_day())
        assert "【搜索“桂花”】\n新符合条件：桂花公寓\n" in body
        assert "荷花" not in body


def test_while_the_index_is_rebuilt_nothing_is_lost(
    sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            home("桂花敬老院")
        keep_up(current_search())
        choice = {"words": "桂花", "kind": "", "region": ""}
        subscribe(About(AlertTopic.SEARCH, choice=choice, title="搜索“桂花”", path="/search?q=桂花"))
        with unit_of_work(), clock.moved_to(EVENING):
            home("桂花公寓")
            touch_data_set()
        with monkeypatch.context() as patched:
            patched.setattr("portal.alerts.topics._answers", lambda _choice: None)
            assert morning() == []
        keep_up(current_search())
        (body,) = morning(next_day())
        assert "桂花公寓" in body


def test_hours_and_the_minutes_after_eight(sqlite_app: Flask) -> None:
    day = date(2026, 3, 17)
    assert cut_of(clock.at(day, 8, 9)) is None, "what was being written at eight may not be there yet"
    assert cut_of(clock.at(day, 8, 10)) == clock.at(day, 8)
    assert cut_of(clock.at(day, 19, 59)) == clock.at(day, 8)
    assert cut_of(clock.at(day, 20)) is None
    with sqlite_app.app_context():
        with unit_of_work():
            where = home()
        to_home(where)
        with unit_of_work():
            notice(where, clock.at(day, 9, 30))
        assert morning(clock.at(day, 10)) == [], "after eight: tomorrow's news"
        assert len(morning(next_day())) == 1


def test_days_without_a_worker_are_made_up_for_in_one_mail(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            where = home()
        to_home(where)
        with unit_of_work():
            for day in (18, 19, 20):
                notice(where, at(day))
        (body,) = morning(next_day(4))
        assert [f"3月{day}日" in body for day in (18, 19, 20)] == [True] * 3


def test_a_home_that_is_withdrawn_is_named_nowhere(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            where, stays = home("撤下敬老院"), home()
        to_home(where)
        to_home(stays)
        with unit_of_work():
            notice(where, EVENING)
            notice(stays, EVENING)
            where.withdrawn = True
            touch_data_set()
        (body,) = morning()
        assert "撤下" not in body
        assert "【示例敬老院】" in body


def test_a_long_list_is_cut_and_counted(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            where = home()
        to_home(where)
        with unit_of_work():
            for _ in range(23):
                notice(where, EVENING)
        (body,) = morning()
        assert body.count("整改通知发出") == 20
        assert "还有3条，请到平台上看。" in body


def test_an_address_that_takes_no_mail_is_forgotten(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            where = home()
        to_home(where)
        for day in range(MOST_FAILURES):
            assert len(readers()) == 1
            with unit_of_work():
                notice(where, next_day(day) - timedelta(hours=2))
            assert len(morning(next_day(day))) == 1
            with unit_of_work():
                mail = db.session.query(Mail).filter_by(kind=DIGEST).order_by(Mail.id.desc()).first()
                assert mail is not None
                mail.given_up_at, mail.next_try_at = next_day(day), None
        assert morning(next_day(MOST_FAILURES)) == []
        assert readers() == []


def test_a_damaged_choice_keeps_nobody_from_their_mail(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            where = home()
        about = About(
            AlertTopic.NOTICES, choice={"region": COUNTY}, title="整改通知：三元区", path="/notices"
        )
        subscribe(about)
        to_home(where)
        with unit_of_work():
            db.session.query(Alert).filter_by(topic=AlertTopic.NOTICES).one().choice_sealed = "v1.1.AAAA"
            notice(where, EVENING)
        (body,) = morning()
        assert "【示例敬老院】" in body


def test_the_worker_takes_lot_after_lot(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.alerts.jobs._AT_ONCE", 2)
    with sqlite_app.app_context():
        with unit_of_work():
            where = home()
        for number in range(5):
            to_home(where, f"r{number}@example.cn")
        with unit_of_work():
            notice(where, EVENING)
        with clock.moved_to(NEXT):
            sweep_alerts(glossary.label)
            sweep_alerts(glossary.label)
        assert len(bodies(DIGEST)) == 5
        assert len({link_in(body, "stop") for body in bodies(DIGEST)}) == 5


def test_a_lot_costs_the_same_number_of_queries(sqlite_app: Flask) -> None:
    from sqlalchemy import event

    with sqlite_app.app_context():
        with unit_of_work():
            where = home()
        asked: list[str] = []

        def note(*about: object) -> None:
            if str(about[2]).startswith("SELECT"):
                asked.append(str(about[2]))

        def cost(moment: object) -> int:
            with unit_of_work():
                notice(where, moment - timedelta(hours=2))  # type: ignore[operator]
            event.listen(db.engine, "before_cursor_execute", note)
            asked.clear()
            try:
                with clock.moved_to(moment), unit_of_work():  # type: ignore[arg-type]
                    send_digests(clock.now(), glossary.label)
            finally:
                event.remove(db.engine, "before_cursor_execute", note)
            return len(asked)

        to_home(where, WHO)
        cost(NEXT)
        one = cost(next_day())
        for number in range(6):
            to_home(where, f"r{number}@example.cn", NEXT + timedelta(days=1, hours=2))
        seven = cost(next_day(2))
        assert seven <= one + 6 * 4, "per address: its key, its links, its mail"
