"""Which declared resources have to be asked for by Cloud Control, and by which identifiers."""

from collections.abc import Iterator

from msgspec import Struct

from engine.collectors.aws_account import Account
from engine.collectors.base import Context
from engine.compare.identity import declared_identity
from engine.model import UNRESOLVED, Declared, Language
from engine.providers import Knowledge
from engine.providers.reads import Reads


class Wanted(Struct, frozen=True):
    """One resource to ask for. `identifiers` are tried in turn.

    is_certain: when none of them is known to the provider, the resource is gone; else an identifier may be wrong.
    keys: identities that the declaration uses and the answer may not repeat.
    """

    native: str
    region: str
    scope: str
    identifiers: tuple[str, ...]
    is_certain: bool = False
    keys: tuple[str, ...] = ()


def wanted_resources(context: Context, account: Account, knowledge: Knowledge, reads: Reads) -> list[Wanted]:
    """All that CloudFormation declares in the account and its regions, and of Terraform what no read covers."""
    stacks = context.declared(Language.CLOUDFORMATION)
    code = context.declared(Language.TERRAFORM)
    found = [*_of_stacks(stacks, account, knowledge), *_of_terraform(code, account, knowledge, reads)]
    return list({(item.native, item.scope, item.identifiers): item for item in found}.values())


def _of_stacks(declared: list[Declared], account: Account, knowledge: Knowledge) -> Iterator[Wanted]:
    for item in declared:
        for region in _regions(item, account):
            identifier = _identifier(item, knowledge)
            if identifier:
                scope = _scope(item.ref.type, region, account, knowledge)
                yield Wanted(item.ref.type, region, scope, (identifier,), True, (item.ref.id,))


def _of_terraform(declared: list[Declared], account: Account, knowledge: Knowledge, reads: Reads) -> Iterator[Wanted]:
    for item in declared:
        rule = knowledge.types.get(item.ref.type)
        if rule is None or item.ref.provider != "aws" or rule.part_of or rule.native in reads.types:
            continue
        names = [declared_identity(item.attributes, name) for name in rule.join]
        identifiers = tuple(dict.fromkeys(name for name in names if name and UNRESOLVED not in name))
        if identifiers:
            for region in _regions(item, account):
                scope = _scope(rule.native, region, account, knowledge)
                yield Wanted(rule.native, region, scope, identifiers, keys=identifiers)


def _regions(item: Declared, account: Account) -> list[str]:
    """Where the resource lives, of the regions that are read; all of them when the declaration does not tell."""
    number, _, region = item.ref.scope.partition("/")
    if number and number != account.number:
        return []
    if region in ("", "*", "global"):
        return account.regions[:1] if region == "global" else account.regions
    return [region] if region in account.regions else []


def _scope(native: str, region: str, account: Account, knowledge: Knowledge) -> str:
    owner = knowledge.owner_of(native)
    is_global = owner is not None and knowledge.types[owner].is_global
    return f"{account.number}/{'global' if is_global else region}"


def _identifier(item: Declared, knowledge: Knowledge) -> str:
    """The primary identifier of what a stack made: its physical id, or several properties joined with it.

    Of a compound identifier the template knows some pieces; the one that it does not is the physical id.
    """
    if not item.ref.id or UNRESOLVED in item.ref.id:
        return ""
    names = knowledge.registry.type(item.ref.type).id
    if len(names) < 2 or "|" in item.ref.id:
        return item.ref.id
    pieces = [item.attributes.get(name) for name in names]
    known = [piece for piece in pieces if isinstance(piece, str) and piece and UNRESOLVED not in piece]
    if len(known) < len(pieces) - 1:
        return ""
    return "|".join(piece if isinstance(piece, str) and piece in known else item.ref.id for piece in pieces)
