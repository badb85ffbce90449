"""The kept sums: changed with the voices in one unit of work, under the lock of the subject's own row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.domain.errors import DomainError
from portal.extensions import db
from portal.voices.kinds import Apart, OriginKind, Proof, VoiceKind
from portal.voices.models import VoiceCount, VoiceOrigin, VoiceSum

PERSONS = ""
"""The choice under which persons are summed, whatever they chose."""
COUNTS = ""
"""The reason under which voices are summed that count."""
_TOGETHER = 500

Hook = Callable[[int, int], None]
_HOOKS: dict[VoiceKind, list[Hook]] = {}


class CountClosed(DomainError):
    """The count was closed: nothing is added to it any more."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one voice adds to the sums."""

    choice: str
    proof: Proof
    address: str | None
    network: str | None
    apart: Apart | None


@dataclass(frozen=True, slots=True)
class Held:
    """The subject's row, locked until the end of the unit of work."""

    counted: int
    waited: int


def when_changed(kind: VoiceKind, hook: Hook) -> None:
    """Have ``hook(subject_id, persons)`` called within every unit of work that changes how many count.

    For records that keep the number beside their own columns to sort by. It must not commit.
    """
    hooks = _HOOKS.setdefault(kind, [])
    if hook not in hooks:
        hooks.append(hook)


def split_choice(choice: str) -> list[str]:
    """Return the single choices of a voice; none for support."""
    return [one for one in choice.split(",") if one]


def hold(kind: VoiceKind, subject_id: int, now: datetime, *, also_closed: bool = False) -> Held:
    """Lock the subject's row, making it where there is none. Raises CountClosed."""
    insert = _insert()(VoiceCount).values(kind=kind, subject_id=subject_id, last_at=now)
    row = db.session.execute(
        insert.on_conflict_do_update(
            index_elements=[VoiceCount.kind, VoiceCount.subject_id], set_={"last_at": insert.excluded.last_at}
        ).returning(VoiceCount.counted, VoiceCount.waited, VoiceCount.closed_at)
    ).one()
    if row.closed_at is not None and not also_closed:
        raise CountClosed("已经截止，不能再改动了。")
    return Held(row.counted, row.waited)


def apply(
    kind: VoiceKind, subject_id: int, gone: Iterable[Share], come: Iterable[Share], now: datetime
) -> None:
    """Take ``gone`` out of the sums and put ``come`` into them. The subject's row must be held."""
    sums: Counter[tuple[str, str]] = Counter()
    places: dict[tuple[str, OriginKind], Counter[str]] = {}
    own: Counter[str] = Counter()
    for sign, shares in ((-1, gone), (1, come)):
        for share in shares:
            why = COUNTS if share.apart is None else share.apart.value
            for choice in {PERSONS, *split_choice(share.choice)}:
                sums[choice, why] += sign
            for mark, wide in ((share.address, OriginKind.ADDRESS), (share.network, OriginKind.NETWORK)):
                if mark is not None:
                    _add_place(places.setdefault((mark, wide), Counter()), share, sign)
            if share.apart is None:
                own["counted"] += sign
                own["solved"] += sign * (share.proof is Proof.SOLVED)
                own["waited"] += sign * (share.proof is Proof.WAITED)
    _write_sums(kind, subject_id, {key: delta for key, delta in sums.items() if delta})
    own["networks"] += _write_places(kind, subject_id, places, now)
    _write_own(kind, subject_id, own)


def _add_place(place: Counter[str], share: Share, sign: int) -> None:
    if share.apart is None:
        place["counted"] += sign
        place["waited"] += sign * (share.proof is Proof.WAITED)
    else:
        place["apart"] += sign


def _write_sums(kind: VoiceKind, subject_id: int, deltas: dict[tuple[str, str], int]) -> None:
    if not deltas:
        return
    key = (VoiceSum.choice, VoiceSum.why)
    rows = db.session.execute(
        select(*key, VoiceSum.number).where(
            VoiceSum.kind == kind, VoiceSum.subject_id == subject_id, tuple_(*key).in_(list(deltas))
        )
    )
    before = {(choice, why): number for choice, why, number in rows}
    _put(
        VoiceSum,
        ["kind", "subject_id", "choice", "why"],
        ["number"],
        [
            {
                "kind": kind,
                "subject_id": subject_id,
                "choice": choice,
                "why": why,
                "number": before.get((choice, why), 0) + delta,
            }
            for (choice, why), delta in deltas.items()
        ],
    )


def _write_places(
    kind: VoiceKind, subject_id: int, places: dict[tuple[str, OriginKind], Counter[str]], now: datetime
) -> int:
    """Write where voices came from; return by how many networks the count has grown."""
    before: dict[str, Any] = {}
    for marks in _pieces([mark for mark, _ in places]):
        found = db.session.execute(
            select(VoiceOrigin.mark, VoiceOrigin.counted, VoiceOrigin.waited, VoiceOrigin.apart).where(
                VoiceOrigin.kind == kind, VoiceOrigin.subject_id == subject_id, VoiceOrigin.mark.in_(marks)
            )
        )
        before |= {row.mark: row for row in found}
    grown = 0
    rows: list[dict[str, Any]] = []
    for (mark, wide), delta in places.items():
        old = before.get(mark)
        if old is None and min(delta.values()) < 0:
            continue  # where it came from is forgotten already
        counted = (old.counted if old else 0) + delta["counted"]
        if wide is OriginKind.NETWORK:
            grown += int(counted > 0) - int(bool(old and old.counted > 0))
        rows.append(
            {
                "kind": kind,
                "subject_id": subject_id,
                "mark": mark,
                "wide": wide,
                "counted": counted,
                "waited": (old.waited if old else 0) + delta["waited"],
                "apart": (old.apart if old else 0) + delta["apart"],
                "last_at": now,
            }
        )
    _put(VoiceOrigin, ["kind", "subject_id", "mark"], ["counted", "waited", "apart", "last_at"], rows)
    return grown


def _write_own(kind: VoiceKind, subject_id: int, own: Counter[str]) -> None:
    deltas = {name: getattr(VoiceCount, name) + delta for name, delta in own.items() if delta}
    if not deltas:
        return
    changed = (
        update(VoiceCount)
        .where(VoiceCount.kind == kind, VoiceCount.subject_id == subject_id)
        .values(**deltas)
        .returning(VoiceCount.counted)
        .execution_options(synchronize_session=False)
    )
    persons = db.session.scalars(changed).one()
    if own["counted"]:
        for hook in _HOOKS.get(kind, ()):
            hook(subject_id, persons)


def _put(model: Any, key: Sequence[str], values: Sequence[str], rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    table = model.__table__
    insert = _insert()(table)
    kept = insert.on_conflict_do_update(
        index_elements=[table.c[name] for name in key],
        set_={name: insert.excluded[name] for name in values},
    )
    db.session.connection().execute(kept, rows)


def _pieces(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), _TOGETHER):
        yield rows[start : start + _TOGETHER]


def _insert() -> Any:
    return sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
