"""What was asked for and decided, and what the audit log has."""

from collections.abc import Iterator

from engine.assistant.analyst.query import Query
from engine.assistant.analyst.sentences import clock, count, item, person, quoted, say
from engine.assistant.conversation import Piece
from engine.assistant.facts import AuditFact, RequestFact
from engine.model import RequestStatus

_LISTED = 10


def requests(query: Query) -> Iterator[Piece]:
    """The change requests, of the drift that is meant if one is."""
    drift = query.drifts[0].drift if len(query.drifts) == 1 else ""
    found = query.tools.call("change_requests", drift=drift)
    known = found.of(RequestFact)
    if found.missing or not known:
        reason = f": {found.missing}" if found.missing else ""
        yield say(f"No change request is recorded{' for this drift' if drift else ''}{reason}", found)
        return
    waiting = sum(request.status is RequestStatus.REQUESTED for request in known)
    yield say(f"{count(found.total, 'change request')}, {waiting} of them waiting for a decision:", found)
    for request in known[:_LISTED]:
        decided = f"; {', '.join(map(quoted, request.decided))}" if request.decided else ""
        yield item(
            f"{request.status.value}: {quoted(request.title)}, asked for by {person(request.requested_by)} "
            f"{clock(request.at)}{decided}", request,
        )  # fmt: skip


def audit(query: Query) -> Iterator[Piece]:
    """The newest entries, of somebody if somebody was named."""
    who = query.subject.person.principal if query.subject.person else ""
    found = query.tools.call("audit_entries", who=who, limit=_LISTED)
    if found.missing or not found.facts:
        reason = f": {found.missing}" if found.missing else ""
        yield say(f"The audit log has no such entry{reason}", found)
        return
    yield say("The newest entries of the audit log:", found)
    for entry in found.of(AuditFact):
        yield item(f"{clock(entry.at)}: {person(entry.actor)} {quoted(entry.action)} {quoted(entry.subject)}", entry)
