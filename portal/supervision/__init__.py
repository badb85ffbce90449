"""Supervision: inspections, problems, rectification notices, credit. An origin is an opaque (kind, id)."""
