"""Takes secrets out of what is kept or shown: the one place that decides what a secret is.

Two things give a secret away: the name it is under (`db_password`, `sessionToken`) and what it looks like (a
private key, a signed token, a connection string with a password). Both are looked for in JSON of any shape, in
lists of name and value pairs, and in JSON held as text inside JSON. What is taken out reads `(sensitive)`.
"""

import base64
import binascii
import re
from typing import Any

import msgspec

from engine.model import SENSITIVE
from engine.secret_forms import is_aws_secret, looks_secret
from engine.secret_names import NAME_FIELDS, is_secret_name
from engine.secret_places import may_hold_secret

__all__ = ["is_secret_name", "looks_secret", "may_hold_secret", "redact_json", "redact_prose", "redact_value"]

_GRANT = frozenset({"action", "scope"})
#: What a Secret of a cluster holds; nothing but the object's kind gives it away.
_CONTENTS = frozenset({"data", "stringData"})
_LOGIN = frozenset({"auth", "_auth"})
_FLAG = re.compile(r"--?[A-Za-z][\w-]*")
_VALUE_FIELDS = frozenset({"value", "parametervalue", "values", "stringvalue"})

#: A secret as people write it into a text; the forms that stand alone are found wherever text is kept.
_TOLD = re.compile(
    r"(?i)(?<![:/])\b(passw(?:or)?d|pwd|passphrase|passcode|secret|token|api[ _-]?key|access[ _-]?key|credentials?)"
    r"(\s*[:=]\s*)[\"'`]?[^\s\"'`,;]{4,}[\"'`]?"
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY.*?(?:-----END [A-Z ]*-----|\Z)", re.DOTALL)


def redact_json(text: str | bytes) -> str:
    """JSON text with every secret replaced. Text without any is returned as it came, at next to no cost.

    Text that is not JSON is kept when nothing in it hints at a secret, and replaced as a whole otherwise.
    """
    raw = text.encode() if isinstance(text, str) else text
    if not may_hold_secret(raw):
        return text if isinstance(text, str) else raw.decode(errors="replace")
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return msgspec.json.encode(SENSITIVE).decode()
    cleaned = redact_value(value)
    if cleaned == value:
        return raw.decode(errors="replace")
    return msgspec.json.encode(cleaned).decode()


def redact_value(value: Any) -> Any:
    """A JSON-like value with every secret replaced; parts that hold none are the same objects."""
    if isinstance(value, str):
        return _redact_text(value)
    if isinstance(value, dict):
        return _redact_map(value)
    if isinstance(value, list | tuple):
        items = [
            SENSITIVE if _is_flag(before) and isinstance(item, str) and item else redact_value(item)
            for before, item in zip((None, *value), value, strict=False)
        ]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    return value


def redact_prose(text: str) -> str:
    """A text that people wrote, with what looks like a secret masked: the value where they name it, else its line."""
    text = _PRIVATE_KEY.sub(SENSITIVE, text)
    text = _TOLD.sub(rf"\1\2{SENSITIVE}", text)
    return "\n".join(SENSITIVE if _holds_aws_secret(line) else redact_value(line) for line in text.split("\n"))


def _redact_text(text: str) -> str:
    if not text:
        return text
    if text[0] in "{[" and text[-1] in "}]":
        try:
            inner = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            pass
        else:
            cleaned = redact_value(inner)
            return text if cleaned == inner else msgspec.json.encode(cleaned).decode()
    return SENSITIVE if looks_secret(text) else text


def _redact_map(value: dict[Any, Any]) -> dict[Any, Any]:
    named_secret = any(
        isinstance(text, str) and str(field).lower() in NAME_FIELDS and is_secret_name(text)
        for field, text in value.items()
    )
    holds_secrets = value.get("kind") == "Secret"
    changed = False
    result: dict[Any, Any] = {}
    for field, item in value.items():
        hide = (is_secret_name(str(field)) and not _is_grant(str(field), item)) or (
            named_secret and str(field).lower() in _VALUE_FIELDS
        )
        if holds_secrets and field in _CONTENTS:
            new = _contents(item)
        else:
            new = SENSITIVE if (hide and _tells(item)) or _is_login(field, item) else redact_value(item)
        changed = changed or new is not item
        result[field] = new
    return result if changed else value


def _contents(value: Any) -> Any:
    """What a Secret holds: the names are kept, since they tell what was written."""
    if not isinstance(value, dict):
        return SENSITIVE if _tells(value) else value
    hidden = {name: SENSITIVE if _tells(item) else item for name, item in value.items()}
    return value if hidden == value else hidden


def _is_login(field: Any, item: Any) -> bool:
    """Whether it is a user and a password in base64, as container tools keep them (`"auth": "c2hvcDpwYXNz"`)."""
    if field not in _LOGIN or not isinstance(item, str):
        return False
    try:
        return b":" in base64.b64decode(item, validate=True)
    except (binascii.Error, ValueError):
        return False


def _is_flag(item: Any) -> bool:
    """Whether it is an option of a command whose value is secret (`--db-password`)."""
    return isinstance(item, str) and _FLAG.fullmatch(item) is not None and is_secret_name(item)


def _tells(value: Any) -> bool:
    """Whether a value under a secret's name could be the secret: a flag, nothing and an empty text are not."""
    return not (value is None or isinstance(value, bool) or value in ("", [], {}, "true", "false", SENSITIVE))


def _is_grant(field: str, item: Any) -> bool:
    """Whether it is what audit logs say of who was allowed what, rather than the header that carries a token."""
    if isinstance(item, list):
        return field.lower() == "authorizationinfo"
    return isinstance(item, dict) and field.lower() == "authorization" and not item.keys().isdisjoint(_GRANT)


def _holds_aws_secret(line: str) -> bool:
    return len(line) >= 40 and any(is_aws_secret(word.strip("\"'`,;.:()")) for word in line.split())
