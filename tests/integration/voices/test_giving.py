"""One browser, one voice; what one place may weigh; sums that stay in step with the voices."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.domain.voice_limits import Apart, Proof
from portal.extensions import db
from portal.voices import service
from portal.voices.kinds import VoiceKind
from portal.voices.models import Voice, VoiceBurst
from portal.voices.service import Gave, Given, give
from portal.voices.visitor import Visitor

NOW = clock.at(clock.today(), 10)
LONG_AGO = NOW - timedelta(days=3)


def visitor(number: int, address: str = "198.51.100.7", *, known: bool = False) -> Visitor:
    """Return somebody with a cookie; ``known``: days old."""
    return Visitor(f"{number:032x}", LONG_AGO if known else NOW, address)


def support(number: int, address: str, **more: object) -> Given:
    """Let somebody support suggestion 1."""
    return give(VoiceKind.SUGGESTION, 1, "", visitor(number, address), NOW, **more)  # type: ignore[arg-type]


def test_one_browser_is_one_voice_whatever_its_address(app: Flask) -> None:
    with app.app_context():
        assert support(1, "198.51.100.7") == Given(Gave.FRESH)
        assert support(1, "203.0.113.9") == Given(Gave.AGAIN)
        assert support(2, "198.51.100.7") == Given(Gave.FRESH)
        tally = service.tally(VoiceKind.SUGGESTION, 1)
        assert (tally.persons, tally.counted, tally.apart) == (2, {}, {})
        assert tally.sure.networks == 1
        assert service.has_given(VoiceKind.SUGGESTION, [1, 2], visitor(1)) == {1: ""}
        assert service.has_given(VoiceKind.POOL, [1], visitor(1)) == {}
        assert service.take_back(VoiceKind.SUGGESTION, 1, visitor(1))
        assert not service.take_back(VoiceKind.SUGGESTION, 1, visitor(1))
        assert service.tally(VoiceKind.SUGGESTION, 1).persons == 1
        assert db.session.scalar(select(func.count(Voice.id))) == 1


def test_a_changed_choice_moves_and_several_choices_are_one_person(app: Flask) -> None:
    with app.app_context():
        give(VoiceKind.POOL, 9, "a,b", visitor(1), NOW)
        give(VoiceKind.POOL, 9, "b", visitor(2), NOW)
        assert give(VoiceKind.POOL, 9, "b,c", visitor(1), NOW).how is Gave.CHANGED
        tally = service.tally(VoiceKind.POOL, 9)
        assert tally.persons == 2
        assert tally.counted == {"b": 2, "c": 1}
        assert service.tallies(VoiceKind.POOL, [8, 9])[8].persons == 0


def test_an_address_and_a_network_weigh_no_more_than_their_limit(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        home = [support(number, "198.51.100.7") for number in range(8)]
        assert [given.why_apart for given in home] == [None] * 5 + [Apart.ADDRESS] * 3
        street = [support(100 + number, f"198.51.100.{20 + number}") for number in range(20)]
        assert Counter(given.why_apart for given in street) == {None: 15, Apart.NETWORK: 5}
        assert support(200, "198.51.101.1").counted
        tally = service.tally(VoiceKind.SUGGESTION, 1)
        assert tally.persons == 21
        assert tally.apart == {Apart.ADDRESS: 3, Apart.NETWORK: 5}
        bursts = db.session.execute(select(VoiceBurst.why, VoiceBurst.voices).order_by(VoiceBurst.why))
        assert {(why, voices) for why, voices in bursts} == {(Apart.ADDRESS, 3), (Apart.NETWORK, 5)}


@pytest.mark.parametrize(
    ("first", "second", "same_address"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("", "not an address", True),
    ],
)
def test_what_an_address_is(sqlite_app: Flask, first: str, second: str, same_address: bool) -> None:
    with sqlite_app.app_context():
        given = [support(number, first) for number in range(5)] + [support(5, second)]
        assert given[-1].counted is not same_address


def test_a_whole_48_of_ipv6_is_one_network(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        given = [support(number, f"2001:db8:1:{number:x}::1") for number in range(25)]
        assert sum(one.counted for one in given) == 20
        assert support(99, "2001:db8:2:1::1").counted


def test_a_rush_of_new_browsers_is_set_apart_and_those_known_before_are_not(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        given = [support(number, f"203.0.{number}.1") for number in range(60)]
        assert [one.why_apart for one in given[40:]] == [Apart.SURGE] * 20
        known = visitor(500, "203.0.200.1", known=True)
        assert give(VoiceKind.SUGGESTION, 1, "", known, NOW).counted
        laid_in_store = [
            give(VoiceKind.SUGGESTION, 1, "", visitor(600 + n, f"203.1.{n}.1", known=True), NOW).counted
            for n in range(45)
        ]
        assert sum(laid_in_store) == 39
        later = NOW + timedelta(minutes=10)
        assert give(VoiceKind.SUGGESTION, 1, "", visitor(501, "203.0.201.1"), later).counted
        vote = [give(VoiceKind.POOL, 1, "a", visitor(n, f"203.0.{n}.1"), NOW) for n in range(60)]
        assert all(one.counted for one in vote)


def test_giving_and_taking_back_makes_no_rush(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        for _ in range(50):
            assert support(1, "198.51.100.7").counted
            service.take_back(VoiceKind.SUGGESTION, 1, visitor(1))
        assert support(2, "203.0.113.1").counted


def test_a_cookie_from_the_future_is_new(sqlite_app: Flask) -> None:
    assert Visitor("0" * 32, NOW + timedelta(days=1), "").is_new(NOW)
    assert Visitor("0" * 32, NOW - timedelta(minutes=59), "").is_new(NOW)
    assert not Visitor("0" * 32, NOW - timedelta(minutes=60), "").is_new(NOW)


def test_those_who_waited_weigh_less(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        one_network = [support(n, f"198.51.100.{n}", proof=Proof.WAITED) for n in range(7)]
        assert [one.why_apart for one in one_network] == [None] * 5 + [Apart.WAITED] * 2
        others = [support(100 + n, f"203.0.{n}.1", proof=Proof.WAITED) for n in range(10)]
        assert sum(one.counted for one in others) == 5
        assert service.tally(VoiceKind.SUGGESTION, 1).sure.waited == 10
        for n in range(30):
            support(200 + n, f"203.1.{n}.1", proof=Proof.SOLVED)
        # a quarter of 40 that count is ten: the next has to wait for company
        assert not support(300, "203.2.1.1", proof=Proof.WAITED).counted


def test_a_closed_count_takes_nothing(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        support(1, "198.51.100.7")
        service.close_count(VoiceKind.SUGGESTION, 1)
        service.close_count(VoiceKind.SUGGESTION, 1)
        for work in (
            lambda: support(2, "203.0.113.1"),
            lambda: support(1, "203.0.113.1"),
            lambda: service.take_back(VoiceKind.SUGGESTION, 1, visitor(1)),
        ):
            with pytest.raises(service.CountClosed):
                work()
        assert service.tally(VoiceKind.SUGGESTION, 1).persons == 1


def test_records_are_told_how_many_count(sqlite_app: Flask) -> None:
    told: list[tuple[int, int]] = []

    def hook(subject_id: int, persons: int) -> None:
        told.append((subject_id, persons))

    service.when_changed(VoiceKind.VERDICT, hook)
    with sqlite_app.app_context():
        give(VoiceKind.VERDICT, 4, "done", visitor(1), NOW)
        give(VoiceKind.VERDICT, 4, "more", visitor(1), NOW)
        give(VoiceKind.VERDICT, 4, "done", visitor(2), NOW)
        service.take_back(VoiceKind.VERDICT, 4, visitor(1))
    assert told == [(4, 1), (4, 2), (4, 1)]


def test_nothing_stored_tells_who_or_from_where(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        support(1, "198.51.100.7")
        give(VoiceKind.SUGGESTION, 2, "", visitor(1), NOW)
        rows = db.session.scalars(select(Voice)).all()
        assert len({row.person_index for row in rows}) == len({row.network_index for row in rows}) == 2
        assert "198.51" not in repr(visitor(1))
        assert f"{1:032x}" not in repr(visitor(1))
