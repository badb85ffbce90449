"""The attack on a count: fresh cookies, 1 000 addresses, every challenge solved. Caps hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from portal.domain.voice_limits import Apart, Limits
from portal.voices import challenge
from portal.voices.kinds import VoiceKind
from tests.bench.stuffing import Plan, attack, open_count

LIMITS = Limits()


@pytest.fixture
def stuffed(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A portal whose challenges are solved at once: what they cost is measured, not tested."""
    monkeypatch.setattr(challenge, "TRIES", 2)
    sqlite_app.config["PORTAL"].voice_challenge_cost = 100
    open_count(sqlite_app, VoiceKind.SUGGESTION, 1)
    return sqlite_app


def test_a_thousand_addresses_weigh_no_more_than_their_networks(stuffed: Flask) -> None:
    done = attack(stuffed, Plan("", networks=4, each=1, gap=timedelta(seconds=20)))
    assert done.sent == 1_000
    assert done.counted == 4 * LIMITS.per_network
    assert done.apart == {Apart.NETWORK: 920}
    assert done.solved.total() > 950


def test_a_rush_from_everywhere_counts_a_slot_and_no_more(stuffed: Flask) -> None:
    done = attack(stuffed, Plan("", networks=90, addresses=90, each=1, gap=timedelta(milliseconds=200)))
    assert done.counted == LIMITS.in_a_slot
    assert done.apart == {Apart.SURGE: 50}


def test_waiting_in_place_of_work_counts_a_little(stuffed: Flask) -> None:
    plan = Plan("", networks=100, addresses=100, each=1, gap=timedelta(minutes=5), scripts=False)
    done = attack(stuffed, plan)
    assert done.counted < 45
    assert done.apart[Apart.WAITED] > 55
