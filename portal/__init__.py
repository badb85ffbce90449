"""The portal: wiring only. Read the folder names to see what it knows and whom it serves."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from portal import assets, backoffice, cli, health, jobs, logs, opendata, public, security
from portal.accountability import models as _lists  # noqa: F401 -- the tables
from portal.accountability import review_models as _reviews  # noqa: F401 -- the tables
from portal.accountability.search_documents import ReviewDocuments
from portal.accountability.service.marks import init_marks as init_supervision_marks
from portal.accountability.service.proven import enter_proven
from portal.alerts import models as _alerts  # noqa: F401
from portal.audit.capture import init_audit
from portal.complaints import models as _cases  # noqa: F401 -- the tables
from portal.complaints import office_models as _office  # noqa: F401
from portal.complaints.search_documents import PublishedCaseDocuments
from portal.complaints.service.figures_marks import init_marks
from portal.complaints.service.outcome import on_proved_true
from portal.config import MIGRATIONS, Environment, Settings, load_settings
from portal.database import compact_json
from portal.extensions import compress, csrf, db, limiter, login, migrate
from portal.glossary import label
from portal.institutions.search_documents import InstitutionDocuments
from portal.institutions.search_documents_notices import ClosureNoticeDocuments, UnregisteredHomeDocuments
from portal.public.formatting import level_name
from portal.search.backends import make_backend
from portal.search.registry import init_search
from portal.supervision import credit_models as _credit  # noqa: F401 -- the tables
from portal.supervision import models as _visits  # noqa: F401
from portal.supervision import problem_models as _problems  # noqa: F401
from portal.supervision.search_documents import NoticeDocuments, ProblemDocuments
from portal.surveys import models as _surveys  # noqa: F401 -- the tables
from portal.surveys.search_documents import SurveyDocuments
from portal.topics import digest_models as _digests  # noqa: F401 -- the tables
from portal.topics import models as _suggestions  # noqa: F401
from portal.topics import topic_models as _topics  # noqa: F401
from portal.topics.search_digests import DigestDocuments
from portal.topics.search_suggestions import SuggestionDocuments
from portal.topics.search_topics import TopicDocuments
from portal.topics.service.supporting import init_supports
from portal.voices import models as _voices  # noqa: F401 -- the tables


class Number(IntegerConverter):
    """An id in an address. One larger than any database keeps is no page, not a fault."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


def create_app(settings: Settings | None = None) -> Flask:
    """Return a portal wired to ``settings`` (default: the environment's)."""
    settings = settings or load_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    logs.configure_logs(settings.log_level)

    app = Flask(__name__, static_folder=None)
    app.config.update(
        PORTAL=settings,
        SECRET_KEY=settings.effective_secret_key(),
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS={"json_serializer": compact_json, "hide_parameters": True},
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        COMPRESS_MIMETYPES=[
            "text/html",
            "text/csv",
            "application/json",
            "image/svg+xml",
            "application/rss+xml",
            "application/atom+xml",
        ],
        DEMO_ALLOWED=settings.environment is Environment.DEMO,
        SESSION_COOKIE_NAME="staff",
        RESET_SECONDS=0.3,  # what asking for a new password takes, whoever asks (portal/backoffice/links.py)
        RATELIMIT_STORAGE_URI=settings.limits_storage,
        RATELIMIT_SWALLOW_ERRORS=True,  # a Redis that is down must not shut the site
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.url_map.converters["int"] = Number
    app.url_map.merge_slashes = False  # its redirect would name whatever host the visitor claims to ask
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]

    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    csrf.init_app(app)
    compress.init_app(app)
    login.init_app(app)
    limiter.init_app(app)
    with app.app_context():
        init_audit()
        init_marks()
        init_supervision_marks()
    on_proved_true(enter_proven)
    init_supports()
    logs.log_requests(app)
    security.init_security(app)
    assets.init_assets(app)
    app.register_blueprint(health.blueprint)

    _init_search(app, settings)
    jobs.init_jobs(app)
    public.init_public(app)
    opendata.init_opendata(app)
    backoffice.init_backoffice(app)
    cli.init_cli(app)
    return app


def _init_search(app: Flask, settings: Settings) -> None:
    """Give search its index and those who provide for it: a new kind of record registers here."""
    search = init_search(app, make_backend(settings, db))
    search.register(InstitutionDocuments(label, level_name))
    search.register(UnregisteredHomeDocuments(label))
    search.register(ClosureNoticeDocuments(label))
    search.register(NoticeDocuments(label))
    search.register(ProblemDocuments(label))
    search.register(PublishedCaseDocuments(label))
    search.register(TopicDocuments(label))
    search.register(SuggestionDocuments(label))
    search.register(DigestDocuments())
    search.register(ReviewDocuments())
    search.register(SurveyDocuments(label))
