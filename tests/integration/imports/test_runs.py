"""An import from upload to commit: each step once, nothing left lying about, nothing unticked entered."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock, jobs
from portal.audit.models import AuditEntry
from portal.domain.import_state import ImportSection, ImportState
from portal.extensions import db
from portal.history.models import Confirmation, DataSet, DataSetKind, Revision, SourceDocument
from portal.imports import claims, files, queries, reports, service, work
from portal.imports.claims import ClaimLost, release_all, take_next
from portal.imports.models import ImportRow
from portal.institutions.importer import commit as writing
from portal.institutions.importer import run as run_module
from portal.institutions.importer.run import Order, import_file
from portal.institutions.models import Institution
from portal.unit_of_work import unit_of_work
from tests.integration.imports.conftest import (
    CLERK,
    COUNTY,
    FEBRUARY,
    JANUARY,
    SCOPE,
    TODAY,
    again,
    checked,
    committed,
    home,
    table,
    upload,
    uploads,
)

pytestmark = pytest.mark.usefixtures("inside")


def _names() -> list[str]:
    query = select(Institution.name).where(Institution.withdrawn.is_(False)).order_by(Institution.id)
    return list(db.session.scalars(query))


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_report_is_the_one_of_the_command_line(tmp_path: Path) -> None:
    content = table(home("甲"), home("乙", beds="很多"), home("丙", fee="面议"))
    run = checked(content)
    assert run.state is ImportState.CHECKED
    path = tmp_path / "名册.csv"
    path.write_bytes(content)
    said = import_file(Order(path, "测试名册", JANUARY, COUNTY), commit=False).as_json()
    assert reports.as_json(run) == {**said, "skipped": []}
    assert _count(Institution) == 0


def test_the_file_is_sealed_private_and_gone_after_the_commit(tmp_path: Path) -> None:
    content = table(home("甲"))
    run = checked(content)
    (name,) = uploads(tmp_path)
    path = tmp_path / "uploads" / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "王测试".encode() not in path.read_bytes()
    assert run.file_key_sealed is not None
    assert files.read(name, run.file_key_sealed) == content
    with unit_of_work():
        service.commit(run, CLERK)
    assert work.work_at_all() == 1
    assert uploads(tmp_path) == []
    run = again(run)
    assert (run.stored_name, run.file_key_sealed) == (None, None)
    assert _names() == ["测试甲敬老院"]


def test_what_is_unticked_is_not_entered_and_not_confirmed() -> None:
    committed(table(home("甲"), home("乙")), JANUARY)
    changed = table(home("甲", beds="110"), home("乙", beds="120"), home("丙"), home("丁"))
    run = checked(changed, FEBRUARY)
    rows = {row.content["name"]: row for section in (ImportSection.NEW, ImportSection.CHANGED)
            for row in queries.section_rows(run.id, section, offset=0, limit=9)}  # fmt: skip
    shown = [row.id for row in rows.values()]
    kept = [rows["测试甲敬老院"].id, rows["测试丁敬老院"].id]
    with unit_of_work():
        service.tick(run, shown, kept)
        service.commit(run, CLERK)
    work.work_at_all()
    run = again(run)
    assert run.state is ImportState.COMMITTED
    assert _names() == ["测试甲敬老院", "测试乙敬老院", "测试丁敬老院"]
    beds = dict(db.session.execute(select(Institution.name, Institution.beds_total)).all())
    assert (beds["测试甲敬老院"], beds["测试乙敬老院"]) == (110, 100)
    left_out = db.session.scalars(select(Institution.id).where(Institution.name == "测试乙敬老院")).one()
    for model in (Revision, Confirmation):
        query = select(func.count()).where(
            model.record_kind == "institution", model.record_id == left_out, model.source_id == run.source_id
        )
        assert db.session.scalar(query) == 0
    report = reports.as_json(run)
    assert len(report["skipped"]) == 2
    new = {entry["name"]: entry["public_id"] for entry in report["new"]}
    assert new["测试丁敬老院"]
    assert new["测试丙敬老院"] is None


def test_ticks_touch_only_rows_of_the_same_import() -> None:
    one, other = checked(table(home("甲"))), checked(table(home("乙")), source="另一名册")
    (row,) = queries.section_rows(other.id, ImportSection.NEW, offset=0, limit=9)
    with unit_of_work():
        service.tick(one, [row.id], [])
    assert reports.skipped_rows(other.id) == frozenset()


def test_two_presses_are_one_import() -> None:
    run = checked(table(home("甲")))
    with unit_of_work():
        service.commit(run, CLERK)
    with pytest.raises(service.ImportNotPossible), unit_of_work():
        service.commit(run, CLERK)
    assert work.work_at_all() == 1
    assert work.work_at_all() == 0
    assert _names() == ["测试甲敬老院"]
    assert _count(SourceDocument) == 1


def test_a_worker_that_died_is_followed_by_another_and_can_no_longer_write(tmp_path: Path) -> None:
    run = checked(table(home("甲")))
    with unit_of_work():
        service.commit(run, CLERK)
    dead = take_next()
    assert dead is not None
    assert take_next() is None, "one at a time"
    with clock.moved_to(clock.now() + claims.LEASE + timedelta(seconds=1)):
        living = take_next()
        assert living is not None
        assert living.token != dead.token
        work.work_at(dead)  # it was only slow: what it writes must not stand
        assert _names() == []
        work.work_at(living)
    assert _names() == ["测试甲敬老院"]
    assert again(run).state is ImportState.COMMITTED
    assert uploads(tmp_path) == []


def test_a_restart_takes_up_what_was_being_done() -> None:
    run = upload(table(home("甲")))
    assert take_next() is not None
    assert work.work_at_all() == 0
    release_all()
    assert work.work_at_all() == 1
    assert again(run).state is ImportState.CHECKED


def test_a_crash_in_the_middle_leaves_nothing_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run = checked(table(home("甲")))
    with unit_of_work():
        service.commit(run, CLERK)
    whole = writing._keep_quarantined

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(writing, "_keep_quarantined", fail)
    with pytest.raises(OSError, match="disk full"):
        work.work_at_all()
    assert _names() == []
    assert again(run).state is ImportState.COMMITTING
    monkeypatch.setattr(writing, "_keep_quarantined", whole)
    assert work.work_at_all() == 1
    assert _names() == ["测试甲敬老院"]


def test_what_always_fails_is_given_up_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    run = checked(table(home("甲")))
    with unit_of_work():
        service.commit(run, CLERK)

    def fail(*_: object) -> None:
        raise OSError("甲养老院")

    monkeypatch.setattr(writing, "_keep_quarantined", fail)
    for _ in range(claims.MOST_ATTEMPTS):
        with pytest.raises(OSError, match="甲"):
            work.work_at_all()
    run = again(run)
    assert run.state is ImportState.FAILED
    assert "什么都没有写入" in (run.problem or "")
    assert "甲" not in (run.problem or "")
    with unit_of_work():
        service.check_again(run, CLERK)
    monkeypatch.undo()
    work.work_at_all()
    assert again(run).state is ImportState.CHECKED


def test_data_that_changed_meanwhile_brings_a_new_report_instead_of_a_commit() -> None:
    first = checked(table(home("甲"), home("乙")), source="甲名册")
    committed(table(home("甲", beds="90")), source="乙名册")
    with unit_of_work():
        service.commit(first, CLERK)
    work.work_at_all()
    first = again(first)
    assert first.state is ImportState.CHECKED
    assert "有了变化" in (first.problem or "")
    assert first.report is not None
    assert (first.report["counts"]["new"], first.report["counts"]["changed"]) == (1, 1)
    assert _names() == ["测试甲敬老院"]
    with unit_of_work():
        service.commit(first, CLERK)
    work.work_at_all()
    assert again(first).state is ImportState.COMMITTED
    assert _names() == ["测试甲敬老院", "测试乙敬老院"]


def test_what_changes_between_comparing_and_writing_is_compared_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    versions = iter(range(9))
    compared = []
    compare = run_module._compare
    monkeypatch.setattr(run_module, "_version", lambda: next(versions))
    monkeypatch.setattr(run_module, "_compare", lambda *given: compared.append(1) or compare(*given))
    run = committed(table(home("甲"), home("甲"), home("乙", beds="很多")))
    assert run.state is ImportState.COMMITTED
    assert len(compared) == 3
    problems = [(entry["row"], entry["column"]) for entry in reports.as_json(run)["quarantined"]]
    assert problems == [(3, "机构名称"), (4, "床位数")]
    assert _names() == ["测试甲敬老院"]


def test_homes_elsewhere_are_quarantined_whatever_the_list_says() -> None:
    code = "52350421MJTE19013B"
    with clock.moved_to(clock.at(TODAY)), unit_of_work():
        from portal.domain.actor import IMPORTER
        from portal.history.keeper import Provenance
        from portal.history.models import SourceKind
        from portal.history.sources import enter_source
        from portal.institutions.service import register_institution

        source = enter_source("别处的", JANUARY, SourceKind.DOCUMENT)
        register_institution(
            {"name": "别处敬老院", "region_code": "350404", "credit_code": code, "beds_total": 5},
            Provenance(source, JANUARY, IMPORTER),
        )
    headings = ("机构名称", "统一社会信用代码", "县市区", "床位数")
    rows = (
        ("别处敬老院", code, "明溪县", "900"),
        ("三元养老院", "", "三元区", "10"),
        ("测试院", "", "明溪县", "3"),
    )
    run = committed(table(*rows, headings=headings), FEBRUARY)
    assert _names() == ["别处敬老院", "测试院"]
    assert db.session.scalar(select(Institution.beds_total).where(Institution.name == "别处敬老院")) == 5
    said = {entry["row"]: entry["reason"] for entry in reports.as_json(run)["quarantined"]}
    assert set(said) == {2, 3}


def test_nobody_imports_for_another_county_or_another_department(tmp_path: Path) -> None:
    with pytest.raises(service.ImportNotPossible), unit_of_work():
        upload(table(home("甲")), region="350404")
    assert uploads(tmp_path) == []
    with pytest.raises(ValueError, match="staff"):
        from portal.domain.actor import PUBLIC

        queries.find_run(1, PUBLIC)
    run = checked(table(home("甲")))
    assert queries.find_run(run.id, SCOPE) is not None
    foreign = type(SCOPE)(False, frozenset({"350404"}), SCOPE.department)
    assert queries.find_run(run.id, foreign) is None
    assert queries.runs(foreign, offset=0, limit=9) == ([], 0)


def test_a_refused_file_is_deleted_and_the_reason_stays(tmp_path: Path) -> None:
    run = checked(b"\x89PNG\r\n\x1a\nnothing", name="名册.xlsx")
    assert run.state is ImportState.REFUSED
    assert run.problem == "名册.xlsx是图片，不是表格"
    assert uploads(tmp_path) == []


def test_what_nobody_commits_is_deleted_after_a_day(tmp_path: Path) -> None:
    run = checked(table(home("甲")))
    (tmp_path / "uploads" / "0123").write_text("left by a crash")
    for hours, files_left in ((23, 2), (25, 0)):
        with clock.moved_to(clock.at(TODAY) + timedelta(hours=hours)), unit_of_work():
            service.delete_old(clock.now() + timedelta(days=3650) if hours == 25 else clock.now())
        assert len(uploads(tmp_path)) == files_left
    run = again(run)
    assert run.state is ImportState.DISCARDED
    assert _count(ImportRow) == 0
    with pytest.raises(service.ImportNotPossible), unit_of_work():
        service.commit(run, CLERK)


def test_the_audit_counts_what_went_past_the_session() -> None:
    run = committed(table(home("甲"), home("乙", beds="很多")))
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "import_committed"))
    said = json.loads(entry.content)["note"]
    assert (said["new"], said["quarantined"], said["left_out"]) == (1, 1, 0)
    assert said["sha256"] == run.sha256
    assert (entry.actor, entry.subject, entry.region_code) == (CLERK.name, f"import/{run.id}", COUNTY)
    actor = db.session.scalars(select(Revision.actor).distinct()).all()
    assert actor == [CLERK.name]


def test_the_worker_is_told_and_the_sweep_finds_what_was_lost(app: Flask) -> None:
    queue = jobs.queue_of(app)
    upload(table(home("甲")))
    assert "import_lists" in [task.name for task in queue.pending()]
    queue.flush()
    queue.storage.close()
    from datetime import UTC, datetime

    sweep = next(task for task in queue.read_periodic(datetime.now(UTC)) if task.name == "sweep")
    queue.execute(sweep)
    queue.storage.close()
    assert _count(ImportRow) == 1


def test_rows_that_were_mended_wait_no_longer() -> None:
    from portal.accounts.staff import create_staff
    from portal.domain.actor import Actor
    from portal.domain.permissions import Department, Role

    with unit_of_work():
        clerk = create_staff("甲", "a@example.cn", Role.CLERK, Department.CIVIL_AFFAIRS, COUNTY)
        me = Actor(CLERK.name, clerk.id)
    first = committed(table(home("甲"), home("乙", beds="很多"), home("丙", beds="约3")))
    with unit_of_work():
        first.staff_id = me.staff_id
    assert [(one.run.id, one.rows) for one in queries.unmended(clerk.id)] == [(first.id, 2)]
    committed(table(home("乙", beds="30")))
    assert [(one.run.id, one.rows) for one in queries.unmended(clerk.id)] == [(first.id, 1)]
    assert [row.row for row in queries.unmended_rows(first.id)] == [4]
    with unit_of_work():
        service.settle(again(first))
    assert queries.unmended(clerk.id) == []


@pytest.mark.parametrize(("region", "taken"), [("990102", True), (COUNTY, False)])
def test_a_demo_database_takes_lists_of_fictional_regions_alone(region: str, taken: bool) -> None:
    from portal.institutions.demo.load import _enter_regions

    with unit_of_work():
        _enter_regions()
        db.session.get_one(DataSet, 1).kind = DataSetKind.DEMO
    scope = type(SCOPE)(False, frozenset({region}), SCOPE.department)
    content = table(("示例敬老院", "8"), headings=("机构名称", "床位数"))
    with unit_of_work():
        import io

        run = service.upload(
            service.NewImport("示例", JANUARY, region, "a.csv"), io.BytesIO(content), CLERK, scope
        )
    work.work_at_all()
    run = again(run)
    assert run.state is (ImportState.CHECKED if taken else ImportState.REFUSED)
    if not taken:
        assert "演示数据" in (run.problem or "")


def test_a_lost_claim_is_no_fault() -> None:
    upload(table(home("甲")))
    claim = take_next()
    assert claim is not None
    release_all()
    with pytest.raises(ClaimLost):
        claims.hold(claim)
    db.session.rollback()
