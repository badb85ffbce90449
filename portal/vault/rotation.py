"""Rotation: every key wrapped anew by the present portal key, in batches that commit one by one.

Nothing that was sealed is touched: only what its keys are wrapped by. Done twice it changes nothing more;
stopped halfway it goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import bindparam, func, select, update

from portal.extensions import db
from portal.unit_of_work import unit_of_work
from portal.vault.models import VaultKey
from portal.vault.sealing import ensure_blind_index_key
from portal.vault.wrapping import VaultDamaged, found_by, portal_keys, wrapped

BATCH = 1000


@dataclass(slots=True)
class KeyCount:
    """How the keys in the database are wrapped."""

    present: int = 0
    """By PORTAL_VAULT_KEY."""
    old: list[int] = field(default_factory=list)
    """By each key of PORTAL_VAULT_KEY_OLD, in the order written there."""
    damaged: int = 0
    """By none of them."""
    erased: int = 0


def count_keys() -> KeyCount:
    """Return how many keys each portal key opens. Opens every one; writes nothing."""
    found = KeyCount(old=[0] * (len(portal_keys()) - 1))
    for batch in _batches():
        for _, subject, box in batch:
            try:
                number, _key = found_by(subject, box)
            except VaultDamaged:
                found.damaged += 1
                continue
            if number == 0:
                found.present += 1
            else:
                found.old[number - 1] += 1
        db.session.rollback()  # a long read must not hold an old state of the database
    erased = select(func.count()).select_from(VaultKey).where(VaultKey.wrapped.is_(None))
    found.erased = db.session.scalar(erased) or 0
    return found


def rotate() -> Iterator[int]:
    """Wrap by the present portal key what an old one wrapped; yield after each batch how many it were.

    A key that is erased meanwhile stays erased. One that no portal key opens is passed over: ``count_keys``
    tells of it.
    """
    with unit_of_work():
        ensure_blind_index_key()
    for batch in _batches():
        changes = list(_rewrapped(batch))
        if changes:
            with unit_of_work() as session:
                session.connection().execute(_REPLACE, changes)
        else:
            db.session.rollback()
        yield len(changes)


_REPLACE = (
    update(VaultKey)
    .where(VaultKey.id == bindparam("key_id"), VaultKey.wrapped == bindparam("before"))
    .values(wrapped=bindparam("after"))
)


def _rewrapped(batch: list[tuple[int, str, bytes]]) -> Iterator[dict[str, object]]:
    for key_id, subject, box in batch:
        try:
            number, key = found_by(subject, box)
        except VaultDamaged:
            continue
        if number > 0:
            yield {"key_id": key_id, "before": box, "after": wrapped(subject, key)}


def _batches() -> Iterator[list[tuple[int, str, bytes]]]:
    last = 0
    while True:
        query = (
            select(VaultKey.id, VaultKey.subject, VaultKey.wrapped)
            .where(VaultKey.id > last, VaultKey.wrapped.is_not(None))
            .order_by(VaultKey.id)
            .limit(BATCH)
        )
        rows = [
            (key_id, subject, box) for key_id, subject, box in db.session.execute(query) if box is not None
        ]
        if not rows:
            return
        yield rows
        last = rows[-1][0]
