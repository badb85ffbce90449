"""A problem entered by what a suggestion told of: once, by who may read it, and nobody else learns of it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from portal.domain.permissions import Department, Role
from portal.extensions import db
from portal.supervision.kinds import ProblemOrigin
from portal.supervision.problem_models import Problem
from portal.topics.kinds import PRIVACY_VERSION, SuggestionKind
from portal.topics.service.lodging import Wish, lodge
from portal.topics.service.words import Contact
from portal.unit_of_work import unit_of_work
from tests.surfaces.backoffice.supervising import PROBLEMS, entry, make_home

SAID = "示例敬老院二楼的通道一直堆着床垫"


def suggested(app: Flask, text: str = SAID, number: int = 1) -> str:
    """Lodge a suggestion; return its receipt number."""
    with app.app_context(), unit_of_work():
        wish = Wish(text, Contact(), "350404", SuggestionKind.CARE, PRIVACY_VERSION)
        return lodge(wish, f"{number:032x}").suggestion.receipt


def test_a_suggestion_leads_to_a_problem_once(
    sqlite_app: Flask, staff_client: Callable[..., FlaskClient]
) -> None:
    clerk, home = staff_client(Role.CLERK), make_home(sqlite_app)
    receipt = suggested(sqlite_app)
    page, form = f"/staff/suggestions/{receipt}", f"{PROBLEMS}/new?suggestion={receipt}"
    assert form in clerk.get(page).text
    shown = clerk.get(form).text
    assert receipt in shown
    assert 'name="origin"' not in shown
    assert SAID not in shown
    made = clerk.post(form, data=entry(home))
    assert made.status_code == 303
    with sqlite_app.app_context():
        problem = db.session.query(Problem).one()
        assert problem.origin is ProblemOrigin.SUGGESTION
        assert problem.origin_ref is not None
        assert problem.origin_ref.startswith("suggestion/")
    told = clerk.get(page).text
    assert form not in told
    assert str(made.location) in told
    assert page in clerk.get(made.location).text
    again = clerk.post(form, data=entry(home))
    assert (again.status_code, again.location) == (303, made.location)
    # the fire service sees the problem; the suggestion is not theirs
    fire = staff_client(Role.CLERK, Department.FIRE, "350404")
    seen = fire.get(made.location).text
    assert "群众点题" in seen
    assert receipt not in seen
    assert fire.get(form).status_code == 404


def test_nothing_comes_of_a_suggestion_that_is_not_theirs(
    sqlite_app: Flask, staff_client: Callable[..., FlaskClient]
) -> None:
    receipt = suggested(sqlite_app)
    form = f"{PROBLEMS}/new?suggestion={receipt}"
    elsewhere = staff_client(Role.CLERK, Department.CIVIL_AFFAIRS, "350403")
    assert elsewhere.get(form).status_code == 404
    assert staff_client(Role.CLERK).get(f"{PROBLEMS}/new?suggestion=D2026-00000000").status_code == 404
