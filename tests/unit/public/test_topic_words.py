"""What a topic's log says in words: no value as it is stored."""

from __future__ import annotations

import pytest

from portal.backoffice.topic_words import _shown
from portal.public.topic_words import FIELDS, said_value


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("department", "fire", "消防"),
        ("joint", '["fire","health"]', "消防、卫健"),
        ("problem_category", "fire", "消防"),
        ("target_metric", "problems_cleared", "问题销号"),
        ("target_due_on", "2026-10-31", "2026年10月31日（周六）"),
    ],
)
def test_values_are_told_in_words(field: str, value: str, said: str) -> None:
    assert field in FIELDS
    assert said_value(field, value) == said
    assert _shown(field, value) == said
