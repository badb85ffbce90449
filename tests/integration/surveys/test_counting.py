"""A round is counted once, after its last day; its figures are what anybody would count from the answers."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from portal.domain.actor import PUBLIC
from portal.domain.questionnaires import SKIPPED, Audience, questionnaire
from portal.domain.survey_figures import FEW
from portal.domain.survey_round import Half
from portal.extensions import db
from portal.surveys.kinds import Level
from portal.surveys.models import SurveyAnswer, SurveyCode, SurveyFigures, SurveyLot
from portal.surveys.queries.figures import home_figures, home_places, places, untold_homes
from portal.surveys.queries.rounds import missing, round_before, view_of
from portal.surveys.service.answering import Fit, opened
from portal.surveys.service.forgetting import KEEP
from portal.surveys.service.rights import NotNow
from portal.surveys.service.rounds import publish
from portal.surveys.service.sheets import codes_to_print
from tests.integration.surveys.calling import CLERK, FIRST, LAST, OTHER, Office, scope

GIVEN = {"甲养老院": 26, "乙养老院": 18, "丙养老院": 14, "丁养老院": 3, "戊养老院": 21, "己养老院": 9}
"""How many answer at each home; the last two lie in another county."""


@pytest.fixture
def answered(office: Office) -> tuple[Office, dict[str, list[dict[str, str]]]]:
    """A round that is over, and what each home's people said, kept apart from the portal."""
    rng = Random(7)
    office.enter("丙养老院", "丁养老院")
    office.enter("戊养老院", "己养老院", region=OTHER)
    asked = questionnaire("1", Audience.RESIDENTS)
    said: dict[str, list[dict[str, str]]] = {}
    for name, count in GIVEN.items():
        codes = office.sheets(name, count + 5)
        sent = []
        for code in codes[:count]:
            given = {
                question.key: rng.choices(
                    [choice.key for choice in question.choices], [9, 6, 3, 2, 1][: len(question.choices)]
                )[0]
                for question in asked.questions
                if rng.random() > 0.1
            }
            sent.append((code, "", given))
            said.setdefault(name, []).append(given)
        office.answers(sent)
    office.over()
    return office, said


def test_the_analysis_is_what_anybody_counts_from_the_answers(
    answered: tuple[Office, dict[str, list[dict[str, str]]]],
) -> None:
    """Counted here anew, from what was put in, with none of the portal's own arithmetic."""
    office, said = answered
    everybody = [one for given in said.values() for one in given]
    there = {"三元区": ("甲养老院", "乙养老院", "丙养老院", "丁养老院")}
    with office.on(LAST + timedelta(days=1)):
        names = {home: name for name, home in office.homes.items()}
        whole, *counties = places(office.round_id, Audience.RESIDENTS)
        assert (whole.handed_out, whole.answered) == (sum(GIVEN.values()) + 5 * len(GIVEN), len(everybody))
        assert _same(whole.shown, everybody) > 30, "of 45 cells nearly all"
        assert [one.label for one in counties] == [*there, "沙县区"]
        _same(counties[0].shown, [one for name in there["三元区"] for one in said[name]])
        _same(counties[1].shown, [*said["戊养老院"], *said["己养老院"]])
        homes = home_places(office.round_id, Audience.RESIDENTS, None, 0, None)
        told = [_same(one.shown, said[names[one.institution_id or 0]]) for one in homes]
        assert sum(told) > 12
        assert {one.label for one in homes} == {"甲养老院", "乙养老院", "戊养老院", "己养老院"}
        (others,) = places(office.round_id, Audience.RESIDENTS, (Level.OTHER_HOMES,))
        _same(others.shown, [*said["丙养老院"], *said["丁养老院"]])
        assert [one.name for one in untold_homes(office.round_id, Audience.RESIDENTS)] == [
            "丁养老院", "丙养老院",
        ]  # fmt: skip


def _same(shown: object, given: list[dict[str, str]]) -> int:
    """Compare what is told with what was said; return how many cells are told."""
    assert isinstance(shown, dict)
    told = 0
    for question in questionnaire("1", Audience.RESIDENTS).questions:
        counted = Counter(one.get(question.key, SKIPPED) for one in given)
        for key, count in shown[question.key].items():
            if count is not None:
                assert count == counted[key]
                assert count >= FEW
                told += 1
    return told


def test_it_is_counted_once_and_then_nothing_is_printed(
    answered: tuple[Office, dict[str, list[dict[str, str]]]],
) -> None:
    office, _ = answered
    with office.on(LAST + timedelta(days=2)):
        counted_at = office.round().counted_at
        rows = db.session.scalar(select(func.count()).select_from(SurveyFigures))
        lot = db.session.scalars(select(SurveyLot)).first()
        assert lot is not None
        with pytest.raises(NotNow):
            codes_to_print(lot, office.round(), scope())
    office.over(LAST + timedelta(days=2))
    with office.on(LAST + timedelta(days=2)):
        assert office.round().counted_at == counted_at
        assert db.session.scalar(select(func.count()).select_from(SurveyFigures)) == rows


def test_of_two_who_open_a_round_at_one_moment_the_second_is_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.session, "scalar", lambda _query: None)  # as it looked a moment before
    with pytest.raises(NotNow, match="已经开了"):
        office.open()


def test_an_open_round_is_not_counted(office: Office) -> None:
    (code,) = office.sheets("甲养老院", 1)
    office.answer(code)
    office.over(LAST)
    with office.on(LAST):
        found = office.round()
        assert found.counted_at is None
        with pytest.raises(NotNow):
            publish(found, "分析", CLERK, scope(), found.version)


def test_the_last_round_stands_beside_this_one(office: Office) -> None:
    codes = office.sheets("甲养老院", 12)
    office.answers(
        (code, "", {"overall": "good" if number < 6 else "bad"}) for number, code in enumerate(codes)
    )
    office.over()
    office.publish()
    first = office.round_id
    office.open(Half(2026, 2), FIRST + timedelta(days=180), LAST + timedelta(days=180))
    with office.on(LAST + timedelta(days=180)):
        view = view_of(office.round_id, PUBLIC)
        assert view is not None
        last = round_before(view)
        assert last is not None
        assert last.id == first
        assert round_before(last) is None
        before = home_figures(first, office.homes["甲养老院"])
        assert before[Audience.RESIDENTS].shown["overall"]["good"] == 6
    with office.on(LAST + timedelta(days=800)):
        assert [one.which for one in missing(PUBLIC)] == [Half(2028, 1), Half(2027, 2), Half(2027, 1)]


def test_single_answers_are_deleted_in_time_and_figures_stay(office: Office) -> None:
    codes = office.sheets("甲养老院", 8)
    for code in codes:
        office.answer(code)
    office.over()
    office.publish()
    office.over(LAST + KEEP)
    with office.on(LAST + KEEP):
        assert db.session.scalar(select(func.count()).select_from(SurveyAnswer)) == 8
    office.over(LAST + KEEP + timedelta(days=1))
    with office.on(LAST + KEEP + timedelta(days=1)):
        for model in (SurveyAnswer, SurveyCode):
            assert db.session.scalar(select(func.count()).select_from(model)) == 0
        assert office.round().forgotten_at is not None
        (whole,) = places(office.round_id, Audience.RESIDENTS, (Level.WHOLE,))
        assert whole.answered == 8
        assert opened(codes[0]).fit is Fit.UNKNOWN
