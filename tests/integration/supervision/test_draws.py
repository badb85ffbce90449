"""A draw from its announcement to its list, what may not be done on the way, and what checking it finds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal import clock
from portal.audit.models import AuditEntry
from portal.domain.actor import PUBLIC, Scope
from portal.domain.draw_check import Flaw
from portal.domain.draw_file import from_json, to_json
from portal.domain.random_draw import DrawRefused, compose, draw, hash_of, names_of, parse
from portal.domain.refusals import ChangedMeanwhile, NotTheirs, ReviewerNeeded, WordsMissing
from portal.extensions import db
from portal.history.data_set import data_set_state
from portal.institutions.models import Institution
from portal.supervision.kinds import DrawState, InspectionKind
from portal.supervision.models import Inspection, RandomDraw
from portal.supervision.queries.draws import (
    draw_file,
    draw_page,
    draw_row,
    draw_view,
    homes_to_draw,
    left_out,
    visits_of,
)
from portal.supervision.queries.inspection_page import inspection_view
from portal.supervision.service import draws, inspections
from portal.supervision.service.inspections import InspectionRefused
from portal.unit_of_work import unit_of_work
from tests.integration.supervision.bureau import COUNTY, FIRE, MONDAY, Bureau, counted
from tests.integration.supervision.drawing import DUE, DUE_DAY, NUMBER, PEOPLE, STAFF, Drawing

SUNDAY = DUE_DAY - timedelta(1)


@pytest.fixture
def drawing(bureau: Bureau) -> Drawing:
    """Four homes of the county."""
    return Drawing(bureau)


def written_past_the_service(drawing: Drawing, draw_id: int, /, **values: object) -> None:
    """Change a draw as somebody would who owns the database."""
    with drawing.bureau.app.app_context(), unit_of_work():
        db.session.execute(update(RandomDraw).where(RandomDraw.id == draw_id).values(**values))


class TestAnnouncing:
    def test_hash_terms_and_counts_are_public_and_the_list_is_not(self, drawing: Drawing) -> None:
        number = drawing.announce()
        row = drawing.row(number)
        assert row.candidates_hash == hash_of(row.candidates)
        assert (row.home_count, row.inspector_count, row.state) == (4, 3, DrawState.ANNOUNCED)
        view = drawing.bureau.ask(draw_view, row.public_id, PUBLIC, on=MONDAY)
        assert view.row.candidates_hash == row.candidates_hash
        assert view.row.office == "三元区民政"
        told = repr(view) + json.dumps(to_json(drawing.file(number)), ensure_ascii=False)
        assert "敬老院" not in told
        assert PEOPLE[0] not in told
        assert parse(row.candidates).salt not in told

    def test_the_audit_keeps_what_was_announced_without_the_list(self, drawing: Drawing) -> None:
        number = drawing.announce()
        row = drawing.row(number)
        with drawing.bureau.app.app_context():
            query = select(AuditEntry).where(AuditEntry.subject == f"draw/{number}")
            written = [one.content for one in db.session.scalars(query)]
        assert any(row.candidates_hash in content for content in written)
        assert not any("敬老院" in content or PEOPLE[0] in content for content in written)

    def test_two_lists_have_two_salts(self, drawing: Drawing) -> None:
        first = drawing.row(drawing.announce())
        second = drawing.row(drawing.announce(number_name="双色球第2026027期"))
        assert parse(first.candidates).salt != parse(second.candidates).salt

    def test_what_cannot_be_announced_is_refused(self, drawing: Drawing) -> None:
        elsewhere = drawing.bureau.enter_home("邻县敬老院", "350421")
        gone = drawing.bureau.enter_home("撤下的敬老院")
        drawing.bureau.withdraw(Institution, gone)
        refusals: list[dict[str, object]] = [
            {"number_due_at": clock.at(MONDAY, 11)},
            {"number_due_at": clock.at(MONDAY, 21)},
            {"homes_drawn": 5},
            {"homes_drawn": 0},
            {"inspectors_each": 4},
            {"inspectors": [PEOPLE[0], PEOPLE[0]]},
            {"homes": []},
            {"homes": [*drawing.homes, elsewhere]},
            {"homes": [*drawing.homes, gone]},
            {"homes": [*drawing.homes, 10_000]},
        ]
        for given in refusals:
            with pytest.raises(DrawRefused):
                drawing.announce(**given)
        for given in ({"title": ""}, {"number_name": " "}, {"number_where": ""}, {"inspectors": [""]}):
            with pytest.raises(WordsMissing):
                drawing.announce(**given)

    def test_nobody_announces_for_others(self, drawing: Drawing) -> None:
        for who in ("邻小近", "督小平"):
            with pytest.raises(NotTheirs):
                drawing.announce(who=who)

    def test_one_number_serves_one_list(self, drawing: Drawing) -> None:
        drawing.announce()
        with pytest.raises(DrawRefused, match="一个号码只能用一次"):
            drawing.announce(number_name="双色球 ２０２６０２６ 期")
        drawing.abandon(1)
        with pytest.raises(DrawRefused):
            drawing.announce(title="再来一次")
        drawing.announce(who="消小防")
        drawing.announce(number_name="双色球第2026027期", number_due_at=DUE + timedelta(days=2))


class TestDrawing:
    def test_who_was_drawn_becomes_a_visit(self, drawing: Drawing) -> None:
        number = drawing.announce()
        visits = drawing.draw(number)
        row = drawing.row(number)
        expected = names_of(draw(parse(row.candidates), NUMBER))
        with drawing.bureau.app.app_context():
            found = [db.session.get_one(Inspection, key) for key in visits]
            homes = [db.session.get_one(Institution, one.institution_id).public_id for one in found]
            sent = [tuple(json.loads(one.inspectors or "")) for one in found]
            assert all(one.kind is InspectionKind.RANDOM and one.draw_id == number for one in found)
        assert list(zip(homes, sent, strict=True)) == expected
        assert (row.state, row.number) == (DrawState.DRAWN, NUMBER)

    def test_the_number_is_kept_in_narrow_digits(self, drawing: Drawing) -> None:
        number = drawing.announce()
        drawing.draw(number, public="０３ ０８ １２ １９\n２２ ３０ ＋ ０７")
        assert drawing.row(number).number == NUMBER

    def test_a_number_that_looks_like_a_telephone_is_one_all_the_same(self, drawing: Drawing) -> None:
        number = drawing.announce()
        drawing.draw(number, public="13800138000")
        assert drawing.row(number).number == "13800138000"

    def test_no_number_before_its_time_and_none_twice(self, drawing: Drawing) -> None:
        number = drawing.announce()
        with pytest.raises(DrawRefused, match="还没有到"):
            drawing.draw(number, on=SUNDAY)
        with pytest.raises(DrawRefused, match="6位"):
            drawing.draw(number, public="03 08")
        drawing.draw(number)
        with pytest.raises(DrawRefused, match="已经录入"):
            drawing.draw(number, public="01 02 03 04 05 06 + 07")

    def test_others_enter_no_number(self, drawing: Drawing) -> None:
        number = drawing.announce()
        for who in ("消小防", "邻小近", "督小平"):
            with pytest.raises(NotTheirs):
                drawing.draw(number, who=who)

    def test_who_saw_an_older_version_is_told(self, drawing: Drawing) -> None:
        number = drawing.announce()
        with drawing.bureau.acting("甲小明", DUE_DAY) as (actor, scope):
            row = db.session.get_one(RandomDraw, number)
            with pytest.raises(ChangedMeanwhile):
                draws.enter_number(row, NUMBER, actor, scope, row.version - 1)

    def test_only_the_staff_knows_who_was_drawn(self, drawing: Drawing) -> None:
        number = drawing.announce()
        visits = drawing.draw(number)
        public_id = drawing.row(number).public_id
        view = drawing.bureau.ask(draw_view, public_id, PUBLIC, on=DUE_DAY)
        assert (view.drawn, view.homes, view.candidates) == (None, (), None)
        assert "敬老院" not in repr(view) + repr(drawing.file(number))
        staff = drawing.bureau.ask(draw_view, public_id, STAFF, on=DUE_DAY)
        assert [one.visit.id for one in staff.drawn] == visits
        assert len(staff.homes) == 4
        assert [one.id for one in drawing.bureau.ask(visits_of, public_id, STAFF, on=DUE_DAY)] == visits
        assert drawing.bureau.ask(visits_of, public_id, PUBLIC, on=DUE_DAY) == []

    def test_a_visit_that_was_drawn_is_neither_cancelled_nor_made_before(self, drawing: Drawing) -> None:
        number = drawing.announce()
        first, _ = drawing.draw(number)
        with drawing.bureau.acting("审大力", DUE_DAY) as (actor, scope):
            row = db.session.get_one(Inspection, first)
            with pytest.raises(InspectionRefused):
                inspections.cancel_plan(row, "这家不用查", actor, scope, row.version)
        with pytest.raises(InspectionRefused):
            drawing.visit([first], on=SUNDAY)

    def test_the_inspectors_of_a_published_visit_stay_untold_until_the_list_is_out(
        self, drawing: Drawing
    ) -> None:
        number = drawing.announce()
        visits = drawing.draw(number)
        drawing.visit(visits)
        with drawing.bureau.acting("审大力", DUE_DAY) as (actor, scope):
            row = db.session.get_one(Inspection, visits[0])
            inspections.publish_inspection(row, "未见问题。", actor, scope, row.version)
            public_id = row.public_id
        before = drawing.bureau.ask(inspection_view, public_id, PUBLIC, on=DUE_DAY)
        assert before.draw.inspectors == ()
        drawing.reveal(number)
        after = drawing.bureau.ask(inspection_view, public_id, PUBLIC, on=DUE_DAY)
        assert len(after.draw.inspectors) == 2


class TestRevealing:
    def test_the_list_comes_out_after_the_last_visit(self, drawing: Drawing) -> None:
        number = drawing.announce()
        with pytest.raises(DrawRefused):
            drawing.reveal(number)
        visits = drawing.draw(number)
        drawing.visit(visits[:1])
        with pytest.raises(DrawRefused, match="通风报信"):
            drawing.reveal(number)
        drawing.visit(visits[1:])
        with pytest.raises(ReviewerNeeded):
            drawing.reveal(number, who="甲小明")
        before = drawing.bureau.ask(data_set_state, on=DUE_DAY).version
        drawing.reveal(number)
        assert drawing.bureau.ask(data_set_state, on=DUE_DAY).version > before
        view = drawing.bureau.ask(draw_view, drawing.row(number).public_id, PUBLIC, on=DUE_DAY)
        assert len(view.homes) == 4
        assert view.inspectors == PEOPLE
        assert len(view.drawn) == 2
        assert view.row.visits_made == 2
        with pytest.raises(DrawRefused):
            drawing.reveal(number)

    def test_a_draw_is_given_up_only_before_it_is_drawn_and_stays_listed(self, drawing: Drawing) -> None:
        number = drawing.announce()
        with pytest.raises(ReviewerNeeded):
            drawing.abandon(number, who="甲小明")
        with pytest.raises(WordsMissing):
            drawing.abandon(number, "")
        drawing.abandon(number)
        rows, total = drawing.bureau.ask(draw_page, None, PUBLIC, on=MONDAY)
        assert [(one.state, one.abandoned_reason) for one in rows] == [(DrawState.ABANDONED, "参加人员变动")]
        assert total == 1
        with pytest.raises(DrawRefused):
            drawing.draw(number)
        second = drawing.announce(number_name="双色球第2026027期")
        drawing.draw(second)
        with pytest.raises(DrawRefused, match="抽中谁就查谁"):
            drawing.abandon(second, on=DUE_DAY)


class TestChecking:
    def test_an_honest_draw_holds_from_the_first_day_to_the_last(self, drawing: Drawing) -> None:
        number = drawing.announce()
        assert drawing.flaws(number, clock.at(MONDAY, 13)) == set()
        drawing.close_days(MONDAY + timedelta(1))
        visits = drawing.draw(number)
        assert drawing.flaws(number) == set()
        drawing.visit(visits)
        drawing.reveal(number)
        assert drawing.flaws(number, number_read=NUMBER) == set()

    def test_the_file_is_read_back_as_it_was(self, drawing: Drawing) -> None:
        file = drawing.file(drawing.whole())
        assert from_json(json.loads(json.dumps(to_json(file)))) == replace(
            file,
            announced_at=file.announced_at.replace(microsecond=0),
        )

    def test_an_announcement_no_closed_day_covers_is_seen(self, drawing: Drawing) -> None:
        number = drawing.announce()
        drawing.draw(number)
        assert drawing.flaws(number) == {Flaw.CHAIN_LATE}

    def test_a_row_put_in_past_the_service_is_seen(self, drawing: Drawing) -> None:
        drawing.announce()
        drawing.close_days(MONDAY + timedelta(1))
        with drawing.bureau.app.app_context(), clock.moved_to(DUE), unit_of_work():
            told = db.session.scalars(select(RandomDraw)).one()
            values = {
                column.key: getattr(told, column.key)
                for column in RandomDraw.__table__.columns
                if column.key not in ("id", "public_id", "version")
            }
            db.session.add(RandomDraw(**{**values, "public_id": "d2345678", "number_name": "别的号码第7期"}))
        assert Flaw.NOT_IN_CHAIN in drawing.flaws(2)

    def test_a_list_changed_with_its_hash_is_seen(self, drawing: Drawing) -> None:
        number = drawing.whole()
        listed = parse(drawing.row(number).candidates)
        spared = compose(listed.terms, "0" * 32, listed.homes[1:], listed.inspectors)
        written_past_the_service(
            drawing, number, candidates=spared.text(), candidates_hash=hash_of(spared.text()), home_count=3
        )
        assert Flaw.CHAIN_DIFFERS in drawing.flaws(number)
        written_past_the_service(drawing, number, candidates=spared.text())
        assert Flaw.LIST_CHANGED in drawing.flaws(number, announced_hash=hash_of(listed.text()))

    def test_what_is_changed_in_the_database_is_seen(self, drawing: Drawing) -> None:
        number = drawing.whole()
        row = drawing.row(number)
        changes: list[tuple[dict[str, object], Flaw]] = [
            ({"homes_drawn": 1}, Flaw.CHAIN_DIFFERS),
            ({"title": "另一个标题"}, Flaw.TERMS_CHANGED),
            ({"number": "01 02 03 04 05 06 + 07"}, Flaw.NUMBER_CHANGED),
            ({"candidates_hash": "0" * 64}, Flaw.LIST_CHANGED),
            ({"announced_at": DUE - timedelta(hours=2)}, Flaw.SAME_DAY),
            ({"drawn_at": DUE - timedelta(hours=2)}, Flaw.TOO_EARLY),
        ]
        for values, flaw in changes:
            before = {name: getattr(row, name) for name in values}
            written_past_the_service(drawing, number, **values)
            assert flaw in drawing.flaws(number), values
            written_past_the_service(drawing, number, **before)
        assert drawing.flaws(number) == set()

    def test_another_home_visited_than_was_drawn_is_seen(self, drawing: Drawing) -> None:
        number = drawing.whole()
        with drawing.bureau.app.app_context(), unit_of_work():
            visited = db.session.scalars(select(Inspection).where(Inspection.draw_id == number)).all()
            went = {one.institution_id for one in visited}
            visited[0].institution_id = next(home for home in drawing.homes if home not in went)
        assert drawing.flaws(number) == {Flaw.DRAWN_CHANGED}

    def test_two_lists_for_one_number_are_seen_where_the_service_was_passed_by(
        self, drawing: Drawing
    ) -> None:
        number = drawing.whole()
        second = drawing.announce(number_name="双色球第2026027期")
        written_past_the_service(drawing, second, number_name="双色球第2026026期")
        assert drawing.flaws(number) == {Flaw.SHOPPED}
        assert Flaw.SHOPPED in drawing.flaws(second)

    def test_a_list_given_up_when_its_outcome_was_known_is_seen(self, drawing: Drawing) -> None:
        number = drawing.announce()
        drawing.abandon(number, on=DUE_DAY)
        again = drawing.announce(
            on=DUE_DAY, number_name="双色球第2026027期", number_due_at=DUE + timedelta(days=2)
        )
        assert drawing.flaws(again) == {Flaw.GIVEN_UP}
        in_time = drawing.announce(
            on=DUE_DAY, who="消小防", number_name="双色球第2026027期", number_due_at=DUE + timedelta(days=2)
        )
        assert drawing.flaws(in_time) == set()

    def test_homes_the_list_lacks_are_told_to_the_staff(self, drawing: Drawing) -> None:
        number = drawing.announce(homes=drawing.homes[1:])
        public_id = drawing.row(number).public_id
        told = drawing.bureau.ask(left_out, public_id, STAFF, on=MONDAY)
        assert [one.name for one in told] == ["第0敬老院"]
        assert drawing.bureau.ask(left_out, public_id, PUBLIC, on=MONDAY) == []


class TestReading:
    def test_homes_to_draw_from_are_the_countys_open_ones(self, drawing: Drawing) -> None:
        drawing.bureau.enter_home("邻县敬老院", "350421")
        found = drawing.bureau.ask(homes_to_draw, "350400", STAFF, on=MONDAY)
        assert {one.id for one in found} == set(drawing.homes)
        assert all(one.last_visit is None for one in found)
        drawing.whole()
        found = drawing.bureau.ask(homes_to_draw, COUNTY, STAFF, on=DUE_DAY)
        assert sorted(one.last_visit for one in found if one.last_visit) == [DUE_DAY, DUE_DAY]

    def test_the_list_is_chosen_by_region(self, drawing: Drawing) -> None:
        number = drawing.announce()
        cases: list[tuple[str | None, Scope, int]] = [
            (None, PUBLIC, 1),
            ("350400", PUBLIC, 1),
            ("350421", PUBLIC, 0),
            (None, Scope(False, frozenset({"350421"}), FIRE), 0),
        ]
        for region, scope, expected in cases:
            rows, total = drawing.bureau.ask(draw_page, region, scope, on=MONDAY)
            assert (len(rows), total) == (expected, expected)
        assert drawing.bureau.ask(draw_row, "nothing2", PUBLIC, on=MONDAY) is None
        assert drawing.bureau.ask(draw_view, "nothing2", PUBLIC, on=MONDAY) is None
        assert drawing.bureau.ask(draw_file, "nothing2", PUBLIC, on=MONDAY) is None
        row = drawing.bureau.ask(draw_row, drawing.row(number).public_id, PUBLIC, on=DUE_DAY)
        assert row.number_due

    def test_a_page_costs_the_same_however_many_there_are(self, drawing: Drawing) -> None:
        sent = []
        for number in (26, 27, 28):
            drawing.announce(number_name=f"双色球第20260{number}期")
            with drawing.bureau.app.app_context(), counted() as statements:
                draw_page(None, STAFF)
            sent.append(len(statements))
        assert sent[0] == sent[-1] <= 5
