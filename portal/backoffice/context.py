"""What holds for every page of the back office: who calls, in whose name is written, nothing is kept."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, Response, current_app, request
from flask_login import current_user

from portal.accounts import sessions
from portal.accounts.identity import Identity, identity_of
from portal.audit.acting import Acting, act_as
from portal.backoffice.sections import blueprint, doors
from portal.extensions import login


def the_caller() -> Identity:
    """Return who is signed in. Only for views that ``access`` has let through."""
    return cast(Identity, current_user._get_current_object())


@login.user_loader  # type: ignore[untyped-decorator]
def _load(token: str) -> Identity | None:
    found = sessions.session_of(token)
    if found is None:
        return None
    session, staff = found
    if staff.demo and not current_app.config["DEMO_ALLOWED"]:
        return None
    sessions.note_seen(session)
    return identity_of(token, session, staff)


def init_context(app: Flask) -> None:
    """Put what staff write down to them, from the first line of a request to its end."""

    @app.before_request
    def put_down_to_the_caller() -> None:
        act_as(None)
        if request.blueprint == blueprint.name and current_user.is_authenticated:
            who = the_caller()
            action = (request.endpoint or "unknown").removeprefix("backoffice.")
            act_as(Acting(who.actor, action, who.region_code))

    @app.teardown_request
    def forget(_: BaseException | None) -> None:
        act_as(None)


@blueprint.after_request
def keep_out_of_caches(response: Response) -> Response:
    """No browser and no proxy keeps what staff see."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.context_processor
def common() -> dict[str, Any]:
    """Give templates who calls and the doors that open to them."""
    signed_in = current_user.is_authenticated and not current_user.second_factor_due
    return {
        "caller": the_caller() if current_user.is_authenticated else None,
        "staff_doors": doors(the_caller()) if signed_in else [],
    }
