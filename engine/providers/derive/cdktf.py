"""What Terraform providers say of their resources' attributes, read from the `@cdktf/provider-…` packages.

`npm pack @cdktf/provider-aws` into an empty folder and unpack it there: the package's `lib/` has a file for each
resource, whose generated code states every settable attribute with its shape and whether it has to be set.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

_TYPE = re.compile(r'\.tfResourceType = "(\w+)"')
_FUNCTION = re.compile(r"^function (\w+)ToHclTerraform\(.*?^\}", re.DOTALL | re.MULTILINE)
_CLASS = re.compile(r"^class (\w+) extends cdktf\.(\w+) \{.*?^\}", re.DOTALL | re.MULTILINE)
_SYNTHESIS = re.compile(r"^    synthesizeHclAttributes\(\) \{.*?^    \}", re.DOTALL | re.MULTILINE)
_ENTRY = re.compile(
    r"^ +(\w+): \{\s+value: (.*?),\n\s+isBlock: (true|false),\s+type: \"(\w+)\",\s+storageClassType: \"(\w+)\",",
    re.DOTALL | re.MULTILINE,
)
_OPTIONAL = re.compile(r"^    reset(\w+)\(\) \{", re.MULTILINE)
_SHAPE = re.compile(r"(?<!\w)(\w+)ToHclTerraform\b")
_HELPERS = re.compile(r"\bcdktf\.\w+")


class Attribute(Struct, frozen=True):
    """One settable attribute.

    kind: `simple`, `list`, `set` or `map`. item: `string`, `number`, `boolean`, or `block`. single: a block that may
    be given once only. required: the code must set it. fields: those of a block.
    """

    name: str
    kind: str
    item: str
    single: bool = False
    required: bool = False
    fields: "dict[str, Attribute]" = {}


def resources(lib: Path) -> Iterator[tuple[str, dict[str, Attribute]]]:
    """Every resource type of a provider with its attributes, by name."""
    for folder in sorted(lib.iterdir()):
        file = folder / "index.js"
        if file.is_file() and not folder.name.startswith("data-"):
            structs = folder / "index-structs"
            text = "\n".join(part.read_text() for part in (file, *sorted(structs.glob("*.js"))))
            match = _TYPE.search(text)
            if match:
                yield match[1], _File(text).attributes()


class _File:
    """The generated code of one resource."""

    def __init__(self, text: str) -> None:
        self._functions = {match[1]: match[0] for match in _FUNCTION.finditer(text)}
        self._optional: dict[str, set[str]] = {}
        self._resource = ""
        self._main = ""
        for match in _CLASS.finditer(text):
            name = match[1].removesuffix("OutputReference")
            self._optional.setdefault(name, set()).update(_plain(found) for found in _OPTIONAL.findall(match[0]))
            if match[2] == "TerraformResource":
                self._resource, self._main = name, match[0]

    def attributes(self) -> dict[str, Attribute]:
        """Those of the resource itself."""
        synthesis = _SYNTHESIS.search(self._main)
        return self._read(synthesis[0] if synthesis else "", self._resource, ())

    def _read(self, text: str, owner: str, within: tuple[str, ...]) -> dict[str, Attribute]:
        optional = self._optional.get(owner, set())
        found = {}
        for name, value, _, kind, storage in _ENTRY.findall(text):
            shape = _SHAPE.search(_HELPERS.sub("", value))
            fields = self._fields(shape[1], within) if shape else {}
            item = "block" if shape else re.sub("(List|Map)$", "", storage)
            single = bool(shape) and "listMapper" not in value and "hashMapper" not in value
            found[name] = Attribute(name, kind, item, single, _plain(name) not in optional, fields)
        return found

    def _fields(self, shape: str, within: tuple[str, ...]) -> dict[str, Attribute]:
        if shape in within or shape not in self._functions:
            return {}
        owner = shape[0].upper() + shape[1:]
        return self._read(self._functions[shape], owner, (*within, shape))


def _plain(name: str) -> str:
    """A name whichever way it is written: `kms_key_id`, `KmsKeyId`."""
    return name.replace("_", "").lower()
