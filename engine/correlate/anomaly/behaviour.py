"""What is unusual about a call: for who made it, and for what it changed."""

import math
from collections import OrderedDict
from collections.abc import Container
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from engine.correlate.anomaly.habits import Hours, Principal, Written
from engine.model import Event, EventKind, Unusual, Via

_DAY = 86_400
#: Of a principal less than this is too little to say what is unusual; of a resource a shorter time.
_ENOUGH = 7 * _DAY
_CALLS = 20
_SITTINGS = 8
#: The surprise, in nats, of a score of 0.5: what a principal does by chance in one of a hundred sittings.
_UNUSUAL = math.log(100)
#: Beside the weightiest reason one of less surprise is not worth a sentence.
_WORTH_TELLING = 1.0
#: Principals and resources that are remembered: those least lately seen are forgotten.
_PRINCIPALS = 10_000
_RESOURCES = 100_000
#: Identifiers of a call that are looked at.
_TOUCHES = 8
_HALF = 0.5  # of a count, for what was never seen


class _Sort(NamedTuple):
    """A sort of reason: what is unusual of a call, and the sentence for it."""

    aspect: str
    text: str


#: The sentences have places for who, what, the operation and the days of records.
_NEWCOMER = _Sort("newcomer", "first sitting of {who} in {days} days of records")
_NEW_RESOURCE = _Sort("resource", "first write by {who} on {what} in {days} days of records")
_NEW_NETWORK = _Sort("place", "first call by {who} from {what}, a new network, in {days} days of records")
_NEW_ADDRESS = _Sort("place", "first call by {who} from {what}, a new address, in {days} days of records")
_NEW_CLIENT = _Sort("client", "first call by {who} through {what} in {days} days of records")
_NEW_OPERATION = _Sort("operation", "first {operation} by {who} in {days} days of records")
_HOUR = _Sort("hour", "{who} is seldom active from {what}")
_RATE = _Sort("rate", "{who} made {what}")

_VIA = {
    Via.CONSOLE: "the console",
    Via.CLI: "the command line",
    Via.SDK: "a program of their own",
    Via.TERRAFORM: "Terraform",
    Via.CONTROLLER: "a controller",
}


class Behaviour:
    """Learns from API calls in the order of their times what each principal does, and tells which writes are unusual.

    A call is compared with what came before the sitting it belongs to, never with what came after. Nothing is said of
    a principal before there are a week, twenty calls and eight sittings of theirs, nor of a principal or a resource
    that appears before there is a week of records. At most 10,000 principals and 100,000 resources are remembered.
    """

    def __init__(self, resources: Container[str] | None = None) -> None:
        """`resources`: the identifiers of those whose writers are learnt; without it of all."""
        self._wanted = resources
        self._principals: OrderedDict[str, Principal] = OrderedDict()
        self._resources: OrderedDict[str, Written] = OrderedDict()
        self._first_at: float | None = None
        self._sittings = 0
        self._has_forgotten = False

    def look(self, event: Event, *, is_asked: bool = True) -> Unusual | None:
        """What is unusual about an event, if anything; then learns from it. Reads teach, but are not told of.

        Who does not ask only lets it learn, which is quicker.
        """
        name = event.actor.principal
        if name is None or event.kind is not EventKind.API_CALL:
            return None
        seconds = event.at.timestamp()
        if self._first_at is None:
            self._first_at = seconds
        principal = self._principal(name, seconds)
        sittings = principal.sittings
        principal.add(seconds, event.writes)
        self._sittings += principal.sittings - sittings
        used = _of_use(event, principal)
        if not event.writes:
            return None
        written = self._of_resources(event, name, principal.sittings, seconds)
        if not is_asked:
            return None
        days = int(seconds - self._first_at) // _DAY
        reasons = [*self._of_newcomer(principal, days), *written]
        if principal.calls >= _CALLS and principal.sittings >= _SITTINGS and seconds - principal.first_at >= _ENOUGH:
            reasons += used
            reasons += _of_time(principal.hours)
        surprise = sum(reason.surprise for reason in reasons)
        return _unusual(event, reasons, surprise, days) if surprise >= _UNUSUAL else None

    def _principal(self, name: str, seconds: float) -> Principal:
        principal = self._principals.get(name)
        if principal is not None:
            self._principals.move_to_end(name)
            return principal
        self._sittings += 1
        principal = self._principals[name] = Principal(seconds)
        if len(self._principals) > _PRINCIPALS:
            self._principals.popitem(last=False)
            self._has_forgotten = True
        return principal

    def _of_newcomer(self, principal: Principal, days: int) -> list["_Reason"]:
        """A principal in their first sitting ever; who may only have been forgotten is none."""
        if principal.sittings or self._has_forgotten or days * _DAY < _ENOUGH:
            return []
        surprise = -math.log((len(self._principals) - _HALF) / self._sittings)
        return [_Reason(surprise, _NEWCOMER)]

    def _of_resources(self, event: Event, name: str, sitting: int, seconds: float) -> list["_Reason"]:
        """Of the resources that a call touches, the one that it is most surprising to see this principal write."""
        if event.error is not None:
            return []
        most, what = 0.0, ""
        for touched in event.touches[:_TOUCHES]:
            if self._wanted is not None and touched not in self._wanted:
                continue
            written = self._resources.get(touched)
            if written is None:
                written = self._resources[touched] = Written(seconds)
                if len(self._resources) > _RESOURCES:
                    self._resources.popitem(last=False)
            else:
                self._resources.move_to_end(touched)
            surprise = written.surprise(name, sitting)
            if surprise > most and seconds - written.first_at >= _ENOUGH:
                most, what = surprise, touched
        return [_Reason(most, _NEW_RESOURCE, what)] if what else []


class _Reason(NamedTuple):
    """A surprise, of which sort, and what it is about."""

    surprise: float
    sort: _Sort
    what: str = ""


def _of_use(event: Event, principal: Principal) -> list[_Reason]:
    """What the principal never used before: the address, the client, of writes the operation."""
    reasons = []
    sittings = principal.sittings
    address, via = event.actor.source_ip, event.actor.via
    if address is not None and principal.addresses.is_new(address):
        if principal.networks.is_new(network_of(address)):
            reasons.append(_Reason(principal.networks.surprise(sittings), _NEW_NETWORK, address))
        else:
            reasons.append(_Reason(principal.addresses.surprise(sittings), _NEW_ADDRESS, address))
    if via is not Via.UNKNOWN and principal.clients.is_new(via):
        reasons.append(_Reason(principal.clients.surprise(sittings), _NEW_CLIENT, _VIA[via]))
    if event.writes and principal.operations.is_new(event.operation):
        reasons.append(_Reason(principal.operations.surprise(sittings), _NEW_OPERATION))
    return reasons


def _of_time(hours: Hours) -> list[_Reason]:
    """The hour, and how much is written in it."""
    reasons = []
    if (surprise := hours.hour_surprise()) > 0:
        reasons.append(_Reason(surprise, _HOUR, hours.slot))
    if (surprise := hours.rate_surprise()) > 0:
        what = f"{hours.writes} writes within an hour, where about {hours.usual:.0f} are usual"
        reasons.append(_Reason(surprise, _RATE, what))
    return reasons


def _unusual(event: Event, reasons: list[_Reason], surprise: float, days: int) -> Unusual:
    first, *others = sorted(reasons, key=lambda reason: -reason.surprise)
    told = [first, *(reason for reason in others if reason.surprise >= _WORTH_TELLING)]
    who, operation = event.actor.principal, event.operation
    return Unusual(
        1 - 2 ** (-surprise / _UNUSUAL),
        tuple(reason.sort.text.format(who=who, what=reason.what, operation=operation, days=days) for reason in told),
        {reason.sort.aspect: round(reason.surprise, 3) for reason in reasons},
    )


@lru_cache(maxsize=65_536)
def network_of(address: str) -> str:
    """The network of an address as far as one can tell from it: the first 24 bits, of IPv6 the first 48."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address  # the name of a service that called
    return str(ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))
