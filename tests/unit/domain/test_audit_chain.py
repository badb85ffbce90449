"""The chain alone: every way of rewriting the past is seen, and at the first place it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from portal.domain.audit_chain import GENESIS, Link, canonical, first_broken

Chain = list[tuple[Link, str]]
BEGUN = datetime(2026, 2, 24, 9, 0, tzinfo=timezone(timedelta(hours=8)))


def chain(length: int) -> Chain:
    """Return entries as they would be kept."""
    kept: Chain = []
    previous = GENESIS
    for number in range(1, length + 1):
        content = canonical({"changes": [{"kind": "bed", "id": [number], "after": {"床位": number}}]})
        at = BEGUN + timedelta(minutes=number)
        link = Link(
            number,
            at,
            "云汀市民政局经办",
            3,
            "institution",
            f"institution/{number}",
            "990101",
            content,
            previous,
        )
        previous = link.hash()
        kept.append((link, previous))
    return kept


def changed(links: Chain, number: int, **values: object) -> None:
    """Change an entry and nothing else, as a hand in the database would."""
    link, digest = links[number - 1]
    links[number - 1] = (replace(link, **values), digest)  # type: ignore[arg-type]


def rehashed(links: Chain, number: int, **values: object) -> None:
    """Change an entry and its own hash, as a hand that knows the rule would."""
    link = replace(links[number - 1][0], **values)  # type: ignore[arg-type]
    links[number - 1] = (link, link.hash())


def test_a_whole_chain_holds() -> None:
    assert first_broken([]) is None
    assert first_broken(chain(1)) is None
    assert first_broken(chain(20)) is None


@pytest.mark.parametrize(
    "values",
    [
        {"content": canonical({"changes": []})},
        {"content": chain(5)[2][0].content + " "},
        {"at": BEGUN},
        {"actor": "别人"},
        {"staff_id": 4},
        {"staff_id": None},
        {"action": "other"},
        {"subject": "institution/4"},
        {"subject": None},
        {"region_code": "990102"},
    ],
    ids=str,
)
@pytest.mark.parametrize("number", [1, 3, 5])
def test_any_changed_value_is_named(number: int, values: dict[str, object]) -> None:
    links = chain(5)
    changed(links, number, **values)
    if links[number - 1][0].hash() == links[number - 1][1]:
        pytest.skip("this entry had the value before")
    broken = first_broken(links)
    assert broken is not None
    assert broken.sequence == number
    assert "改动" in broken.reason


def test_a_new_hash_for_a_changed_entry_shows_at_the_next() -> None:
    links = chain(5)
    rehashed(links, 3, content="{}")
    broken = first_broken(links)
    assert broken is not None
    assert broken.sequence == 4


@pytest.mark.parametrize(
    ("harm", "sequence"),
    [
        (lambda links: links.pop(2), 3),
        (lambda links: links.pop(0), 1),
        (lambda links: links.insert(2, links[2]), 3),
        (lambda links: links.insert(2, links[0]), 1),
        (lambda links: links.__setitem__(slice(1, 3), [links[2], links[1]]), 2),
        (lambda links: changed(links, 3, sequence=7), 3),
        (lambda links: rehashed(links, 2, previous=GENESIS), 2),
        (lambda links: links.insert(0, (replace(links[0][0], sequence=0), "f" * 64)), 0),
    ],
    ids=[
        "removed",
        "first removed",
        "doubled",
        "put in again",
        "swapped",
        "renumbered",
        "cut loose",
        "before",
    ],
)
def test_taking_out_putting_in_and_swapping_are_seen(harm: Callable[[Chain], object], sequence: int) -> None:
    links = chain(5)
    harm(links)
    broken = first_broken(links)
    assert broken is not None
    assert broken.sequence == sequence


def test_what_cannot_be_seen_from_within() -> None:
    """Why the hash of each day is published: these two need it."""
    assert first_broken(chain(5)[:3]) is None
    forged = chain(5)
    for number in range(3, 6):
        previous = forged[number - 2][1]
        rehashed(forged, number, actor="别人", previous=previous)
    assert first_broken(forged) is None
    assert forged[-1][1] != chain(5)[-1][1]


def test_the_same_moment_has_one_hash_in_every_zone() -> None:
    link = chain(1)[0][0]
    assert replace(link, at=link.at.astimezone(UTC)).hash() == link.hash()


def test_what_stands_where_cannot_be_moved_between_fields() -> None:
    link = chain(1)[0][0]
    one, other = replace(link, action="ab", subject="c"), replace(link, action="a", subject="bc")
    assert one.hash() != other.hash()


def test_canonical_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"乙": 1, "甲": [1, None]}) == canonical({"甲": [1, None], "乙": 1})
    assert "甲" in canonical({"甲": 1})


def test_the_rule_of_the_hash_never_changes() -> None:
    """A published hash must be the same in a year: whoever changes the rule breaks every chain there is."""
    assert chain(1)[0][1] == "393b3fb28060f8b7ed1a0f7b6e41c0b679c24286084508f36b8e8cd1b5ab26fe"
