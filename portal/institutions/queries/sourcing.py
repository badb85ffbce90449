"""Source lines for the rows of a list, in two queries however many rows there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from portal.history.queries import SourceLine, trail_of
from portal.history.recorded import Recorded


def lines_of(
    records: Sequence[Recorded], fields: Collection[str] | None = None
) -> dict[int, SourceLine]:
    """Return the source line of each record (all of one kind) by its id; unstated ones are absent."""
    trails = trail_of({record.subject() for record in records}) if records else {}
    lines = {record.id: trails[record.subject()].of(record, fields) for record in records}
    return {record_id: line for record_id, line in lines.items() if line is not None}
