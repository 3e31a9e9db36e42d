"""A file of Terraform code as blocks and attributes, whichever of its two syntaxes it is written in."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct, field


class Body(Struct, gc=False):
    """What stands within a block, or a file. An attribute is its expression's text; `[value]` in JSON syntax."""

    attributes: dict[str, Any] = field(default_factory=dict)
    blocks: list["Block"] = field(default_factory=list)

    def of(self, kind: str) -> Iterator["Block"]:
        """The blocks of a kind."""
        return (block for block in self.blocks if block.kind == kind)


class Block(Struct, gc=False):
    """`resource "aws_s3_bucket" "logs" {…}` has the kind `resource` and two labels."""

    kind: str
    labels: list[str]
    body: Body


#: Blocks that JSON syntax nests under their labels, and how many they have.
_JSON_LABELS = {"resource": 2, "module": 1, "variable": 1, "provider": 1, "backend": 1, "locals": 0, "terraform": 0,
                "moved": 0, "import": 0, "removed": 0, "lifecycle": 0, "default_tags": 0}  # fmt: skip
_WITHIN = {"resource": {"lifecycle"}, "provider": {"default_tags"}, "terraform": {"backend"}}


def parse_hcl(text: str) -> Body:
    """Reads native syntax. Raises what the parser raises; it may take very long."""
    import hcl2
    from hcl2.utils import SerializationOptions

    options = SerializationOptions(with_comments=False, wrap_objects=True, wrap_tuples=True, preserve_heredocs=False)
    return _body(hcl2.loads(text, serialization_options=options))


def parse_json(raw: bytes) -> Body:
    """Reads JSON syntax. Raises msgspec.DecodeError."""
    return _json_body(msgspec.json.decode(raw, type=dict[str, Any]), {*_JSON_LABELS})


def _body(content: Mapping[str, Any]) -> Body:
    body = Body()
    for name, value in content.items():
        if name.startswith("__"):
            continue
        if isinstance(value, list):
            for item in value:
                labels, inner = _labelled(item)
                body.blocks.append(Block(name, labels, _body(inner)))
        else:
            body.attributes[_plain(name)] = _source(value)
    return body


def _labelled(item: Mapping[str, Any]) -> tuple[list[str], Mapping[str, Any]]:
    labels: list[str] = []
    while "__is_block__" not in item:
        [(label, item)] = item.items()
        labels.append(_plain(label))
    return labels, item


def _plain(name: str) -> str:
    return name[1:-1] if name[:1] == '"' else name


def _source(value: Any) -> str:
    """The text of an expression: texts come in quotes, expressions within `${…}`, names and numbers as they are."""
    if isinstance(value, str):
        return value[2:-1] if value.startswith("${") and value.endswith("}") else value
    return msgspec.json.encode(value).decode()


def _json_body(content: Mapping[str, Any], kinds: set[str]) -> Body:
    body = Body()
    for name, value in content.items():
        if name not in kinds:
            body.attributes[name] = [value]
            continue
        for labels, inner in _json_blocks(value, _JSON_LABELS[name], []):
            body.blocks.append(Block(name, labels, _json_body(inner, _WITHIN.get(name, set()))))
    return body


def _json_blocks(value: Any, labels: int, above: list[str]) -> Iterator[tuple[list[str], Mapping[str, Any]]]:
    if isinstance(value, list):
        for item in value:
            yield from _json_blocks(item, labels, above)
    elif isinstance(value, Mapping):
        if labels == 0:
            yield above, value
        else:
            for name, below in value.items():
                yield from _json_blocks(below, labels - 1, [*above, name])
