"""Answered for several: each case is asked whether it is theirs and whether its region wants four eyes."""

from __future__ import annotations

import pytest

from portal import clock
from portal.complaints.kinds import Category, Finding
from portal.complaints.service import handling, moving, replying
from portal.complaints.service.office import save_office
from portal.complaints.service.replying import FourEyesNeeded
from portal.domain.case_status import CaseRefused, CaseStatus
from portal.unit_of_work import unit_of_work
from tests.integration.complaints.cases import enter_home
from tests.integration.complaints.office import CIVIL, NEXT_DAY, OTHER_COUNTY, Office, Ref, lodged, standing


def far_pair(office: Office) -> tuple[int, int]:
    """Two cases about one home, of two counties, merged by the city; the first begun by its county."""
    home = enter_home(office.app)
    main = lodged(office.app, institution_id=home, category=Category.CARE)
    other = lodged(office.app, institution_id=home, category=Category.CARE)
    office.do("甲小明", handling.accept, main)
    office.do("甲小明", handling.start, main)
    office.do("甲小明", moving.transfer, other, OTHER_COUNTY, CIVIL, "归邻县。")
    office.do("市小远", moving.merge, other, Ref(main))
    return main, other


def test_nobody_answers_a_merged_case_that_is_anothers(office: Office) -> None:
    main, other = far_pair(office)
    for work, arguments in (
        (replying.interim_reply, ["正在查。"]),
        (replying.first_answer, ["正在查。"]),
        (replying.reply, ["查过了。", Finding.NOT_TRUE]),
    ):
        with pytest.raises(CaseRefused, match="不归您的部门、地区"):
            office.do("甲小明", work, main, *arguments)
    assert standing(office.app, other).events[-1] == "merge"
    office.do("市小远", replying.reply, main, "查过了。", Finding.NOT_TRUE)
    assert standing(office.app, other).case.status is CaseStatus.REPLIED


def test_four_eyes_of_a_merged_cases_region_hold_for_the_answer_to_all(office: Office) -> None:
    main, other = far_pair(office)
    office.hire("国大江")
    with office.app.app_context(), clock.moved_to(NEXT_DAY), unit_of_work():
        save_office(OTHER_COUNTY, "", "", True, office.reach("国大江"))
    with pytest.raises(FourEyesNeeded):
        office.do("市小远", replying.reply, main, "查过了。", Finding.NOT_TRUE)
    office.do("市小远", moving.unmerge, other)
    office.do("甲小明", replying.reply, main, "查过了。", Finding.NOT_TRUE)
