"""Unregistered homes: nobody is named before verification, notice and objection are over."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.domain.actor import PUBLIC
from portal.institutions.models import (
    Disposition,
    FoundHow,
    InstitutionKind,
    OperatingState,
    OperationMode,
    Registration,
    UnregisteredHome,
)
from portal.institutions.queries.unregistered import not_filed

TODAY = clock.today()
IDENT = "bcdf2345"


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


FACTS: dict[str, object] = {
    "name": "暗巷托老所",
    "region_code": "350404",
    "township": "列西街道",
    "address": "暗巷里九十九号",
    "found_on": days(-90),
    "found_how": FoundHow.PUBLIC_REPORT,
    "inspected_on": days(-88),
    "residents": 7,
    "public_note": "已责令改正",
    "removed_reason": "移出的缘由",
}
STEPS: dict[str, object] = {
    "verified_on": days(-60),
    "operator_told_on": days(-50),
    "objection_ended_on": days(-30),
}
LEAKS = ("暗巷", "九十九号", "已责令改正", "列西街道", "移出的缘由", IDENT, "只有这份底账")

NOT_YET: dict[str, dict[str, object]] = {
    "found only": dict.fromkeys(STEPS),
    "verified, operator not told": {"operator_told_on": None, "objection_ended_on": None},
    "told, time to object running": {"objection_ended_on": None},
    "objection ends tomorrow": {"objection_ended_on": days(1)},
    "never verified": {"verified_on": None},
    "operator never told": {"operator_told_on": None},
    "removed": {"removed_on": TODAY},
    "no home at all": {"disposition": Disposition.NOT_A_HOME, "disposition_on": days(-5)},
    "withdrawn": {"withdrawn": True},
}

ADDRESSES = (
    "/",
    "/institutions",
    "/institutions.csv",
    "/institutions/unregistered",
    "/institutions/unregistered?region=350404",
    "/institutions/unregistered.csv",
    "/institutions/unregistered.csv?region=350404",
    "/institutions/not-filed.csv",
    f"/institutions/unregistered/{IDENT}",
    f"/institutions/{IDENT}",
    f"/institutions/{IDENT}/history",
    "/closures",
    "/closures.csv",
    "/grades",
    "/fees",
    "/concentrated-care",
    "/institutions?q=托老所",
)


@pytest.mark.parametrize("stage", NOT_YET)
def test_no_field_of_a_home_that_is_not_public_leaks(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int], stage: str
) -> None:
    enter_home()
    values = {**FACTS, **STEPS, **NOT_YET[stage]}
    enter_record(UnregisteredHome, public_id=IDENT, title="只有这份底账", **values)
    client = app.test_client()
    for address in ADDRESSES:
        answer = client.get(address)
        # the form that switches the display repeats the address that was asked for, and nothing else
        text = (
            answer.get_data(as_text=True).replace(f'value="{address}"', "").replace(f'value="{address}?"', "")
        )
        assert [leak for leak in LEAKS if leak in text] == [], address
    assert client.get(f"/institutions/unregistered/{IDENT}").status_code == 404


def test_each_step_stands_with_its_day_once_public(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    enter_home()
    enter_record(
        UnregisteredHome,
        public_id=IDENT,
        disposition=Disposition.RECTIFYING,
        disposition_on=days(-10),
        **{**FACTS, **STEPS, "objection_ended_on": TODAY},
    )
    client = app.test_client()
    for address in ("/institutions/unregistered", f"/institutions/unregistered/{IDENT}"):
        page = client.get(address).get_data(as_text=True)
        for day in (days(-60), days(-50), TODAY, days(-10)):
            assert f'<time datetime="{day.isoformat()}">' in page
        for day in (days(-90), days(-88)):  # found on a citizen's word: the day could tell who spoke (R32)
            assert day.isoformat() not in page
        for words in ("群众反映", "限期整改", "列西街道", "暗巷里九十九号", "来源"):
            assert words in page
    rows = list(
        csv.DictReader(io.StringIO(client.get("/institutions/unregistered.csv").data.decode("utf-8-sig")))
    )
    assert [(row["名称"], row["处置"], row["异议期满日期"], row["发现日期"]) for row in rows] == [
        ("暗巷托老所", "限期整改", TODAY.isoformat(), "")
    ]


def test_what_an_inspection_found_has_its_day(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    enter_home()
    enter_record(
        UnregisteredHome,
        public_id=IDENT,
        **{**FACTS, **STEPS, "found_how": FoundHow.INSPECTION, "objection_ended_on": TODAY},
    )
    page = app.test_client().get(f"/institutions/unregistered/{IDENT}").text
    for day in (days(-90), days(-88)):
        assert f'<time datetime="{day.isoformat()}">' in page


def test_a_private_dwelling_never_shows_its_address(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    enter_home()
    enter_record(UnregisteredHome, public_id=IDENT, private_dwelling=True, **FACTS, **STEPS)
    client = app.test_client()
    for address in ("", f"/{IDENT}", ".csv"):
        text = client.get(f"/institutions/unregistered{address}").get_data(as_text=True)
        assert "暗巷托老所" in text
        assert "九十九号" not in text
    assert "私人住宅，不公布具体地址" in client.get(f"/institutions/unregistered/{IDENT}").get_data(
        as_text=True
    )


def test_township_homes_are_counted_and_never_listed(
    app: Flask, enter_home: Callable[..., str], enter_record: Callable[..., int]
) -> None:
    for number in range(3):
        enter_home(
            f"第{number}乡敬老院",
            kind=InstitutionKind.TOWNSHIP_HOME,
            operation_mode=OperationMode.PUBLIC_PUBLIC,
        )
    enter_home("已关停敬老院", kind=InstitutionKind.TOWNSHIP_HOME, operating_state=OperatingState.CLOSED)
    waiting = enter_home("待备案养老院", kind=InstitutionKind.NURSING_HOME)
    enter_record(Registration, waiting, registered_on=days(-20))
    with app.test_request_context("/"):
        found = not_filed(None, PUBLIC)
        assert [entry.name for entry in found.entries] == ["待备案养老院"]
        assert found.township_homes == 3
    page = app.test_client().get("/institutions/unregistered").get_data(as_text=True)
    assert "现有3家" in page
    assert "乡敬老院" not in page
    assert "待备案养老院" in page
    assert "不算违规" in page
    other = app.test_client().get("/institutions/unregistered?region=350421").get_data(as_text=True)
    assert "待备案养老院" not in other


def test_an_empty_list_does_not_claim_that_there_is_nothing(app: Flask) -> None:
    page = app.test_client().get("/institutions/unregistered").get_data(as_text=True)
    assert "没有列出，不等于没有" in page
    assert "不等于违法" in page
    assert "12345" in page


def test_many_homes_cost_as_many_queries_as_one(
    app: Flask,
    enter_home: Callable[..., str],
    enter_record: Callable[..., int],
    count_queries: Any,
) -> None:
    enter_home()
    client = app.test_client()
    counts = []
    for batch in (1, 14):
        for number in range(batch):
            enter_record(UnregisteredHome, public_id=f"bcd{batch:02d}{number:03d}", **FACTS, **STEPS)
        client.get("/institutions/unregistered")
        with count_queries(app) as statements:
            client.get("/institutions/unregistered")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6
