"""The trail of one institution: every change in plain words, and what was shown on a day (R14)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from flask import abort, render_template, request, url_for

from portal import clock
from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.domain.day_words import cn_day
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.field_labels import BLOCK_TITLES, RECORD_LABELS, Block, field_label
from portal.institutions.queries.on_a_day import OnADay, on_a_day
from portal.institutions.queries.trail import Event, HistoryOf, history_of
from portal.public.field_values import Names, written
from portal.public.paging import paginate
from portal.public.record_facts import record_name
from portal.public.sections import blueprint

_PER_PAGE = 50
_EARLIEST = date(1949, 10, 1)
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class Line:
    """One changed field in words; ``before`` None: there was nothing before."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the page: an event, or a run of confirmations that changed nothing, newest first."""

    event: Event
    confirmations: tuple[Event, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of its event."""
        return self.event.kind


@dataclass(frozen=True, slots=True)
class DayField:
    """A date somebody typed: the text as typed, and either the day or what is wrong with it."""

    text: str
    day: date | None = None
    error: str | None = None


@blueprint.get("/institutions/<public_id>/history")
@anyone
def institution_history(public_id: str) -> str:
    """Show the trail, and if asked the state of a day."""
    history = history_of(public_id, PUBLIC)
    if history is None:
        abort(404)
    about = next((b for b in Block if b.value == request.args.get("about")), None)
    entries = _folded(e for e in history.events if about is None or about in e.blocks)
    pager = paginate(len(entries), _PER_PAGE)
    listed = catalogue(PUBLIC)
    names = Names(listed.regions.label, lambda key: listed.by_id[key].name if key in listed.by_id else None)
    true_field, known_field = _typed_day("true_on"), _typed_day("known_on")
    return render_template(
        "public/institution_history.html",
        home=history.home,
        entries=pager.of(entries),
        pager=pager,
        about=about,
        choices=_choices(history, public_id),
        titles=BLOCK_TITLES,
        lines=lambda event: _lines(event, names),
        event_name=_event_name,
        true_field=true_field,
        known_field=known_field,
        past=_past(history, true_field, known_field),
        known_on=known_field.day,
        past_facts=lambda past: _past_facts(past, names),
        first_entered=history.first_entered,
    )


def _choices(history: HistoryOf, public_id: str) -> list[tuple[str, str, Block | None]]:
    """Return the blocks that have a history, as links."""
    found = {block for event in history.events for block in event.blocks}
    everything = ("全部", url_for("public.institution_history", public_id=public_id), None)
    return [
        everything,
        *(
            (
                BLOCK_TITLES[block],
                url_for("public.institution_history", public_id=public_id, about=block.value),
                block,
            )
            for block in Block
            if block in found
        ),
    ]


def _folded(events: Iterable[Event]) -> list[Entry]:
    """Return the events, each run of confirmations as one entry."""
    entries: list[Entry] = []
    for confirmed, run in groupby(events, key=lambda event: event.kind == "confirmed"):
        together = tuple(run)
        entries += [Entry(together[0], together)] if confirmed else [Entry(event) for event in together]
    return entries


def _event_name(event: Event) -> str:
    """Return what an event is about: the record, or the blocks of the institution's own facts."""
    if event.record_kind == "institution" and event.kind == "changed" and event.blocks:
        return "、".join(BLOCK_TITLES[block] for block in Block if block in event.blocks)
    if event.record_kind == "institution" or event.values is None:
        return RECORD_LABELS[event.record_kind]
    return record_name(event.record_kind, dict(event.values))


def _lines(event: Event, names: Names) -> list[Line]:
    return [
        Line(
            field_label(event.record_kind, change.field).label,
            written(event.record_kind, change.field, change.before, names),
            written(event.record_kind, change.field, change.after, names),
        )
        for change in event.changes
    ]


def _typed_day(name: str) -> DayField:
    """Return the date typed into a field: 2026-02-24, 2026/2/24, 20260224 and 2026年2月24日 are all read."""
    text = request.args.get(name, "").strip()[:40]
    if not text:
        return DayField("")
    match = _DAY.fullmatch(text)
    if match is None:
        return DayField(text, error="这个日期读不出来。请写成 2026-02-24 或 2026年2月24日这样。")
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        found = date(year, month, day)
    except ValueError:
        return DayField(text, error=f"日历上没有{year}年{month}月{day}日这一天，请检查月份和日子。")
    if found > clock.today():
        return DayField(text, error="这一天还没有到。请填今天或者以前的日子。")
    if found < _EARLIEST:
        return DayField(text, error="这个日期太早了。请填1949年10月1日以后的日子。")
    return DayField(text, found)


def _past(history: HistoryOf, true_field: DayField, known_field: DayField) -> OnADay | None:
    """Return the state asked for, None if none was or a date is wrong. One date alone stands for both."""
    if true_field.error or known_field.error or not (true_field.day or known_field.day):
        return None
    true_on = true_field.day or known_field.day
    assert true_on is not None
    return on_a_day(history.statements, true_on, _end_of(known_field.day) if known_field.day else None)


def _end_of(day: date) -> datetime:
    return clock.at(day, 0) + timedelta(days=1, microseconds=-1)


_PAST_FIELDS = (
    "name", "operating_state", "region_code", "address", "phone", "kind", "operation_mode", "beds_total",
    "beds_nursing", "residents", "operator", "owner",
)  # fmt: skip


def _past_facts(past: OnADay, names: Names) -> list[tuple[str, str]]:
    home: Mapping[str, Any] = past.home or {}
    facts = [
        (field_label("institution", name).label, written("institution", name, home.get(name), names))
        for name in _PAST_FIELDS
    ]
    if home.get("beds_free") is not None:
        as_of = home.get("beds_free_as_of")
        facts.append(("空床", f"{home['beds_free']}张" + (f"（{cn_day(as_of)}的数）" if as_of else "")))
    return [(label, text) for label, text in facts if text is not None]
