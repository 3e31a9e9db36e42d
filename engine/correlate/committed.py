"""What a commit says: the declarations that it changed, and which of them is a resource's."""

import re
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from engine.correlate.names import module_calls, names_of, plain_address
from engine.model import Difference, Event, Language, ResourceRef

#: Between the path of a template and the logical id of a resource in it.
_IN_TEMPLATE = "#"
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


class Block(Struct, frozen=True):
    """A declaration that a commit changed: attribute → [old, new], None where there was or is nothing.

    Of Terraform they are texts as the code has them, of other languages values. Of a template's resource `type` is
    its type, and `hints` are the names of stacks that the template may be for.
    """

    language: Language = Language.TERRAFORM
    type: str = ""
    hints: list[str] = []
    attributes: dict[str, list[Any]] = {}

    @property
    def is_new(self) -> bool:
        """Whether the commit brought the whole declaration: nothing of it was there before."""
        return bool(self.attributes) and all(old is None for old, _ in self.attributes.values())

    @property
    def is_gone(self) -> bool:
        """Whether the commit took the whole declaration away."""
        return bool(self.attributes) and all(new is None for _, new in self.attributes.values())

    def is_called_like(self, ref: ResourceRef) -> bool:
        """Whether the template has the name of the resource's stack, or a part of it."""
        stack = f"-{_NOT_A_NAME.sub('-', ref.address.lower())}-"
        return any(f"-{hint}-" in stack for hint in self.hints)


class Commit(Struct, frozen=True):
    """What a commit's request says. `landed`: it is on the default branch, so its time is when its change counts."""

    landed: bool = True
    files: list[str] = []
    addresses: dict[str, Block] = {}

    def block(self, difference: Difference) -> Block:
        """The resource's declaration as the commit changed it; an empty one where it left it alone.

        What Terraform's block itself does not say, the arguments of the module calls around it may.
        """
        ref = difference.resource
        if template_key(ref):
            blocks = list(self.templates(ref).values())
            return next((block for block in blocks if block.is_called_like(ref)), blocks[0] if blocks else Block())
        address = plain_address(ref.address)
        names = (address, *module_calls(address)) if address else names_of(difference)
        return next((self.addresses[name] for name in names if name in self.addresses), Block())

    def templates(self, ref: ResourceRef) -> dict[str, Block]:
        """The resources of templates that may be this one, by address: of its logical id and its type."""
        key = template_key(ref)
        return {
            address: block
            for address, block in self.addresses.items()
            if block.type == ref.type and template_key(address) == key
        }


@lru_cache(maxsize=4096)
def commit_of(event: Event) -> Commit:
    """The decoded request of a commit."""
    try:
        return msgspec.json.decode(event.request, type=Commit)
    except msgspec.DecodeError:
        return Commit()


def template_key(what: ResourceRef | str) -> str:
    """By what a stack's resource and its declaration in a template find each other; empty for other resources."""
    if isinstance(what, str):
        return _IN_TEMPLATE + what.rpartition(_IN_TEMPLATE)[2]
    return _IN_TEMPLATE + what.address.rpartition("/")[2] if "::" in what.type and what.address else ""
