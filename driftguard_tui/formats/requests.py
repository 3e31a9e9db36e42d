"""Change requests as text: a line each, or one in full with the plan exactly as it is decided on."""

from collections.abc import Iterator, Sequence

from driftguard_tui import labels
from driftguard_tui.formats import Paper, phrases
from driftguard_tui.formats.diff import diff_lines
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import cut, plain, plain_block
from engine.model import ChangeRequest, Decision, Plan, RequestStatus, Verdict

_COLUMNS = ("ID", "STATUS", "SEVERITY", "ACTION", "RESOURCE", "REQUESTED BY", "WHEN (UTC)", "EXPIRES (UTC)")
_TONES = {"+": "added", "-": "removed", "@": "accent"}
_SHORT_HASH = 12
_DECIDED = (RequestStatus.APPROVED, RequestStatus.REJECTED)
_PAST = {Verdict.APPROVE: "approved", Verdict.REJECT: "rejected"}


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
    if history := list(_history(request)):
        lines += ["", paper.paint("HISTORY", "strong"), *history]
    return "\n".join(lines) + "\n"


def render_step(request: ChangeRequest, done: str) -> str:
    """What was done with a request, in a sentence or two."""
    said = f"request {request.id} is {done}: {plain(request.plan.title)} (plan {short_hash(request.plan_hash)})"
    decided = request.status in _DECIDED and request.decisions[-1].alone
    return f"{said}\n" + ("one person holds all roles here, and the decision says so\n" if decided else "")


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
        phrases.when(request.expires_at) if request.status is RequestStatus.REQUESTED else "",
    )


def _colored(line: str, request: ChangeRequest, paper: Paper) -> str:
    word = f"{labels.LEVEL_SIGNS[request.level]} {request.level.value}"
    return line.replace(word, paper.paint(word, request.level), 1)


def _facts(request: ChangeRequest) -> Iterator[str]:
    level = f"{labels.LEVEL_SIGNS[request.level]} {request.level.value}"
    yield f"{level}, request {request.id}, drift {plain(request.plan.drift_id)}, plan {request.plan_hash}"
    asked = f"requested by {plain(request.requested_by)} on {labels.moment(request.requested_at)}"
    yield asked + (f": {plain(request.reason)}" if request.reason else "")
    if request.status is RequestStatus.REQUESTED:
        yield f"waits for an admin's decision until {labels.moment(request.expires_at)}"


def _history(request: ChangeRequest) -> Iterator[str]:
    told = [(decision.at, _decision(decision)) for decision in request.decisions]
    told += [(said.at, f"{plain(said.by)}: {plain(said.text)}") for said in request.comments]
    if request.status is RequestStatus.WITHDRAWN and request.closed_at:
        told.append((request.closed_at, f"withdrawn by {plain(request.closed_by or '')}"))
    if request.status is RequestStatus.EXPIRED:
        told.append((request.expires_at, "expired without a decision"))
    for at, text in sorted(told):
        yield f"{phrases.when(at)}  {text}"


def _decision(decision: Decision) -> str:
    how = f"as {decision.role}" + (", holding all roles" if decision.alone else "")
    said = f": {plain(decision.comment)}" if decision.comment else ""
    return f"{_PAST[decision.verdict]} by {plain(decision.by)} ({how}; plan {short_hash(decision.plan_hash)}){said}"
