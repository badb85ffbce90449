"""The portal with its clock moved: each request believes the moment that stands in ``PORTAL_DATA/moment``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from portal import clock
from wsgi import app

_MOMENT: Path = app.config["PORTAL"].data / "moment"
_within = app.wsgi_app


def _moved(environ: Any, start_response: Any) -> Iterable[bytes]:
    with clock.moved_to(datetime.fromisoformat(_MOMENT.read_text(encoding="ascii"))):
        # read to the end here: what is sent later would believe another moment
        return [b"".join(_within(environ, start_response))]


app.wsgi_app = _moved  # type: ignore[method-assign]
