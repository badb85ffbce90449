"""What a month's digest (每月汇总) says in numbers (R40). Pure: counts in, the same as JSON out and in.

Frozen when it is compiled: a digest tells how the records stood that day. What can't be compared is None,
never 0: the column may not have run a year ago. Suggestions are named by their public ids alone, so that what
is no longer public is not shown by an old digest either.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from portal.domain.monthly_lists import month_before
from portal.domain.standing_words import StandingWord

MOST_LISTED = 5
"""Suggestions in a ranking."""
MONTHS_SHOWN = 12
"""Months in the row of months, the digest's own among them."""


@dataclass(frozen=True, slots=True)
class Movement:
    """A count of the month, of the month before, of the same month a year ago. None: nothing to compare."""

    now: int
    before: int | None = None
    year_ago: int | None = None

    @property
    def change(self) -> int | None:
        """How many more than in the month before."""
        return None if self.before is None else self.now - self.before

    @property
    def change_of_year(self) -> int | None:
        """How many more than a year ago."""
        return None if self.year_ago is None else self.now - self.year_ago


@dataclass(frozen=True, slots=True)
class Fates:
    """What had become of the month's suggestions when it was compiled; together they are all of them."""

    waiting: int = 0
    """Not looked through yet."""
    public: int = 0
    merged: int = 0
    not_public: int = 0
    elsewhere: int = 0
    """Sent to complaints or to discipline inspection: told together, so that no accusation is counted out."""
    withdrawn: int = 0

    @property
    def let_go(self) -> int:
        """Sent elsewhere or taken back by the writer: told as one number, the only one that is published.

        In a county's month either is often one, and whoever was accused reads the digest too.
        """
        return self.elsewhere + self.withdrawn

    @property
    def total(self) -> int:
        """All of the month's."""
        return sum(asdict(self).values())


@dataclass(frozen=True, slots=True)
class Looked:
    """How soon the month's suggestions were looked through; together they are all of them."""

    in_time: int = 0
    late: int = 0
    waiting: int = 0
    """There is time left."""
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A suggestion by its public id, with the voices that counted when it was compiled."""

    public_id: str
    supports: int


@dataclass(frozen=True, slots=True)
class MonthCount:
    """One month of the row: ``month`` is its first day."""

    month: date
    received: int
    answered: int


@dataclass(frozen=True, slots=True)
class DigestFigures:
    """All of one digest's figures. ``kinds`` and ``places`` are of what was received."""

    received: Movement
    kinds: Mapping[str, Movement] = field(default_factory=dict)
    places: Mapping[str, Movement] = field(default_factory=dict)
    """By region code; the office's own code for what is about no single county."""
    months: tuple[MonthCount, ...] = ()
    """The oldest first, the digest's own last; none from before the column began."""
    fates: Fates = field(default_factory=Fates)
    looked: Looked = field(default_factory=Looked)
    published: int = 0
    """Made public in the month, whenever received."""
    answered: int = 0
    """First answered in the month."""
    answered_late: int = 0
    """Of these, after their last day."""
    unanswered: int = 0
    """Public and without an answer when it was compiled."""
    overdue: int = 0
    """Of these, past their last day at the month's end."""
    adopted: int = 0
    """Taken into a topic in the month."""
    done: int = 0
    """Of which it was reported in the month what was done."""
    most_supported: tuple[Ranked, ...] = ()
    """Of those made public in the month."""
    longest_wished: tuple[Ranked, ...] = ()
    """Of those without an answer, whenever made public: the most supported."""
    answered_ids: tuple[str, ...] = ()
    done_ids: tuple[str, ...] = ()
    """The most supported first, MOST_LISTED of each."""
    words: tuple[StandingWord, ...] = ()
    texts: int = 0
    """Public texts of the month that the words were looked for in."""
    texts_before: int = 0
    left_out: tuple[str, ...] = ()
    """Words that the office does not show, because they say nothing or too much."""

    @property
    def answered_in_time(self) -> int:
        """First answered in the month, by their last day."""
        return self.answered - self.answered_late

    @property
    def shown_words(self) -> tuple[StandingWord, ...]:
        """The words that everybody reads."""
        return tuple(one for one in self.words if one.word not in self.left_out)

    @property
    def shown_ids(self) -> frozenset[str]:
        """Every suggestion that the digest names."""
        ranked = {one.public_id for one in (*self.most_supported, *self.longest_wished)}
        return frozenset(ranked.union(self.answered_ids, self.done_ids))


def movements(
    month: date, since: date, counts: Mapping[tuple[str, date], int], every: tuple[str, ...] = ()
) -> dict[str, Movement]:
    """Return the movement of each key from counts by (key, first day of a month).

    ``since``: the column's first month; ``every``: keys that are told of even where nothing came.
    """
    before, year_ago = compared(month)
    keys = {key for key, _ in counts} | set(every)
    return {
        key: Movement(
            counts.get((key, month), 0),
            counts.get((key, before), 0) if before >= since else None,
            counts.get((key, year_ago), 0) if year_ago >= since else None,
        )
        for key in sorted(keys)
    }


def compared(month: date) -> tuple[date, date]:
    """Return the month before and the same month a year ago."""
    return month_before(month), month.replace(year=month.year - 1)


def shown_months(month: date, since: date) -> tuple[date, ...]:
    """Return the months of the row, the oldest first: at most MONTHS_SHOWN, none before the column began."""
    found = [month]
    while len(found) < MONTHS_SHOWN and found[-1] > since:
        found.append(month_before(found[-1]))
    return tuple(reversed(found))


def to_json(figures: DigestFigures) -> str:
    """Return the figures as text; the same figures give the same text."""
    return json.dumps(asdict(figures), ensure_ascii=False, default=date.isoformat)


def from_json(text: str) -> DigestFigures:
    """Return what ``to_json`` wrote."""
    held: dict[str, Any] = json.loads(text)
    months = [
        MonthCount(date.fromisoformat(one["month"]), one["received"], one["answered"])
        for one in held["months"]
    ]
    made = {
        "received": Movement(**held["received"]),
        "kinds": {key: Movement(**one) for key, one in held["kinds"].items()},
        "places": {key: Movement(**one) for key, one in held["places"].items()},
        "months": tuple(months),
        "fates": Fates(**held["fates"]),
        "looked": Looked(**held["looked"]),
        "words": tuple(StandingWord(**one) for one in held["words"]),
        **{name: tuple(Ranked(**one) for one in held[name]) for name in ("most_supported", "longest_wished")},
        **{name: tuple(held[name]) for name in ("answered_ids", "done_ids", "left_out")},
    }
    return DigestFigures(**{**held, **made})
