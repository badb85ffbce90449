"""Whom to visit next: order, reasons in words, regions, file, cost; and that no public page names a home."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.permissions import Department, Role
from portal.supervision.kinds import InspectionResult, Severity
from portal.unit_of_work import unit_of_work
from tests.integration.accountability.records import OTHER, TODAY, counted, enter_problem, home, visit
from tests.surfaces.conftest import CountQueries
from tests.surfaces.staff import make_staff, signed_in


@pytest.fixture
def city(sqlite_app: Flask) -> Iterator[Flask]:
    """Three homes in one county and one in another, ranked on the day of these tests."""
    with clock.moved_to(clock.at(TODAY, 12)):
        with sqlite_app.app_context():
            with unit_of_work():
                bad, refusing, good = (home(name) for name in ("甲养老院", "乙养老院", "丙养老院"))
                elsewhere = home("丁养老院", OTHER)
                for where in (bad, refusing, good, elsewhere):
                    visit(where, date(2026, 7, 1))
                for _ in range(4):
                    enter_problem(bad, date(2026, 5, 4), severity=Severity.MAJOR, criterion="一（一）")
                enter_problem(bad, date(2026, 5, 4), deadline=date(2026, 5, 20))
                visit(refusing, date(2026, 7, 2), InspectionResult.REFUSED)
                enter_problem(elsewhere, date(2026, 5, 4))
            counted()
        yield sqlite_app


@pytest.fixture
def clerk(city: Flask) -> FlaskClient:
    return signed_in(city, make_staff(city, Role.CLERK, Department.FIRE))


def names(page: str) -> list[str]:
    return re.findall(r">([甲乙丙丁]养老院)</a>", page)


def test_homes_come_by_their_points_and_each_says_why(clerk: FlaskClient) -> None:
    page = clerk.get("/staff/visits").text
    assert names(page) == ["甲养老院", "乙养老院"]
    assert "105分" in page
    for reason in (
        "没有销号的重大隐患4处（只按3处记），90分",
        "过了期限还没有改好的问题1个，15分",
        "一年内不让检查的人进门1次，20分",
    ):
        assert reason in page
    assert "home=i-" in page  # a visit is planned from here
    assert names(clerk.get("/staff/visits?stage=all").text) == ["甲养老院", "乙养老院", "丙养老院"]
    assert 'href="/accountability/points"' in page


def test_a_province_sees_its_counties_and_chooses_one(city: Flask) -> None:
    supervisor = signed_in(city, make_staff(city, Role.SUPERVISOR, region_code="350000"))
    assert names(supervisor.get("/staff/visits").text) == ["甲养老院", "乙养老院", "丁养老院"]
    page = supervisor.get(f"/staff/visits?region={OTHER}").text
    assert names(page) == ["丁养老院"]
    assert "home=i-" not in page  # who only watches plans nothing
    assert names(supervisor.get("/staff/visits?region=110101").text) == ["甲养老院", "乙养老院", "丁养老院"]


def test_the_file_holds_every_home_with_its_reasons(clerk: FlaskClient) -> None:
    text = clerk.get("/staff/visits.csv").data.decode("utf-8-sig")
    assert "1,甲养老院,福建省三明市三元区,105,没有销号的重大隐患4处（只按3处记），90分；过了期限" in text
    assert "2,乙养老院" in text
    assert "丁养老院" not in text


def test_no_public_page_names_a_home_or_its_points(city: Flask) -> None:
    visitor = city.test_client()
    for place in ("/accountability/points", "/accountability"):
        page = visitor.get(place).text
        assert "甲养老院" not in page
        assert "105" not in page
    assert visitor.get("/staff/visits").status_code == 303


def test_a_page_costs_the_same_for_many_homes(
    city: Flask, clerk: FlaskClient, count_queries: CountQueries
) -> None:
    def cost() -> int:
        clerk.get("/staff/visits?stage=all")
        with count_queries(city) as statements:
            assert clerk.get("/staff/visits?stage=all").status_code == 200
        return len(statements)

    few = cost()
    with city.app_context():
        with unit_of_work():
            for number in range(30):
                enter_problem(home(f"{number}号院"), date(2026, 5, 4))
        counted()
    assert cost() == few
