"""Asking, confirming, leaving: who owns the mailbox decides, and who leaves is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from portal import clock
from portal.alerts import service
from portal.alerts.about import About, NotWatchable
from portal.alerts.kinds import CONFIRM_WITHIN, MOST_ALERTS, MOST_ASKED_A_DAY, AlertTopic
from portal.alerts.models import Alert
from portal.alerts.queries import AlertCounts, alert_counts, alerts_of
from portal.alerts.topics import check_watchable
from portal.audit.models import AuditEntry
from portal.extensions import db
from portal.notify.models import Mail
from portal.unit_of_work import unit_of_work
from portal.vault.models import VaultKey
from tests.integration.alerts.reading import ASKED, WHO, bodies, link_in, readers, subscribe, to_home
from tests.integration.supervision.event_rows import COUNTY, home

COUNTY_ALERT = About(AlertTopic.REGION, region_code=COUNTY)


def ask(about: About = COUNTY_ALERT, who: str = WHO) -> None:
    with unit_of_work():
        service.ask(who, about, "三元区的整改")


def test_nothing_counts_until_the_owner_of_the_mailbox_confirms(app: Flask) -> None:
    with app.app_context(), clock.moved_to(ASKED):
        ask()
        assert alert_counts() == AlertCounts(0, 0)
        (body,) = bodies(service.CONFIRM)
        assert "三元区的整改" in body
        token = link_in(body, "confirm")
        found = service.followed(token)
        assert found is not None
        assert service.followed(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
        with unit_of_work():
            assert service.confirm(found) is service.Confirmed.DONE
            assert service.confirm(found) is service.Confirmed.ALREADY
        assert alert_counts() == AlertCounts(1, 1)
        (row,) = alerts_of(readers()[0])
        assert (row.title, row.path) == (
            "福建省三明市三元区的整改、检查、表扬和处罚",
            f"/notices?region={COUNTY}",
        )


def test_neither_address_nor_choice_lies_open_anywhere(app: Flask) -> None:
    words = "王小二的养老院"
    with app.app_context(), clock.moved_to(ASKED):
        choice = {"words": words, "kind": "", "region": ""}
        subscribe(About(AlertTopic.SEARCH, choice=choice, title=f"搜索“{words}”", path="/search?q=x"))
        link = link_in(bodies(service.CONFIRM)[0], "confirm")
        tables = ("alert", "alert_address", "mail", "vault_key", "audit_entry")
        dump = "\n".join(
            str(tuple(row)) for table in tables for row in db.session.execute(text(f"SELECT * FROM {table}"))
        )
        for secret in (WHO, "zhang", words, link):
            assert secret not in dump
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0
        assert alerts_of(readers()[0])[0].title == f"搜索“{words}”"


def test_an_unconfirmed_address_is_forgotten_after_two_days(app: Flask) -> None:
    with app.app_context():
        with clock.moved_to(ASKED):
            ask()
            token = link_in(bodies()[0], "confirm")
            subject = readers()[0].subject
        with clock.moved_to(ASKED + CONFIRM_WITHIN), unit_of_work():
            assert service.forget_unconfirmed(clock.now()) == 0
            assert service.followed(token) is not None
        with clock.moved_to(ASKED + CONFIRM_WITHIN + timedelta(seconds=1)):
            assert service.followed(token) is None, "before the worker came by"
            with unit_of_work():
                assert service.forget_unconfirmed(clock.now()) == 1
                assert service.forget_unconfirmed(clock.now()) == 0
        assert readers() == []
        key = db.session.scalars(select(VaultKey).where(VaultKey.subject == subject)).one()
        assert key.wrapped is None
        assert bodies() == [""], "and the mail that still waited can't be opened"
        with clock.moved_to(ASKED + timedelta(days=5)):
            subscribe(COUNTY_ALERT)  # under a key of its own


def test_one_more_is_confirmed_by_itself_and_forgotten_by_itself(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        where = home()
        subscribe(COUNTY_ALERT)
        with clock.moved_to(ASKED):
            ask(About(AlertTopic.INSTITUTION, institution_id=where.id))
        assert [row.topic for row in alerts_of(readers()[0])] == [AlertTopic.REGION]
        with clock.moved_to(ASKED + timedelta(days=3)), unit_of_work():
            assert service.forget_unconfirmed(clock.now()) == 0
        assert db.session.scalar(select(func.count(Alert.id))) == 1
        to_home(where, at=ASKED + timedelta(days=4))
        assert [row.topic for row in alerts_of(readers()[0])] == [AlertTopic.REGION, AlertTopic.INSTITUTION]


def test_capitals_and_a_second_time_make_no_second_alert(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        subscribe(COUNTY_ALERT)
        with clock.moved_to(ASKED + timedelta(days=1)):
            ask(who="ZHANG@Example.cn")
        assert len(readers()) == 1
        assert db.session.scalar(select(func.count(Alert.id))) == 1
        told = bodies(service.CONFIRM)[-1]
        assert "已经订阅过了" in told
        assert service.reader_of(link_in(told, "mine")) is not None
        assert "/alerts/confirm/" not in told


def test_a_later_mail_makes_the_link_of_an_earlier_one_void(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(ASKED):
        ask()
        ask()
        first, second = (link_in(body, "confirm") for body in bodies())
        assert service.followed(first) is None
        assert service.followed(second) is not None


def test_nobodys_mailbox_is_filled(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        with clock.moved_to(ASKED):
            for number in range(MOST_ASKED_A_DAY + 4):
                ask(
                    About(AlertTopic.NOTICES, choice={"text": str(number)}, title="整改通知", path="/notices")
                )
            with unit_of_work():
                service.send_link(WHO)
            assert len(bodies()) == MOST_ASKED_A_DAY
        with clock.moved_to(ASKED + timedelta(days=1)):
            ask()
            assert len(bodies()) == MOST_ASKED_A_DAY + 1


def test_the_own_link_is_sent_to_who_is_subscribed_and_to_nobody_else(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        link = subscribe(COUNTY_ALERT)
        with clock.moved_to(ASKED):
            ask(who="li@example.cn")
            for who in (WHO, "li@example.cn", "nobody@example.cn"):
                with unit_of_work():
                    service.send_link(who)
            (sent,) = bodies(service.LINK)
        assert link_in(sent, "mine") == link
        assert [reader.confirmed_at is not None for reader in readers()] == [True, False]


def test_who_leaves_is_forgotten_with_key_and_waiting_mails(app: Flask) -> None:
    with app.app_context():
        where = home()
        link = to_home(where)
        subscribe(COUNTY_ALERT)
        subscribe(COUNTY_ALERT, "li@example.cn")
        reader = service.reader_of(link)
        assert reader is not None
        one, other = alerts_of(reader)
        with unit_of_work():
            assert service.stop(reader, one.id)
            assert not service.stop(reader, one.id)
        assert [row.id for row in alerts_of(reader)] == [other.id]
        third = alerts_of(readers()[1])[0].id
        with unit_of_work():
            assert not service.stop(reader, third), "another's"
            assert service.stop(reader, other.id)
        assert service.reader_of(link) is None
        assert [service.link_of(left) for left in readers()] != [link]
        assert len(readers()) == 1
        assert sorted(body != "" for body in bodies()) == [False, False, True]


def test_there_is_an_end_to_what_one_address_may_have(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        subscribe(COUNTY_ALERT)
        reader = readers()[0]
        with unit_of_work():
            for number in range(MOST_ALERTS - 1):
                db.session.add(
                    Alert(
                        address_id=reader.id, topic=AlertTopic.REGION, region_code=COUNTY,
                        about_index=f"{number}", confirm_index=f"{number}", entered_at=ASKED,
                        confirmed_at=ASKED, told_until=ASKED,
                    )
                )  # fmt: skip
        with clock.moved_to(ASKED):
            ask(About(AlertTopic.REGION, region_code="350421"))
            found = service.followed(link_in(bodies()[-1], "confirm"))
            assert found is not None
            with unit_of_work():
                assert service.confirm(found) is service.Confirmed.FULL


def test_what_is_no_choice_is_refused(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite_app.app_context():
        with unit_of_work():
            home("甲敬老院")
            home("乙敬老院")
        everything = About(AlertTopic.HOMES, choice={"chosen": {}, "care": "self_care", "words": ""})
        check_watchable(everything)
        monkeypatch.setattr("portal.alerts.topics.MOST_HOMES", 1)
        with pytest.raises(NotWatchable, match="2家，太多"):
            check_watchable(everything)
        for words in ("", "！？", "-公寓"):
            with pytest.raises(NotWatchable, match="输入"):
                check_watchable(About(AlertTopic.SEARCH, choice={"words": words}))


def test_mails_carry_no_typed_word_to_a_stranger(sqlite_app: Flask) -> None:
    with sqlite_app.app_context(), clock.moved_to(ASKED):
        lure = "点击 http://evil.example 领奖"
        about = About(AlertTopic.SEARCH, choice={"words": lure}, title=f"搜索“{lure}”", path="/search?q=x")
        with unit_of_work():
            service.ask(WHO, about, "一个搜索")
        assert "evil" not in bodies()[0]
        assert db.session.scalars(select(Mail.title)).one() == "请确认订阅"
