"""Taking out of an audit record what the Secrets of a cluster hold: nothing but the object's kind gives them away."""

from typing import Any

import msgspec

from engine.model import SENSITIVE
from engine.redact import redact_value

_CONTENTS = ("data", "stringData")
_NOTED = "kubectl.kubernetes.io/last-applied-configuration"


def without_secrets(record: bytes) -> str:
    """The JSON of a record about Secrets with everything they hold replaced."""
    whole = msgspec.json.decode(record)
    hidden = {
        name: _hidden(value) if name in ("requestObject", "responseObject") else value for name, value in whole.items()
    }
    return msgspec.json.encode(redact_value(hidden)).decode()


def _hidden(value: Any) -> Any:
    """An object, a list of them, or a patch of either form."""
    if isinstance(value, list):
        return [_hidden_step(item) if isinstance(item, dict) and "op" in item else _hidden(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _contents(inner) if name in _CONTENTS else _kept(name, inner) for name, inner in value.items()}


def _kept(name: str, value: Any) -> Any:
    return SENSITIVE if name == _NOTED else _hidden(value)


def _contents(value: Any) -> Any:
    """The names are kept, since they tell what was written; null stays, which takes something away."""
    if isinstance(value, dict):
        return {name: None if inner is None else SENSITIVE for name, inner in value.items()}
    return None if value is None else SENSITIVE


def _hidden_step(step: dict[str, Any]) -> dict[str, Any]:
    """A step of a JSON patch: which of the object it writes stands in its path."""
    top, _, rest = str(step.get("path", "")).lstrip("/").partition("/")
    if "value" not in step:
        return step
    if top in _CONTENTS:
        return {**step, "value": SENSITIVE if rest else _contents(step["value"])}
    if rest.endswith(_NOTED.replace("/", "~1")):
        return {**step, "value": SENSITIVE}
    return {**step, "value": _hidden(step["value"])}
