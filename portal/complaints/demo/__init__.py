"""A year of complaints in the demo city, made through the services. Nobody in it exists."""

from __future__ import annotations

from portal.complaints.demo.example import Example, example
from portal.complaints.demo.load import load_cases, wipe_cases

__all__ = ["Example", "example", "load_cases", "wipe_cases"]
