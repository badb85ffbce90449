"""A vote with suspicious bursts, for the tests of who may do what."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.permissions import Department
from portal.topics.service.pools import Pool, open_pool
from portal.unit_of_work import unit_of_work
from portal.voices.kinds import VoiceKind
from portal.voices.service import give
from portal.voices.visitor import Visitor

VOICES = frozenset({"decide_burst", "set_voices_apart"})


def make_voices(app: Flask, region: str) -> dict[str, dict[str, Any]]:
    """Let a care home vote through one address; return the placeholders of every address."""
    who = Actor("测试经办"), Scope(False, frozenset({region}), Department.CIVIL_AFFAIRS)
    now = clock.now()
    opens = now + timedelta(days=7)
    with app.app_context(), unit_of_work():
        asked = Pool(
            now.year, region, "一年一次的投票", "说明", 3, now.date(), opens, opens + timedelta(days=9)
        )
        pool = open_pool(asked, *who)
        for number in range(15):
            give(VoiceKind.POOL, pool.id, "1", Visitor(f"{number:032x}", None, "198.51.100.7"), now)
        place = {"kind": "pool", "subject_id": pool.id}
    return {
        "bursts_export": {"file_format": "csv"},
        "burst": place,
        **dict.fromkeys(VOICES, place),
    }


def filled_voices(client: FlaskClient, endpoint: str, address: str) -> dict[str, str]:
    """Return the form of the right person, filled in."""
    page = client.get(address.rsplit("/", 1)[0]).text
    if endpoint == "set_voices_apart":
        found = re.search(r'name="apart-network"[^>]*value="([0-9a-f]{12})"', page)
        assert found is not None
        return {"apart-network": found[1], "apart-words": "像机器"}
    which = re.search(
        r'name="decide-which" value="(\d+)"><input[^>]*name="decide-version" value="(\d+)"', page
    )
    assert which is not None
    return {
        "decide-which": which[1],
        "decide-version": which[2],
        "decide-counted": "1",
        "decide-words": "核实过",
    }
