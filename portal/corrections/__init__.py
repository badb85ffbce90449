"""Correction reports (公众纠错): a published fact is said to be wrong, its department answers."""
