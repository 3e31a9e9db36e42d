"""Collectors of declared state: one file per kind of source."""
