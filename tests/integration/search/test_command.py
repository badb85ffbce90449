"""``flask search``: what an operator reads, and the exit code that a monitor reads."""

from __future__ import annotations

import json
from datetime import timedelta

from flask import Flask
from sqlalchemy import update

from portal import clock
from portal.extensions import db
from portal.search import indexing, outbox
from portal.search.outbox import SearchOutbox
from portal.search.registry import Search
from portal.unit_of_work import unit_of_work
from tests.integration.search.conftest import committed_homes


def run(app: Flask, *words: str) -> tuple[int, str]:
    """Run a command; return its exit code and what it says."""
    result = app.test_cli_runner().invoke(args=["search", *words])
    return result.exit_code, result.output


def test_from_nothing_to_an_index_that_agrees(app: Flask, search: Search) -> None:
    with app.app_context():
        committed_homes("示例甲院", "示例乙院")
    code, said = run(app, "status")
    assert code == 1
    assert "不可用" in said
    assert "待收改动：2 条" in said

    code, said = run(app, "rebuild")
    assert code == 0
    assert "收入 2 条" in said

    code, said = run(app, "status", "--check")
    assert code == 0
    assert f"索引后端：{search.backend.name}" in said
    assert "收入条目：2（institution 2）" in said
    assert "待收改动：没有" in said
    assert "一致" in said


def test_a_worker_that_does_not_run_shows(app: Flask, search: Search) -> None:
    with app.app_context():
        indexing.ensure(search)
        committed_homes("示例甲院")
    code, said = run(app, "status", "--check")
    assert code == 0, "what is on its way is no fault"
    assert "与数据库核对：一致" in said
    with app.app_context(), unit_of_work() as session:
        session.execute(update(SearchOutbox).values(entered_at=clock.now() - timedelta(minutes=40)))
    code, said = run(app, "status")
    assert code == 1
    assert "最早的已等 40 分钟" in said
    assert "worker" in said


def test_an_index_that_disagrees_shows(app: Flask, search: Search) -> None:
    with app.app_context():
        indexing.ensure(search)
        (one, _other) = committed_homes("示例甲院", "示例乙院")
        indexing.keep_up(search)
        with search.backend.writing() as batch:
            batch.remove([("institution", one)])
    assert run(app, "status")[0] == 0
    code, said = run(app, "status", "--check")
    assert code == 1
    assert "不一致，缺 1 条，过时 0 条，多余 0 条" in said
    with app.app_context():
        assert outbox.pending().count == 0
    assert run(app, "rebuild")[0] == 0
    assert run(app, "status", "--check")[0] == 0


def test_a_database_that_is_not_ready_is_named(app: Flask) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE search_outbox")
    code, said = run(app, "status")
    assert code == 1
    assert "数据库不能用" in said
    assert "Traceback" not in said


def test_a_query_shows_hits_and_reasons(app: Flask, search: Search) -> None:
    with app.app_context():
        committed_homes("福海养老院", "槐安小院养老院")
        indexing.rebuild(search)
    code, said = run(app, "query", "fuhai")
    assert code == 0
    assert "共 1 条" in said
    assert "福海养老院  [READING]" in said
    assert "name（pinyin）：【福海】养老院" in said
    near = json.loads(run(app, "query", "槐安小苑", "--json")[1])
    assert (near["total"], near["did_you_mean"]) == (0, ["槐安小院养老院"])
    hits = json.loads(run(app, "query", "福海", "--json")[1])["hits"]
    assert [(hit["name"], hit["tier"]) for hit in hits] == [("福海养老院", "prefix")]


def test_a_query_can_ask_another_index(app: Flask, search: Search) -> None:
    with app.app_context():
        committed_homes("福海养老院")
        indexing.rebuild(search)
        on_postgres = search.backend.name == "postgres"
    on_whoosh = run(app, "query", "福海", "--backend", "whoosh")[1]
    assert ("索引不可用" in on_whoosh) is on_postgres  # nothing was ever written there
    other = run(app, "query", "福海", "--backend", "postgres")[1]
    assert ("共 1 条" in other) is on_postgres
    assert ("数据库不是PostgreSQL" in other) is not on_postgres
