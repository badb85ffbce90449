"""What is set apart is shown with reasons and decided by a reviewer; the sums keep step throughout."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, WordsMissing
from portal.domain.voice_limits import Apart
from portal.extensions import db
from portal.voices import bursts, service
from portal.voices.burst_queries import BurstRow, bursts_of, hours_of, latest_burst, networks_of, suspicious
from portal.voices.bursts import Chosen, NothingChosen, Place
from portal.voices.forgetting import KEPT_AFTER_CLOSING, KEPT_WHILE_OPEN, forget
from portal.voices.jobs import tend_voices
from portal.voices.kinds import BurstState, OriginKind, VoiceKind
from portal.voices.models import Voice, VoiceCount, VoiceMark, VoiceOrigin, VoiceSum
from portal.voices.patterns import look, look_at
from portal.voices.service import give, take_back, tally
from portal.voices.sums import split_choice
from portal.voices.visitor import Visitor

NOW = clock.at(clock.today(), 10, 5)
COUNTY = "350404"
OURS = Place(VoiceKind.POOL, 1, COUNTY)
WHO = Actor("三元区民政审核"), Scope(False, frozenset({COUNTY}), Department.CIVIL_AFFAIRS)


def vote(number: int, address: str, choice: str = "1", minutes: int = 0) -> bool:
    """Let a new browser vote; True if it counts."""
    person = Visitor(f"{number:032x}", None, address)
    return give(VoiceKind.POOL, 1, choice, person, NOW + timedelta(minutes=minutes)).counted


def crowd(at_home: int = 13) -> None:
    """Let a care home vote through one address, and twenty people from elsewhere."""
    for number in range(at_home):
        vote(number, "198.51.100.7", "1,2")
    for number in range(20):
        vote(100 + number, f"203.0.{number}.1")


def rows() -> list[BurstRow]:
    return bursts_of(VoiceKind.POOL, 1)[0]


def check_sums() -> None:
    """Everything kept is what counting the voices gives."""
    db.session.flush()
    counted: Counter[tuple[str, str]] = Counter()
    places: dict[tuple[OriginKind, str], Counter[str]] = {}
    voices = db.session.scalars(select(Voice).execution_options(populate_existing=True)).all()
    for voice in voices:
        why = voice.apart.value if voice.apart else ""
        counted.update((choice, why) for choice in {"", *split_choice(voice.choice)})
        for wide, mark in (
            (OriginKind.ADDRESS, voice.address_index),
            (OriginKind.NETWORK, voice.network_index),
        ):
            if mark is not None:
                places.setdefault((wide, mark), Counter())["apart" if voice.apart else "counted"] += 1
    kept = db.session.execute(select(VoiceSum.choice, VoiceSum.why, VoiceSum.number))
    assert {(choice, why): number for choice, why, number in kept if number} == dict(counted)
    own = db.session.execute(select(VoiceCount.counted, VoiceCount.networks)).one()
    networks = sum(count["counted"] > 0 for (wide, _), count in places.items() if wide is OriginKind.NETWORK)
    assert own.counted == counted["", ""]
    if places:
        assert own.networks == networks
        found = db.session.execute(
            select(VoiceOrigin.wide, VoiceOrigin.mark, VoiceOrigin.counted, VoiceOrigin.apart)
        )
        assert {(wide, mark): Counter({"counted": one, "apart": two}) for wide, mark, one, two in found} == {
            key: Counter({"counted": 0, "apart": 0}) | count for key, count in places.items()
        }
    for row in rows():
        assert row.voices == sum(voice.burst_id == row.id for voice in voices)


def test_a_care_home_behind_one_address_is_put_back(app: Flask) -> None:
    with app.app_context():
        crowd()
        check_sums()
        (one,) = suspicious(waiting=True)
        assert (one.kind, one.subject_id, one.voices) == (VoiceKind.POOL, 1, 3)
        (burst,) = rows()
        assert (burst.why, burst.voices, burst.addresses, burst.networks) == (Apart.ADDRESS, 3, 1, 1)
        assert burst.new_browsers == 3
        assert bursts.decide(OURS, burst.id, True, "电话核实过", *WHO, burst.version) == 3
        assert tally(VoiceKind.POOL, 1).persons == 33
        assert tally(VoiceKind.POOL, 1).counted == {"1": 33, "2": 13}
        assert tally(VoiceKind.POOL, 1).apart == {}
        check_sums()
        # what was let through once opens no gate
        assert not vote(50, "198.51.100.7")
        assert [row.state for row in rows()] == [BurstState.WAITING, BurstState.COUNTED]
        with pytest.raises(ChangedMeanwhile):
            bursts.decide(OURS, burst.id, False, "看错了", *WHO, burst.version)
        again = next(row for row in rows() if row.id == burst.id)
        assert bursts.decide(OURS, burst.id, False, "看错了", *WHO, again.version) == 3
        assert tally(VoiceKind.POOL, 1).apart == {Apart.ADDRESS: 4}
        check_sums()
        assert [one.voices for one in suspicious(waiting=False)] == [3]


def test_what_stays_apart_takes_later_ones_along(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        crowd()
        (burst,) = rows()
        bursts.decide(OURS, burst.id, False, "机器刷的", *WHO, burst.version)
        assert not vote(50, "198.51.100.7")
        (after,) = rows()
        assert (after.id, after.voices, after.state) == (burst.id, 4, BurstState.KEPT_APART)
        take_back(VoiceKind.POOL, 1, Visitor(f"{50:032x}", None, "203.0.113.200"))
        assert rows()[0].voices == 3
        check_sums()


def test_all_that_waits_is_decided_at_once_but_not_what_came_later(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        crowd()
        for number in range(12):
            vote(200 + number, "192.0.2.9")
        seen = latest_burst(VoiceKind.POOL, 1)
        for number in range(12):
            vote(300 + number, "192.0.77.9")
        assert bursts.decide_waiting(OURS, True, "都是真人", *WHO, seen) == 5
        assert Counter(row.state for row in rows()) == {BurstState.COUNTED: 2, BurstState.WAITING: 1}
        check_sums()
        with pytest.raises(ChangedMeanwhile):
            bursts.decide_waiting(OURS, True, "都是真人", *WHO, seen)


def test_a_reviewer_sets_a_network_or_a_while_apart(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        crowd()
        vote(400, "203.0.250.1", minutes=30)
        largest = networks_of(VoiceKind.POOL, 1)[0]
        assert (largest.counted, largest.apart) == (10, 3)
        assert bursts.set_apart(OURS, Chosen(network=largest.mark[:12]), "同一台设备", *WHO) == 10
        check_sums()
        span = Chosen(since=NOW + timedelta(minutes=29), until=NOW + timedelta(minutes=31))
        assert bursts.set_apart(OURS, span, "半夜里来的", *WHO) == 1
        assert tally(VoiceKind.POOL, 1).apart == {Apart.ADDRESS: 3, Apart.STAFF: 11}
        assert tally(VoiceKind.POOL, 1).persons == 20
        check_sums()
        for nothing in (span, Chosen(), Chosen(network="%"), Chosen(since=NOW, until=NOW)):
            with pytest.raises(NothingChosen):
                bursts.set_apart(OURS, nothing, "再来", *WHO)
            db.session.expire_all()
        by_hand = next(row for row in rows() if row.why is Apart.STAFF)
        assert bursts.decide(OURS, by_hand.id, True, "弄错了", *WHO, by_hand.version) == 10
        assert hours_of(VoiceKind.POOL, 1)[0].counted == 30


def test_only_the_own_bureau_decides_and_says_why(sqlite_app: Flask) -> None:
    actor, scope = WHO
    with sqlite_app.app_context():
        crowd()
        (burst,) = rows()
        for stranger in (
            Scope(False, frozenset({"350405"}), Department.CIVIL_AFFAIRS),
            Scope(False, frozenset({COUNTY}), Department.FIRE),
            Scope(False, frozenset({COUNTY})),
            Scope(True),
        ):
            with pytest.raises(NotTheirs):
                bursts.decide(OURS, burst.id, True, "核实过", actor, stranger, burst.version)
        with pytest.raises(NotTheirs):
            bursts.decide(Place(VoiceKind.VERDICT, 1, COUNTY), burst.id, True, "好", actor, scope, 1)
        for words in ("", "  ", "x" * 1001, "打13800138000问的"):
            with pytest.raises(WordsMissing):
                bursts.decide(OURS, burst.id, True, words, actor, scope, burst.version)
        assert tally(VoiceKind.POOL, 1).apart == {Apart.ADDRESS: 3}


def test_many_addresses_filled_to_the_brim_are_found(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        for number in range(60):
            person = Visitor(f"{number:032x}", None, f"203.0.{number % 12}.1")
            assert give(VoiceKind.POOL, 1, "1", person, NOW).counted
        db.session.commit()
        assert look(NOW) == 48
        assert look(NOW) == 0
        assert tally(VoiceKind.POOL, 1).persons == 12
        (burst,) = rows()
        assert (burst.why, burst.voices, burst.addresses) == (Apart.PATTERN, 48, 12)
        # those who go on the same way are found again
        for number in range(60, 108):
            person = Visitor(f"{number:032x}", None, f"203.0.{number % 12}.1")
            assert give(VoiceKind.POOL, 1, "1", person, NOW).counted
        assert look_at(VoiceKind.POOL, 1, NOW) == 48
        assert tally(VoiceKind.POOL, 1).persons == 12
        (burst,) = rows()
        check_sums()
        bursts.decide(OURS, burst.id, True, "十二个村，每村五人", *WHO, burst.version)
        # what a reviewer put back stays back
        assert look_at(VoiceKind.POOL, 1, NOW) == 0
        assert tally(VoiceKind.POOL, 1).persons == 108


def test_a_closed_count_forgets_who_and_from_where(app: Flask) -> None:
    with app.app_context():
        crowd()
        service.close_count(VoiceKind.POOL, 1)
        db.session.commit()
        before = tally(VoiceKind.POOL, 1)
        assert forget(clock.now() + KEPT_AFTER_CLOSING - timedelta(hours=1)) == 0
        assert forget(clock.now() + KEPT_AFTER_CLOSING + timedelta(hours=1)) == 1
        assert forget(clock.now() + KEPT_AFTER_CLOSING + timedelta(hours=1)) == 0
        assert tally(VoiceKind.POOL, 1) == before
        assert db.session.scalar(select(func.count()).select_from(VoiceOrigin)) == 0
        for voice in db.session.scalars(select(Voice)):
            assert (voice.person_index, voice.address_index, voice.network_index) == (None, None, None)
            assert (voice.given_at.hour, voice.given_at.minute) == (0, 0)
            assert voice.given_at.date() == NOW.date()
        (burst,) = rows()
        assert (burst.networks, burst.addresses, burst.voices) == (0, 0, 3)
        assert bursts.decide(OURS, burst.id, True, "核实过", *WHO, burst.version) == 3
        assert tally(VoiceKind.POOL, 1).persons == before.persons + 3
        check_sums()


def test_open_counts_forget_places_after_half_a_year(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        vote(1, "198.51.100.7")
        db.session.commit()
        forget(NOW + KEPT_WHILE_OPEN + timedelta(days=1))
        (voice,) = db.session.scalars(select(Voice))
        assert voice.address_index is None
        assert voice.person_index is not None
        assert not give(
            VoiceKind.POOL, 1, "1", Visitor(f"{1:032x}", None, "x"), NOW + timedelta(days=200)
        ).how.value.startswith("fresh")
        take_back(VoiceKind.POOL, 1, Visitor(f"{1:032x}", None, "x"))
        assert tally(VoiceKind.POOL, 1).persons == 0
        vote(2, "198.51.100.7")
        db.session.commit()
        forget(NOW + timedelta(days=400))
        assert {row.person_index for row in db.session.scalars(select(Voice))} == {None}
        left = set(db.session.scalars(select(VoiceMark.mark)))
        assert left == {"version"}


def test_pages_that_do_not_follow_the_counts_hear_of_them_once(sqlite_app: Flask) -> None:
    from portal.history.data_set import data_set_state

    with sqlite_app.app_context():
        before = data_set_state().version
        tend_voices()
        assert data_set_state().version == before
        vote(1, "198.51.100.7")
        vote(2, "198.51.100.7")
        db.session.commit()
        tend_voices()
        tend_voices()
        assert data_set_state().version == before + 1
