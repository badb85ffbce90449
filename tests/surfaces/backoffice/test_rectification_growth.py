"""One notice and thirty cost the same number of queries, on every page that shows them."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.permissions import Role
from portal.extensions import db
from portal.institutions.models import Institution
from portal.unit_of_work import unit_of_work
from tests.integration.supervision import event_rows as rows
from tests.surfaces.conftest import CountQueries
from tests.surfaces.staff import make_staff, signed_in

MANY = 30
PAGES = (
    "/notices", "/notices?state=overdue", "/notices?sort=deadline", "/notices?q=示例", "/notices/{notice}",
    "/problems/{problem}", "/institutions/{home}", "/feeds/rectifications.xml",
    "/feeds/rectifications/350404.atom", "/feeds/institutions/{home}/rectifications.xml",
)  # fmt: skip
STAFF_PAGES = (
    "/staff/problems", "/staff/problems?state=overdue", "/staff/problems/{problem}",
    "/staff/notices", "/staff/notices?state=overdue", "/staff/notices/{notice}",
)  # fmt: skip


def test_pages_cost_the_same_for_one_notice_and_for_thirty(
    sqlite_app: Flask, count_queries: CountQueries
) -> None:
    with sqlite_app.app_context(), unit_of_work():
        home = rows.home()
        issued = clock.now() - timedelta(days=60)
        over = issued.date() + timedelta(days=14)
        made = rows.notice(home, issued, [(over, issued, True)])
        key = home.id
        known = {
            "home": home.public_id,
            "notice": made.notice.public_id,
            "problem": made.problem.public_id,
        }
    clerk = signed_in(sqlite_app, make_staff(sqlite_app, Role.CLERK))
    visitor = sqlite_app.test_client()

    def costs() -> dict[str, int]:
        counted = {}
        asked = [(visitor, page) for page in PAGES] + [(clerk, page) for page in STAFF_PAGES]
        for client, page in asked:
            counted[page] = _cost(sqlite_app, client, page.format_map(known), count_queries)
        return counted

    one = costs()
    with sqlite_app.app_context(), unit_of_work():
        again = db.session.get_one(Institution, key)
        for number in range(MANY - 1):
            rows.notice(again, issued + timedelta(hours=number), [(over, issued, True)])
    many = costs()
    # one notice does not fill a page by deadline: further stretches of the list are asked for more
    assert [page for page in many if many[page] > one[page]] == []
    assert max(one.values()) <= 30


def _cost(app: Flask, client: FlaskClient, page: str, count_queries: CountQueries) -> int:
    def forget() -> None:
        app.extensions["page_cache"].put("another version", ("nothing",), _Nothing)

    client.get(page)  # what is read once for a version of the data is not the page's cost
    forget()
    with count_queries(app) as statements:
        assert client.get(page).status_code == 200, page
    return len(statements)


class _Nothing:
    body = b""
