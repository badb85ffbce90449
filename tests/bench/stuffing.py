"""The attack on a count, and what it yields: ``python -m tests.bench.stuffing`` measures for docs/voices.md.

The attacker knows the source: fresh cookies, 1 000 addresses, a solver in native code (OpenSSL), every
challenge solved, every limit known. Requests go through the whole portal; the clock is moved from one to the
next. The solver's work is measured at its real cost and added up by tries; ``--really`` solves at the real
cost throughout.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import unescape
from itertools import count
from pathlib import Path

import altcha
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal import clock
from portal.access import anyone
from portal.config import Settings
from portal.domain.voice_limits import HARDER
from portal.extensions import limiter
from portal.public import voicing
from portal.voices import challenge
from portal.voices.jobs import tend_voices
from portal.voices.kinds import Apart, VoiceKind
from portal.voices.service import tally
from tests.conftest import make_app, migrate

START = clock.at(date(2026, 6, 1), 9)
EVERY = timedelta(minutes=10)
"""How often the worker looks: in truth every minute."""
CHEAP = 100
"""Rounds a try takes while tries are only counted."""
_ADDRESS = "/stuffed"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Plan:
    """One way to attack."""

    name: str
    kind: VoiceKind = VoiceKind.SUGGESTION
    networks: int = 4
    addresses: int = 1_000
    each: int = 1
    """Voices, each with a fresh cookie, from every address."""
    gap: timedelta = timedelta(milliseconds=200)
    """Between two voices; they go round the addresses."""
    scripts: bool = True
    """False: waits instead of solving."""


@dataclass(slots=True)
class Yield:
    """What came of it."""

    sent: int = 0
    counted: int = 0
    apart: Counter[Apart] = field(default_factory=Counter)
    tries: Counter[int] = field(default_factory=Counter)
    """Tries by how hard the challenge was."""
    solved: Counter[int] = field(default_factory=Counter)
    lasted: timedelta = timedelta()
    cpu: float = 0.0
    """Seconds of processor time spent on solving, as measured."""


def open_count(app: Flask, kind: VoiceKind, subject_id: int) -> None:
    """Let the portal take voices on a subject of which nothing else is known."""

    @voicing.takes_voices
    @anyone
    def stuffed() -> object:
        return voicing.ask_or_give(kind, subject_id, "", back="/").then("/")

    app.add_url_rule(_ADDRESS, f"public.stuffed_{kind.value}_{subject_id}", stuffed, methods=["POST"])


def addresses_of(plan: Plan) -> list[str]:
    """Return the attacker's addresses, spread evenly over the networks (IPv4 /24)."""
    if plan.addresses > plan.networks * 254:
        raise ValueError("more addresses than the networks hold")
    return [
        f"{20 + network // 65_536}.{network // 256 % 256}.{network % 256}.{1 + host}"
        for host in range(-(-plan.addresses // plan.networks))
        for network in range(plan.networks)
    ][: plan.addresses]


def attack(app: Flask, plan: Plan, subject_id: int = 1, start: datetime = START) -> Yield:
    """Attack; return what came of it. The portal must have ``open_count`` for this subject."""
    found, at, looked = Yield(), start, start
    limiter.enabled = False  # it measures true time, which does not pass here
    try:
        for address in addresses_of(plan) * plan.each:
            with clock.moved_to(at):
                _one(app, plan, address, found, at)
                if at - looked >= EVERY:
                    looked = at
                    with app.app_context():
                        tend_voices()
            at += plan.gap
    finally:
        limiter.enabled = True
    with clock.moved_to(at), app.app_context():
        tend_voices()
        now = tally(plan.kind, subject_id)
    found.counted, found.apart, found.lasted = now.persons, Counter(now.apart), at - start
    return found


def _one(app: Flask, plan: Plan, address: str, found: Yield, at: datetime) -> None:
    """Give one voice as a browser does that has never been here."""
    client = app.test_client()
    found.sent += 1
    answer = _press(client, address)
    while answer.status_code == 200:
        ticket = _ticket(answer)
        if plan.scripts:
            solution = _solved(answer, found, app.config["PORTAL"].voice_waiting_seconds)
            answer = _press(client, address, voice_ticket=ticket, voice_solution=solution)
        else:
            wait = int(re.findall(r"请等(\d+)秒", answer.text)[0])
            with clock.moved_to(at + timedelta(seconds=wait)):
                answer = _press(client, address, voice_ticket=ticket)
    assert answer.status_code == 303, answer.text


def _press(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    return client.post(
        _ADDRESS, data=fields, headers={"Origin": "http://localhost"}, environ_base={"REMOTE_ADDR": address}
    )


def _ticket(page: TestResponse) -> str:
    return re.findall(r'name="voice_ticket" value="([^"]+)"', page.text)[0]


def _solved(page: TestResponse, found: Yield, usual_wait: int) -> str:
    written = re.findall(r"data-voice-challenge='([^']+)'", page.text)[0]
    asked = altcha.Challenge.from_dict(json.loads(unescape(written)))
    began = time.process_time()
    solution = altcha.solve_challenge(asked)
    found.cpu += time.process_time() - began
    assert solution is not None
    wait = int(re.findall(r"请等(\d+)秒", page.text)[0])
    hard = HARDER if wait > usual_wait else 1
    found.tries[hard] += solution.counter + 1
    found.solved[hard] += 1
    return altcha.Payload(asked, solution).to_base64()


def seconds_a_try(cost: int, samples: int = 2_000) -> float:
    """Return the processor time of one try of a challenge at its real cost, measured."""
    made = altcha.create_challenge("PBKDF2/SHA-256", cost, key_prefix="ff" * 16)
    began = time.process_time()
    tries = 0
    for counter in range(max(20, samples * 1_000 // cost)):
        altcha.derive_key_pbkdf2(made.parameters, b"x" * 16, counter.to_bytes(20, "big"))
        tries += 1
    return (time.process_time() - began) / tries


def fresh_portal(folder: Path, cost: int) -> Flask:
    """Return an empty portal of its own whose challenge costs so many rounds."""
    app = make_app(folder, voice_challenge_cost=cost)
    migrate(app)
    return app


_A_DAYS = timedelta(days=1) / 320
"""Between two voices of somebody who stays below what counts of new browsers in a day."""
PLANS = (
    Plan("in a rush, 4 networks of 250 addresses"),
    Plan("knows the limits, 4 networks", addresses=80, gap=timedelta(seconds=16)),
    Plan("in a rush, 1 000 networks", networks=1_000),
    Plan("knows the limits, 1 000 networks, 2 from each", networks=1_000, each=2, gap=_A_DAYS),
    Plan("100 networks, 5 from each", networks=100, addresses=100, each=5, gap=_A_DAYS),
    Plan("waits instead of solving, 1 000 networks", networks=1_000, gap=_A_DAYS, scripts=False),
    Plan("a vote, in a rush, 4 networks of 250 addresses", VoiceKind.POOL),
    Plan("a vote, knows the limits, 1 000 networks, 2 from each", VoiceKind.POOL, networks=1_000, each=2,
         gap=_A_DAYS / 10),
)  # fmt: skip


def measured(plans: tuple[Plan, ...], really: bool) -> Iterator[str]:
    """Yield the lines of the table."""
    real = Settings().voice_challenge_cost
    one, hard = seconds_a_try(real), seconds_a_try(real * HARDER)
    yield f"a try: {one * 1000:.2f} ms, hard {hard * 1000:.2f} ms; {challenge.TRIES // 2} tries on average"
    yield "| attack | lasts | sent | counted | set apart | challenges (hard) | CPU-minutes | yield |"
    yield "|---|---|---|---|---|---|---|---|"
    for plan in plans:
        with tempfile.TemporaryDirectory() as folder:
            app = fresh_portal(Path(folder), real if really else CHEAP)
            open_count(app, plan.kind, 1)
            done = attack(app, plan)
        cpu = done.cpu if really else done.tries[1] * one + done.tries[HARDER] * hard
        rate = f"{done.counted / (cpu / 60):.1f}" if cpu else "no work"
        apart = "、".join(f"{why.value} {number}" for why, number in done.apart.most_common()) or "-"
        yield (
            f"| {plan.name} | {done.lasted} | {done.sent} | {done.counted} | {apart} | "
            f"{done.solved.total()} ({done.solved[HARDER]}) | {cpu / 60:.1f} | {rate} |"
        )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--really", action="store_true", help="solve at the real cost: hours")
    parser.add_argument("--only", type=int, help="one attack of the list, from 1")
    given = parser.parse_args()
    plans = PLANS if given.only is None else PLANS[given.only - 1 : given.only]
    for line in measured(plans, given.really):
        print(line, flush=True)


if __name__ == "__main__":
    main()
