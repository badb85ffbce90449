"""The engine beneath R14: sources, revisions and confirmations. It knows no record, only opaque names."""
