"""Problems and notices made through their services, for pages to show: one office that does everything."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask
from PIL import Image
from sqlalchemy import select

from portal import clock
from portal.domain.actor import Actor, Scope
from portal.domain.hazards import CRITERIA
from portal.domain.notice_text import from_json
from portal.domain.permissions import Department
from portal.extensions import db
from portal.institutions.models import Institution, UnregisteredHome
from portal.intake.attachments import Prepared
from portal.intake.models import FileKind
from portal.supervision.kinds import PhotoStage, ProblemCategory, ServiceMethod, Severity
from portal.supervision.problem_models import Problem, ProblemPhoto, RectificationNotice
from portal.supervision.service import notices, photos, problems, publication
from portal.unit_of_work import unit_of_work

OFFICE = Actor("审核人员")
"""Without an account: the portal's own processes may do what takes two people elsewhere."""
REGION = "350404"


@dataclass(frozen=True, slots=True)
class Office:
    """One department of one region at work in an application."""

    app: Flask
    department: Department = Department.CIVIL_AFFAIRS

    @property
    def scope(self) -> Scope:
        """Its reach: everywhere, its own department."""
        return Scope(public_only=False, department=self.department)

    def enter(self, home: str | None, on: date, title: str = "疏散通道上锁", **said: Any) -> str:
        """Enter a problem at a listed home, or where ``said`` tells; return its public id."""
        with self._at(on):
            institution = None if home is None else _id(Institution, home)
            values: dict[str, Any] = {
                "region_code": REGION,
                "department": self.department,
                "category": ProblemCategory.FIRE,
                "severity": Severity.SERIOUS,
                "description": "三楼东侧疏散门用铁链锁住。",
                "responsible": "示例敬老院",
                "found_on": on,
                "institution_id": institution,
                "basis": "《养老机构服务安全基本规范》（GB 38600-2019）第5.2条",
                "measure": "拆除锁链，清空通道。",
            }
            if said.get("severity") is Severity.MAJOR:
                values["criterion"] = CRITERIA[0].code
            entry = problems.Entry(**{**values, "title": title, **said})
            return problems.enter_problem(entry, OFFICE, self.scope).public_id

    def publish(self, problem: str, on: date, text: str = "三楼东侧疏散门用铁链锁住。") -> None:
        """Publish a problem."""
        with self._at(on):
            row = _row(Problem, problem)
            publication.publish_problem(row, text, row.title, OFFICE, self.scope, row.version)

    def issue(
        self,
        ids: Sequence[str],
        on: date,
        served: date | None = None,
        *,
        title: str = "关于消防问题的整改通知书",
        days: int = 10,
        working_days: bool = True,
        public: bool = True,
    ) -> str:
        """Issue a notice on problems, serve it, publish it with them; return its public id."""
        with self._at(on):
            draft = notices.Draft(
                problem_ids=[_id(Problem, one) for one in ids],
                title=title,
                demands="整改完成后提请验收。",
                legal_basis="《养老机构管理办法》第四十六条",
                days=days,
                working_days=working_days,
                contact="三元区民政局养老服务股",
            )
            row = notices.draft_notice(draft, OFFICE, self.scope)
            notices.submit_draft(row, OFFICE, self.scope, row.version)
            notices.issue(row, OFFICE, self.scope, row.version)
            found = row.public_id
        if served is not None:
            self.serve(found, served)
        if public:
            self.publish_notice(found, served or on)
        return found

    def publish_notice(self, notice: str, on: date, **parts: str) -> None:
        """Publish a notice as it was issued, but for ``parts``."""
        with self._at(on):
            row = _row(RectificationNotice, notice)
            assert row.body is not None
            words = {**from_json(row.body).parts(), **parts}
            publication.publish_notice(row, words, OFFICE, self.scope, row.version)

    def serve(self, notice: str, on: date) -> None:
        """Serve a notice in person."""
        with self._at(on):
            row = _row(RectificationNotice, notice)
            notices.serve(row, on, ServiceMethod.IN_PERSON, OFFICE, self.scope, row.version)

    def extend(self, notice: str, on: date, deadline: date) -> None:
        """Give a later deadline."""
        with self._at(on):
            row = _row(RectificationNotice, notice)
            notices.extend(row, deadline, "配件要从外地调来。", OFFICE, self.scope, row.version)

    def withdraw(self, notice: str, on: date) -> None:
        """Take a notice back."""
        with self._at(on):
            row = _row(RectificationNotice, notice)
            notices.withdraw(row, "发错了对象。", OFFICE, self.scope, row.version)

    def photograph(
        self, problem: str, on: date, stage: PhotoStage, caption: str = "三楼东侧疏散门", public: bool = True
    ) -> int:
        """Add a photo; return its id."""
        with self._at(on):
            row = _row(Problem, problem)
            photo = photos.add_photo(
                row, Prepared(FileKind.PHOTO, _picture()), stage, caption, on, OFFICE, self.scope, row.version
            )
            if public:
                photos.show_photo(photo, OFFICE, self.scope, row.version)
            return photo.id

    def clear(self, problem: str, submitted: date, on: date) -> None:
        """Have a problem submitted and accepted, with a photo as its proof."""
        with self._at(submitted):
            row = _row(Problem, problem)
            problems.submit(row, "锁链已经拆除。", submitted, OFFICE, self.scope, row.version)
        self._prove(problem, on)
        with self._at(on):
            row = _row(Problem, problem)
            problems.clear(row, "现场看过，已经改好。", on, OFFICE, self.scope, row.version)

    def void(self, problem: str, on: date) -> None:
        """Strike out what was entered by mistake."""
        with self._at(on):
            row = _row(Problem, problem)
            problems.void(row, "登错了机构。", OFFICE, self.scope, row.version)

    def unpublish(self, problem: str, on: date) -> None:
        """Take a problem out of public."""
        with self._at(on):
            row = _row(Problem, problem)
            publication.unpublish_problem(row, "公开有误。", OFFICE, self.scope, row.version)

    def home_id(self, public_id: str) -> int:
        """Return the id of a listed home."""
        with self.app.app_context():
            return _id(Institution, public_id)

    def id_of(self, problem: str) -> int:
        """Return the id of a problem."""
        with self.app.app_context():
            return _id(Problem, problem)

    def _prove(self, problem: str, on: date) -> None:
        with self.app.app_context():
            query = select(ProblemPhoto.id).where(
                ProblemPhoto.problem_id == _id(Problem, problem), ProblemPhoto.stage == PhotoStage.AFTER
            )
            proved = db.session.scalar(query.limit(1)) is not None
        if not proved:
            self.photograph(problem, on, PhotoStage.AFTER, public=False)

    @contextmanager
    def _at(self, on: date) -> Iterator[None]:
        with self.app.app_context(), clock.moved_to(clock.at(on, 10)), unit_of_work():
            yield


def _picture() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (64, 48), (120, 140, 130)).save(held, "JPEG")
    return held.getvalue()


def _id(model: Any, public_id: str) -> int:
    found: int = db.session.scalars(select(model.id).where(model.public_id == public_id)).one()
    return found


def _row(model: Any, public_id: str) -> Any:
    return db.session.scalars(select(model).where(model.public_id == public_id)).one()


def unregistered_id(app: Flask, public_id: str) -> int:
    """Return the id of an unregistered home."""
    with app.app_context():
        return _id(UnregisteredHome, public_id)
