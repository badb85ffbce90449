"""What only an index in files can suffer: damage, many processes at once, a swap under a reader's hands."""

from __future__ import annotations

import errno
import gc
import multiprocessing
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest
from whoosh import index

from portal.search.ports import Backend, IndexUnavailable, Request
from portal.search.query import read_query
from portal.search.whoosh_backend import WhooshBackend
from tests.contracts.search_cases import TOWN, home

ASKED = ("福海", "fuhai", "养老院", "三明敬老院", "失智", "福海养老院 槐安")


class _Number(Protocol):
    """A number that processes share."""

    value: int


class _Happened(Protocol):
    """Something that processes wait for."""

    def is_set(self) -> bool: ...


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of an index that holds the town."""
    backend = WhooshBackend(tmp_path / "search_index")
    with backend.rebuilding() as batch:
        batch.put(TOWN)
    return tmp_path / "search_index"


def _index(root: Path) -> Path:
    return root / (root / "current").read_text().strip()


def _ask_everything(backend: Backend) -> None:
    for typed in ASKED:
        backend.find(Request(read_query(typed)))
    list(backend.fingerprints())


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _overwrite(path: Path) -> None:
    noise = random.Random(7)
    path.write_bytes(noise.randbytes(path.stat().st_size))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [_cut, _overwrite, _empty, Path.unlink])
def test_harm_to_any_file_is_noticed_or_harmless_and_never_more(
    root: Path, harm: Callable[[Path], None]
) -> None:
    """Whatever is done to a file: a reader gets right answers or IndexUnavailable, and the index knows."""
    right = [WhooshBackend(root).find(Request(read_query(typed))) for typed in ASKED]
    files = len(list(_index(root).iterdir()))
    assert files >= 2
    for position in range(files):
        harmed = sorted(_index(root).iterdir())[position]
        harm(harmed)
        backend = WhooshBackend(root)
        try:
            answers = [backend.find(Request(read_query(typed))) for typed in ASKED]
        except IndexUnavailable:
            with pytest.raises(IndexUnavailable):
                backend.status()  # what the worker asks
        else:
            if harm is not _overwrite:  # noise can be a number like any other
                assert answers == right, harmed.name
        with backend.rebuilding() as batch:
            batch.put(TOWN)
        assert [backend.find(Request(read_query(typed))) for typed in ASKED] == right
    gc.collect()  # a file left open is a warning here, and warnings are errors


def test_what_the_machine_lacks_for_a_moment_is_no_damage(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_many_files(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "too many open files")

    backend = WhooshBackend(root)
    with monkeypatch.context() as patch:
        patch.setattr(index.TOC, "read", too_many_files)
        with pytest.raises(IndexUnavailable):
            backend.find(Request(read_query("福海")))
    assert backend.find(Request(read_query("福海"))).total
    assert backend.status().documents == len(TOWN)


def test_a_pointer_that_leads_nowhere(root: Path) -> None:
    (root / "current").write_text("../../etc")
    with pytest.raises(IndexUnavailable):
        WhooshBackend(root).find(Request(read_query("福海")))
    (root / "current").write_bytes(b"\xff\xfe")
    with pytest.raises(IndexUnavailable):
        WhooshBackend(root).status()


def test_a_reader_follows_a_swap_and_old_folders_go(root: Path) -> None:
    reader = WhooshBackend(root)
    _ask_everything(reader)
    with WhooshBackend(root).rebuilding() as batch:
        batch.put([home(1, "全新养老院")])
    assert [hit.record_id for hit in reader.find(Request(read_query("全新"))).hits] == [1]
    assert len(list(root.glob("index-*"))) == 1


_LONGEST = 120
"""Seconds until what must come about has failed."""


def _read_on(root: Path, reads: _Number, written: _Happened, problems: multiprocessing.Queue[str]) -> None:
    backend = WhooshBackend(root)
    try:
        while not written.is_set():
            found = backend.find(Request(read_query("福海")))
            if found.total < 4:
                problems.put(f"only {found.total} found")
            reads.value += 1
    except Exception as problem:
        problems.put(repr(problem))


def test_readers_of_two_processes_and_a_writer_never_meet(root: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    problems: multiprocessing.Queue[str] = spawn.Queue()
    written, reads = spawn.Event(), [spawn.Value("i", 0) for _ in range(2)]
    readers = [spawn.Process(target=_read_on, args=(root, count, written, problems)) for count in reads]
    for reader in readers:
        reader.start()
    end = time.monotonic() + _LONGEST
    while not all(count.value for count in reads):
        assert all(reader.is_alive() for reader in readers), problems.get(timeout=_LONGEST)
        assert time.monotonic() < end
        time.sleep(0.05)
    writer, number, before = WhooshBackend(root), 100, [count.value for count in reads]
    # the writing goes on until both have read often enough meanwhile, however slow they are
    while number < 140 or min(count.value - had for count, had in zip(reads, before, strict=True)) < 40:
        assert problems.empty(), problems.get()
        assert time.monotonic() < end
        number += 1
        if number % 10:
            with writer.writing() as batch:
                batch.put([home(number, f"福海第{number}院")])
        else:
            with writer.rebuilding() as batch:
                batch.put(TOWN)
    written.set()
    for reader in readers:
        reader.join(_LONGEST)
        assert reader.exitcode == 0
    assert problems.empty(), problems.get()


def test_two_writers_wait_for_one_another(root: Path) -> None:
    def write(first: int) -> None:
        backend = WhooshBackend(root)
        for number in range(first, first + 10):
            with backend.writing() as batch:
                batch.put([home(number, f"并行第{number}院")])

    writers = [threading.Thread(target=write, args=(first,)) for first in (200, 300)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(120)
    found = WhooshBackend(root).find(Request(read_query("并行第"), limit=100))
    assert found.total == 20


def test_threads_share_a_backend(root: Path) -> None:
    backend, problems = WhooshBackend(root), []

    def ask() -> None:
        try:
            for _ in range(20):
                _ask_everything(backend)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(120)
    assert problems == []
