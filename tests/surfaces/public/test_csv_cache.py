"""A list's file is made once for a version of the data, and anew after a change."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from tests.surfaces.conftest import CountQueries


def test_the_second_download_is_read_not_made(
    app: Flask, enter_home: Callable[..., str], count_queries: CountQueries
) -> None:
    client = app.test_client()
    enter_home("示例甲院")
    first = client.get("/institutions.csv")
    with count_queries(app) as statements:
        again = client.get("/institutions.csv")
    assert again.data == first.data
    assert again.headers["Content-Disposition"] == first.headers["Content-Disposition"]
    assert again.content_type == first.content_type
    assert len(statements) == 1, "the version of the data"
    filtered = client.get("/institutions.csv?state=filed")
    assert filtered.data != first.data
    enter_home("示例乙院")
    changed = client.get("/institutions.csv")
    assert "示例乙院" in changed.text
    kept = list((app.config["PORTAL"].data / "cache" / "csv").iterdir())
    assert len(kept) == 1, "files of former versions are dropped"
