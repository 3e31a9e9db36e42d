"""What secrets are called: names of fields, variables and attributes, in any way of writing words together."""

import re
from functools import lru_cache

#: Fields that hold the name of what another field beside them holds.
NAME_FIELDS = frozenset({"name", "key", "parametername", "parameterkey", "environmentname", "variable", "header"})
#: Pieces of words without which no name is a secret's, as a pattern of RE2.
PIECES = (
    r"pass|pwd|secret|token|credential|authorization|private[^a-z0-9\"]{0,2}key|api[^a-z0-9\"]{0,2}key|access[^a-z0-9\"]{0,2}key"
    r"|connection[^a-z0-9\"]{0,2}string|key[^a-z0-9\"]{0,2}material|account[^a-z0-9\"]{0,2}key|signing[^a-z0-9\"]{0,2}key|shared[^a-z0-9\"]{0,2}key|client[^a-z0-9\"]{0,2}key"
    r"|user[^a-z0-9\"]{0,2}data"
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
