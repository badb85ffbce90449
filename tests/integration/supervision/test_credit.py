"""Credit entries: entered, published, and gone everywhere at once when they end; the audit keeps them."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import Any

import pytest

from portal import clock, jobs
from portal.audit.reading import AuditChoice, EntryView, entries
from portal.domain.actor import PUBLIC, Scope
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, ReviewerNeeded, WordsMissing
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.institutions.models import Institution
from portal.supervision.credit_models import CreditRecord
from portal.supervision.jobs import delete_expired_credit
from portal.supervision.kinds import CreditKind
from portal.supervision.queries.credit import (
    CreditChoice,
    CreditGroup,
    CreditRow,
    credit_counts,
    credit_entry,
    credit_of,
    credit_of_many,
    credit_page,
)
from portal.supervision.service import credit
from portal.supervision.service.credit import CreditEntry, CreditRefused
from portal.supervision.service.homes import HomeUnknown
from portal.supervision.service.redacting import StillPersonal
from tests.integration.supervision.bureau import CIVIL, COUNTY, FIRE, MONDAY, Bureau, counted, staff_scope

TUESDAY = MONDAY + timedelta(1)
LAST_DAY = date(2026, 9, 1)
AFTER = LAST_DAY + timedelta(1)
STAFF = staff_scope()


def enter(bureau: Bureau, who: str = "甲小明", on: date = MONDAY, **given: Any) -> int:
    """Enter a penalty of the home, or what is given."""
    values: dict[str, Any] = {
        "kind": CreditKind.PENALTY,
        "institution_id": bureau.home,
        "title": "未按规定落实值班制度",
        "reason": "夜间无人值班，责令改正后仍未落实。",
        "legal_basis": "《养老机构管理办法》第四十六条",
        "authority": "三元区民政局",
        "document_number": "三元民罚〔2026〕1号",
        "content": "罚款一万元",
        "amount_fen": 1_000_000,
        "decided_on": MONDAY,
        "until": LAST_DAY,
    }
    if given.get("kind", CreditKind.PENALTY) is not CreditKind.PENALTY:
        values["amount_fen"] = None
    with bureau.acting(who, on) as (actor, scope):
        return credit.enter_credit(CreditEntry(**{**values, **given}), actor, scope).id


def do(
    bureau: Bureau, who: str, work: Any, number: int, *given: Any, on: date = TUESDAY, seen: int | None = None
) -> None:
    """Let somebody do something to an entry as they see it now."""
    with bureau.acting(who, on) as (actor, scope):
        row = db.session.get_one(CreditRecord, number)
        work(row, *given, actor=actor, scope=scope, seen=row.version if seen is None else seen)


def published(bureau: Bureau, **given: Any) -> int:
    """Enter an entry and publish it."""
    number = enter(bureau, **given)
    do(bureau, "审大力", credit.publish_credit, number)
    return number


def shown(bureau: Bureau, scope: Scope = PUBLIC, on: date = TUESDAY, **choice: Any) -> list[CreditRow]:
    """Return what the list shows."""
    rows, total = bureau.ask(credit_page, CreditChoice(**choice), scope, on=on)
    assert total == len(rows)
    return list(rows)


def everywhere(bureau: Bureau, public_id: str, on: date, scope: Scope = PUBLIC) -> list[bool]:
    """Return in which readings an entry is found."""
    return [
        any(one.public_id == public_id for one in shown(bureau, scope, on)),
        any(one.public_id == public_id for one in bureau.ask(credit_of, bureau.home, scope, on=on)),
        bool(bureau.ask(credit_of_many, [bureau.home], scope, on=on)),
        bureau.ask(credit_entry, public_id, scope, on=on) is not None,
        bureau.ask(credit_counts, CreditChoice(), scope, on=on)[CreditKind.PENALTY] > 0,
    ]


def row_of(bureau: Bureau, number: int) -> CreditRecord | None:
    """Return an entry as it stands, None once it is deleted."""
    with bureau.app.app_context():
        found = db.session.get(CreditRecord, number)
        db.session.expunge_all()
        return found


def public_id_of(bureau: Bureau, number: int) -> str:
    """Return an entry's public id."""
    row = row_of(bureau, number)
    assert row is not None
    return row.public_id


def run_the_night(bureau: Bureau, on: date) -> None:
    """Do the night's work of the beginning of a day, as the worker does."""
    queue = jobs.queue_of(bureau.app)
    jobs.make_consumer(bureau.app)
    soon_after = clock.at(on, 0, 10)
    with clock.moved_to(soon_after):
        tasks = queue.read_periodic(soon_after.astimezone(UTC).replace(tzinfo=None))
        queue.execute(next(task for task in tasks if task.name == "nightly"))
    queue.storage.close()


def notes(bureau: Bureau, number: int) -> list[EntryView]:
    """Return what the audit keeps of an entry's end."""
    with bureau.app.app_context():
        found = entries(Scope(False), AuditChoice(subject=f"credit/{number}"))
        return [one for one in found if one.note]


class TestEntering:
    def test_an_entry_waits_for_a_reviewer(self, bureau: Bureau) -> None:
        number = enter(bureau)
        public_id = public_id_of(bureau, number)
        assert everywhere(bureau, public_id, TUESDAY) == [False] * 5
        assert everywhere(bureau, public_id, TUESDAY, STAFF) == [True] * 5
        with pytest.raises(ReviewerNeeded):
            do(bureau, "甲小明", credit.publish_credit, number)
        do(bureau, "审大力", credit.publish_credit, number)
        assert everywhere(bureau, public_id, TUESDAY) == [True] * 5
        with pytest.raises(CreditRefused):
            do(bureau, "审大力", credit.publish_credit, number)

    def test_what_cannot_stand_is_refused(self, bureau: Bureau) -> None:
        other = bureau.enter_home("另一家敬老院")
        refusals: list[tuple[dict[str, Any], str]] = [
            ({"decided_on": TUESDAY}, "decided_on"),
            ({"until": None}, "until"),
            ({"kind": CreditKind.DISCREDIT, "until": None}, "until"),
            ({"kind": CreditKind.EXPOSURE, "until": None}, "until"),
            ({"until": MONDAY - timedelta(1)}, "until"),
            ({"amount_fen": 0}, "amount_fen"),
            ({"kind": CreditKind.EXPOSURE, "amount_fen": 100}, "amount_fen"),
            ({"problem_id": 99}, "problem_id"),
            ({"problem_id": bureau.enter(institution_id=other)}, "problem_id"),
        ]
        for given, field in refusals:
            with pytest.raises(CreditRefused) as refused:
                enter(bureau, **given)
            assert refused.value.field == field, given
        for given in (
            {"title": ""}, {"reason": " "}, {"legal_basis": ""}, {"authority": ""},
            {"reason": "负责人电话13800138000"}, {"content": "身份证号110101199003070011"},
        ):  # fmt: skip
            with pytest.raises(WordsMissing):
                enter(bureau, **given)
        with pytest.raises(HomeUnknown):
            enter(bureau, institution_id=10_000)

    def test_nobody_enters_for_others(self, bureau: Bureau) -> None:
        for who in ("邻小近", "督小平"):
            with pytest.raises(NotTheirs):
                enter(bureau, who=who)
        number = enter(bureau)
        for who in ("消小防", "邻小近"):
            with pytest.raises(NotTheirs):
                do(bureau, who, credit.publish_credit, number)
        with pytest.raises(ChangedMeanwhile):
            do(bureau, "审大力", credit.publish_credit, number, seen=99)

    def test_a_commendation_may_have_no_term(self, bureau: Bureau) -> None:
        number = published(bureau, kind=CreditKind.COMMENDATION, until=None, title="敬老文明号")
        assert bureau.ask(credit_entry, public_id_of(bureau, number), PUBLIC, on=date(2036, 1, 1)) is not None
        with pytest.raises(CreditRefused):
            do(bureau, "审大力", credit.repair, number, "不需要")

    def test_an_entry_is_put_right_but_its_home_and_kind_stay(self, bureau: Bureau) -> None:
        number = enter(bureau)
        do(bureau, "甲小明", credit.amend_credit, number, {"title": "没有人值夜班", "amount_fen": 500_000})
        row = row_of(bureau, number)
        assert row is not None
        assert (row.title, row.amount_fen, row.reason) == (
            "没有人值夜班", 500_000, "夜间无人值班，责令改正后仍未落实。",
        )  # fmt: skip
        for fixed in ({"institution_id": 1}, {"kind": CreditKind.EXPOSURE}):
            with pytest.raises(CreditRefused):
                do(bureau, "甲小明", credit.amend_credit, number, fixed)
        do(bureau, "审大力", credit.publish_credit, number)
        with pytest.raises(ReviewerNeeded):
            do(bureau, "甲小明", credit.amend_credit, number, {"title": "改标题"})
        before = bureau.ask(data_set_state, on=TUESDAY).version
        do(bureau, "审大力", credit.amend_credit, number, {"title": "改标题"})
        assert bureau.ask(data_set_state, on=TUESDAY).version > before
        with pytest.raises(CreditRefused):
            do(bureau, "审大力", credit.amend_credit, number, {"until": MONDAY})

    def test_nothing_that_marks_a_person_is_published(self, bureau: Bureau) -> None:
        number = enter(bureau, content="没收车牌闽G12345的面包车")
        with pytest.raises(StillPersonal):
            do(bureau, "审大力", credit.publish_credit, number)
        do(bureau, "甲小明", credit.amend_credit, number, {"content": "没收面包车"})
        do(bureau, "审大力", credit.publish_credit, number)
        with pytest.raises(StillPersonal):
            do(bureau, "审大力", credit.amend_credit, number, {"reason": "车牌闽G12345"})

    def test_what_is_over_already_is_not_published(self, bureau: Bureau) -> None:
        number = enter(bureau, until=MONDAY)
        with pytest.raises(CreditRefused):
            do(bureau, "审大力", credit.publish_credit, number)


class TestEnding:
    def test_it_is_gone_at_midnight_and_deleted_in_the_night(self, bureau: Bureau) -> None:
        number = published(bureau)
        public_id = public_id_of(bureau, number)
        assert everywhere(bureau, public_id, LAST_DAY) == [True] * 5
        for scope in (PUBLIC, STAFF):
            assert everywhere(bureau, public_id, AFTER, scope) == [False] * 5
        assert row_of(bureau, number) is not None
        bureau.ask(delete_expired_credit, on=LAST_DAY)
        assert row_of(bureau, number) is not None
        before = bureau.ask(data_set_state, on=AFTER).version
        run_the_night(bureau, AFTER)
        assert row_of(bureau, number) is None
        assert bureau.ask(data_set_state, on=AFTER).version > before
        (note,) = notes(bureau, number)
        assert (note.action, note.actor) == ("credit_expired", "系统")
        assert note.note["record"]["title"] == "未按规定落实值班制度"
        bureau.ask(delete_expired_credit, on=AFTER)

    @pytest.mark.parametrize(
        ("work", "action"), [(credit.repair, "credit_repaired"), (credit.revoke, "credit_revoked")]
    )
    def test_repaired_or_revoked_it_is_gone_at_once_and_kept_by_the_audit(
        self, bureau: Bureau, work: Any, action: str
    ) -> None:
        number = published(bureau)
        row = row_of(bureau, number)
        assert row is not None
        with pytest.raises(WordsMissing):
            do(bureau, "审大力", work, number, " ")
        with pytest.raises(ReviewerNeeded):
            do(bureau, "甲小明", work, number, "已经改好")
        before = bureau.ask(data_set_state, on=TUESDAY).version
        do(bureau, "审大力", work, number, "整改完成，经核实准予。")
        assert everywhere(bureau, row.public_id, TUESDAY) == [False] * 5
        assert everywhere(bureau, row.public_id, TUESDAY, STAFF) == [False] * 5
        assert row_of(bureau, number) is None
        assert bureau.ask(data_set_state, on=TUESDAY).version > before
        (note,) = notes(bureau, number)
        assert (note.action, note.note["reason"]) == (action, "整改完成，经核实准予。")
        kept = note.note["record"]
        assert kept["kind"] == "penalty"
        for name in (
            "title",
            "reason",
            "legal_basis",
            "authority",
            "document_number",
            "content",
            "amount_fen",
        ):
            assert kept[name] == getattr(row, name)
        assert (kept["decided_on"], kept["until"]) == ("2026-03-02", "2026-09-01")

    def test_only_what_is_over_is_deleted(self, bureau: Bureau) -> None:
        over = published(bureau)
        later = published(bureau, until=LAST_DAY + timedelta(1))
        honour = published(bureau, kind=CreditKind.COMMENDATION, until=None)
        unpublished = enter(bureau)
        bureau.ask(delete_expired_credit, on=AFTER)
        assert [row_of(bureau, one) is None for one in (over, later, honour, unpublished)] == [
            True, False, False, True,
        ]  # fmt: skip


class TestReading:
    def test_the_list_is_chosen_from(self, bureau: Bureau) -> None:
        penalty = published(bureau)
        listed = published(
            bureau, kind=CreditKind.DISCREDIT, title="列入失信名单", decided_on=date(2026, 3, 1)
        )
        draft = enter(bureau, title="还没公开")
        cases: list[tuple[dict[str, Any], list[int]]] = [
            ({}, [penalty, listed]),
            ({"kind": CreditKind.DISCREDIT}, [listed]),
            ({"kind": CreditKind.EXPOSURE}, []),
            ({"region": COUNTY}, [penalty, listed]),
            ({"region": "350421"}, []),
            ({"region": "nowhere"}, [penalty, listed]),
            ({"department": CIVIL}, [penalty, listed]),
            ({"department": FIRE}, []),
            ({"text": "失信"}, [listed]),
            ({"text": "示例"}, [penalty, listed]),
            ({"text": "%"}, []),
            ({"group": CreditGroup.TO_PUBLISH}, []),
        ]
        for choice, expected in cases:
            assert [one.id for one in shown(bureau, **choice)] == expected, choice
        assert [one.id for one in shown(bureau, STAFF, group=CreditGroup.TO_PUBLISH)] == [draft]
        assert [one.id for one in shown(bureau, STAFF, group=CreditGroup.PUBLISHED)] == [penalty, listed]
        counts = bureau.ask(credit_counts, CreditChoice(kind=CreditKind.PENALTY), PUBLIC, on=TUESDAY)
        assert [counts[kind] for kind in CreditKind] == [1, 0, 0, 1]
        assert shown(bureau, Scope(False, frozenset({"350421"}), CIVIL)) == []

    def test_the_public_reads_no_clerk_and_no_hidden_problem(self, bureau: Bureau) -> None:
        problem = bureau.enter()
        number = published(bureau, problem_id=problem)
        public_id = public_id_of(bureau, number)
        row = bureau.ask(credit_entry, public_id, PUBLIC, on=TUESDAY)
        assert (row.problem, row.entered_by, row.against, row.home) == (None, None, True, "示例敬老院")
        staff = bureau.ask(credit_entry, public_id, STAFF, on=TUESDAY)
        assert staff.problem == bureau.problem(problem).public_id
        assert staff.entered_by == "三元区民政经办"
        bureau.publish_problem(problem, TUESDAY)
        row = bureau.ask(credit_entry, public_id, PUBLIC, on=TUESDAY)
        assert row.problem == staff.problem

    def test_a_withdrawn_home_takes_its_entries_along(self, bureau: Bureau) -> None:
        public_id = public_id_of(bureau, published(bureau))
        bureau.withdraw(Institution, bureau.home)
        assert everywhere(bureau, public_id, TUESDAY) == [False] * 5

    def test_a_page_costs_the_same_however_many_there_are(self, bureau: Bureau) -> None:
        sent = []
        for _ in range(3):
            published(bureau, problem_id=bureau.enter())
            with bureau.app.app_context(), counted() as statements:
                credit_page(CreditChoice(), PUBLIC)
            sent.append(len(statements))
        assert sent[0] == sent[-1] <= 4
