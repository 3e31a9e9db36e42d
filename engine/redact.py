"""Takes secrets out of what is kept or shown: the one place that decides what a secret is.

Two things give a secret away: the name it is under (`db_password`, `sessionToken`) and what it looks like (a
private key, a signed token, a connection string with a password). Both are looked for in JSON of any shape, in
lists of name and value pairs, and in JSON held as text inside JSON. What is taken out reads `(sensitive)`.
"""

import re
from functools import lru_cache
from typing import Any

import msgspec
import re2

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
        ("signing", "key"), ("access", "key"), ("shared", "key"), ("client", "key"),
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
_VALUE_FIELDS = frozenset({"value", "parametervalue", "values", "stringvalue"})

_AWS_SECRET = re.compile(r"[A-Za-z0-9/+]{40}")
_HEX = re.compile(r"[0-9a-fA-F]+")

_FORMS_TEXT = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\."  # JSON web token
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}"
    r"|\bxox[abeoprs]-[\w-]{10,}"  # Slack
    r"|\bAIza[\w-]{35}"  # Google API key
    r"|\b[sr]k_live_\w{16,}|\bnpm_[A-Za-z0-9]{30,}|\bhvs\.[\w-]{20,}|AGE-SECRET-KEY-1\w+"
    r"|(?:IQoJb3Jp|FwoGZXIv|FQoGZXIv)[\w/+=]{40,}"  # AWS session token
    r"|(?i:\bbearer [\w.~+/=-]{16,}|\bbasic [A-Za-z0-9+/]{16,}=*)"
    r"|://[^/\s:@\"']*:[^/\s@\"'$]{3,}@"  # user and password in a URL
    r"|(?i:\b(?:password|passwd|pwd|secret|accountkey|sharedaccesskey|aws_secret_access_key|api_?key|token)"
    r"\s*=\s*\\*[\"']?[^\s;&\"'$<{(]{6,})"
)
_FORMS = re2.compile(_FORMS_TEXT)
# What is looked for first, in one pass over the bytes: next to nothing of what is clean gets past it. RE2 takes a
# tenth of the time of Python's `re`, whatever is in the text. An access key's id is in every record of an audit log
# and hides nothing; RE2 looks not ahead, so that what may follow is spelled out.
_NAMES_BUT_IDS = _NAMES.replace(
    r"access[^a-z0-9\"]{0,2}key", r"access[^a-z0-9\"]{0,2}key(?:[^i_-]|i[^d]|id[^\\\"]|[_-](?:[^i]|i[^d]|id[^\\\"]))"
).replace("credential", "credential(?:[^f]|f[^r]|fr[^o]|fro[^m]|from[^c])")
_HINTS = re2.compile(
    f"(?i){_NAMES_BUT_IDS}|eyj|gh[pousr]_|glpat-|xox[a-z]-|aiza|k_live_|npm_|hvs\\.|bearer|basic|iqojb3jp|f[wq]ogzxiv"
    r"|age-secret|://[^/\s:@\"']*:[^/\s@\"']+@|\"[a-z0-9/+]{40}\\*\""
)
# And then, of what gets past: a secret's name as a key or as the value of a `name`, and a secret's form. Written for
# JSON as it stands, in which a quote inside a text has backslashes before it.
_NAMED = re2.compile(
    rf'(?i)(?:{_NAMES})(?:[^"]|\\+")*"\s*:'
    rf'|"(?:{"|".join(sorted(_NAME_FIELDS))})\\*"\s*:\s*\\*"(?:[^"]|\\+")*(?:{_NAMES})'
)
# In JSON a line break before a word is a backslash and a letter.
_FORMS_IN_JSON = _FORMS_TEXT.replace(r"\b", r"(?:\b|\\[nrtbf])").replace(
    r"\s*=\s*", r"(?:\s|\\+[nrtf])*=(?:\s|\\+[nrtf])*"
)
_FORMED = re2.compile(rf'"[A-Za-z0-9/+]{{40}}\\*"|{_FORMS_IN_JSON}')


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
        items = [redact_value(item) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    return value


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
    changed = False
    result: dict[Any, Any] = {}
    for field, item in value.items():
        hide = (is_secret_name(str(field)) and not _is_grant(str(field), item)) or (
            named_secret and str(field).lower() in _VALUE_FIELDS
        )
        new = SENSITIVE if hide and _tells(item) else redact_value(item)
        changed = changed or new is not item
        result[field] = new
    return result if changed else value


def _tells(value: Any) -> bool:
    """Whether a value under a secret's name could be the secret: a flag, nothing and an empty text are not."""
    return not (value is None or isinstance(value, bool) or value in ("", [], {}, "true", "false", SENSITIVE))


def _is_grant(field: str, item: Any) -> bool:
    """Whether it is what audit logs say of who was allowed what, rather than the header that carries a token."""
    if isinstance(item, list):
        return field.lower() == "authorizationinfo"
    return isinstance(item, dict) and field.lower() == "authorization" and not item.keys().isdisjoint(_GRANT)


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
