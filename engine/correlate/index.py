"""Events by what they touch, so that each resource finds its own without a look at all the others."""

import bisect
import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from msgspec import structs

from engine.correlate.committed import Block, commit_of, template_key
from engine.correlate.context import Surroundings, goes_on
from engine.correlate.names import module_calls, names_of, plain_address
from engine.correlate.operations.aws import same_service
from engine.correlate.people import login_of
from engine.correlate.values import attribute_of
from engine.model import Actor, Difference, Event, EventKind, ResourceRef
from engine.providers import Knowledge

#: Errors that say "you may not", as opposed to "you did it wrong".
_DENIED = re.compile(
    r"denied|unauthori[sz]ed|forbidden|notauthorized|authfailure|authorizationfailed|explicitdeny|disallowed",
    re.IGNORECASE,
)
_NAMED_SCOPES = frozenset({"gcp", "azure"})
_ACCOUNT = re.compile(r"^\d{12}$")
_at = attrgetter("at")
_GLOBAL_SERVICES = frozenset({"iam", "s3", "route53", "cloudfront", "sts", "organizations"})
_NAME_ATTRIBUTES = frozenset(
    {"name", "bucket", "function_name", "identifier", "cluster_identifier", "key_id", "role", "repository_name"}
)
#: Of the calls of a sitting, the nearest so many are looked at.
_NEAREST = 200


def was_denied(event: Event) -> bool:
    """Whether the call was refused for want of permission."""
    return event.error is not None and _DENIED.search(event.error) is not None


class EventIndex:
    """The events up to a moment, by identifier, address and principal. Built once for all differences."""

    def __init__(
        self, differences: Sequence[Difference], events: Iterable[Event], as_of: datetime, knowledge: Knowledge
    ) -> None:
        self._knowledge = knowledge
        wanted = {name for difference in differences for name in names_of(difference)}
        blocks = {plain_address(difference.resource.address) for difference in differences}
        addresses = blocks | {call for block in blocks for call in module_calls(block)}
        self._calls: dict[str, list[Event]] = defaultdict(list)
        self._commits: dict[str, list[Event]] = defaultdict(list)
        self._by_principal: dict[str, list[Event]] = defaultdict(list)
        surrounding = []
        for event in _until(events, as_of):
            kind = event.kind
            if kind is EventKind.COMMIT:
                self._add_commit(event, addresses, wanted)
            elif kind is not EventKind.API_CALL and goes_on(event):
                surrounding.append(event)
            elif event.writes or was_denied(event):
                self._add_call(event, wanted)
        #: What went on around, by what it is about.
        self.surroundings = Surroundings(differences, surrounding)

    def calls(self, difference: Difference) -> list[Event]:
        """The writing calls on the resource, refused and failed ones included, oldest first."""
        rule = self._knowledge.types.get(difference.resource.type)
        native = rule.native if rule else ""
        return [
            event
            for event in _merged(self._calls.get(name, ()) for name in names_of(difference))
            if same_service(native, event.service) and _same_place(difference.resource, event)
        ]

    def commits(self, difference: Difference) -> list[Event]:
        """The commits that touch the resource's block, or that name an undeclared resource, oldest first.

        A changed argument of a module call counts where an attribute of the same name differs inside.
        """
        template = template_key(difference.resource)
        if template:
            return self._of_template(difference, self._commits.get(template, ()))
        address = plain_address(difference.resource.address)
        if address:
            changed = {attribute_of(change.path).partition(".")[0] for change in difference.changes}
            passed = [
                [event for event in self._commits.get(call, ()) if changed & set(_block(event, call).attributes)]
                for call in module_calls(address)
            ]
            return _merged((self._commits.get(address, ()), *passed))
        return _merged(self._commits.get(name, ()) for name in names_of(difference))

    @staticmethod
    def _of_template(difference: Difference, commits: Sequence[Event]) -> list[Event]:
        """The commits on the template that the resource's stack was made from. Of several templates that have such a
        resource, only one that is called like the stack."""
        found = [(event, commit_of(event).templates(difference.resource)) for event in commits]
        several = len({address for _, blocks in found for address in blocks}) > 1
        return [
            event
            for event, blocks in found
            if any(not several or block.is_called_like(difference.resource) for block in blocks.values())
        ]

    def session(self, event: Event, within: timedelta, most: int) -> list[Event]:
        """Other writing calls of the same person in the same role around an event: the nearest, at most so many."""
        found = self._by_principal.get(event.actor.principal or "", [])
        here = bisect.bisect_left(found, event.at, key=_at)
        first = bisect.bisect_left(found, event.at - within, max(0, here - _NEAREST), here, key=_at)
        last = bisect.bisect_right(found, event.at + within, here, min(len(found), here + _NEAREST), key=_at)
        others = (other for other in found[first:last] if other.id != event.id and other.actor.role == event.actor.role)
        return heapq.nsmallest(most, others, key=lambda other: (abs(other.at - event.at), other.id))

    def by_login(self, actor: Actor) -> Actor:
        """Whoever a commit names, by the login under which they make calls, where that is known."""
        login = login_of(actor.principal or "", self._by_principal)
        return structs.replace(actor, principal=login) if login else actor

    def _add_call(self, event: Event, wanted: set[str]) -> None:
        """A write, or a look that was refused: that tells of what its caller then did."""
        if event.writes and not wanted.isdisjoint(event.touches):  # of a million hardly any
            for name in wanted.intersection(event.touches):
                self._calls[name].append(event)
        if principal := event.actor.principal:
            self._by_principal[principal].append(event)

    def _add_commit(self, event: Event, addresses: set[str], wanted: set[str]) -> None:
        for address, block in commit_of(event).addresses.items():
            if address in addresses or address in wanted:
                self._commits[address].append(event)
            elif block.type:
                self._commits[template_key(address)].append(event)
            for attribute, (_, new) in block.attributes.items():
                if attribute in _NAME_ATTRIBUTES and isinstance(new, str) and new in wanted:
                    self._commits[new].append(event)


def _block(event: Event, address: str) -> Block:
    return commit_of(event).addresses.get(address, Block())


def _same_place(ref: ResourceRef, event: Event) -> bool:
    """Whether an event happened in the resource's account and region, as far as both are known."""
    account, _, region = ref.scope.partition("/")
    event_account, _, event_region = event.scope.partition("/")
    if ref.provider in _NAMED_SCOPES and account and event_account:
        # A project may be called by its number as well.
        return account.lower() == event_account.lower() or account.isdigit() or event_account.isdigit()
    if _ACCOUNT.match(account) and _ACCOUNT.match(event_account) and account != event_account:
        return False
    if event.service.split(".", 1)[0] in _GLOBAL_SERVICES or region in ("", "*", "global"):
        return True
    return not event_region or region == event_region


def _until(events: Iterable[Event], as_of: datetime) -> list[Event]:
    """The events up to a moment, oldest first. They mostly come in that order, and a million takes a while to sort."""
    found = [event for event in events if event.at <= as_of]
    times = list(map(_at, found))
    return found if times == sorted(times) else sorted(found, key=lambda event: (event.at, event.id))


def _merged(lists: Iterable[Sequence[Event]]) -> list[Event]:
    """The events of several lists, each once, oldest first."""
    unique = {event.id: event for found in lists for event in found}
    return sorted(unique.values(), key=lambda event: (event.at, event.id))
