"""A published draw as JSON: what anybody may download, keep, and check without us (docs/draws.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.domain.draw_check import DrawFile, OtherDraw
from portal.domain.errors import DomainError
from portal.domain.random_draw import Terms, moment_text

FORMAT = "random-draw/1"


class UnreadableDraw(DomainError):
    """Not a draw's file."""


def to_json(file: DrawFile) -> dict[str, Any]:
    """Return the file as JSON has it; what is not known yet is null."""
    return {
        "format": FORMAT,
        "id": file.public_id,
        "office": file.office,
        "state": file.state,
        "title": file.terms.title,
        "number_name": file.terms.number_name,
        "number_where": file.number_where,
        "number_due_at": moment_text(file.terms.number_due_at),
        "homes_drawn": file.terms.homes_drawn,
        "inspectors_each": file.terms.inspectors_each,
        "candidates_hash": file.candidates_hash,
        "home_count": file.home_count,
        "inspector_count": file.inspector_count,
        "announced_at": moment_text(file.announced_at),
        "number": file.number,
        "drawn_at": _written(file.drawn_at),
        "revealed_at": _written(file.revealed_at),
        "abandoned_at": _written(file.abandoned_at),
        "abandoned_reason": file.abandoned_reason,
        "candidates": file.candidates,
        "drawn": None
        if file.drawn is None
        else [{"home": home, "inspectors": list(sent)} for home, sent in file.drawn],
        "others": [
            {
                "id": other.public_id,
                "number_name": other.number_name,
                "number_due_at": moment_text(other.number_due_at),
                "abandoned_at": _written(other.abandoned_at),
                "left_lying": other.left_lying,
            }
            for other in file.others
        ],
    }


def from_json(said: Any) -> DrawFile:
    """Return what a file says. Raises UnreadableDraw."""
    try:
        if said["format"] != FORMAT:
            raise UnreadableDraw("不认识这个文件的格式。")
        terms = Terms(
            _text(said["title"]),
            _text(said["number_name"]),
            _moment(said["number_due_at"]),
            _count(said["homes_drawn"]),
            _count(said["inspectors_each"]),
        )
        drawn = said["drawn"]
        return DrawFile(
            public_id=_text(said["id"]),
            office=_text(said["office"]),
            terms=terms,
            number_where=_text(said["number_where"]),
            candidates_hash=_text(said["candidates_hash"]),
            home_count=_count(said["home_count"]),
            inspector_count=_count(said["inspector_count"]),
            announced_at=_moment(said["announced_at"]),
            state=_text(said["state"]),
            number=_perhaps(said["number"]),
            drawn_at=_when(said["drawn_at"]),
            revealed_at=_when(said["revealed_at"]),
            abandoned_at=_when(said["abandoned_at"]),
            abandoned_reason=_perhaps(said["abandoned_reason"]),
            candidates=_perhaps(said["candidates"]),
            drawn=None
            if drawn is None
            else tuple((_text(one["home"]), tuple(map(_text, one["inspectors"]))) for one in drawn),
            others=tuple(
                OtherDraw(
                    _text(other["id"]),
                    _text(other["number_name"]),
                    _moment(other["number_due_at"]),
                    _when(other["abandoned_at"]),
                    bool(other.get("left_lying")),
                )
                for other in said["others"]
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UnreadableDraw("这不是抽查的文件，或者缺了内容。") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _perhaps(value: Any) -> str | None:
    return None if value is None else _text(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("not a number")
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("a moment must be aware")
    return moment


def _when(value: Any) -> datetime | None:
    return None if value is None else _moment(value)


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment)
