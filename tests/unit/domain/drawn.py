"""An honest draw, its file and what an honest audit says of it, to be damaged by tests."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from portal.domain.draw_check import Attestation, Chain, DrawFile, Flaw, verify
from portal.domain.random_draw import (
    CHINA,
    Candidates,
    Home,
    Terms,
    compose,
    draw,
    hash_of,
    names_of,
)

PAGE = Path("docs/draws.md").read_text("utf-8")
EXAMPLE = re.findall(r"```text\n(养老机构双随机抽查名单.*?)```", PAGE, re.S)[0]
DUE = datetime(2026, 12, 8, 21, 15, tzinfo=CHINA)
ANNOUNCED = datetime(2026, 12, 1, 9, 0, tzinfo=CHINA)
SALT = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
HOMES = [
    Home(f"{number:08d}".replace("0", "b").replace("1", "c"), f"第{number}敬老院") for number in range(12)
]
PEOPLE = [f"35040400{number}" for number in range(5)]
TERMS = Terms("下半年消防抽查", "双色球第2026141期开奖号码", DUE, 4, 2)
NUMBER = "03 08 12 19 22 30 + 07"
LISTED = compose(TERMS, SALT, HOMES, PEOPLE)


def published(listed: Candidates = LISTED, **changes: Any) -> DrawFile:
    """Return an honest draw's file, with changes; unless told otherwise, who is drawn follows its number."""
    number = changes.get("number", NUMBER)
    if "drawn" not in changes:
        changes["drawn"] = tuple(names_of(draw(listed, number)))
    file = DrawFile(
        public_id="d2345678",
        office="汀兰县消防",
        terms=listed.terms,
        number_where="中国福彩网",
        candidates_hash=hash_of(listed.text()),
        home_count=len(listed.homes),
        inspector_count=len(listed.inspectors),
        announced_at=ANNOUNCED,
        state="revealed",
        number=number,
        drawn_at=DUE + timedelta(hours=12),
        revealed_at=DUE + timedelta(days=30),
        candidates=listed.text(),
    )
    return replace(file, **changes)


def attested(file: DrawFile, **changes: Any) -> Attestation:
    """Return what an honest audit says of a draw."""
    said = Attestation(
        ANNOUNCED, 7, file.candidates_hash, file.terms, file.home_count, file.inspector_count, True
    )
    return replace(said, **changes)


def chain(file: DrawFile, **changes: Any) -> Chain:
    """Return what an honest audit chain says of a draw."""
    return replace(Chain(True, (attested(file),), (file.number,) if file.number else ()), **changes)


def flaws(file: DrawFile, **known: Any) -> set[Flaw]:
    """Return what checking finds."""
    return {one.flaw for one in verify(file, **known).findings}
