"""Takes secrets out of what is kept or shown: the one place that decides what a secret is.

Two things give a secret away: the name it is under (`db_password`, `sessionToken`) and what it looks like (a
private key, a signed token, a connection string with a password). Both are looked for in JSON of any shape, in
lists of name and value pairs, and in JSON held as text inside JSON. What is taken out reads `(sensitive)`.
"""

import base64
import binascii
import re
from functools import lru_cache
from typing import Any

import msgspec
import re2

from engine import secret_forms
from engine.model import SENSITIVE

# Pieces of words without which no name is a secret's.
_NAMES = (
    r"pass|pwd|secret|token|credential|authorization|private[^a-z0-9\"]{0,2}key|api[^a-z0-9\"]{0,2}key|access[^a-z0-9\"]{0,2}key"
    r"|connection[^a-z0-9\"]{0,2}string|key[^a-z0-9\"]{0,2}material|account[^a-z0-9\"]{0,2}key|signing[^a-z0-9\"]{0,2}key|shared[^a-z0-9\"]{0,2}key|client[^a-z0-9\"]{0,2}key"
    r"|user[^a-z0-9\"]{0,2}data"
)
# Words that hold a hint, are everywhere in audit logs, and hide nothing.
_HARMLESS = re2.compile(
    rb"(?i)sessioncredentialfromconsole|http[_-]?tokens|secretsmanager|passrole|next[_-]?token|pass[_-]?through"
    rb"|client[_-]?(?:request[_-]?)?token|bypass|(?:access[_-]?key|secret)[_-]?(?:id|arn|name)\\*\""
    rb"|authorizationinfo\\*\"\s*:\s*\[|authorization\\*\"\s*:\s*\{\s*\\*\"(?:action|scope)\\*\"|authorization\.k8s\.io"
)

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_SECRET_WORDS = frozenset(
    {
        "password", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "credential", "credentials",
        "authorization", "apikey",
    }
)  # fmt: skip
# Words run together, as in `PGPASSWORD`.
_SECRET_ENDS = ("password", "passwd", "passphrase", "secret", "apikey", "authtoken", "privatekey")
_SECRET_PAIRS = frozenset(
    {
        ("private", "key"), ("api", "key"), ("connection", "string"), ("key", "material"), ("account", "key"),
        ("signing", "key"), ("access", "key"), ("shared", "key"), ("client", "key"), ("secret", "key"),
        ("user", "data"),  # what an instance runs first, which by habit holds passwords and tokens
    }
)  # fmt: skip
# A secret's name that goes on like this names something about the secret, not the secret.
_ABOUT = frozenset(
    {
        "arn", "arns", "id", "ids", "name", "names", "version", "versions", "length", "policy", "rotation",
        "expiry", "expiration", "expires", "date", "age", "reset", "required", "enabled", "type", "ttl",
        "validity", "count", "path", "lifetime", "status", "used", "url", "uri", "endpoint", "provider",
        "source", "key", "period", "days", "size", "max", "min", "reuse", "prevention", "hard", "limit",
        "refresh", "scope", "scopes", "set", "ref", "reference",
    }
)  # fmt: skip
_PAGING = frozenset({"next", "continuation", "pagination", "client", "request", "page", "start", "http", "idempotency"})
_NAME_FIELDS = frozenset({"name", "key", "parametername", "parameterkey", "environmentname", "variable", "header"})
_GRANT = frozenset({"action", "scope"})
#: What a Secret of a cluster holds; nothing but the object's kind gives it away.
_CONTENTS = frozenset({"data", "stringData"})
_LOGIN = frozenset({"auth", "_auth"})
_FLAG = re.compile(r"--?[A-Za-z][\w-]*")
_VALUE_FIELDS = frozenset({"value", "parametervalue", "values", "stringvalue"})

_AWS_SECRET = re.compile(r"[A-Za-z0-9/+]{40}")
_HEX = re.compile(r"[0-9a-fA-F]+")

_FORMS = re2.compile(secret_forms.IN_TEXT)
# What is looked for first, in one pass over the bytes: next to nothing of what is clean gets past it. RE2 takes a
# tenth of the time of Python's `re`, whatever is in the text. An access key's id is in every record of an audit log
# and hides nothing; RE2 looks not ahead, so that what may follow is spelled out.
_NAMES_BUT_IDS = _NAMES.replace(
    r"access[^a-z0-9\"]{0,2}key", r"access[^a-z0-9\"]{0,2}key(?:[^i_-]|i[^d]|id[^\\\"]|[_-](?:[^i]|i[^d]|id[^\\\"]))"
).replace("credential", "credential(?:[^f]|f[^r]|fr[^o]|fro[^m]|from[^c])")
_HINTS = re2.compile(
    rf"""(?i){_NAMES_BUT_IDS}|bearer|basic|://[^/\s:@"']*:[^/\s@"']+@|"[a-z0-9/+]{{40}}\\*\""""
    rf'|"_?auth\\*"\s*:\s*\\*"[a-z0-9+/]{{8}}|"kind\\*"\s*:\s*\\*"secret|(?-i:{secret_forms.HINTS})'
)
# And then, of what gets past: a secret's name as a key or as the value of a `name`, and a secret's form. Written for
# JSON as it stands, in which a quote inside a text has backslashes before it.
_NAMED = re2.compile(
    rf'(?i)(?:{_NAMES})(?:[^"]|\\+")*"\s*:'
    rf'|"(?:{"|".join(sorted(_NAME_FIELDS))})\\*"\s*:\s*\\*"(?:[^"]|\\+")*(?:{_NAMES})'
    rf'|"--?[a-z-]*(?:{_NAMES})[a-z-]*\\*"\s*,'  # a flag, and what it is set to
    r'|"kind\\*"\s*:\s*\\*"Secret\\*"'
    r'|"_?auth\\*"\s*:\s*\\*"[a-z0-9+/]{8,}=*\\*"'
)
_FORMED = re2.compile(rf'"[A-Za-z0-9/+]{{40}}\\*"|{secret_forms.IN_JSON}')


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


@lru_cache(maxsize=16384)
def is_secret_name(name: str) -> bool:
    """Whether a field, variable or attribute of this name holds a secret (`db_password`, not `password_length`)."""
    # A name's domain says whose it is: the API server notes why it let somebody in as `authorization.k8s.io/reason`.
    words = [word.lower() for word in _WORDS.findall(name.removeprefix("authorization.k8s.io/"))]
    for index, word in enumerate(words):
        pair = tuple(words[index : index + 2])
        if pair in _SECRET_PAIRS:
            end = index + 2
        elif word in _SECRET_WORDS or word.endswith(_SECRET_ENDS) or (word == "pass" and index == len(words) - 1):
            end = index + 1
        else:
            continue
        before, after = words[:index], words[end:]
        if word == "token" and _PAGING.intersection(before):
            continue
        if pair == ("secret", "access") and words[index + 2 : index + 3] == ["key"]:
            return True
        if not (after and (after[0] in _ABOUT or after[-1] in _ABOUT)):
            return True
    return False


def looks_secret(value: str) -> bool:
    """Whether a text is, or holds, something that only a secret looks like."""
    if len(value) < 10:
        return False
    return _FORMS.search(value) is not None or _is_aws_secret(value)


def may_hold_secret(raw: bytes) -> bool:
    """Whether JSON text holds anything that `redact_json` would look at more closely. Cheap, and never wrongly no."""
    if _HINTS.search(raw) is None:
        return False
    if raw[:1] not in b'{["':
        return True  # not JSON: nothing tells a name from what it names
    if _FORMED.search(raw) is not None:
        return True
    return _NAMED.search(raw) is not None and _NAMED.search(_HARMLESS.sub(b"", raw)) is not None


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
        isinstance(text, str) and str(field).lower() in _NAME_FIELDS and is_secret_name(text)
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
    return len(line) >= 40 and any(_is_aws_secret(word.strip("\"'`,;.:()")) for word in line.split())


def _is_aws_secret(text: str) -> bool:
    """Whether a text has the form of an AWS secret access key: 40 characters of mixed case with digits, not a hash."""
    return (
        len(text) == 40
        and _AWS_SECRET.fullmatch(text) is not None
        and _HEX.fullmatch(text) is None
        and any(char.islower() for char in text)
        and any(char.isupper() for char in text)
        and any(char.isdigit() for char in text)
    )
