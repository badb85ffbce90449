"""Staff keep the records: who may write what, what must hold, and that nobody writes over somebody unseen.

Around ``service``, which keeps history, catalogue and search in step. Everything here asks the writer's
``Scope`` again, whatever a view may have asked before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from portal import clock
from portal.audit.capture import concerns
from portal.domain.actor import Scope
from portal.domain.errors import DomainError
from portal.extensions import db
from portal.history import keeper
from portal.history.keeper import WITHDRAWN, Provenance
from portal.history.recorded import Recorded, recorded_fields
from portal.institutions import service
from portal.institutions.models import ClosureNotice, CommitmentLetter, Institution
from portal.institutions.queries.naming import institution_called, region_of_institution
from portal.institutions.queries.standing import Since, newest_revision, since
from portal.institutions.rules import problems_of

R = TypeVar("R", bound=Recorded)

_REVOKING: dict[str, frozenset[str]] = {
    "star_grade": frozenset({"revoked_on", "revoked_reason"}),
    "filing": frozenset({"cancelled_on", "cancelled_reason"}),
}
"""Fields that take something away from a home: a reviewer's to write and to empty."""


_OTHER_HOMES = ("successor_id", "predecessor_id")
"""Fields that name another home, on whose page it is shown as well."""


class NotTheirs(DomainError):
    """A record that another department or another region keeps."""


class RulesBroken(DomainError):
    """Values that can't be true together; ``problems``: field → what is wrong."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("；".join(problems.values()))
        self.problems = dict(problems)


class Overtaken(DomainError):
    """Somebody else has written the record since the form was opened; ``since`` says what."""

    def __init__(self, found: Since) -> None:
        super().__init__("您填写的时候，别人已经改过这条信息")
        self.since = found


def kept_as(record_kind: str, values: Mapping[str, Any]) -> str:
    """Return the name under which a record is somebody's to keep: ``compliance/fire_safety``, ``filing`` …"""
    if record_kind == "compliance":
        return f"compliance/{values['standard']}"
    return record_kind


def may_keep(scope: Scope, record: Recorded, region_code: str) -> bool:
    """True if a record of a home in this region is the scope's to write."""
    values = {"standard": getattr(record, "standard", None)}
    return scope.may_write(kept_as(type(record).record_kind, values), region_code)


def register(
    values: Mapping[str, Any], provenance: Provenance, scope: Scope, *, may_publish: bool
) -> Institution:
    """Enter a new institution. Raises NotTheirs, RulesBroken, FutureFact.

    Two of one name in one county are one entered twice, unless the name says which is which.
    """
    _demand(scope, "institution", values, values["region_code"])
    _check("institution", values, None, may_publish=True)
    _check_other_homes(values, scope, may_publish)
    keeper.take_turn()
    if (known := institution_called(values["name"], values["region_code"])) is not None:
        said = f"这个地区已有同名的机构（编号{known}），请直接改那一家；确实是另一家的，名称里写明哪个院区"
        raise RulesBroken({"name": said})
    facts = {name: value for name, value in values.items() if value is not None}
    home = service.register_institution(facts, provenance)
    concerns(home.subject())
    return home


def enter(
    home: Institution,
    model: type[R],
    values: Mapping[str, Any],
    provenance: Provenance,
    scope: Scope,
    *,
    may_publish: bool,
) -> R:
    """Enter a new record of an institution. Raises NotTheirs, RulesBroken, FutureFact.

    ``may_publish``: whether the writer may also take something away from a home (a grade revoked).
    """
    _demand(scope, model.record_kind, values, home.region_code)
    _check(model.record_kind, {**values, "institution_id": home.id}, None, may_publish)
    _check_other_homes(values, scope, may_publish)
    own = {"public_id": service.new_public_id()} if model in (CommitmentLetter, ClosureNotice) else {}
    columns: dict[str, Any] = {**values, **own, "institution_id": home.id}
    record = service.enter(model(**columns), provenance)
    concerns(record.subject())
    return record


def revise(
    record: Recorded,
    changes: Mapping[str, Any],
    provenance: Provenance,
    scope: Scope,
    *,
    based_on: int,
    may_publish: bool,
) -> bool:
    """State new values of a record that was read at revision ``based_on``; False if that says nothing new.

    Raises Overtaken if it has been written since, NotTheirs, RulesBroken, FutureFact.
    """
    _demand_own(record, scope)
    keeper.take_turn()
    db.session.refresh(record)
    newest = newest_revision(record)
    if newest != based_on:
        raise Overtaken(since(record, based_on, newest))
    kind = type(record).record_kind
    if isinstance(record, Institution):
        _demand(scope, kind, {}, changes.get("region_code", record.region_code))
    elif "standard" in changes:
        _demand(scope, kind, changes, _home_of(record).region_code)
    _check(kind, _values_of(record) | dict(changes), changes.keys(), may_publish)
    _check_other_homes(changes, scope, may_publish)
    concerns(record.subject())
    if isinstance(record, Institution):
        return service.amend_institution(record, changes, provenance)
    return service.amend(record, changes, provenance)


def withdraw(record: Recorded, provenance: Provenance, scope: Scope) -> bool:
    """Hide a record that should never have been entered; False if it was hidden already. Raises NotTheirs.

    The caller has made sure that the writer has ``Capability.PUBLISH``.
    """
    _demand_own(record, scope)
    concerns(record.subject())
    return service.withdraw(record, provenance)


def restore(record: Recorded, provenance: Provenance, scope: Scope) -> bool:
    """Show a withdrawn record again; False if it was shown. Raises NotTheirs."""
    _demand_own(record, scope)
    concerns(record.subject())
    return service.amend(record, {WITHDRAWN: False}, provenance)


def _home_of(record: Any) -> Institution:
    return (
        record if isinstance(record, Institution) else db.session.get_one(Institution, record.institution_id)
    )


def _values_of(record: Any) -> dict[str, Any]:
    own = {name: getattr(record, name) for name in recorded_fields(type(record))}
    return own | {"institution_id": getattr(record, "institution_id", record.id)}


def _demand_own(record: Recorded, scope: Scope) -> None:
    if not may_keep(scope, record, _home_of(record).region_code):
        raise NotTheirs("这条信息由别的部门或别的地区维护")


def _demand(scope: Scope, record_kind: str, values: Mapping[str, Any], region_code: str) -> None:
    if not scope.may_write(kept_as(record_kind, values), region_code):
        raise NotTheirs("这条信息由别的部门或别的地区维护")


def _check(
    record_kind: str, values: Mapping[str, Any], said: Collection[str] | None, may_publish: bool
) -> None:
    """Refuse what can't be true, as far as the fields said now (None: a new record's) have to do with it."""
    problems = {
        problem.field: problem.message
        for problem in reversed(problems_of(record_kind, values, clock.today()))
        if said is None or not problem.about.isdisjoint(said)
    }
    revoking = {name for name in _REVOKING.get(record_kind, ()) if said is None or name in said}
    # of a record that stands, any word on it changes a revocation: to take one back is a reviewer's as well
    if not may_publish and any(said is not None or values.get(name) is not None for name in revoking):
        problems |= dict.fromkeys(sorted(revoking), "撤销要由审核人员来登记，取消撤销也一样")
    if problems:
        raise RulesBroken(problems)


def _check_other_homes(said: Mapping[str, Any], scope: Scope, may_publish: bool) -> None:
    """Refuse a clerk's word on a home elsewhere: what is entered here would stand on its page too."""
    named = {name: said[name] for name in _OTHER_HOMES if said.get(name) is not None}
    if may_publish or not named:
        return
    places = {name: region_of_institution(key) for name, key in named.items()}
    elsewhere = [name for name, place in places.items() if place is not None and not scope.covers(place)]
    if elsewhere:
        said_so = "这家机构在别的地区，它的页面上也会写出来，请审核人员来登记"
        raise RulesBroken(dict.fromkeys(elsewhere, said_so))
