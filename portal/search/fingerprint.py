"""A short text that differs whenever an index would hold something else for a document."""

from __future__ import annotations

import json
from dataclasses import fields
from hashlib import blake2b

from portal.search.ports import Document

VERSION = 1
"""To be raised whenever the same document makes other tokens: every index is then built anew."""

_PREFIX = f"{VERSION}."
_FIELDS = tuple(field.name for field in fields(Document))


def fingerprint(document: Document) -> str:
    """Return the fingerprint of everything a document says: 18 ASCII characters or a few more."""
    said = [getattr(document, field) for field in _FIELDS]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    # a lone surrogate cannot be encoded strictly, and must not stop the indexing of all others
    return _PREFIX + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def is_of_this_version(found: str) -> bool:
    """True if the fingerprint was made by tokens as they are made now."""
    return found.startswith(_PREFIX)
