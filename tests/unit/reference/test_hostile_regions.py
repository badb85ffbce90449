"""Texts made to keep the reader busy: answered at once, and never by a guess."""

from __future__ import annotations

import gc
import time

import pytest

from portal.reference.regions import RegionDirectory


@pytest.fixture(scope="module")
def directory() -> RegionDirectory:
    return RegionDirectory.from_reference()


@pytest.mark.parametrize("text", ["吉林" * 21, "吉林省" * 60, "吉林市" * 100, "吉林 " * 60])
def test_repeated_names_are_read_at_once(directory: RegionDirectory, text: str) -> None:
    # what other tests left behind is cleared away first: that would be counted too
    gc.collect()
    began = time.thread_time()
    directory.resolve(text)
    assert time.thread_time() - began < 1


@pytest.mark.parametrize("text", ["三元区" * 1000, "三元区" * 130, "三元区" + "路" * 61])
def test_what_is_too_long_is_refused(directory: RegionDirectory, text: str) -> None:
    found = directory.resolve(text)
    assert found.code is None
    assert "太长" in (found.reason or "")


def test_an_address_behind_the_region_is_still_read(directory: RegionDirectory) -> None:
    found = directory.resolve("福建省三明市三元区" + "路" * 60)
    assert (found.code, len(found.remainder)) == ("350404", 60)
