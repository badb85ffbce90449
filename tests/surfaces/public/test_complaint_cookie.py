"""The cookie that keeps a case open, where the site is served over https."""

from __future__ import annotations

from pathlib import Path

from portal.public import complaint_session
from tests.conftest import make_app


def test_the_cookie_is_secure_where_the_site_is(tmp_path: Path) -> None:
    app = make_app(tmp_path, base_url="https://portal.example.cn")
    with app.test_request_context():
        closed = complaint_session.close_case(app.response_class())
    assert "Secure" in closed.headers["Set-Cookie"]
