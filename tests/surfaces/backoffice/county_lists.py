"""The four lists, and reviews, for all that staff can do with them, for the tests of who may do what."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.accountability.kinds import ListKind
from portal.accountability.service.lists import add_entry, compile_lists, leave_out, submit_lists
from portal.domain.actor import Actor, Scope
from portal.domain.monthly_lists import month_before
from portal.domain.permissions import Department, Role
from portal.unit_of_work import unit_of_work
from tests.surfaces.backoffice.county_reviews import REVIEWS, filled_review, make_reviews
from tests.surfaces.staff import make_staff

RULE = "午字管理办法"
"""What stands on a list: nobody of another region reads it."""

_FIELDS: dict[str, tuple[str, dict[str, str]]] = {
    "compile_lists_again": ("compile", {}),
    "submit_month_lists": ("submit", {"sure": "y"}),
    "correct_month_lists": ("correct", {"reason": "漏了一条"}),
    "add_list_line": ("add", {"kind": "rules", "title": "巡查办法", "reason": "新定的"}),
    "edit_list_line": ("edit", {"title": "改过的办法", "reason": "更准确"}),
    "leave_out_list_line": ("leave-out", {"reason": "不该列"}),
    "put_back_list_line": ("put-back", {"reason": "该列"}),
}
"""The prefix of each deed's form, and what the right person writes into it."""
_LINES = frozenset({"edit_list_line", "leave_out_list_line", "put_back_list_line"})
_WHOLE = frozenset({"compile_month", "publish_lists"})
"""Forms that name their county themselves."""

LISTS = frozenset({*_FIELDS, *_WHOLE, *REVIEWS})


def make_lists(app: Flask, region: str) -> dict[str, dict[str, Any]]:
    """Compile a month of its own for each deed; return the placeholders of every address."""
    member = make_staff(app, Role.REVIEWER, Department.CIVIL_AFFAIRS, region)
    who = Actor("测试审核", member.id), Scope(False, frozenset({region}), Department.CIVIL_AFFAIRS)
    samples: dict[str, dict[str, Any]] = {}
    month = _month(1)
    with app.app_context(), unit_of_work():
        for deed in _FIELDS:
            month = month_before(month)
            lists = compile_lists(region, month)
            line = add_entry(lists, ListKind.RULES, RULE, None, "定了", *who, lists.version)
            samples[deed] = {"lists_id": lists.id}
            if deed in _LINES:
                samples[deed]["entry_id"] = line.id
            if deed == "put_back_list_line":
                leave_out(line, "先拿掉", *who, lists.version)
            if deed == "correct_month_lists":
                submit_lists(lists, *who, lists.version)
    shown = samples["edit_list_line"]
    return {
        **samples,
        "month_lists": {"lists_id": shown["lists_id"]},
        "month_lists_xlsx": {"lists_id": shown["lists_id"]},
        "list_line": shown,
        "lists_export": {"file_format": "csv"},
        "visits_export": {"file_format": "csv"},
        **make_reviews(app, region, RULE),
    }


def filled_lists(client: FlaskClient, endpoint: str, address: str, region: str) -> dict[str, str]:
    """Return the form of the right person, filled in, with the version that its page shows."""
    if endpoint in REVIEWS:
        return filled_review(client, endpoint, address, region)
    if endpoint == "publish_lists":
        return {"region": region, "on": "1"}
    if endpoint == "compile_month":
        return {"region": region, "month": f"{_month(20):%Y-%m}"}
    prefix, given = _FIELDS[endpoint]
    form = client.get(_page_of(address)).text.split(f'action="{address}"')[1]
    version = re.search(rf'name="{prefix}-version"[^>]*value="(\d+)"', form)
    assert version is not None, endpoint
    return {f"{prefix}-version": version[1], **{f"{prefix}-{name}": said for name, said in given.items()}}


def _page_of(address: str) -> str:
    """Return where a form is, of where it goes to."""
    return address.rsplit("/", 1)[0]


def _month(back: int) -> date:
    month = clock.today()
    for _ in range(back):
        month = month_before(month)
    return month
