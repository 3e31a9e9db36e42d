"""The shape of an estate: which resources there are, and where they are declared."""

from ml.scenarios.chance import Chance
from ml.scenarios.kinds import Kind, load_kinds
from ml.scenarios.organisation import Organisation
from ml.scenarios.thing import Thing

#: The stack whose code is given beside its state.
WITH_CODE = "platform"
_ELSEWHERE = {"aws": ("apps", "data"), "gcp": ("google",), "azure": ("azure",)}
#: Kinds of which a service has more than one now and then.
_MANY = frozenset({"apps/v1/Deployment", "v1/ConfigMap", "aws_security_group", "aws_lambda_function", "aws_sqs_queue"})


def build_estate(organisation: Organisation, chance: Chance, size: int) -> list[Thing]:
    """About `size` things, spread over services and kinds."""
    kinds = [kind for kind in load_kinds() if kind.provider == "aws" or kind.provider in organisation.clouds]
    wishes = [(service, kind, "") for service in organisation.services for kind in kinds]
    wishes += [(s, kind, f"-{n}") for s, kind, _ in wishes for n in (2, 3) if kind.type in _MANY]
    wishes += [(s, kind, f"-{n}") for s, kind, mark in wishes if not mark for n in range(4, 9)]
    chosen = _balanced(chance, wishes, size)
    things = []
    for number, (service, kind, mark) in enumerate(chosen):
        thing = make_thing(kind, organisation, service, mark, chance.child(f"thing-{number}"))
        things.append(thing)
    return things


def make_thing(kind: Kind, organisation: Organisation, service: str, mark: str, chance: Chance) -> Thing:
    """One thing, declared in a stack that fits it."""
    thing = Thing(kind, organisation, service, mark, chance)
    if kind.provider != "kubernetes":
        thing.stack = WITH_CODE if kind.code and kind.provider == "aws" and chance.maybe(0.7) else chance.pick(
            _ELSEWHERE[kind.provider])  # fmt: skip
        label = f"{service}_{kind.suffix}{mark}".replace("-", "_")
        thing.address = f"{kind.type}.{label}"
        if thing.stack != WITH_CODE and chance.maybe(0.3):
            thing.address = f"module.{service}.{thing.address}"
    return thing


def _balanced(chance: Chance, wishes: list[tuple[str, Kind, str]], size: int) -> list[tuple[str, Kind, str]]:
    """A choice in which every kind is there before any comes again."""
    by_kind: dict[str, list[tuple[str, Kind, str]]] = {}
    for wish in wishes:
        by_kind.setdefault(wish[1].type, []).append(wish)
    rows = [chance.shuffled(row) for row in by_kind.values()]
    found: list[tuple[str, Kind, str]] = []
    for turn in range(max(map(len, rows))):
        for row in chance.shuffled(rows):
            if turn < len(row) and len(found) < size:
                found.append(row[turn])
    return found
