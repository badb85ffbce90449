"""Flask extensions, unbound: ``create_app`` binds them."""

from __future__ import annotations

from hashlib import blake2b, sha256

from flask import current_app
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from portal.database import Base


def _visitor() -> str:
    """Return a mark for the visitor's address, made with the site's key: Redis, which may write to disk, must
    hold none."""
    key = sha256(str(current_app.secret_key).encode()).digest()
    return blake2b(get_remote_address().encode(), key=key, digest_size=16).hexdigest()


db = SQLAlchemy(model_class=Base, session_options={"autoflush": False})
migrate = Migrate()
csrf = CSRFProtect()
compress = Compress()
login = LoginManager()
limiter = Limiter(_visitor, headers_enabled=True, strategy="moving-window")
"""Counts by a mark of the address, in memory or in Redis: no address is stored or logged."""
