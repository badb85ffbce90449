"""Flask extensions, unbound: ``create_app`` binds them."""

from __future__ import annotations

from hashlib import blake2b, sha256
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

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
    return _mark(32, 64)


def network_mark() -> str:
    """As ``visitor_mark``, of the network around it: who rents one has its addresses to choose from."""
    return f"n{_mark(24, 48)}"


def _mark(of_four: int, of_six: int) -> str:
    """Return a mark of so many leading bits of the visitor's IPv4 or IPv6 address."""
    written = get_remote_address()
    try:
        address = ip_address(written)
    except ValueError:
        pass  # behind a proxy that names nobody, all are one
    else:
        if isinstance(address, IPv6Address):
            address = address.ipv4_mapped or address
        if isinstance(address, IPv6Address):
            written = str(IPv6Network((address, of_six), strict=False))
        else:
            written = str(IPv4Network((address, of_four), strict=False))
    key = sha256(str(current_app.secret_key).encode()).digest()
    return blake2b(written.encode(), key=key, digest_size=16).hexdigest()


db = SQLAlchemy(model_class=Base, session_options={"autoflush": False})
migrate = Migrate()
csrf = CSRFProtect()
compress = Compress()
login = LoginManager()
limiter = Limiter(visitor_mark, headers_enabled=True, strategy="moving-window")
"""Counts by a mark of the address, in memory or in Redis: no address is stored or logged."""
