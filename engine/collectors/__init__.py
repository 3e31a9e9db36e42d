"""Collectors read sources. `base` holds the protocol, `registry` the kinds; the README shows how to add one."""
