"""Structured logs without personal data: endpoint, status and time; never address, query or form."""

from __future__ import annotations

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request


def configure_logs(level: str) -> None:
    """Send our own lines, one JSON object each, to standard error."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def log_requests(app: Flask) -> None:
    """Log each request by its endpoint: a URL may hold what a person typed, the endpoint never does."""
    log = structlog.get_logger("request")

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        if request.endpoint not in ("assets.asset", "health.healthz"):
            elapsed = time.perf_counter() - g.get("started", time.perf_counter())
            log.info(
                "request",
                endpoint=request.endpoint or "unknown",
                method=request.method,
                status=response.status_code,
                ms=round(elapsed * 1000, 1),
            )
        return response
