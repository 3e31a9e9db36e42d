"""From answers of the AWS API to the parts of an observation, as the read tables say."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.compare.paths import compile_path
from engine.providers.reads import Call


def listed_items(call: Call, answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The items that an answer lists; bare texts under the field that the call names."""
    found = compile_path(call.items).within(answer) if call.items else [answer]
    for item in flat(found):
        if isinstance(item, dict):
            if all(compile_path(path).within(item) in values for path, values in call.present.items()):
                yield _rewritten(call, item)
        elif call.wrap:
            yield {call.wrap: _respelt(call.respell, str(item))}


def body(call: Call, answer: Mapping[str, Any], asked: Mapping[str, Any]) -> Any:
    """The part that an answer makes. What was asked for is added where the answer does not repeat it."""
    content = compile_path(call.answer).within(answer) if call.answer else answer
    if content is None:
        return dict(asked)
    if not isinstance(content, Mapping):
        return content
    dropped = {*call.leave_out, "ResponseMetadata"}
    return {**asked, **{name: value for name, value in content.items() if name not in dropped}}


def _rewritten(call: Call, item: dict[str, Any]) -> dict[str, Any]:
    changed = {
        name: _respelt(patterns, item[name])
        for name, patterns in call.rewrite.items()
        if isinstance(item.get(name), str)
    }
    return {**item, **changed} if changed else item


def _respelt(patterns: Mapping[str, str], text: str) -> str:
    for pattern, replacement in patterns.items():
        text = re.sub(pattern, replacement, text)
    return text


def flat(value: Any) -> Iterator[Any]:
    """The items of a list, those of lists within it in their place; nothing of what is no list."""
    for item in value if isinstance(value, list) else ():
        if isinstance(item, list):
            yield from flat(item)
        else:
            yield item
