"""Which template a stack was made from: its resources say, and names where several templates fit."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from engine.collectors.declared.cfn.names import World
from engine.collectors.declared.cfn.stacks import Stack, Stacks
from engine.collectors.declared.cfn.template import Template

#: The share of a stack's resources that its template has to name.
_ENOUGH = 0.5
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")

Ambiguous = tuple[Stack, list[Template]]


def pair(stacks: Stacks, templates: Sequence[Template]) -> list[Ambiguous]:
    """Gives every stack its template. Returns the stacks that several templates fit equally well, with these."""
    world = World(stacks)
    by_hint = _indexed(templates, lambda template: template.hints)
    by_resource = _indexed(templates, lambda template: template.resources)
    ambiguous: list[Ambiguous] = []
    # Nested stacks come later: the template of a parent names the file of its child's.
    for stack in sorted(world.stacks, key=lambda stack: world.address(stack).count("/")):
        made = {key: drift.resource_type for key, drift in stack.drifts.items()}
        made |= {key: resource.resource_type for key, resource in stack.resources.items()}
        best = _best(made, by_hint(_hints(stack, world))) or _best(made, by_resource(made))
        if len(best) == 1 or (best and _all_alike(best)):
            stack.template = best[0]
        elif best:
            ambiguous.append((stack, best))
    return ambiguous


def spelling(name: str) -> str:
    """A name as it is compared: `Orders-API.template` and `orders_api-template` are the same."""
    return _NOT_A_NAME.sub("-", name.lower()).strip("-")


def _indexed(
    templates: Sequence[Template], words: Callable[[Template], Iterable[str]]
) -> Callable[[Iterable[str]], list[Template]]:
    """Finds the templates that have one of some words, each once."""
    index: dict[str, list[Template]] = {}
    for template in templates:
        for word in words(template):
            index.setdefault(word, []).append(template)
    return lambda sought: list({id(found): found for word in sought for found in index.get(word, ())}.values())


def _best(made: Mapping[str, str], templates: Iterable[Template]) -> list[Template]:
    """The templates that fit best what a stack made (logical ids and types), several if they fit equally well."""
    rated = [(rating, template) for template in templates if (rating := _rating(made, template)) is not None]
    rated.sort(key=lambda entry: entry[0], reverse=True)
    _, best = next(groupby(rated, key=lambda entry: entry[0]), (None, ()))
    return [template for _, template in best]


def _rating(made: Mapping[str, str], template: Template) -> tuple[float, float] | None:
    """How well a template fits: the share of the stack that it names, and the share that the stack has of it.

    None when it does not fit.
    """
    common = sum(template.resources[key].type == kind for key, kind in made.items() if key in template.resources)
    if not common or common / len(made) < _ENOUGH:
        return None
    return common / len(made), common / len(template.resources)


def _hints(stack: Stack, world: World) -> frozenset[str]:
    """The names that a stack's template may have."""
    names = {spelling(stack.name)}
    above = world.parent(stack)
    if above is not None:
        parent, logical_id = above
        names.add(spelling(logical_id))
        definition = parent.template.resources.get(logical_id) if parent.template else None
        url = definition.properties.get("TemplateURL") if definition else None
        if isinstance(url, str):
            names |= file_hints(url)
    return frozenset(names)


def file_hints(name: str) -> frozenset[str]:
    """The names of stacks that a file's name, and that of its folder, may tell of."""
    folder, _, file = name.rpartition("/")
    stem = file.removesuffix(".gz").removesuffix(".zst").rpartition(".")[0] or file
    words = {spelling(stem), spelling(folder.rpartition("/")[2])}
    for suffix in ("template", "stack", "processed", "cfn"):
        words |= {word.removesuffix(f"-{suffix}") for word in words}
    return frozenset(word for word in words if word)


def _all_alike(templates: Sequence[Template]) -> bool:
    first = templates[0]
    return all(
        (other.resources, other.parameters, other.mappings, other.conditions)
        == (first.resources, first.parameters, first.mappings, first.conditions)
        for other in templates[1:]
    )
