"""A running worker follows a database that others empty and fill: never fictional homes among real ones."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from portal import clock
from portal.domain.actor import PUBLIC, SYSTEM
from portal.history.data_set import mark_data_set
from portal.history.keeper import Provenance
from portal.history.models import DataSetKind, SourceKind
from portal.history.sources import enter_source
from portal.institutions import service
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.demo.load import load_demo, wipe_demo
from portal.unit_of_work import unit_of_work


@pytest.fixture
def elsewhere(app: Flask) -> Callable[[Callable[[], object]], None]:
    """Run something as another process would: in a thread with an application context of its own."""

    def run(task: Callable[[], object]) -> None:
        failed: list[BaseException] = []

        def work() -> None:
            try:
                with app.app_context(), unit_of_work():
                    task()
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        if failed:
            raise failed[0]

    return run


def enter_real_home() -> None:
    today = clock.today()
    source = enter_source("示例名单", today, SourceKind.SPREADSHEET)
    service.register_institution(
        {"name": "示例真院", "region_code": "350404"}, Provenance(source, today, SYSTEM)
    )
    mark_data_set(DataSetKind.REAL)


def test_the_demo_comes_and_goes_under_a_running_worker(
    app: Flask, elsewhere: Callable[[Callable[[], object]], None]
) -> None:
    client = app.test_client()
    assert "还没有机构资料" in client.get("/institutions").text
    elsewhere(load_demo)
    listed = client.get("/institutions")
    assert listed.status_code == 200
    assert "演示数据，均为虚构" in listed.text
    with app.app_context():
        assert len(catalogue(PUBLIC).entries) > 200
    elsewhere(wipe_demo)
    elsewhere(enter_real_home)
    html = client.get("/institutions").text
    assert "演示数据" not in html
    with app.app_context():
        assert [entry.name for entry in catalogue(PUBLIC).entries] == ["示例真院"]
