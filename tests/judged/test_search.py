"""The judged queries put to both indexes over the demo city: how often the right home comes first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from portal import clock
from portal.domain.actor import PUBLIC
from portal.extensions import db
from portal.institutions.demo.load import load_demo
from portal.institutions.models import Institution
from portal.search import finding, indexing
from portal.search.registry import current_search
from portal.unit_of_work import unit_of_work
from tests.judged.demo_city import records
from tests.judged.judged_set import read, resolve
from tests.judged.judging import Answer, judge

EVERYTHING = 1000


def _answers() -> Callable[[str], Answer]:
    counties = dict(db.session.execute(db.select(Institution.id, Institution.region_code)).all())

    def answer(typed: str) -> Answer:
        found = finding.answer(typed, PUBLIC, limit=EVERYTHING)
        homes = [
            (shown.document.name, counties[shown.hit.record_id])
            for shown in found.shown
            if shown.hit.kind == "institution"
        ]
        return Answer(homes, found.did_you_mean)

    return answer


@pytest.mark.slow
def test_the_right_home_comes_first(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    judged = read()
    with app.app_context(), clock.moved_to(clock.at(judged.day)):
        with unit_of_work():
            load_demo(judged.seed)
        search = current_search()
        indexing.rebuild(search)
        report = judge(resolve(judged.queries, records()), _answers())
    with capsys.disabled():
        print("\n" + report.text(search.backend.name))
    assert not report.forbidden
    assert report.mrr >= 0.95
    substrings = report.row("part_of_name", "exact_name", "rare_character", "width_and_marks")
    assert substrings.recall == 1.0
