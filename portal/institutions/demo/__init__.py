"""The demo city 云汀市: a fictional prefecture-level city whose homes show every state the portal knows.

``load.load_demo`` tells its story of some thirty months, through the services and with a moved clock, so
that sources, revisions and moments of entry are as real as a bureau's. Nothing in it exists: no region, no
home, no telephone number, no credit code; and no person is named.
"""
