"""Another institution, named in a form by its id, its address on this site or its full name."""

from __future__ import annotations

import re

from sqlalchemy import false, select

from portal.domain.errors import UnreadableValue
from portal.domain.identifiers import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH
from portal.domain.names import name_key
from portal.extensions import db
from portal.institutions.models import Institution

_ID = re.compile(rf"(?<![0-9A-Za-z])[{PUBLIC_ID_ALPHABET}]{{{PUBLIC_ID_LENGTH}}}(?![0-9A-Za-z])")


def institution_meant(text: str) -> int:
    """Return the key of the institution that ``text`` names. Raises UnreadableValue.

    What it finds is public: any institution may be named as successor or predecessor.
    """
    shown = Institution.withdrawn == false()
    if ids := _ID.findall(text):
        found = list(db.session.scalars(select(Institution.id).where(Institution.public_id.in_(ids), shown)))
    else:
        found = list(
            db.session.scalars(select(Institution.id).where(Institution.name_key == name_key(text), shown))
        )
    if not found:
        raise UnreadableValue("没有找到这家机构；请填全名，或粘贴它的网页地址")
    if len(found) > 1:
        raise UnreadableValue(f"有{len(found)}家机构叫这个名字；请粘贴它的网页地址")
    return found[0]


def institution_called(name: str, region_code: str) -> str | None:
    """Return the public id of an institution of this name in a region, None if there is none."""
    query = select(Institution.public_id).where(
        Institution.name_key == name_key(name),
        Institution.region_code == region_code,
        Institution.withdrawn == false(),
    )
    return db.session.scalars(query.limit(1)).one_or_none()


def institution_named(key: int) -> tuple[str, str] | None:
    """Return (public id, name) of an institution."""
    row = db.session.execute(
        select(Institution.public_id, Institution.name).where(Institution.id == key)
    ).one_or_none()
    return None if row is None else (row.public_id, row.name)


def region_of_institution(key: int) -> str | None:
    """Return the code of the region in which an institution lies."""
    return db.session.scalar(select(Institution.region_code).where(Institution.id == key))
