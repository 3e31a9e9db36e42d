"""Events by what they touch, so that each resource finds its own without a look at all the others."""

import bisect
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from engine.correlate.operations.aws import same_service
from engine.correlate.operations.recorded import is_recorded
from engine.correlate.values import attribute_of
from engine.model import Difference, Event, EventKind
from engine.providers import Knowledge

#: Errors that say "you may not", as opposed to "you did it wrong".
_DENIED = re.compile(r"denied|unauthori[sz]ed|forbidden|notauthorized|authfailure|explicitdeny", re.IGNORECASE)
_ACCOUNT = re.compile(r"^\d{12}$")
_GLOBAL_SERVICES = frozenset({"iam", "s3", "route53", "cloudfront", "sts", "organizations"})
_NAME_ATTRIBUTES = frozenset(
    {"name", "bucket", "function_name", "identifier", "cluster_identifier", "key_id", "role", "repository_name"}
)
#: What happened around a change: looked for from before until after it.
_CONTEXT = frozenset({EventKind.INCIDENT, EventKind.ALERT, EventKind.DEPLOY, EventKind.METRIC, EventKind.AUDIT})


class Commit(Struct, frozen=True):
    """What a commit's request says. `landed`: it is on the default branch, so its time is when its change counts."""

    landed: bool = True
    files: list[str] = []
    addresses: dict[str, Any] = {}

    def attributes(self, address: str) -> dict[str, list[str | None]]:
        """Attribute → [old, new] of a block, texts as the code has them; empty when the commit left it alone.

        What the block itself does not say, the arguments of the module calls around it may.
        """
        named = next((name for name in (address, *module_calls(address)) if name in self.addresses), "")
        block = self.addresses.get(named, {})
        found: dict[str, list[str | None]] = block.get("attributes", {})
        return found

    def adds(self, address: str) -> bool:
        """Whether the commit brought the whole block: nothing of it was there before."""
        attributes = self.attributes(address)
        return bool(attributes) and all(old is None for old, _ in attributes.values())


@lru_cache(maxsize=4096)
def commit_of(event: Event) -> Commit:
    """The decoded request of a commit."""
    try:
        return msgspec.json.decode(event.request, type=Commit)
    except msgspec.DecodeError:
        return Commit()


def was_denied(event: Event) -> bool:
    """Whether the call was refused for want of permission."""
    return event.error is not None and _DENIED.search(event.error) is not None


def plain_address(address: str) -> str:
    """An address without indices: `module.web["a"].aws_instance.b[0]` as `module.web.aws_instance.b`."""
    return re.sub(r"\[[^\]]*\]", "", address)


def module_calls(address: str) -> list[str]:
    """The module calls around a resource, the nearest first: `module.a.module.b`, `module.a`."""
    modules, _, _ = address.rpartition(".")
    modules = modules.rpartition(".")[0]
    parts = modules.split(".") if modules.startswith("module.") else []
    return [".".join(parts[:end]) for end in range(len(parts), 0, -2)]


class EventIndex:
    """The events up to a moment, by identifier, address and principal. Built once for all differences."""

    def __init__(
        self, differences: Sequence[Difference], events: Iterable[Event], as_of: datetime, knowledge: Knowledge
    ) -> None:
        self._knowledge = knowledge
        wanted = {name for difference in differences for name in names_of(difference)}
        blocks = {plain_address(difference.resource.address) for difference in differences}
        addresses = blocks | {call for block in blocks for call in module_calls(block)}
        self._calls: dict[str, list[Event]] = {}
        self._commits: dict[str, list[Event]] = {}
        self._context: dict[str, list[Event]] = {}
        by_principal: dict[str, list[Event]] = {}
        for event in sorted((event for event in events if event.at <= as_of), key=lambda event: (event.at, event.id)):
            if event.kind is EventKind.COMMIT:
                self._add_commit(event, addresses, wanted)
            elif event.kind in _CONTEXT and not is_recorded(event):
                for name in {text.lower() for text in event.touches}:
                    self._context.setdefault(name, []).append(event)
            elif event.writes:
                for name in event.touches:
                    if name in wanted:
                        self._calls.setdefault(name, []).append(event)
                if event.actor.principal:
                    by_principal.setdefault(event.actor.principal, []).append(event)
        self._by_principal = {name: ([event.at for event in found], found) for name, found in by_principal.items()}

    def calls(self, difference: Difference) -> list[Event]:
        """The writing calls on the resource, refused and failed ones included, oldest first."""
        rule = self._knowledge.types.get(difference.resource.type)
        native = rule.native if rule else ""
        return [
            event
            for event in _merged(self._calls.get(name, ()) for name in names_of(difference))
            if same_service(native, event.service) and _same_place(difference.resource.scope, event)
        ]

    def commits(self, difference: Difference) -> list[Event]:
        """The commits that touch the resource's block, or that name an undeclared resource, oldest first.

        A changed argument of a module call counts where an attribute of the same name differs inside.
        """
        address = plain_address(difference.resource.address)
        if address:
            changed = {attribute_of(change.path).partition(".")[0] for change in difference.changes}
            passed = [
                [event for event in self._commits.get(call, ()) if changed & set(commit_of(event).attributes(call))]
                for call in module_calls(address)
            ]
            return _merged((self._commits.get(address, ()), *passed))
        return _merged(self._commits.get(name, ()) for name in names_of(difference))

    def session(self, event: Event, within: timedelta) -> list[Event]:
        """Other writing calls of the same person in the same role around an event, oldest first."""
        times, found = self._by_principal.get(event.actor.principal or "", ([], []))
        first = bisect.bisect_left(times, event.at - within)
        last = bisect.bisect_right(times, event.at + within)
        return [other for other in found[first:last] if other.id != event.id and other.actor.role == event.actor.role]

    def context(self, difference: Difference, start: datetime, end: datetime) -> list[Event]:
        """Incidents, alerts, deployments and the like that name the resource or its service, oldest first."""
        names = {name.lower() for name in names_of(difference)} | service_names(difference)
        found = _merged(self._context.get(name, ()) for name in sorted(names))
        return [event for event in found if start <= event.at <= end]

    def _add_commit(self, event: Event, addresses: set[str], wanted: set[str]) -> None:
        commit = commit_of(event)
        for address in commit.addresses:
            if address in addresses:
                self._commits.setdefault(address, []).append(event)
            for attribute, (_, new) in commit.attributes(address).items():
                if attribute in _NAME_ATTRIBUTES and new in wanted:
                    self._commits.setdefault(str(new), []).append(event)


def names_of(difference: Difference) -> tuple[str, ...]:
    """Every name the resource may be called by: ids, ARNs, names, and what ARNs and addresses end in."""
    ref = difference.resource
    found: dict[str, None] = {}
    for key in (ref.id, *difference.keys, ref.name):
        if key:
            found[key] = None
            if key.startswith(("arn:", "https://")):
                tail = key.rpartition(":")[2].rpartition("/")[2]
                if len(tail) > 2:
                    found[tail] = None
    return tuple(found)


def service_names(difference: Difference) -> set[str]:
    """What people may call the service that the resource belongs to: its name, and what its tags say, in lower case."""
    found = {value.lower() for value in difference.tags.values() if 2 < len(value) < 64}
    name = difference.resource.name or difference.resource.id
    if name and not name.startswith(("arn:", "https://")):
        found.add(name.lower())
    return found


def _same_place(scope: str, event: Event) -> bool:
    """Whether an event happened in the resource's account and region, as far as both are known."""
    account, _, region = scope.partition("/")
    event_account, _, event_region = event.scope.partition("/")
    if _ACCOUNT.match(account) and _ACCOUNT.match(event_account) and account != event_account:
        return False
    if event.service.split(".", 1)[0] in _GLOBAL_SERVICES or region in ("", "*", "global"):
        return True
    return not event_region or region == event_region


def _merged(lists: Iterable[Sequence[Event]]) -> list[Event]:
    """The events of several lists, each once, oldest first."""
    unique = {event.id: event for found in lists for event in found}
    return sorted(unique.values(), key=lambda event: (event.at, event.id))
