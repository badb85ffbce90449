"""The list of suggestions at the desk, as a file: nothing that nobody has approved."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from portal.domain.permissions import Role
from portal.topics.kinds import WhyNotPublic
from portal.topics.service import moderating
from portal.topics.service.supporting import keep_supports
from tests.integration.topics.suggesting import TITLE, WISH, do, published
from tests.surfaces.backoffice.supervising import text_of


def test_the_file_of_what_was_taken_back_holds_no_original_words(
    sqlite_app: Flask, staff_client: Callable[..., FlaskClient]
) -> None:
    number = published(sqlite_app)
    do(sqlite_app, lambda one, *_who: keep_supports(one.id, 3), number)
    clerk = staff_client(Role.CLERK)
    assert TITLE in clerk.get("/staff/suggestions.csv?state=public").text
    do(sqlite_app, moderating.decline, number, WhyNotPublic.UNCLEAR, "请写清楚。")
    assert WISH.text[:10] in text_of(clerk.get("/staff/suggestions?state=not_public"))
    file = clerk.get("/staff/suggestions.csv?state=not_public").text
    assert "不公开" in file
    assert WISH.text[:10] not in file
    assert TITLE not in file
