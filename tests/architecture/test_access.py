"""Who may call what: every endpoint says so, and says it once."""

from __future__ import annotations

from flask import Flask

from portal.access import ACCESS_ATTRIBUTE, AFTER_PASSWORD, ANYONE
from portal.domain.permissions import Capability, Role, can

OPEN_IN_THE_BACK_OFFICE = {"backoffice.sign_in", "backoffice.use_link", "backoffice.forgotten"}
AFTER_THE_PASSWORD = {
    "backoffice.sign_out",
    "backoffice.second_factor",
    "backoffice.set_up_second_factor",
    "backoffice.second_factor_qr",
    "backoffice.prove",
}


def test_every_endpoint_says_who_may_call_it(sqlite_app: Flask) -> None:
    silent = [
        endpoint
        for endpoint, view in sqlite_app.view_functions.items()
        if getattr(view, ACCESS_ATTRIBUTE, None) not in (ANYONE, AFTER_PASSWORD, *Capability)
    ]
    assert silent == []


def test_the_back_office_is_open_at_its_doors_alone(sqlite_app: Flask) -> None:
    declared = {
        endpoint: getattr(view, ACCESS_ATTRIBUTE) for endpoint, view in sqlite_app.view_functions.items()
    }
    inside = {endpoint: access for endpoint, access in declared.items() if endpoint.startswith("backoffice.")}
    assert {endpoint for endpoint, access in inside.items() if access == ANYONE} == OPEN_IN_THE_BACK_OFFICE
    assert {e for e, access in inside.items() if access == AFTER_PASSWORD} == AFTER_THE_PASSWORD
    outside = {access for endpoint, access in declared.items() if endpoint not in inside}
    assert outside == {ANYONE}


def test_every_capability_has_somebody_and_nobody_has_all() -> None:
    for capability in Capability:
        assert any(can(role, capability) for role in Role), capability
    for role in Role:
        assert not all(can(role, capability) for capability in Capability), role


def test_who_looks_on_writes_nothing() -> None:
    writing = (Capability.EDIT_RECORDS, Capability.IMPORT, Capability.DECIDE_CORRECTIONS, Capability.PUBLISH)
    for role in (Role.SUPERVISOR, Role.DISCIPLINE, Role.ADMINISTRATOR):
        assert not any(can(role, capability) for capability in writing), role
