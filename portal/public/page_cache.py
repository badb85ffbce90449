"""Whole answers kept in memory: a page that many ask for is drawn once a version of the data.

Opt-in per view, for pages that are the same for everybody who asks for the same address in the same
display mode. What is kept is found by everything the page depends on (``caching.page_tag``), which is read
anew for each request: nothing is ever served that the database no longer says.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, after_this_request, current_app, request

from portal.extensions import compress

View = TypeVar("View", bound=Callable[..., Any])
Key = tuple[str, ...]

MOST_BYTES = 32 * 1024 * 1024
"""Memory a web process gives to kept answers: some 4 000 pages."""

_LARGEST = 512 * 1024
"""One answer: a long download would push out a hundred pages."""

_OVERHEAD = 600
"""Bytes that Python needs for an answer and its key, beside their text."""

_KEPT = "portal_answers_are_kept"


def kept_in_memory(view: View) -> View:
    """Declare that a view's answer may be kept: it depends on nothing but ``page_tag`` and the address."""
    setattr(view, _KEPT, True)
    return view


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer: its body as sent, compressed or not."""

    body: bytes
    content_type: str
    content_encoding: str | None

    def response(self) -> Response:
        """Return the answer, to be sent again."""
        response = Response(self.body, content_type=self.content_type)
        if self.content_encoding is not None:
            response.headers["Content-Encoding"] = self.content_encoding
        return response


class PageCache:
    """Answers of the present version, least recently asked for first; never more than ``most_bytes``."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._version = ""
        self.size = 0

    def get(self, version: str, key: Key) -> Answer | None:
        """Return the answer kept under ``key``; another version than the last drops all that is kept."""
        with self._lock:
            self._turn_to(version)
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def put(self, version: str, key: Key, answer: Answer) -> None:
        """Keep an answer, in place of those not asked for longest."""
        if len(answer.body) > min(_LARGEST, self._most_bytes):
            return
        with self._lock:
            self._turn_to(version)
            self._drop(key)
            self._answers[key] = answer
            self.size += _weight(key, answer)
            while self.size > self._most_bytes:
                self._drop(next(iter(self._answers)))

    def _turn_to(self, version: str) -> None:
        if version != self._version:
            self._answers.clear()
            self._version, self.size = version, 0

    def _drop(self, key: Key) -> None:
        answer = self._answers.pop(key, None)
        if answer is not None:
            self.size -= _weight(key, answer)


def init_page_cache(app: Flask) -> None:
    """Give this process a cache of its own."""
    app.extensions["page_cache"] = PageCache()


def kept_answer(version: str, tag: str) -> Response | None:
    """Return the kept answer to the current request, or None and keep the one that is about to be made.

    ``version``: what all pages depend on; ``tag``: what this answer depends on beside its address.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "GET" or not getattr(view, _KEPT, False):
        return None
    cache: PageCache = current_app.extensions["page_cache"]
    address = (request.script_root, request.path, request.query_string.decode("latin-1"))
    key = (tag, request.headers.get("Accept-Encoding", ""), *address)
    if (answer := cache.get(version, key)) is not None:
        return answer.response()

    @after_this_request
    def keep(response: Response) -> Response:
        if _keepable(response):
            response = compress.after_request(response)
            encoding = response.headers.get("Content-Encoding")
            cache.put(version, key, Answer(response.get_data(), response.content_type or "", encoding))
        return response

    return None


def _weight(key: Key, answer: Answer) -> int:
    return len(answer.body) + sum(map(len, key)) + _OVERHEAD


def _keepable(response: Response) -> bool:
    if response.status_code != 200 or response.is_streamed:
        return False
    return "Set-Cookie" not in response.headers and not response.cache_control.no_store
