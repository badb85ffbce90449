"""What closure notices and unregistered homes hand to search: only what their public pages show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from portal.domain.actor import Scope
from portal.extensions import db
from portal.institutions.catalogue.holder import catalogue
from portal.institutions.field_labels import RECORD_LABELS
from portal.institutions.models import ClosureNotice, Institution, UnregisteredHome
from portal.institutions.queries.closures import NoticeView, closure_notices_of
from portal.institutions.queries.list_sources import document_numbers
from portal.institutions.queries.unregistered import UnregisteredView, unregistered_homes_of
from portal.institutions.search_documents import few, place_of
from portal.search.ports import Document

_AFTER_INSTITUTIONS = "6"
_AFTER_HOMES = "7"
"""First characters of ``Document.order``: institutions begin with 0 to 5, so these follow them."""


class UnregisteredHomeDocuments:
    """The source of kind ``unregistered_home``: the homes made public, without operator or dwelling."""

    kind = UnregisteredHome.record_kind

    def __init__(self, label: Callable[[StrEnum], str]) -> None:
        self._label = label

    def documents(self, scope: Scope, ids: Collection[int] | None = None) -> Iterator[Document]:
        """Yield the documents of these homes (None: all) that the holder of the scope may see today."""
        listed = catalogue(scope)
        for home in unregistered_homes_of(few(ids), scope):
            if ids is None or home.id in ids:
                codes, place = place_of(listed, home.region_code)
                details = tuple(self._details(home, place))
                order = _AFTER_INSTITUTIONS + home.name.encode("gb18030").hex()
                yield Document(self.kind, home.id, home.name, (), details, codes, order)

    def _details(self, home: UnregisteredView, place: str) -> Iterator[tuple[str, str]]:
        yield "region", place
        yield "kind", RECORD_LABELS[self.kind]
        texts = {"township": home.township, "address": home.address, "note": home.note}
        yield from ((field, text) for field, text in texts.items() if text)
        if home.disposition is not None:
            yield "disposition", self._label(home.disposition)


class ClosureNoticeDocuments:
    """The source of kind ``closure_notice``: named like the home it is about."""

    kind = ClosureNotice.record_kind

    def __init__(self, label: Callable[[StrEnum], str]) -> None:
        self._label = label

    def documents(self, scope: Scope, ids: Collection[int] | None = None) -> Iterator[Document]:
        """Yield the documents of these notices (None: all) whose homes are shown."""
        named = few(ids)
        listed = catalogue(scope)
        notices = [n for n in closure_notices_of(named, scope) if ids is None or n.id in ids]
        numbers = document_numbers(self.kind, named) if notices else {}
        for notice in notices:
            codes, place = place_of(listed, notice.home.region_code)
            details = tuple(self._details(notice, place, numbers.get(notice.id, ())))
            home = notice.home
            yield Document(self.kind, notice.id, home.name, home.former_names, details, codes, _order(notice))

    def following(self, kind: str, ids: Collection[int]) -> Collection[int]:
        """Return the notices that name these homes, as the one closed or the one that takes over."""
        if kind != Institution.record_kind:
            return ()
        named = few(ids)
        query = select(ClosureNotice.id, ClosureNotice.institution_id, ClosureNotice.successor_id)
        if named is not None:
            of_them = ClosureNotice.institution_id.in_(named) | ClosureNotice.successor_id.in_(named)
            query = query.where(of_them)
        rows = db.session.execute(query)
        return {row.id for row in rows if row.institution_id in ids or row.successor_id in ids}

    def _details(self, notice: NoticeView, place: str, numbers: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        yield "region", place
        yield "kind", f"{self._label(notice.kind)}公告"
        successor = notice.successor.name if notice.successor is not None else None
        texts = {
            "address": notice.home.address,
            "reason": notice.reason,
            "residents_went": notice.residents_went,
            "successor": successor,
        }
        yield from ((field, text) for field, text in texts.items() if text)
        yield from (("document_number", number) for number in numbers)


def _order(notice: NoticeView) -> str:
    newest_first = date.max.toordinal() - notice.announced_on.toordinal()
    return f"{_AFTER_HOMES}{newest_first:07d}{notice.home.name.encode('gb18030').hex()}"
