"""Flask extensions, unbound: ``create_app`` binds them."""

from __future__ import annotations

from hashlib import blake2b, sha256
from ipaddress import IPv6Address, IPv6Network, ip_address

from flask import current_app
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from portal.database import Base


def visitor_mark() -> str:
    """Return a mark of the visitor's address, made with the site's key: Redis, which may write to disk, must
    hold no address. Of IPv6 the network's half counts: the rest is the visitor's own to choose."""
    written = get_remote_address()
    try:
        address = ip_address(written)
    except ValueError:
        pass  # behind a proxy that names nobody, all are one
    else:
        if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
            written = str(IPv6Network((address, 64), strict=False))
    key = sha256(str(current_app.secret_key).encode()).digest()
    return blake2b(written.encode(), key=key, digest_size=16).hexdigest()


db = SQLAlchemy(model_class=Base, session_options={"autoflush": False})
migrate = Migrate()
csrf = CSRFProtect()
compress = Compress()
login = LoginManager()
limiter = Limiter(visitor_mark, headers_enabled=True, strategy="moving-window")
"""Counts by a mark of the address, in memory or in Redis: no address is stored or logged."""
