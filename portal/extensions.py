"""Flask extensions, unbound: ``create_app`` binds them."""

from __future__ import annotations

from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from portal.database import Base

db = SQLAlchemy(model_class=Base, session_options={"autoflush": False})
migrate = Migrate()
csrf = CSRFProtect()
compress = Compress()
login = LoginManager()
limiter = Limiter(get_remote_address, headers_enabled=True, strategy="moving-window")
"""Counts by address, in memory only: nothing of it is stored or logged."""
