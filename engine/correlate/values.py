"""Values as sets of plain words, so that a request, a change and a line of code can be held against each other.

`{"FromPort": 22, "CidrIp": "0.0.0.0/0"}`, a block of a state file and `cidr_blocks = ["0.0.0.0/0"]` have little in
common but the words `22` and `0.0.0.0/0`. That is what is compared.
"""

import re
from typing import Any

import msgspec

Words = frozenset[str]

#: A quoted name of a field, a quoted value, or a bare one.
_HCL_WORD = re.compile(
    r'(?P<name>"(?:\\.|[^"\\])*"\s*[=:](?!=))|"(?P<quoted>(?:\\.|[^"\\])*)"'
    r"|(?<![\w.])(?P<bare>-?\d+(?:\.\d+)?|true|false)(?![\w.])"
)
#: Attributes whose keys are names that people chose; there a key is a word of the value.
_MAPS = frozenset({"tags", "tags_all", "labels", "annotations", "variables", "parameters"})


def words_of(value: Any, keys: bool = False) -> Words:
    """Every scalar in a value of any shape, as text; with `keys`, names of fields too. JSON held as text is opened."""
    found: set[str] = set()
    _collect(value, found, keys)
    return frozenset(found)


def words_of_code(text: str | None) -> Words:
    """The scalars in a value as Terraform code writes it; the text itself where it is a plain one."""
    if not text:
        return frozenset()
    if text[0] not in "[{" and "(" not in text and '"' not in text:
        return frozenset({_scalar(text)})
    matches = (match for match in _HCL_WORD.finditer(text) if match["name"] is None)
    return frozenset(_scalar(match["bare"] or match["quoted"]) for match in matches)


def key_words(path: str) -> Words:
    """The names that people chose in a change's path: `Owner` in `tags.Owner`, nothing in `versioning[0].enabled`."""
    names = re.findall(r'"((?:\\.|[^"\\])*)"|([^.\[\]"]+)', path)
    plain = [quoted or bare for quoted, bare in names]
    for index, name in enumerate(plain[:-1]):
        if name in _MAPS:
            return frozenset({_scalar(plain[index + 1])})
    return frozenset()


def attribute_of(path: str) -> str:
    """A change's path without places: `metadata_options[0].http_tokens` as `metadata_options.http_tokens`."""
    return re.sub(r'\[(?:\d+|"[^"]*")\]', "", path)


def _collect(value: Any, found: set[str], keys: bool) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if keys:
                found.add(_scalar(str(key)))
            _collect(item, found, keys)
    elif isinstance(value, list | tuple):
        for item in value:
            _collect(item, found, keys)
    elif isinstance(value, bool):
        found.add("true" if value else "false")
    elif isinstance(value, float) and value.is_integer():
        found.add(str(int(value)))
    elif isinstance(value, str):
        document = _document(value)
        if document is not None:
            _collect(document, found, keys)
        elif value:
            found.add(_scalar(value))
    elif value is not None:
        found.add(str(value).lower())


def _document(text: str) -> Any:
    stripped = text.strip()
    if stripped[:1] not in ("{", "["):
        return None
    try:
        return msgspec.json.decode(stripped)
    except (msgspec.DecodeError, RecursionError):
        return None


def _scalar(text: str) -> str:
    """A word in lower case, with the providers' many ways to say yes and no made one."""
    word = text.strip().lower()
    if word in ("enabled", "on", "yes"):
        return "true"
    if word in ("disabled", "suspended", "off", "no"):
        return "false"
    return word
