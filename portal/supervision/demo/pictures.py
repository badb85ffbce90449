"""Drawn pictures in place of photos: before and after, of places that do not exist."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_DRAWN = {
    "corridor": ("走廊里堆着纸箱和轮椅，挡住了安全出口（示意图）", "走廊已经清空，地面画了黄线（示意图）"),
    "bathroom": ("坐便器旁没有扶手，地面有水（示意图）", "装了扶手，铺了防滑垫（示意图）"),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two JPEG files, and what each shows."""

    before: bytes
    before_shows: str
    after: bytes
    after_shows: str


@cache
def pictures_of(name: str) -> Pair:
    """Return the two pictures of this name."""
    before, after = _DRAWN[name]
    drawn = [(_FOLDER / f"{name}-{stage}.jpg").read_bytes() for stage in ("before", "after")]
    return Pair(drawn[0], before, drawn[1], after)
