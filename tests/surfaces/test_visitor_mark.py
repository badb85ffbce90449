"""By what visitors are told apart where requests are counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask_limiter.errors import RateLimitExceeded

from portal.extensions import limiter, network_mark, visitor_mark
from portal.public import suggestion_new, topic_acts


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8", False),
        ("unknown", "unknown", True),
    ],
)
def test_one_network_is_one_visitor(module_app: Flask, one: str, other: str, same: bool) -> None:
    marks = []
    for address in (one, other):
        with module_app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            marks.append(visitor_mark())
        assert address not in marks[-1]
    assert (marks[0] == marks[1]) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", True),
        ("203.0.113.7", "203.0.114.7", False),
        ("::ffff:203.0.113.7", "203.0.113.8", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", True),
        ("2001:db8:1:2::1", "2001:db8:2:2::1", False),
    ],
)
def test_neighbours_are_one_network(module_app: Flask, one: str, other: str, same: bool) -> None:
    marks = []
    for address in (one, other):
        with module_app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            marks.append(network_mark())
    assert (marks[0] == marks[1]) is same


@pytest.mark.parametrize("slow_down", [suggestion_new._slow_down_lodging, topic_acts._write_less])
def test_a_rented_network_does_not_bury_those_who_read(
    module_app: Flask, slow_down: Callable[[], None]
) -> None:
    """A /48 holds 65 536 visitors, each of whom had limits of their own."""
    limiter.reset()
    taken = 0
    with pytest.raises(RateLimitExceeded):
        for number in range(250):
            with module_app.test_request_context(environ_base={"REMOTE_ADDR": f"2001:db8:1:{number:x}::1"}):
                slow_down()
            taken += 1
    assert taken == 200
    limiter.reset()
