"""The attack on a count: fresh cookies, 1 000 addresses, every challenge solved. Caps hold."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import count
from secrets import token_hex

import altcha
import pytest
from flask import Flask

from portal.domain.voice_limits import Apart, Limits, work_asked
from portal.unit_of_work import unit_of_work
from portal.voices import challenge, marks
from portal.voices.kinds import Proof, VoiceKind
from portal.voices.patterns import look_at
from portal.voices.service import Given, give, tally
from portal.voices.visitor import Visitor
from tests.bench.stuffing import START, Plan, addresses_of, attack, open_count

LIMITS = Limits()
SUPPORT = VoiceKind.SUGGESTION


@pytest.fixture
def stuffed(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A portal whose challenges are solved at once: what they cost is measured, not tested."""
    monkeypatch.setattr(challenge, "TRIES", 2)
    sqlite_app.config["PORTAL"].voice_challenge_cost = 100
    open_count(sqlite_app, SUPPORT, 1)
    return sqlite_app


def stuff(address: str, seconds: int) -> tuple[Given, Proof]:
    """Give one voice behind the pages: asked as they ask, every challenge solved."""
    now, person = START + timedelta(seconds=seconds), Visitor(token_hex(16), None, address)
    proof: Proof | challenge.Refusal = Proof.UNASKED
    if work := work_asked(marks.load_now(SUPPORT, 1, person, now)):
        asked = challenge.ask(SUPPORT, 1, person, now, work)
        assert asked.challenge is not None
        made = altcha.Challenge.from_dict(asked.challenge)
        solution = altcha.solve_challenge(made)
        assert solution is not None
        payload = altcha.Payload(made, solution).to_base64()
        proof = challenge.check(SUPPORT, 1, person, now, work, asked.ticket, payload)
    assert isinstance(proof, Proof)
    return give(SUPPORT, 1, "", person, now, proof), proof


def test_a_thousand_addresses_weigh_no_more_than_their_networks(stuffed: Flask) -> None:
    seconds, whys, proofs = count(step=20), Counter[Apart | None](), Counter[Proof]()
    with stuffed.app_context():
        everywhere = addresses_of(Plan("", networks=4, addresses=1_000))
        for addresses in (everywhere[first : first + 50] for first in range(0, 1_000, 50)):
            with unit_of_work():
                for address in addresses:
                    given, proof = stuff(address, next(seconds))
                    whys[given.why_apart] += 1
                    proofs[proof] += 1
        look_at(SUPPORT, 1, START + timedelta(seconds=next(seconds)))
        found = tally(SUPPORT, 1)
    assert whys == {None: 4 * LIMITS.per_network, Apart.NETWORK: 920}
    assert proofs[Proof.SOLVED] > 950
    assert (found.persons, found.apart) == (80, {Apart.NETWORK: 920})
    assert found.sure.grade.value == "weak"


def test_a_rush_from_everywhere_counts_a_slot_and_no_more(stuffed: Flask) -> None:
    done = attack(stuffed, Plan("", networks=90, addresses=90, each=1, gap=timedelta(milliseconds=200)))
    assert done.counted == LIMITS.in_a_slot
    assert done.apart == {Apart.SURGE: 50}


def test_waiting_in_place_of_work_counts_a_little(stuffed: Flask) -> None:
    plan = Plan("", networks=60, addresses=60, each=1, gap=timedelta(minutes=5), scripts=False)
    done = attack(stuffed, plan)
    assert done.counted < 35
    assert done.apart[Apart.WAITED] > 25
