"""The terms of the four lists (R22) and of the two-way review (R46)."""

from __future__ import annotations

from portal.accountability.kinds import ListKind, ListState, ReviewState
from portal.glossary.term import Term, key_of

ACCOUNTABILITY = {
    key_of(ListKind.PROBLEMS): Term("问题清单", "当月登账的问题。"),
    key_of(ListKind.RECTIFICATIONS): Term("整改清单", "月底还没有改好的，责任单位、措施、期限。"),
    key_of(ListKind.RULES): Term("制度清单", "为了不再发生而定的制度。"),
    key_of(ListKind.RESULTS): Term("成果清单", "当月验收合格、销号的。"),
    key_of(ListState.DRAFT): Term("待报送", "已经编好，等审核人员核对后报送。"),
    key_of(ListState.SUBMITTED): Term("已报送", "报送以后不再改动，要更正的另出一版。"),
    key_of(ReviewState.DRAFT): Term("待公布", "已经统计好，等点评、回复，由审核人员公布。"),
    key_of(ReviewState.PUBLISHED): Term("已公布", "公布以后不再改动，要更正的另出一版。"),
}
"""Their labels, under ``key_of`` each."""
