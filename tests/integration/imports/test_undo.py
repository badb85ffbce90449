"""An import taken back: what was shown before is shown again, nothing is deleted, nothing later is lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal import clock
from portal.audit.models import AuditEntry
from portal.domain.actor import PUBLIC, Actor
from portal.domain.import_state import ImportState
from portal.extensions import db
from portal.history import keeper
from portal.history.keeper import Provenance
from portal.history.models import Confirmation, Revision, SourceDocument, SourceKind
from portal.history.queries import state_at, trail_of
from portal.history.recorded import encode, recorded_fields
from portal.history.sources import enter_source
from portal.imports import service
from portal.institutions import service as records
from portal.institutions.importer import store
from portal.institutions.models import FeeStandard, Institution, StarGrade
from portal.institutions.queries.trail import history_of
from portal.unit_of_work import unit_of_work
from tests.integration.imports.conftest import (
    FEBRUARY,
    JANUARY,
    MARCH,
    TODAY,
    again,
    checked,
    committed,
    home,
    table,
    undone,
)

pytestmark = pytest.mark.usefixtures("inside")

FIRST = (home("甲"), home("乙", fee="自理1000、失能2000"), home("丙"))
SECOND = (home("甲", beds="150"), home("乙", fee="自理1000、失能2500"), home("丙"), home("丁", beds="40"))


def _shown() -> dict[tuple[str, int], dict[str, Any]]:
    """Return every record that is not withdrawn, field by field."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for model in (Institution, FeeStandard, StarGrade):
        for record in db.session.scalars(select(model).where(model.withdrawn.is_(False))):
            values = {name: encode(getattr(record, name)) for name in recorded_fields(model)}
            found[model.record_kind, record.id] = values
    return found


def _named(name: str) -> Institution:
    query = select(Institution).where(Institution.name == name, Institution.withdrawn.is_(False))
    return db.session.scalars(query).one()


def _get(app: Flask, path: str) -> TestResponse:
    g.pop("data_set_state", None)  # the tests' own context outlives the request
    with clock.moved_to(clock.at(TODAY)):
        return app.test_client().get(path)


def _page(app: Flask, public_id: str) -> str:
    return _get(app, f"/institutions/{public_id}").get_data(as_text=True)


def _later(minutes: int = 1) -> Any:
    return clock.moved_to(clock.at(TODAY) + timedelta(minutes=minutes))


def test_the_pages_show_what_they_showed_before(app: Flask) -> None:
    committed(table(*FIRST), JANUARY)
    before, homes = _shown(), {h.name: h.public_id for h in db.session.scalars(select(Institution))}
    pages = {name: _page(app, public_id) for name, public_id in homes.items()}
    with _later():
        run = committed(table(*SECOND), FEBRUARY)
    new = _named("测试丁敬老院").public_id
    assert _shown() != before
    assert "150" in _page(app, homes["测试甲敬老院"])
    assert _get(app, f"/institutions/{new}").status_code == 200
    with _later(2):
        run = undone(run)
    assert run.state is ImportState.UNDONE
    assert _shown() == before
    assert _get(app, f"/institutions/{new}").status_code == 404
    for name, public_id in homes.items():
        assert _page(app, public_id) == pages[name], "source, day and last confirmation are those of before"


def test_nothing_is_deleted_and_the_history_shows_both(app: Flask) -> None:
    committed(table(*FIRST), JANUARY)
    with _later():
        run = committed(table(*SECOND), FEBRUARY)
    counts = [db.session.scalar(select(func.count(m.id))) for m in (Revision, Confirmation, Institution)]
    moment = clock.at(TODAY) + timedelta(minutes=1, seconds=30)
    with _later(2):
        run = undone(run)
    after = [db.session.scalar(select(func.count(m.id))) for m in (Revision, Confirmation, Institution)]
    assert after[0] is not None
    assert after[0] > (counts[0] or 0)
    assert after[1:] == counts[1:]
    one = _named("测试甲敬老院")
    history = history_of(one.public_id, PUBLIC)
    assert history is not None
    last, change = [event for event in history.events if event.kind == "changed"][:2]
    assert last.reason == f"撤销导入第{run.id}号"
    assert last.actor == "明溪县民政经办"
    assert [(c.field, c.before, c.after) for c in last.changes] == [("beds_total", 150, 100)]
    assert [(c.field, c.before, c.after) for c in change.changes] == [("beds_total", 100, 150)]
    assert state_at(one)["beds_total"] == 100
    assert state_at(one, true_on=MARCH, known_at=moment)["beds_total"] == 150, (
        "what was known then stays known"
    )
    page = _get(app, f"/institutions/{one.public_id}/history").get_data(as_text=True)
    assert f"撤销导入第{run.id}号" in page


def test_the_same_file_again_after_an_undo_comes_in_as_if_for_the_first_time() -> None:
    committed(table(*FIRST), JANUARY)
    with _later():
        run = committed(table(*SECOND), FEBRUARY)
    entered = _shown()
    with _later(2):
        undone(run)
    assert not store.entered_before("测试名册", FEBRUARY, run.sha256)
    with _later(3):
        repeated = checked(table(*SECOND), FEBRUARY)
        assert repeated.report is not None
        assert repeated.report["counts"]["new"] == 1
        assert repeated.report["counts"]["changed"] == 2
        assert repeated.report["counts"]["duplicates"] == 0
        assert repeated.report["counts"]["history_only"] == 0
        repeated = committed(table(*SECOND), FEBRUARY)
    assert repeated.state is ImportState.COMMITTED
    assert sorted(map(str, _shown().values())) == sorted(map(str, entered.values()))
    with _later(4):
        assert undone(repeated).state is ImportState.UNDONE


def test_a_list_entered_for_the_wrong_day_is_undone_and_entered_for_the_right_one() -> None:
    """Former values restated as of the wrong, later day would hide the right list in the past."""
    committed(table(*FIRST), JANUARY)
    with _later():
        wrong = committed(table(*SECOND), MARCH)
    with _later(2):
        undone(wrong)
    with _later(3):
        right = committed(table(*SECOND), FEBRUARY)
    assert right.report is not None
    assert right.report["counts"]["history_only"] == 0
    one = _named("测试甲敬老院")
    assert one.beds_total == 150
    line = trail_of([one.subject()])[one.subject()].of(one, {"beds_total"})
    assert line is not None
    assert (line.as_of, line.last_confirmed) == (FEBRUARY, FEBRUARY)


def test_what_was_changed_since_stands_in_the_way_and_is_named() -> None:
    committed(table(*FIRST), JANUARY)
    with _later():
        run = committed(table(*SECOND), FEBRUARY)
    clerk = Actor("明溪县民政审核")
    with _later(2), unit_of_work():
        letter = enter_source("变更函", MARCH, SourceKind.DOCUMENT)
        records.amend_institution(
            _named("测试甲敬老院"), {"beds_total": 160}, Provenance(letter, MARCH, clerk)
        )
    with _later(3):
        run = undone(run)
    assert run.state is ImportState.COMMITTED
    for said in ("测试甲敬老院", "变更函", "明溪县民政审核", "不能撤销"):
        assert said in (run.problem or "")
    assert _named("测试甲敬老院").beds_total == 160
    assert _named("测试丁敬老院").beds_total == 40


def test_a_later_confirmation_of_an_amended_record_stands_in_the_way() -> None:
    committed(table(*FIRST), JANUARY)
    with _later():
        run = committed(table(*SECOND), FEBRUARY)
        committed(table(home("甲", beds="150")), MARCH, source="别的名册")
    with _later(2):
        run = undone(run)
    assert run.state is ImportState.COMMITTED
    assert "别的名册" in (run.problem or "")


def test_a_record_added_since_to_a_home_that_the_import_opened_stands_in_the_way() -> None:
    run = committed(table(*FIRST), JANUARY)
    with _later(), unit_of_work():
        one = _named("测试甲敬老院")
        letter = enter_source("评定公告", MARCH, SourceKind.DOCUMENT)
        grade = StarGrade(institution_id=one.id, level=4, scale="national")
        records.enter(grade, Provenance(letter, MARCH, Actor("审核")))
    assert undone(run).state is ImportState.COMMITTED
    assert "评定公告" in (again(run).problem or "")


def test_a_later_import_that_was_undone_itself_stands_in_nobodys_way() -> None:
    before = committed(table(*FIRST), JANUARY)
    with _later():
        run = committed(table(*SECOND), FEBRUARY)
    assert undone(before).state is ImportState.COMMITTED, "the second one rests on it"
    with _later(2):
        assert undone(run).state is ImportState.UNDONE
    with _later(3):
        assert undone(before).state is ImportState.UNDONE
    assert _shown() == {}


def test_an_old_list_that_entered_the_history_alone_leaves_it_again() -> None:
    committed(table(*SECOND), MARCH)
    before = _shown()
    with _later():
        run = committed(table(*FIRST), JANUARY)
    one = _named("测试甲敬老院")
    assert state_at(one, true_on=FEBRUARY)["beds_total"] == 100
    with _later(2):
        assert undone(run).state is ImportState.UNDONE
    assert _shown() == before
    assert "beds_total" not in state_at(one, true_on=FEBRUARY)


def test_a_renaming_taken_back_takes_the_former_name_with_it() -> None:
    code, headings = "52350421MJTE19013B", ("机构名称", "统一社会信用代码", "县市区", "地址")
    committed(table(("旧名敬老院", code, "明溪县", "某路9号"), headings=headings), JANUARY)
    with _later():
        run = committed(table(("新名敬老院", code, "明溪县", "某路9号"), headings=headings), FEBRUARY)
    assert _named("新名敬老院").former_names
    with _later(2):
        undone(run)
    one = _named("旧名敬老院")
    assert (one.former_names, one.name_key) == (None, "旧名敬老院")


def test_a_crash_in_the_middle_of_an_undo_leaves_the_import_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    committed(table(*FIRST), JANUARY)
    with _later():
        run = committed(table(*SECOND), FEBRUARY)
    before = _shown()
    from portal.history import retraction

    def fail(*_: object) -> None:
        raise OSError("power")

    monkeypatch.setattr(retraction, "_mark", fail)
    with _later(2), pytest.raises(OSError, match="power"):
        undone(run)
    db.session.expire_all()
    assert _shown() == before
    monkeypatch.undo()
    with _later(3):
        from portal.imports.work import work_at_all

        work_at_all()
    assert again(run).state is ImportState.UNDONE


def test_undoing_is_audited_and_done_once() -> None:
    run = undone(committed(table(*FIRST), JANUARY))
    with pytest.raises(service.ImportNotPossible), unit_of_work():
        service.undo(run, Actor("甲"))
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "import_undone"))
    assert run.sha256 in entry.content
    assert '"withdrawn"' in entry.content
    source = db.session.get_one(SourceDocument, run.source_id)
    assert source.retracted_at is not None


def test_a_row_stays_what_its_history_says_after_later_entries() -> None:
    committed(table(*FIRST), JANUARY)
    with _later():
        run = committed(table(*SECOND), FEBRUARY)
    with _later(2):
        undone(run)
    one = _named("测试甲敬老院")
    with _later(3), unit_of_work():
        letter = enter_source("函", date(2026, 2, 10), SourceKind.DOCUMENT)
        keeper.amend(one, {"beds_total": 105}, Provenance(letter, date(2026, 2, 10), Actor("经办")))
    assert one.beds_total == 105, "nothing of the undone list stands before it"
    assert state_at(one)["beds_total"] == 105
