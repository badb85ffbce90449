"""The criteria of major hazards and the items of an inspection: codes stay, words fit their columns."""

from __future__ import annotations

from portal.domain.hazards import CRITERIA, STANDARD, criterion_of
from portal.domain.inspection_items import ITEMS, Area, item_of, items_in
from portal.supervision.kinds import InspectionArea
from portal.supervision.models import InspectionItem
from portal.supervision.problem_models import Problem


def test_every_criterion_has_its_code_and_fits_its_column() -> None:
    codes = [one.code for one in CRITERIA]
    assert codes == ["4.1", "4.2", "4.3", "4.4", "3.2", "3.3", "3.4", "3.5", "fire", "local"]
    longest = Problem.__table__.c.criterion.type.length  # type: ignore[attr-defined]
    assert all(len(code) <= longest for code in codes)
    assert all(one.text and one.area and one.document for one in CRITERIA)


def test_a_criterion_is_found_by_its_code() -> None:
    roof = criterion_of("4.1")
    assert roof is not None
    assert roof.basis == f"{STANDARD}第四条第一项"
    assert "C级、D级危房" in roof.text
    assert criterion_of("4.9") is None
    assert criterion_of(None) is None


def test_every_item_has_its_code_and_fits_its_columns() -> None:
    columns = InspectionItem.__table__.c
    assert len({one.code for one in ITEMS}) == len(ITEMS)
    assert [one for area in Area for one in items_in(area)] == list(ITEMS)
    for one in ITEMS:
        assert len(one.text) <= columns.text.type.length  # type: ignore[attr-defined]
        assert len(one.basis) <= columns.basis.type.length  # type: ignore[attr-defined]
        assert item_of(one.code) is one
    assert item_of("Z1") is None


def test_the_areas_are_those_of_the_table() -> None:
    assert [area.value for area in Area] == [area.value for area in InspectionArea]
    assert all(items_in(area) for area in Area)


def test_the_nine_protections_are_asked_for() -> None:
    words = " ".join(one.text for one in ITEMS)
    for protection in (
        "噎食", "食品药品误食", "压疮", "烫伤", "坠床", "跌倒", "走失", "他伤和自伤", "文体活动意外",
    ):  # fmt: skip
        assert protection in words
