"""What the worker does for the monthly digests: every night it compiles those that are missing."""

from __future__ import annotations

import structlog

from portal.audit.acting import Acting, acting_as
from portal.domain.actor import SYSTEM, Scope
from portal.topics.queries.digest_months import digest_months
from portal.topics.service.digests import compile_digest
from portal.unit_of_work import unit_of_work

_EVERYWHERE = Scope(public_only=False)


def compile_missing_digests() -> int:
    """Compile each month of each office that is over and has no digest yet; return how many were made.

    The oldest first: a worker that stood still for months catches up. Each commits by itself.
    """
    with unit_of_work():
        missing = [
            (one.region_code, one.month) for one in digest_months(_EVERYWHERE) if one.digest_id is None
        ]
    made = 0
    for region_code, month in reversed(missing):
        try:
            with acting_as(Acting(SYSTEM, "compile_digest", region_code)), unit_of_work():
                compile_digest(region_code, month)
            made += 1
        except Exception as error:
            # one office that can't be done must not keep the others
            kind = type(error).__name__
            log = structlog.get_logger("topics")
            log.error("digest_not_compiled", region=region_code, month=month.isoformat(), kind=kind)
    return made
