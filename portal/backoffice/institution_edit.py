"""Entering an institution and editing its own facts, all of them or one block."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for

from portal.access import staff
from portal.backoffice.context import the_caller
from portal.backoffice.record_editing import Page, Work, work_on
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.domain.permissions import Capability
from portal.extensions import limiter
from portal.history.keeper import Provenance
from portal.institutions import keeping
from portal.institutions.editable import editable_blocks, editable_fields
from portal.institutions.field_labels import BLOCK_TITLES, Block
from portal.institutions.models import Institution, OperatingState
from portal.institutions.queries.staff_detail import staff_home

_WRITES_A_MINUTE = "60 per minute"


@blueprint.route("/institutions/new", methods=["GET", "POST"])
@limiter.limit(_WRITES_A_MINUTE, methods=["POST"])
@staff(Capability.EDIT_RECORDS)
def new_institution() -> Page:
    """Enter an institution."""
    scope = the_caller().scope
    codes = [code for code, _ in region_choices(the_caller())]
    if not any(scope.may_write("institution", code) for code in codes):
        abort(403)

    def write(values: dict[str, Any], provenance: Provenance, _: int) -> tuple[Institution, bool]:
        may_publish = the_caller().allows(Capability.PUBLISH)
        return keeping.register(values, provenance, scope, may_publish=may_publish), True

    preset: dict[str, Any] = {"operating_state": OperatingState.OPERATING}
    if len(codes) == 1:
        preset["region_code"] = codes[0]
    return work_on(Work("新增机构", _trail(), editable_fields("institution"), write, preset=preset))


@blueprint.route("/institutions/<public_id>/edit", methods=["GET", "POST"])
@limiter.limit(_WRITES_A_MINUTE, methods=["POST"])
@staff(Capability.EDIT_RECORDS)
def edit_institution(public_id: str) -> Page:
    """Edit everything about an institution itself."""
    return _edit(public_id, None)


@blueprint.route("/institutions/<public_id>/edit/<block>", methods=["GET", "POST"])
@limiter.limit(_WRITES_A_MINUTE, methods=["POST"])
@staff(Capability.EDIT_RECORDS)
def edit_institution_block(public_id: str, block: str) -> Page:
    """Edit one block of an institution's facts."""
    chosen = next((each for each in editable_blocks() if each == block), None) or abort(404)
    return _edit(public_id, chosen)


def _edit(public_id: str, block: Block | None) -> Page:
    caller = the_caller()
    home = staff_home(public_id, caller.scope) or abort(404)
    if not keeping.may_keep(caller.scope, home, home.region_code):
        abort(403)

    def write(changes: dict[str, Any], provenance: Provenance, based_on: int) -> tuple[Institution, bool]:
        may_publish = caller.allows(Capability.PUBLISH)
        said = keeping.revise(
            home, changes, provenance, caller.scope, based_on=based_on, may_publish=may_publish
        )
        return home, said

    title = f"{BLOCK_TITLES[block] if block else '全部内容'}：{home.name}"
    trail = [*_trail(), (url_for("backoffice.institution", public_id=public_id), home.name)]
    anchor = block.value if block else ""
    return work_on(Work(title, trail, editable_fields("institution", block), write, home, anchor=anchor))


def _trail() -> list[tuple[str, str]]:
    return [(url_for("backoffice.institutions"), "机构")]
