"""Accountability: the chain in public, whom to visit next, the four lists, targets and figures.

It composes complaints and supervision, which know nothing of one another.
"""
