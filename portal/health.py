"""``/healthz``: is the portal able to answer? For load balancers and people on call."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.access import anyone
from portal.extensions import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@anyone
def healthz() -> tuple[Response, int]:
    """Return 200 while the database answers and is migrated, else 503; never a detail of the fault."""
    try:
        db.session.execute(text("SELECT version FROM data_set WHERE id = 1")).one()
    except SQLAlchemyError:
        return jsonify(status="database unavailable"), 503
    return jsonify(status="ok"), 200
