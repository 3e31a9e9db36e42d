"""Naming one thing of the ledger by the beginning of its id."""

from collections.abc import Sequence

from engine.errors import StoreError


def the_one(prefix: str, ids: Sequence[str], noun: str, listing: str) -> str:
    """The id that is meant, of those that begin so (six of them are enough): the one there is, or the exact one.

    Raises StoreError when there is none or more than one; `listing` is the command that shows all.
    """
    if not ids:
        raise StoreError(f"no {noun} has an id that begins with {prefix!r}: `{listing}` shows all")
    if prefix in ids:
        return prefix
    if len(ids) > 1:
        some = ", ".join(ids[:5]) + (", …" if len(ids) > 5 else "")
        raise StoreError(f"more than one {noun} has an id that begins with {prefix!r} ({some}): give more of it")
    return ids[0]
