"""Full-text search over everything public: one port, two backends, the same tokens for both.

Knows no record: sources registered at wiring hand over documents, and are asked again before a hit is shown.
"""
