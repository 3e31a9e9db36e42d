"""Canonical form: one spelling for values that mean the same.

Two values are the same when their canonical forms are equal. The forms are hashable, so sets of blocks compare
in one step. What counts as the same was measured on recorded resources: null, empty text, empty list, empty map,
false and zero; `30` and `"30"`; a JSON document and its text; lists as sets unless their order means something;
IAM policies whatever way they are written.
"""

import re
from collections.abc import Hashable, Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from engine.compare.identity import is_azure_id
from engine.providers.tables import AttributeRule, Comparison

#: The form of everything that says "nothing": null, "", [], {}, false, 0.
EMPTY: None = None

_SECONDS = re.compile(r"(\d+(?:\.\d*)?)s?")
_ACCOUNT = re.compile(r"\d{12}")
_POLICY_SETS = ("Action", "NotAction", "Resource", "NotResource")


def canonical(value: Any, comparison: Comparison = "auto") -> Hashable:
    """The canonical form of a JSON value: None, text, a frozenset (set), a tuple (list) or a `Form` of a map."""
    if comparison == "policy":
        return _policy(value)
    if value is None or value is False:
        return EMPTY
    if isinstance(value, str):
        return _text(value, comparison)
    if value is True:
        return "true"
    if isinstance(value, int):
        return str(value) if value else EMPTY
    if isinstance(value, float):
        return canonical(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, (list, tuple)):
        items = [form for item in value if (form := _item(item, comparison)) is not EMPTY]
        if not items:
            return EMPTY
        return tuple(items) if comparison == "ordered" else frozenset(items)
    return _map(value, comparison) if isinstance(value, Mapping) else str(value)


def canonical_by_rule(value: Any, rule: AttributeRule) -> Hashable:
    """The canonical form of an attribute's value under its rule: blocks by their own rules, defaults as nothing.

    Where something else than nothing is the default, false is a value of its own.
    """
    form = _blocks(value, rule) if rule.block is not None else canonical(value, rule.compare)
    if rule.default is not msgspec.UNSET:
        default = canonical(rule.default, rule.compare)
        if form == default:
            return EMPTY
        if form is EMPTY and default is not EMPTY and (value is False or value in ("false", "False")):
            return "false"
    return form


def as_document(value: Any) -> Any:
    """A JSON document behind text, percent-encoded or not; the value itself when it is none."""
    if isinstance(value, str):
        text = unquote(value) if value[:3] in ("%7B", "%5B") else value
        if text[:1] in ("{", "["):
            try:
                return msgspec.json.decode(text)
            except msgspec.DecodeError:
                return value
    return value


def as_items(value: Any) -> list[Any]:
    """A block as the list Terraform writes: nothing is [], one object is [object]."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def rule_of(sub_rule: "str | list[str] | AttributeRule") -> AttributeRule:
    """A block field's rule, written out."""
    return sub_rule if isinstance(sub_rule, AttributeRule) else AttributeRule(path=sub_rule)


def _blocks(value: Any, rule: AttributeRule) -> Hashable:
    fields = [(name, rule_of(sub_rule)) for name, sub_rule in (rule.block or {}).items()]
    forms = []
    for item in as_items(value):
        if not isinstance(item, Mapping):
            forms.append(canonical(item, rule.compare))
            continue
        pairs = [(name, canonical_by_rule(item.get(name), sub)) for name, sub in fields]
        forms.append(frozenset([pair for pair in pairs if pair[1] is not EMPTY]) or EMPTY)
    kept = [form for form in forms if form is not EMPTY]
    if not kept:
        return EMPTY
    return tuple(kept) if rule.compare == "ordered" else frozenset(kept)


def _text(value: str, comparison: Comparison) -> Hashable:
    if comparison == "exact":
        return value or EMPTY
    if comparison == "duration":
        return _duration(value)
    first = value[:1]
    if first == "/" and is_azure_id(value):
        return value.lower()
    if first in ("{", "[", "%"):
        document = as_document(value)
        if document is not value:
            return _policy(document) if _is_policy(document) else canonical(document, comparison)
    if value in ("", "0"):
        return EMPTY
    lowered = value.lower()
    if lowered == "false":
        return EMPTY
    if lowered == "true":
        return "true"
    return lowered if comparison == "caseless" else value


def _duration(value: str) -> Hashable:
    """Seconds as Google writes them, `3.500s`."""
    seconds = _SECONDS.fullmatch(value)
    return canonical(float(seconds[1])) if seconds else value or EMPTY


def _item(value: Any, comparison: Comparison) -> Hashable:
    """An item of a list: zero and false are values there, not nothing."""
    if isinstance(value, str):
        return "0" if value == "0" else canonical(value, comparison)
    if value is False:
        return "false"
    return "0" if isinstance(value, (int, float)) and value == 0 else canonical(value, comparison)


def _map(value: Mapping[str, Any], comparison: Comparison) -> Hashable:
    if comparison == "auto" and _is_policy(value):
        return _policy(value)
    form = _literal if comparison == "exact" else canonical
    pairs = [(key, form(item, comparison)) for key, item in value.items()]
    return frozenset([pair for pair in pairs if pair[1] is not EMPTY]) or EMPTY


def _literal(value: Any, comparison: Comparison) -> Hashable:
    """A value under a key that somebody chose, such as a tag's: it is there even if it is empty, false or zero."""
    if isinstance(value, bool):
        return str(value).lower()
    if value == "":
        return ""
    return "0" if value == 0 else canonical(value, comparison)


def _is_policy(value: Any) -> bool:
    return isinstance(value, Mapping) and "Statement" in value and value.keys() <= {"Version", "Id", "Statement"}


def _policy(value: Any) -> Hashable:
    document = as_document(value)
    if not isinstance(document, Mapping):
        return canonical(document)
    if not _is_policy(document):
        return canonical(document, "ordered")
    statements = frozenset(_statement(item) for item in as_items(document["Statement"]))
    head = frozenset((key, document[key]) for key in ("Version", "Id") if document.get(key))
    return head, statements


def _statement(statement: Any) -> Hashable:
    if not isinstance(statement, Mapping):
        return canonical(statement)
    form: dict[str, Hashable] = {}
    for key, value in statement.items():
        if key in _POLICY_SETS:
            texts = (str(item) for item in as_items(value))
            form[key] = frozenset(text.lower() if key.endswith("Action") else text for text in texts)
        elif key in ("Principal", "NotPrincipal"):
            form[key] = _principal(value)
        elif key == "Condition" and isinstance(value, Mapping):
            form[key] = frozenset(
                (operator, frozenset((name.lower(), _condition_values(wanted)) for name, wanted in tests.items()))
                for operator, tests in value.items()
                if isinstance(tests, Mapping)
            )
        else:
            form[key] = canonical(value)
    return frozenset(pair for pair in form.items() if pair[1] not in (EMPTY, frozenset()))


def _condition_values(value: Any) -> Hashable:
    return frozenset("true" if item is True else "false" if item is False else str(item) for item in as_items(value))


def _principal(value: Any) -> Hashable:
    if not isinstance(value, Mapping):
        value = {"AWS": value}
    return frozenset(
        (kind, frozenset(_principal_name(str(item)) for item in as_items(names))) for kind, names in value.items()
    )


def _principal_name(name: str) -> str:
    """An account's root user may be written by the account's number alone."""
    return f"arn:aws:iam::{name}:root" if _ACCOUNT.fullmatch(name) else name
