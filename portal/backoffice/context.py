"""What holds for every page of the back office: who calls, in whose name is written, nothing is kept."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, Response, request
from flask_login import current_user

from portal.accounts import sessions
from portal.accounts.identity import Identity, identity_of
from portal.audit.acting import Acting, act_as
from portal.backoffice.sections import blueprint, doors
from portal.extensions import login


def the_caller() -> Identity:
    """Return who is signed in. Only for views that ``access`` has let through."""
    return cast(Identity, current_user._get_current_object())


def init_context(app: Flask) -> None:
    """Load who is signed in, put what they write down to them, keep their pages out of every cache."""

    @login.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> Identity | None:
        found = sessions.session_of(token)
        if found is None:
            return None
        session, staff = found
        if staff.demo and not app.config["DEMO_ALLOWED"]:
            return None
        sessions.note_seen(session)
        return identity_of(token, session, staff)

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
        response.headers["Cache-Control"] = "no-store"
        return response

    @blueprint.context_processor
    def common() -> dict[str, Any]:
        signed_in = current_user.is_authenticated and not current_user.second_factor_due
        return {
            "caller": the_caller() if current_user.is_authenticated else None,
            "staff_doors": doors(the_caller()) if signed_in else [],
        }
