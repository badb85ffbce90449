"""Reviews of quarters for everything that staff can do with them, for the tests of who may do what."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.accountability.service.reviews import add_remark, answer_remark, compile_review, publish_review
from portal.domain.actor import Actor, Scope
from portal.domain.county_review import ReviewFigures
from portal.domain.permissions import Department, Role
from portal.domain.quarters import Quarter, last_over
from portal.unit_of_work import unit_of_work
from tests.surfaces.staff import make_staff

_REMARK = {
    "office": "市纪委监委",
    "about": "fire",
    "said_on": clock.today().isoformat(),
    "words": "还要再清一次。",
}
_FIELDS: dict[str, tuple[str, dict[str, str]]] = {
    "compile_review_again": ("compile", {}),
    "add_review_remark": ("remark", _REMARK),
    "publish_review": ("publish", {"sure": "y"}),
    "correct_review": ("correct", {"reason": "漏了一条"}),
    "edit_review_remark": ("edit", _REMARK),
    "answer_review_remark": ("answer", {"office": "区民政局", "words": "清完了。"}),
    "drop_review_remark": ("drop", {}),
}
"""The prefix of each deed's form, and what the right person writes into it."""
_REMARKS = frozenset({"edit_review_remark", "answer_review_remark", "drop_review_remark"})

REVIEWS = frozenset({*_FIELDS, "compile_review"})


def make_reviews(app: Flask, region: str, words: str) -> dict[str, dict[str, Any]]:
    """Compile a quarter of its own for each deed, with a remark; return the placeholders of every address.

    ``words``: what is remarked, which nobody of another region reads.
    """
    member = make_staff(app, Role.CLERK, Department.CIVIL_AFFAIRS, region)
    scope = Scope(False, frozenset({region}), Department.CIVIL_AFFAIRS)
    clerk, portal = Actor("测试经办", member.id), Actor("测试审核")
    samples: dict[str, dict[str, Any]] = {}
    quarter, today = last_over(clock.today()), clock.today()
    with app.app_context(), unit_of_work():
        for deed in _FIELDS:
            quarter = quarter.before
            review = compile_review(region, quarter, ReviewFigures())
            remark = add_remark(review, "市民政局", None, words, today, clerk, scope, review.version)
            samples[deed] = {"review_id": review.id}
            if deed in _REMARKS:
                samples[deed]["remark_id"] = remark.id
            if deed == "correct_review":
                answer_remark(remark, "区民政局", "好。", portal, scope, review.version)
                publish_review(review, portal, scope, review.version)
    shown = samples["edit_review_remark"]
    return {
        **samples,
        "review": {"review_id": shown["review_id"]},
        "review_remark": shown,
        "reviews_export": {"file_format": "csv"},
    }


def filled_review(client: FlaskClient, endpoint: str, address: str, region: str) -> dict[str, str]:
    """Return the form of the right person, filled in, with the version that its page shows."""
    if endpoint == "compile_review":
        return {"region": region, "quarter": Quarter(clock.today().year - 6, 1).code}
    prefix, given = _FIELDS[endpoint]
    form = client.get(address.rsplit("/", 1)[0]).text.split(f'action="{address}"')[1]
    version = re.search(rf'name="{prefix}-version"[^>]*value="(\d+)"', form)
    assert version is not None, endpoint
    return {f"{prefix}-version": version[1], **{f"{prefix}-{name}": said for name, said in given.items()}}
