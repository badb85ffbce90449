"""Voices that come at the same moment: one browser is one voice, a limit is a limit, the sums are right."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from portal import clock
from portal.domain.voice_limits import Apart
from portal.unit_of_work import unit_of_work
from portal.voices.kinds import VoiceKind
from portal.voices.service import Gave, Given, give, take_back, tally
from portal.voices.visitor import Visitor

SUPPORT = VoiceKind.SUGGESTION
NOW = clock.at(clock.today(), 10, 5)


def together(app: Flask, work: list[Callable[[], object]]) -> list[object]:
    """Do everything at once, each in a unit of work of its own."""

    def alone(one: Callable[[], object]) -> object:
        with app.app_context(), unit_of_work():
            return one()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(alone, work))


def test_one_browser_pressing_at_once_is_one_voice(app: Flask) -> None:
    one = Visitor("1" * 32, None, "198.51.100.7")
    done = together(app, [lambda: give(SUPPORT, 1, "", one, NOW)] * 6)
    hows = [given.how for given in done if isinstance(given, Given)]
    assert sorted(hows) == [Gave.AGAIN] * 5 + [Gave.FRESH]
    gone = together(app, [lambda: take_back(SUPPORT, 1, one)] * 4)
    assert sorted(map(bool, gone)) == [False, False, False, True]
    with app.app_context():
        assert tally(SUPPORT, 1).persons == 0


def test_a_limit_holds_for_those_who_come_at_once(app: Flask) -> None:
    people = [Visitor(f"{number:032x}", None, "198.51.100.7") for number in range(9)]
    together(app, [lambda one=one: give(SUPPORT, 1, "", one, NOW) for one in people])  # type: ignore[misc]
    with app.app_context():
        found = tally(SUPPORT, 1)
    assert (found.persons, found.apart, found.sure.networks) == (5, {Apart.ADDRESS: 4}, 1)
