"""The phases of a topic: every phase with every deed, and each boundary to the second."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.domain.topic_phases import Deed, NotNow, Phase, TopicDates, allows, check, phase_at

SHANGHAI = ZoneInfo("Asia/Shanghai")
INSTANT = timedelta(microseconds=1)
OPENS = datetime(2026, 4, 1, 9, 0, 0, tzinfo=SHANGHAI)
CLOSES = datetime(2026, 4, 21, 18, 0, 0, tzinfo=SHANGHAI)
CHOSEN = datetime(2026, 4, 25, 10, 0, 0, tzinfo=SHANGHAI)
WORK = datetime(2026, 5, 6, 0, 0, 0, tzinfo=SHANGHAI)
JUDGED_FROM = datetime(2026, 11, 1, 0, 0, 0, tzinfo=SHANGHAI)
JUDGED_UNTIL = datetime(2026, 11, 16, 0, 0, 0, tzinfo=SHANGHAI)
CONCLUDED = datetime(2026, 11, 20, 15, 30, 0, tzinfo=SHANGHAI)
WHOLE = TopicDates(OPENS, CLOSES, None, CHOSEN, WORK, JUDGED_FROM, JUDGED_UNTIL, CONCLUDED)

MAY = {
    #                 wording vote  choose plan  report judge moder. close adopt
    Phase.COLLECTING: "  yes   no    no     yes   no     no    no     no    yes",
    Phase.VOTE: "        no    yes   no     no    no     no    no     no    no",
    Phase.COUNTED: "     no    no    yes    yes   no     no    no     no    yes",
    Phase.PUBLISHED: "   no    no    no     yes   yes    no    no     no    yes",
    Phase.UNDER_WAY: "   no    no    no     yes   yes    no    no     no    yes",
    Phase.BEING_JUDGED: "no    no    no     no    yes    yes   yes    no    yes",
    Phase.JUDGED: "      no    no    no     no    yes    no    yes    yes   yes",
    Phase.CLOSED: "      no    no    no     no    no     no    yes    no    no",
    Phase.NOT_CHOSEN: "  no    no    no     no    no     no    no     no    no",
}
DEEDS = (
    Deed.AMEND_WORDING, Deed.VOTE, Deed.CHOOSE, Deed.PLAN, Deed.REPORT, Deed.JUDGE, Deed.MODERATE,
    Deed.CLOSE, Deed.ADOPT,
)  # fmt: skip


def test_table_names_every_phase_and_deed() -> None:
    """Nothing is left to chance, and nothing that was added later is forgotten here."""
    assert set(MAY) == set(Phase)
    assert set(DEEDS) == set(Deed)


@pytest.mark.parametrize("phase", Phase)
def test_what_may_be_done_in_each_phase(phase: Phase) -> None:
    """Every phase with every deed, as written above."""
    for deed, may in zip(DEEDS, MAY[phase].split(), strict=True):
        assert allows(phase, deed) == (may == "yes"), (phase, deed)


@pytest.mark.parametrize("phase", Phase)
def test_refusal_says_how_far_it_has_come(phase: Phase) -> None:
    """Who is refused reads why."""
    refused = [deed for deed in Deed if not allows(phase, deed)]
    for deed in refused:
        with pytest.raises(NotNow, match="现在不能做这一步"):
            check(phase, deed)


@pytest.mark.parametrize(
    ("moment", "before", "after"),
    [
        (OPENS, Phase.COLLECTING, Phase.VOTE),
        (CLOSES, Phase.VOTE, Phase.COUNTED),
        (CHOSEN, Phase.COUNTED, Phase.PUBLISHED),
        (WORK, Phase.PUBLISHED, Phase.UNDER_WAY),
        (JUDGED_FROM, Phase.UNDER_WAY, Phase.BEING_JUDGED),
        (JUDGED_UNTIL, Phase.BEING_JUDGED, Phase.JUDGED),
        (CONCLUDED, Phase.JUDGED, Phase.CLOSED),
    ],
)
def test_each_boundary_is_sharp(moment: datetime, before: Phase, after: Phase) -> None:
    """One microsecond earlier is still before, the very moment is after."""
    assert phase_at(WHOLE, moment - INSTANT) is before
    assert phase_at(WHOLE, moment) is after


def test_moment_is_the_same_in_every_zone() -> None:
    """Who asks in another zone's time gets the same answer."""
    for zone in ("UTC", "America/New_York"):
        assert phase_at(WHOLE, (CLOSES - INSTANT).astimezone(ZoneInfo(zone))) is Phase.VOTE
        assert phase_at(WHOLE, CLOSES.astimezone(ZoneInfo(zone))) is Phase.COUNTED


def test_passed_over() -> None:
    """What was not taken up stays so, whatever other dates say."""
    dates = TopicDates(OPENS, CLOSES, passed_over_at=CHOSEN)
    assert phase_at(dates, CHOSEN - INSTANT) is Phase.COUNTED
    assert phase_at(dates, CHOSEN) is Phase.NOT_CHOSEN
    assert phase_at(dates, CONCLUDED) is Phase.NOT_CHOSEN


def test_without_a_vote() -> None:
    """Set by the province: from the draft straight to the year's topics."""
    dates = TopicDates(published_at=CHOSEN, work_from=WORK)
    assert phase_at(dates, CHOSEN - INSTANT) is Phase.COLLECTING
    assert phase_at(dates, CHOSEN) is Phase.PUBLISHED
    assert phase_at(dates, CONCLUDED) is Phase.UNDER_WAY


def test_published_late_skips_what_is_over() -> None:
    """A topic published after its work should have begun is at work from then on."""
    dates = TopicDates(published_at=WORK + timedelta(days=1), work_from=WORK)
    assert phase_at(dates, WORK) is Phase.COLLECTING
    assert phase_at(dates, WORK + timedelta(days=1)) is Phase.UNDER_WAY
