"""Files of cases on disk: sealed, nameless, whole or not there, gone with their case."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.intake import attachments, file_store
from portal.intake.attachments import (
    MOST_FILES,
    FileRefused,
    Prepared,
    attach,
    erase_files,
    files_of,
    open_file,
    sweep_orphans,
)
from portal.intake.models import FileBy, FileKind, IntakeFile
from portal.intake.retention import erase_subject
from portal.jobs import queue_of
from portal.unit_of_work import unit_of_work
from portal.vault.sealing import KeyErased, VaultDamaged, seal, unseal

PHOTO = Prepared(FileKind.PHOTO, b"\xff\xd8\xff a picture of the kitchen \xff\xd9")
PDF = Prepared(FileKind.PDF, b"%PDF-1.7 a contract %%EOF")


def kept(subject: str = "case/1", *files: Prepared) -> list[int]:
    with unit_of_work():
        return [attach(subject, one, FileBy.CITIZEN).id for one in files or (PHOTO,)]


def on_disk(app: Flask) -> list[Path]:
    return sorted(path for path in (app.config["PORTAL"].data / "attachments").rglob("*") if path.is_file())


def aged(path: Path, hours: int) -> None:
    then = (clock.now() - timedelta(hours=hours)).timestamp()
    os.utime(path, (then, then))


def test_a_file_comes_back_and_its_place_tells_nothing(app: Flask) -> None:
    with app.app_context():
        kept("case/1", PHOTO, PDF)
        rows = files_of("case/1")
        assert [open_file(row) for row in rows] == [PHOTO.data, PDF.data]
        assert [(row.kind, row.size, row.by) for row in rows] == [
            (FileKind.PHOTO, len(PHOTO.data), FileBy.CITIZEN),
            (FileKind.PDF, len(PDF.data), FileBy.CITIZEN),
        ]
        paths = on_disk(app)
        assert {path.name for path in paths} == {row.name for row in rows}
        for path in paths:
            assert path.parent.name == path.name[:2]
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert (
                stat.S_IMODE(path.parent.stat().st_mode)
                == stat.S_IMODE(path.parent.parent.stat().st_mode)
                == 0o700
            )
            assert b"kitchen" not in path.read_bytes()
            assert b"PDF" not in path.read_bytes()
        assert len({path.name[:8] for path in paths}) == 2
        assert files_of("case/2") == []


def test_a_file_put_in_anothers_place_or_changed_does_not_open(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        kept("case/1", PHOTO, PDF)
        one, other = files_of("case/1")
        paths = {path.name: path for path in on_disk(sqlite_app)}
        whole = paths[one.name].read_bytes()
        paths[one.name].write_bytes(paths[other.name].read_bytes())
        with pytest.raises(VaultDamaged):
            open_file(one)
        for harmed in (whole[:-1], whole[:3], b"", whole[:60] + b"\x00" + whole[61:], b"XXXX" + whole[4:]):
            paths[one.name].write_bytes(harmed)
            with pytest.raises(VaultDamaged):
                open_file(one)
        paths[one.name].unlink()
        assert open_file(one) is None


def test_a_case_has_six_files_at_most(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        kept("case/1", *[PHOTO] * MOST_FILES)
        with pytest.raises(FileRefused, match="最多6个"):
            kept("case/1", PHOTO)
        assert len(on_disk(sqlite_app)) == MOST_FILES
        kept("case/2", PHOTO)


def test_the_file_is_on_disk_before_its_row_and_a_failed_case_leaves_one_to_be_swept(
    sqlite_app: Flask,
) -> None:
    with sqlite_app.app_context():
        with pytest.raises(ZeroDivisionError), unit_of_work():
            attach("case/1", PHOTO, FileBy.STAFF)
            raise ZeroDivisionError
        (left,) = on_disk(sqlite_app)
        assert sweep_orphans() == 0, "its unit of work might be under way"
        aged(left, hours=25)
        draft = left.with_name("ab" * 16 + ".part")
        draft.write_bytes(b"half")
        aged(draft, hours=25)
        kept("case/1", PDF)
        for path in on_disk(sqlite_app):
            aged(path, hours=1000)
        assert sweep_orphans() == 2
        (row,) = files_of("case/1")
        assert open_file(row) == PDF.data


def test_a_database_that_is_not_the_folders_own_deletes_nothing(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        kept()
        shelf = sqlite_app.config["PORTAL"].data / "attachments" / "00"
        shelf.mkdir(exist_ok=True)
        for number in range(150):
            (shelf / f"{number:032x}").write_bytes(b"of another database")
            aged(shelf / f"{number:032x}", hours=48)
        assert sweep_orphans() == 0
        assert len(on_disk(sqlite_app)) == 151


def test_erasing_a_case_takes_its_words_and_files_and_only_its(app: Flask) -> None:
    with app.app_context():
        kept("case/1", PHOTO, PDF)
        kept("case/2", PHOTO)
        with unit_of_work():
            words = seal("case/1", "王示例")
        copies = {path.name: path.read_bytes() for path in on_disk(app)}
        gone = {row.name for row in files_of("case/1")}
        with unit_of_work():
            done = erase_subject("case/1", "保存期满")
            assert len(on_disk(app)) == 3, "nothing is deleted before it is certain"
        assert (done.key, done.files) == (True, 2)
        assert {path.name for path in on_disk(app)} == copies.keys() - gone
        assert files_of("case/1") == []
        assert unseal(words) is None
        rows = db.session.scalars(select(IntakeFile).where(IntakeFile.subject == "case/1")).all()
        assert [open_file(row) for row in rows] == [None, None]
        assert all(row.erased_at is not None and row.size > 0 for row in rows), "figures stay"
        for name in gone:  # out of a backup
            file_store.write(name, copies[name])
            row = next(row for row in rows if row.name == name)
            row.erased_at = None
            assert open_file(row) is None
        db.session.rollback()
        assert sweep_orphans() == 2, "what comes back erased is taken away again"
        (row,) = files_of("case/2")
        assert open_file(row) == PHOTO.data
        with pytest.raises(KeyErased):
            kept("case/1", PHOTO)
        with unit_of_work():
            again = erase_subject("case/1", "保存期满")
        assert (again.key, again.files) == (False, 0)


def test_erasing_that_fails_erases_nothing(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        kept()
        with pytest.raises(ZeroDivisionError), unit_of_work():
            erase_files("case/1")
            raise ZeroDivisionError
        (row,) = files_of("case/1")
        assert open_file(row) == PHOTO.data


@pytest.mark.parametrize("name", ["", "../portal.db", "ab", "AB" * 16, "ab" * 16 + "\n", "ab" * 16 + "/x"])
def test_no_other_file_can_be_named(sqlite_app: Flask, name: str) -> None:
    with sqlite_app.app_context(), pytest.raises(ValueError, match="no name"):
        file_store.read(name)


def test_the_nightly_job_sweeps(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():
        file_store.write("cd" * 16, b"left behind")
        (left,) = on_disk(sqlite_app)
        aged(left, hours=30)
    nightly = next(
        task for task in queue_of(sqlite_app)._registry._registry.values() if "nightly" in str(task)
    )
    nightly().execute()
    assert on_disk(sqlite_app) == []


def test_everything_is_exported_that_is_promised() -> None:
    assert all(hasattr(attachments, name) for name in attachments.__all__)
