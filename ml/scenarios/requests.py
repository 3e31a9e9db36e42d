"""How a move is asked for: the same change looks otherwise from a console, a pipeline, an editor or a patch."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.model import Via
from ml.scenarios.chance import Chance
from ml.scenarios.kinds import Move
from ml.scenarios.story import Badge, Who
from ml.scenarios.templates import fill
from ml.scenarios.thing import Thing, Values


def ask(thing: Thing, move: Move, words: Mapping[str, Any], who: Who, chance: Chance) -> tuple[str, Any]:
    """The operation and the request of a move that sets its slot to the word `new`."""
    if thing.provider == "kubernetes" and move.call == "patch":
        return _object(thing, move, words, who, chance)
    if move.whole and who.via in (Via.CONSOLE, Via.TERRAFORM):
        return move.call, fill(move.whole, {**words, move.slot: words["new"]})
    return move.call, fill(move.request, words)


def _object(thing: Thing, move: Move, words: Mapping[str, Any], who: Who, chance: Chance) -> tuple[str, Any]:
    """A merge, a list of operations, or the whole object: by an editor, or by a pipeline that applies it."""
    before = {slot: words[slot] for slot in thing.live}
    whole = thing.state({**before, move.slot: words["new"]})
    style = chance.share()
    if who.badge is Badge.MACHINE and who.via is not Via.CONTROLLER:
        return "patch", whole if style < 0.6 else fill(move.request, words)
    if style < 0.3:
        return "update", whole
    if style < 0.5 and who.person:
        steps = list(steps_between(thing.state(before), whole))
        return "patch", steps or fill(move.request, words)
    return "patch", fill(move.request, words)


def steps_between(before: Any, after: Any, path: str = "") -> Iterator[Values]:
    """What has to be replaced to get from one object to the other, as JSON Patch has it."""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        for name, value in after.items():
            yield from steps_between(before[name], value, f"{path}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, value in enumerate(after):
            yield from steps_between(before[place], value, f"{path}/{place}")
    elif before != after:
        yield {"op": "replace", "path": path, "value": after}
