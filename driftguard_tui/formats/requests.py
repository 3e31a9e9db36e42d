"""Change requests as text: a line each, or one in full with the plan exactly as it is decided on."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from driftguard_tui import labels
from driftguard_tui.formats import Paper, phrases
from driftguard_tui.formats.diff import diff_lines
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import cut, plain, plain_block
from engine.model import WAITING_STATUSES, ChangeRequest, Decision, Execution, Plan, Prepared, RequestStatus, Verdict

_COLUMNS = ("ID", "STATUS", "SEVERITY", "ACTION", "RESOURCE", "REQUESTED BY", "WHEN (UTC)", "EXPIRES (UTC)")
_TONES = {"+": "added", "-": "removed", "@": "accent"}
_SHORT_HASH = 12
_PAST = {Verdict.APPROVE: "approved", Verdict.REJECT: "rejected"}
_ENDS = {
    RequestStatus.VERIFIED: "verified, the drift is gone",
    RequestStatus.FAILED: "failed, the drift is there still",
    RequestStatus.EXECUTING: "carried out, and to be verified by a later scan",
}


def render_requests(requests: Sequence[ChangeRequest], paper: Paper) -> str:
    """A line for each request, then how many wait for a decision."""
    if not requests:
        return "No change is requested here.\n"
    lines = aligned([_COLUMNS, *map(_cells, requests)]).splitlines(keepends=True)
    body = [_colored(line, request, paper) for line, request in zip(lines[1:], requests, strict=True)]
    waiting = sum(request.status is RequestStatus.REQUESTED for request in requests)
    total = f"{labels.count(len(requests), 'request')}, {waiting:,} waiting for a decision"
    return f"{paper.paint(lines[0], 'strong')}{''.join(body)}\n{total}\n"


def render_request(request: ChangeRequest, paper: Paper) -> str:
    """One request in full: what is asked for and why, what it would do, what was decided and remarked."""
    head = f"{request.status}: {plain(request.plan.title)}"
    lines = [paper.paint(head, "strong"), *_facts(request)]
    if request.outdated:
        lines.append(paper.paint(f"! it cannot be carried out as it is: {request.outdated}", "medium"))
    lines += ["", paper.paint("PLAN", "strong"), *plan_lines(request.plan, paper)]
    if request.plan.prepared is not None:
        lines += ["", paper.paint("PREPARED", "strong"), *prepared_lines(request.plan.prepared, paper)]
    if history := list(_history(request)):
        lines += ["", paper.paint("HISTORY", "strong"), *history]
    return "\n".join(lines) + "\n"


def render_step(request: ChangeRequest, done: str) -> str:
    """What was done with a request, in a sentence or two."""
    said = f"request {request.id} is {done}: {plain(request.plan.title)} (plan {short_hash(request.plan_hash)})"
    alone = done in _PAST.values() and request.decisions[-1].alone
    return f"{said}\n" + ("one person holds all roles here, and the decision says so\n" if alone else "")


def render_end(request: ChangeRequest) -> str:
    """How carrying a request out ended, and what is left."""
    execution = request.execution
    said, left = (execution.said, execution.left) if execution else ("", ())
    lines = [f"request {request.id}: {_ENDS.get(request.status, request.status.value)}", plain(said)]
    lines += [f"  left: {plain(what)}" for what in left]
    return "\n".join(filter(None, lines)) + "\n"


def prepared_lines(prepared: Prepared, paper: Paper) -> list[str]:
    """What a tool will do, as those who decide are to read it."""
    kept = f"{plain(prepared.artifact)}, sha256 {short_hash(prepared.artifact_hash)}"
    lines = [f"{plain(prepared.tool)}: {plain(prepared.summary)} ({kept})"]
    lines += [f"$ {line}" for command in prepared.commands for line in plain_block(command).split("\n")]
    for line in plain_block(prepared.shown).rstrip("\n").split("\n"):
        lines.append(paper.paint(f"│ {line}", _TONES.get(line.lstrip()[:1], "")))
    return lines


def plan_lines(plan: Plan, paper: Paper) -> list[str]:
    """What a plan would do: to which resource, by which commands, with which patch."""
    lines = [f"{plan.action.value} {phrases.name_of(plan.resource)}, {plan.kind.value}"]
    for change in plan.changes:
        lines.append(f"  {plain(change.path)}")
        lines += [paper.paint(f"    {sign} {line}", _TONES.get(sign, "")) for sign, line in diff_lines(change)]
    for command in plan.commands:
        lines += [f"$ {line}" for line in plain_block(command).split("\n")]
    for line in plain_block(plan.patch or "").rstrip("\n").split("\n") if plan.patch else ():
        lines.append(paper.paint(f"│ {line}", _TONES.get(line[:1], "")))
    return lines


def short_hash(hash_: str) -> str:
    """Enough of a hash to tell two apart by eye."""
    return hash_[:_SHORT_HASH]


def _cells(request: ChangeRequest) -> tuple[str, ...]:
    status = f"{request.status.value} (outdated)" if request.outdated else request.status.value
    return (
        request.id[: phrases.SHORT_ID],
        status,
        f"{labels.LEVEL_SIGNS[request.level]} {request.level.value}",
        request.plan.action.value,
        phrases.name_of(request.plan.resource),
        cut(plain(request.requested_by), 40),
        phrases.when(request.requested_at),
        phrases.when(request.expires_at) if request.status in WAITING_STATUSES else "",
    )


def _colored(line: str, request: ChangeRequest, paper: Paper) -> str:
    word = f"{labels.LEVEL_SIGNS[request.level]} {request.level.value}"
    return line.replace(word, paper.paint(word, request.level), 1)


def _facts(request: ChangeRequest) -> Iterator[str]:
    level = f"{labels.LEVEL_SIGNS[request.level]} {request.level.value}"
    yield f"{level}, request {request.id}, drift {plain(request.plan.drift_id)}, plan {request.plan_hash}"
    asked = f"requested by {plain(request.requested_by)} on {labels.moment(request.requested_at)}"
    yield asked + (f": {plain(request.reason)}" if request.reason else "")
    if request.assignee:
        yield f"assigned to {plain(request.assignee)}"
    until = labels.moment(request.expires_at)
    if request.status is RequestStatus.DRAFT:
        yield f"a draft: nobody decides on it until {plain(request.requested_by)} asks for it, before {until}"
    if request.status is RequestStatus.REQUESTED:
        yield f"waits for {_approvals(request)} until {until}"
    if request.status is RequestStatus.APPROVED:
        yield f"may be carried out until {until}"
    if request.status is RequestStatus.EXECUTING and request.execution is not None:
        yield f"{plain(request.execution.by)} carries it out since {labels.moment(request.execution.started_at)}"


def _approvals(request: ChangeRequest) -> str:
    """`an admin's decision`; where several have to decide, how many did."""
    if request.terms.approvals == 1:
        return f"an {request.terms.decides}'s decision"
    given = sum(decision.verdict is Verdict.APPROVE for decision in request.decisions)
    return labels.count(request.terms.approvals - given, "more approval" if given else "approval")


def _history(request: ChangeRequest) -> Iterator[str]:
    told = [(decision.at, _decision(decision)) for decision in request.decisions]
    told += [(said.at, f"{plain(said.by)}: {plain(said.text)}") for said in request.comments]
    if request.status is RequestStatus.WITHDRAWN and request.closed_at:
        told.append((request.closed_at, f"withdrawn by {plain(request.closed_by or '')}"))
    if request.status is RequestStatus.EXPIRED:
        told.append((request.expires_at, "expired without a decision"))
    if request.status is RequestStatus.CLOSED and request.closed_at:
        told.append((request.closed_at, f"closed by {plain(request.closed_by or '')}"))
    for execution in request.executions:
        told += _execution(execution)
    for at, text in sorted(told):
        yield f"{phrases.when(at)}  {text}"


def _execution(execution: Execution) -> Iterator[tuple[datetime, str]]:
    """When it was begun, carried out and over."""
    broke = f", passing over rules: {plain(execution.broke)}" if execution.broke else ""
    yield execution.started_at, f"begun by {plain(execution.by)}{broke}"
    ended = execution.ended_at or execution.applied_at
    if ended is not None:
        left = f"; left: {plain('; '.join(execution.left))}" if execution.left else ""
        yield ended, f"{plain(execution.said)}{left}"


def _decision(decision: Decision) -> str:
    how = f"as {decision.role}" + (", holding all roles" if decision.alone else "")
    said = f": {plain(decision.comment)}" if decision.comment else ""
    return f"{_PAST[decision.verdict]} by {plain(decision.by)} ({how}; plan {short_hash(decision.plan_hash)}){said}"
