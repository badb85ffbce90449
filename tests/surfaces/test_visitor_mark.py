"""By what visitors are told apart where requests are counted."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.extensions import visitor_mark


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
