"""Files of cases: sealed under the case's key, written beside the database, found again, erased, swept.

A file is whole on disk before its row is flushed. What a unit of work that failed leaves behind is swept; an
erased file cannot be opened any more from the moment its key is gone, and is deleted right after the commit.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path

import structlog
from sqlalchemy import select, update

from portal import clock
from portal.extensions import db
from portal.intake import file_store
from portal.intake.models import FileBy, FileKind, IntakeFile
from portal.intake.preparing import MOST_FILES, FileRefused, Prepared, prepare, prepare_all
from portal.unit_of_work import announce
from portal.vault import sealing

__all__ = [
    "ERASED", "KEPT_UNCLAIMED", "MIME", "MOST_FILES", "FileRefused", "Prepared", "attach", "erase_files",
    "files_of", "open_file", "prepare", "prepare_all", "remove_erased", "sweep_orphans",
]  # fmt: skip

ERASED = "intake_files_erased"
"""What ``erase_files`` announces: after the commit somebody must call ``remove_erased``."""
KEPT_UNCLAIMED = timedelta(days=1)
"""How long a file without a row is left alone: its unit of work may still be under way."""
MIME = {FileKind.PHOTO: "image/jpeg", FileKind.PDF: "application/pdf"}

_FEW = 100
_AT_ONCE = 500


def attach(subject: str, prepared: Prepared, by: FileBy) -> IntakeFile:
    """Keep a file for the case ``subject``, e.g. ``case/12``. Flushes. Raises FileRefused, KeyErased."""
    if len(files_of(subject)) >= MOST_FILES:
        raise FileRefused(f"一件最多{MOST_FILES}个文件，已经满了。")
    name = secrets.token_hex(16)
    file_store.write(name, sealing.seal_bytes(subject, prepared.data, name))
    row = IntakeFile(
        subject=subject,
        name=name,
        kind=prepared.kind,
        size=len(prepared.data),
        entered_at=clock.now(),
        by=by,
    )
    db.session.add(row)
    db.session.flush()
    return row


def files_of(subject: str) -> Sequence[IntakeFile]:
    """Return the files of a case that were not erased, in the order they came."""
    query = select(IntakeFile).where(IntakeFile.subject == subject, IntakeFile.erased_at.is_(None))
    return db.session.scalars(query.order_by(IntakeFile.id)).all()


def open_file(file: IntakeFile) -> bytes | None:
    """Return a file as it is shown, None once it is erased or if it got lost. Raises VaultDamaged."""
    if file.erased_at is not None:
        return None
    box = file_store.read(file.name)
    if box is None:
        structlog.get_logger("intake").error("file_missing", file=file.id)
        return None
    return sealing.unseal_bytes(box, file.name)


def erase_files(subject: str) -> int:
    """Say of all files of a case that they are erased; return how many. They are deleted after the commit.

    The key is another matter (``sealing.erase``): with it every copy goes, in backups made later too.
    """
    done = db.session.execute(
        update(IntakeFile)
        .where(IntakeFile.subject == subject, IntakeFile.erased_at.is_(None))
        .values(erased_at=clock.now())
    )
    announce(ERASED)
    return int(done.rowcount)  # type: ignore[attr-defined]


def remove_erased() -> None:
    """Delete from disk what was erased in the last day."""
    since = clock.now() - timedelta(days=1)
    names = db.session.scalars(select(IntakeFile.name).where(IntakeFile.erased_at >= since)).all()
    for name in names:
        file_store.delete(name)


def sweep_orphans() -> int:
    """Delete files that no row claims and that are older than a day, and those whose row is erased; return
    how many.

    If more than a few have no row, and more than half of all, those stay: then the database is not the one
    that belongs to this folder.
    """
    before, total, gone = clock.now() - KEPT_UNCLAIMED, 0, 0
    unclaimed: list[Path] = []
    files = file_store.every_file()
    while lot := list(islice(files, _AT_ONCE)):
        total += len(lot)
        query = select(IntakeFile.name, IntakeFile.erased_at)
        found = db.session.execute(query.where(IntakeFile.name.in_([path.name for path in lot])))
        rows = {row.name: row.erased_at for row in found}
        for path in lot:
            if path.name not in rows:
                unclaimed.append(path)
            elif rows[path.name] is not None:
                gone += file_store.delete_path(path)
    orphans = [path for path in unclaimed if file_store.is_older(path, before)]
    if len(orphans) > _FEW and len(orphans) > total // 2:
        structlog.get_logger("intake").error("files_without_rows", files=len(orphans), of=total)
        return gone
    return gone + sum(file_store.delete_path(path) for path in orphans)
