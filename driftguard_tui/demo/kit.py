"""Small pure helpers: ids, times and documents that come out the same on every build."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def hex_of(*key: object, length: int = 17) -> str:
    """Hexadecimal digits that belong to a key, as provider ids have them."""
    return _digest(key).hex()[:length]


def code_of(*key: object, length: int = 16) -> str:
    """Upper-case letters and digits that belong to a key, as access keys and role ids have them."""
    return "".join(_BASE32[byte % 32] for byte in _digest(key))[:length]


def uuid_of(*key: object) -> str:
    """A version 4 style UUID that belongs to a key."""
    text = hex_of("uuid", *key, length=32)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def number_of(*key: object, below: int) -> int:
    """A number from 0 up to `below` that belongs to a key."""
    return int.from_bytes(_digest(key)[:6], "big") % below


def when(text: str) -> datetime:
    """A UTC time written as `2026-03-14 02:41:07`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def iso(moment: datetime) -> str:
    """A time as CloudTrail and Terraform write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_millis(moment: datetime) -> str:
    """A time as AWS Config writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def compact(document: Any) -> str:
    """JSON without spaces, as Terraform's `jsonencode` gives it."""
    return json.dumps(document, separators=(",", ":"))


def url_encoded(document: Any) -> str:
    """A policy document as IAM answers it: JSON, percent-encoded."""
    return quote(compact(document), safe="")


def pairs(tags: dict[str, str], key: str = "key", value: str = "value") -> list[dict[str, str]]:
    """Tags as a list of pairs, in the letter case that the service uses."""
    return [{key: name, value: text} for name, text in tags.items()]


def _digest(key: tuple[object, ...]) -> bytes:
    return hashlib.blake2b("\0".join(map(str, key)).encode(), digest_size=32).digest()
