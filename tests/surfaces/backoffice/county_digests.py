"""Monthly digests for everything that staff can do with them, for the tests of who may do what."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.monthly_lists import month_before
from portal.domain.permissions import Department, Role
from portal.topics.service import digests as service
from portal.unit_of_work import unit_of_work
from tests.surfaces.staff import make_staff

JUDGED = "申字分析"
"""What is made of a month: nobody of another region reads it."""

_FIELDS: dict[str, tuple[str, dict[str, str]]] = {
    "write_digest": ("write", {"words": "改过的分析"}),
    "compile_digest_again": ("compile", {}),
    "submit_digest": ("submit", {}),
    "return_digest": ("return", {"words": "再写清楚"}),
    "publish_digest": ("publish", {"sure": "y"}),
    "correct_digest": ("correct", {"reason": "漏了一条"}),
}
"""The prefix of each deed's form, and what the right person writes into it."""
_SUBMITTED = frozenset({"return_digest", "publish_digest", "correct_digest"})

DIGESTS = frozenset({*_FIELDS, "compile_month_digest", "run_the_column"})


def make_digests(app: Flask, region: str) -> dict[str, dict[str, Any]]:
    """Compile a month of its own for each deed, judged; return the placeholders of every address."""
    member = make_staff(app, Role.CLERK, Department.CIVIL_AFFAIRS, region)
    scope = Scope(False, frozenset({region}), Department.CIVIL_AFFAIRS)
    clerk, portal = Actor("测试经办", member.id), Actor("测试审核")
    samples: dict[str, dict[str, Any]] = {}
    month = clock.today()
    with app.app_context(), unit_of_work():
        service.run_column(region, _month(12), portal, scope)
        for deed in _FIELDS:
            month = month_before(month)
            digest = service.compile_digest(region, month)
            service.write_judgement(digest, JUDGED, (), clerk, scope, digest.version)
            if deed in _SUBMITTED:
                service.submit_digest(digest, clerk, scope, digest.version)
            if deed == "correct_digest":
                service.publish_digest(digest, portal, scope, digest.version)
            samples[deed] = {"digest_id": digest.id}
    return {
        **samples,
        "month_digest": samples["write_digest"],
        "digests_export": {"file_format": "csv"},
    }


def filled_digests(client: FlaskClient, endpoint: str, address: str, region: str) -> dict[str, str]:
    """Return the form of the right person, filled in, with the version that its page shows."""
    if endpoint == "run_the_column":
        return {"region": region, "since": f"{_month(13):%Y-%m}"}
    if endpoint == "compile_month_digest":
        return {"region": region, "month": f"{_month(9):%Y-%m}"}
    prefix, given = _FIELDS[endpoint]
    form = client.get(address.rsplit("/", 1)[0]).text.split(f'action="{address}"')[1].split("</form>")[0]
    version = re.search(rf'name="{prefix}-version"[^>]*value="(\d+)"', form)
    assert version is not None, endpoint
    return {f"{prefix}-version": version[1], **{f"{prefix}-{name}": said for name, said in given.items()}}


def _month(back: int) -> date:
    month = clock.today()
    for _ in range(back):
        month = month_before(month)
    return month
