"""Is it a feed? By grammar, by what a grammar can't say, and by the reader that most programs use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import feedparser
from lxml import etree

HERE = Path(__file__).parent
ATOM = "{http://www.w3.org/2005/Atom}"


def checked(data: bytes, form: str) -> Any:
    """Return what feedparser reads of a feed in ``form`` (``xml``: RSS), once it is known to be valid."""
    tree = etree.fromstring(data)
    grammar = etree.RelaxNG(etree.parse(HERE / ("rss.rng" if form == "xml" else "atom.rng")))
    assert grammar.validate(tree), grammar.error_log
    feed = feedparser.parse(data)
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == ("rss20" if form == "xml" else "atom10")
    ids = [entry.id for entry in feed.entries]
    assert len(set(ids)) == len(ids), "RFC 4287 4.1.1: no two entries with one id and one moment"
    if form == "atom":
        _atom(tree)
    return feed


def _atom(tree: Any) -> None:
    """RFC 4287 4.1.1: of each language one alternate link, one to itself; never two of one kind."""
    for place in (tree, *tree.iter(f"{ATOM}entry")):
        links = [link.get("rel", "alternate") for link in place.findall(f"{ATOM}link")]
        assert links.count("alternate") == 1, links
        assert len(set(links)) == len(links), links
    assert [link.get("rel") for link in tree.findall(f"{ATOM}link")].count("self") == 1
