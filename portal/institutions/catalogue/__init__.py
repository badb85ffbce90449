"""The public list of institutions, kept in memory: filters, counts and orders cost no query.

``holder.catalogue(scope)`` hands out the list as of today and the data's present version.
"""
