"""The portal's own gunicorn settings, without what concerns the portal's data."""

from pathlib import Path

_PORTAL = Path(__file__).resolve().parents[2] / "deploy" / "gunicorn.conf.py"
exec(compile(_PORTAL.read_text(encoding="utf-8"), str(_PORTAL), "exec"))

wsgi_app = "tests.bench.bare:app"
proc_name = "bench-bare"
del when_ready, post_fork, post_worker_init  # noqa: F821
