"""This machine by the names under which addresses call it: what is sent there stays here."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
