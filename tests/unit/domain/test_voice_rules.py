"""The rules of voices: when proof is asked, what stands apart, what looks planted, how sure a count is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.voice_limits import Apart, Limits, Load, Proof, Standing, why_apart, work_asked
from portal.domain.voice_patterns import Seen, Watched, planted
from portal.domain.voice_sureness import SureGrade, Sureness

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("load", "work"),
    [
        (Load(), 0),
        (Load(9, 19, 2, 99), 0),
        (Load(subject_slot=10), 1),
        (Load(subject_day=20), 1),
        (Load(network_day=3), 1),
        (Load(everywhere_slot=100), 1),
        (Load(99, 5_000, 19, 999), 1),
        (Load(network_day=20), 4),
        (Load(subject_slot=100), 4),
        (Load(everywhere_slot=1_000), 4),
    ],
)
def test_work_is_asked_under_load_and_more_under_more(load: Load, work: int) -> None:
    assert work_asked(load) == work


@pytest.mark.parametrize(
    ("standing", "proof", "why"),
    [
        (Standing(), Proof.UNASKED, None),
        (Standing(4, 19, counted=19, in_slot=39, in_day=319), Proof.SOLVED, None),
        (Standing(from_address=5), Proof.SOLVED, Apart.ADDRESS),
        (Standing(from_network=20), Proof.SOLVED, Apart.NETWORK),
        (Standing(5, 20), Proof.SOLVED, Apart.ADDRESS),
        (Standing(in_slot=40), Proof.SOLVED, Apart.SURGE),
        (Standing(in_day=320), Proof.SOLVED, Apart.SURGE),
        (Standing(waited_from_network=5, counted=400), Proof.WAITED, Apart.WAITED),
        (Standing(waited=10, counted=40), Proof.WAITED, Apart.WAITED),
        (Standing(waited=10, counted=44), Proof.WAITED, None),
        (Standing(waited=10, counted=40), Proof.SOLVED, None),
    ],
)
def test_what_stands_apart_and_why(standing: Standing, proof: Proof, why: Apart | None) -> None:
    assert why_apart(standing, proof, Limits()) is why


def test_a_vote_of_everybody_has_wider_limits() -> None:
    vote = Limits().for_many()
    assert (vote.per_address, vote.per_network, vote.in_a_slot, vote.in_a_day) == (10, 100, 400, 3_200)


def seen(*by_address: int) -> list[Seen]:
    """Return voices: so many of the first address, so many of the second ..."""
    return [
        Seen(number * 100 + place, f"address {number}", NOON + timedelta(minutes=place))
        for number, voices in enumerate(by_address)
        for place in range(voices)
    ]


def test_addresses_filled_to_the_brim_look_planted_but_for_the_first_voice_of_each() -> None:
    found = planted(seen(*[5] * 8), (), Watched())
    assert len(found) == 32
    assert not any(one % 100 == 0 for one in found)


@pytest.mark.parametrize(
    ("voices", "overflowing"),
    [
        ([5] * 7 + [1] * 5, ()),  # too few such addresses
        ([3] * 8, ()),  # too few voices
        ([3] * 8 + [1] * 25, ()),  # most came otherwise
        ([5] * 8, ("address 0",)),  # people do not stop at what counts
        ([2] * 400, ()),
    ],
)
def test_what_people_leave_behind_is_left_alone(voices: list[int], overflowing: tuple[str, ...]) -> None:
    assert planted(seen(*voices), overflowing, Watched()) == []


@pytest.mark.parametrize(
    ("sure", "grade"),
    [
        (Sureness(0, 0, 0, 0, 0), SureGrade.FEW),
        (Sureness(9, 9, 9, 0, 0), SureGrade.FEW),
        (Sureness(9, 11, 9, 0, 0), SureGrade.WEAK),
        (Sureness(100, 25, 20, 0, 20), SureGrade.FIRM),
        (Sureness(100, 26, 20, 0, 0), SureGrade.FAIR),
        (Sureness(100, 0, 19, 0, 0), SureGrade.FAIR),
        (Sureness(100, 0, 20, 0, 21), SureGrade.FAIR),
        (Sureness(100, 101, 50, 0, 0), SureGrade.WEAK),
        (Sureness(100, 0, 6, 0, 0), SureGrade.WEAK),
    ],
)
def test_how_sure_a_count_is(sure: Sureness, grade: SureGrade) -> None:
    assert sure.grade is grade


def test_it_is_said_from_where_and_what_could_not_be_checked() -> None:
    said = "".join(Sureness(100, 30, 40, 60, 10).sentences)
    for words in (
        "大体可信",
        "40个不同的网络",
        "30人单独列出",
        "30人是在访问不多的时候",
        "10人的设备不能验算",
    ):
        assert words in said
