"""Where JSON text may hold a secret, told from the bytes as they stand: next to nothing of what is clean is decoded."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, islice
from typing import TypeVar

import msgspec
import re2

from engine import secret_forms
from engine.secret_forms import looks_secret
from engine.secret_names import NAME_FIELDS, PIECES, is_secret_name

# What is looked for first, in one pass over the bytes: next to nothing of what is clean gets past it. RE2 takes a
# tenth of the time of Python's `re`, whatever is in the text. An access key's id is in every record of an audit log
# and hides nothing; RE2 looks not ahead, so that what may follow is spelled out.
_NAMES_BUT_IDS = PIECES.replace(
    r"access[^a-z0-9\"]{0,2}key", r"access[^a-z0-9\"]{0,2}key(?:[^i_-]|i[^d]|id[^\\\"]|[_-](?:[^i]|i[^d]|id[^\\\"]))"
).replace("credential", "credential(?:[^f]|f[^r]|fr[^o]|fro[^m]|from[^c])")
_HINTS = re2.compile(
    rf"""(?i){_NAMES_BUT_IDS}|bearer|basic|://[^/\s:@"']*:[^/\s@"']+@|"[a-z0-9/+]{{40}}\\*\""""
    rf'|"_?auth\\*"\s*:\s*\\*"[a-z0-9+/]{{8}}|"kind\\*"\s*:\s*\\*"secret|(?-i:{secret_forms.HINTS})'
)
# And then, of what gets past: a secret's name as a key or as the value of a `name`, and a secret's form. Written for
# JSON as it stands, in which a quote inside a text has backslashes before it.
_NAMED = re2.compile(
    rf'(?i)(?:{PIECES})(?:[^"]|\\+")*"\s*:'
    rf'|"(?:{"|".join(sorted(NAME_FIELDS))})\\*"\s*:\s*\\*"(?:[^"]|\\+")*(?:{PIECES})'
    rf'|"--?[a-z-]*(?:{PIECES})[a-z-]*\\*"\s*,'  # a flag, and what it is set to
    r'|"kind\\*"\s*:\s*\\*"Secret\\*"'
    r'|"_?auth\\*"\s*:\s*\\*"[a-z0-9+/]{8,}=*\\*"'
)
_FORMED = re2.compile(rf'"[A-Za-z0-9/+]{{40}}\\*"|{secret_forms.IN_JSON}')
# Words that hold a hint, are everywhere in audit logs, and hide nothing.
_HARMLESS = re2.compile(
    rb"(?i)sessioncredentialfromconsole|http[_-]?tokens|secretsmanager|passrole|next[_-]?token|pass[_-]?through"
    rb"|client[_-]?(?:request[_-]?)?token|bypass|(?:access[_-]?key|secret)[_-]?(?:id|arn|name)\\*\""
    rb"|authorizationinfo\\*\"\s*:\s*\[|authorization\\*\"\s*:\s*\{\s*\\*\"(?:action|scope)\\*\"|authorization\.k8s\.io"
)
#: What audit logs say of who was allowed what, under the name of the header that carries a token.
_GRANT = re.compile(rb'(?i)"authorizationinfo"\s*:\s*\[|"authorization"\s*:\s*\{\s*"(?:action|scope)"')
_COLON = re.compile(rb"\s*:")
_BACKSLASH = ord("\\")

#: Texts that are looked at together.
_AT_ONCE = 256

T = TypeVar("T")


def may_hold_secret(raw: bytes) -> bool:
    """Whether JSON text holds anything that `redact_json` would look at more closely. Cheap, and never wrongly no."""
    if raw[:1] not in b'{["':
        return _HINTS.search(raw) is not None  # not JSON: nothing tells a name from what it names
    return next(secret_places(raw), None) is not None


def each_looked_at(items: Iterable[T], text_of: Callable[[T], bytes]) -> Iterator[tuple[T, bool]]:
    """The items, each with whether its JSON text may hold a secret. One look at many is quicker than one at each."""
    iterator = iter(items)
    while batch := list(islice(iterator, _AT_ONCE)):
        texts = [text_of(item) for item in batch]
        ends = list(accumulate(len(text) + 1 for text in texts))
        telling = {bisect_right(ends, place) for place in secret_places(b"\n".join(texts))}
        yield from ((item, number in telling) for number, item in enumerate(batch))


def secret_places(raw: bytes) -> Iterator[int]:
    """The bytes of JSON text at which begins what gives a secret away, the first of each name and value."""
    looked_to = 0
    for hint in _HINTS.finditer(raw):
        at = hint.start()
        if at < looked_to:
            continue
        start, end = _quotes_around(raw, at)
        if start < 0 or end < 0 or _tells(raw, start, end, hint.end()):
            yield at
        if end < 0:
            return
        looked_to = end


def _quotes_around(raw: bytes, at: int) -> tuple[int, int]:
    """Where the name or value around a byte has its quotes; -1 for one that is missing."""
    start = raw.rfind(b'"', 0, at + 1)
    while start > 0 and _is_escaped(raw, start):
        start = raw.rfind(b'"', 0, start)
    end = raw.find(b'"', max(at, start + 1))
    while end > 0 and _is_escaped(raw, end):
        end = raw.find(b'"', end + 1)
    return start, end


def _is_escaped(raw: bytes, at: int) -> bool:
    """Whether an odd number of backslashes stands before a byte."""
    first = at
    while raw[first - 1] == _BACKSLASH and first:
        first -= 1
    return bool((at - first) % 2)


def _tells(raw: bytes, start: int, end: int, hinted: int) -> bool:
    """Whether what is between two quotes names a secret or may be one. `hinted` is where its hint ends."""
    text = raw[start + 1 : end]
    colon = _COLON.match(raw, end + 1)
    if colon is not None:
        # A hint that goes on behind the name is of a login, or of what a Secret holds.
        return hinted > colon.end() or (_names_secret(text) and _GRANT.match(raw, start) is None)
    if b"\\" in text:
        inner = raw[start : end + 1]
        if _FORMED.search(inner) or (_NAMED.search(inner) and _NAMED.search(_HARMLESS.sub(b"", inner))):
            return True
    elif looks_secret(text.decode(errors="replace")):
        return True
    return (text[:1] == b"-" or _name_before(raw, start) in NAME_FIELDS) and _names_secret(text)


def _name_before(raw: bytes, start: int) -> str:
    """The name, in small letters, of what begins at a byte; empty for what has none."""
    end = raw.rfind(b'"', 0, start)
    if end < 0 or raw[end + 1 : start].strip() != b":":
        return ""
    return raw[raw.rfind(b'"', 0, end) + 1 : end].decode(errors="replace").lower()


@lru_cache(maxsize=16384)
def _names_secret(text: bytes) -> bool:
    """Whether a text, as JSON has it between quotes, is a secret's name."""
    try:
        return is_secret_name(msgspec.json.decode(b'"%b"' % text, type=str))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return True
