"""A change request: what is asked for, exactly what would be done, and what was decided and remarked."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from driftguard_tui import labels
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, flow, line, width
from driftguard_tui.widgets.request_list import STATUSES
from driftguard_tui.widgets.sections import diff
from engine.model import ChangeRequest, Decision, DriftKind, Execution, Plan, Prepared, RequestStatus, Role, Verdict

#: Enough of a plan's hash to compare by eye.
SHORT_HASH = 12
#: Enough of a request's id to name it.
SHORT_ID = 8

_NARROWEST = 20
#: Lines of what a tool says that are shown.
_LAST_WORDS = 12
_PATCH_TONES = {"+": "added", "-": "removed", "@": "accent"}
_WITHOUT_CHANGES = {
    DriftKind.MISSING: ("− ", "removed", "declared, but not there"),
    DriftKind.UNMANAGED: ("+ ", "added", "there, but no code declares it"),
}
_PAST = {Verdict.APPROVE: ("✓ approved", "good"), Verdict.REJECT: ("✗ rejected", "bad")}


def request_lines(request: ChangeRequest, cells: int, said: Sequence[str] = ()) -> list[Line]:
    """All of it, from what is asked for to the last word on it; first what a tool says that carries it out now."""
    cells = max(_NARROWEST, cells)
    lines = _head(request, cells)
    if said:
        telling = [row for text in said[-_LAST_WORDS:] for row in flow([Span(text, "accent")], cells, indent=2)]
        lines += [BLANK, *_titled("What the tool says", telling, cells)]
    if request.plan.prepared is not None:
        lines += [BLANK, *_titled("What exactly is applied", _prepared(request.plan.prepared, cells), cells)]
    lines += [BLANK, *_titled("What would be done", plan_lines(request.plan, cells), cells)]
    lines += [BLANK, *_titled(_what_differs(request.plan), _differing(request.plan, cells), cells)]
    history = _history(request, cells)
    return [*lines, BLANK, *_titled("Decisions and remarks", history, cells)] if history else lines


def plan_lines(plan: Plan, cells: int) -> list[Line]:
    """What a plan does, whole: an approval is about every character of it."""
    lines = flow([Span(plan.rationale, "muted")], cells) if plan.rationale else []
    if plan.commands:
        lines.append(BLANK)
    for command in plan.commands:
        lines += flow([Span("$ ", "muted"), Span(command, "accent")], cells, indent=4)
    if plan.patch:
        lines.append(BLANK)
        for row in plan.patch.splitlines():
            lines += flow([Span(row, _PATCH_TONES.get(row[:1], "muted"))], cells, indent=4)
    if not plan.commands and not plan.patch:
        lines += [BLANK, line(("There is no command and no patch: it is done by hand.", "muted"))]
    return lines[1:] if lines and lines[0] == BLANK else lines


def _prepared(prepared: Prepared, cells: int) -> list[Line]:
    """What a tool has worked out, whole: an approval is about every line of it."""
    lines = flow([Span(f"{prepared.tool}: ", "muted"), Span(prepared.summary, "strong")], cells)
    lines += flow([Span(f"{prepared.artifact}, sha256 {prepared.artifact_hash[:SHORT_HASH]}", "muted")], cells)
    for row in prepared.shown.splitlines():
        lines += flow([Span(row, _PATCH_TONES.get(row.lstrip()[:1], "muted"))], cells, indent=4)
    return lines


def size_of(plan: Plan) -> str:
    """How much a plan is about, in a few words: `2 changes, 1 command, a patch`."""
    parts = [labels.count(len(plan.changes), "change")] if plan.changes else [f"a resource that is {plan.kind}"]
    if plan.commands:
        parts.append(labels.count(len(plan.commands), "command"))
    return labels.join_words([*parts, "a patch" if plan.patch else ""])


def _head(request: ChangeRequest, cells: int) -> list[Line]:
    plan, level = request.plan, request.level
    sign, word, tone = STATUSES[request.status]
    lines = flow([Span(plan.title, "strong"), Span(f"  {plan.action}", "accent")], cells)
    stands = line((f"{sign} {word}", tone), "   ", (f"{labels.LEVEL_SIGNS[level]} {level}", level.value))
    named = line(("plan ", "muted"), request.plan_hash[:SHORT_HASH], ("   request ", "muted"), request.id[:SHORT_ID])
    together = (*stands, Span("   "), *named)
    lines += [together] if width(together) <= cells else [*flow(stands, cells), *flow(named, cells)]
    if request.outdated:
        warning = f"! It cannot be carried out as it is: {request.outdated}."
        lines += flow([Span(warning, "high")], cells, indent=2)
    asked = [
        Span("asked for by ", "muted"),
        Span(request.requested_by),
        Span(f", {_at(request.requested_at)}", "muted"),
    ]
    if request.reason:
        asked += [Span(": ", "muted"), Span(request.reason)]
    lines += flow(asked, cells, indent=2)
    if request.assignee:
        lines += flow([Span("assigned to ", "muted"), Span(request.assignee)], cells, indent=2)
    if waits := _waits(request):
        lines += flow([Span(f"{waits} until {_at(request.expires_at)}", "muted")], cells, indent=2)
    return lines


def _waits(request: ChangeRequest) -> str:
    """What a request waits for."""
    if request.status is RequestStatus.DRAFT:
        return f"a draft, which {request.requested_by} may ask for"
    if request.status is RequestStatus.APPROVED:
        return "may be carried out"
    if request.status is not RequestStatus.REQUESTED:
        return ""
    if request.terms.approvals == 1:
        return f"waits for an {'admin' if request.terms.decides is Role.ADMIN else 'editor'}"
    given = sum(decision.verdict is Verdict.APPROVE for decision in request.decisions)
    return f"waits for {labels.count(request.terms.approvals - given, 'more approval' if given else 'approval')}"


def _what_differs(plan: Plan) -> str:
    return f"What it is for · {labels.title_of(plan.resource)}"


def _differing(plan: Plan, cells: int) -> list[Line]:
    if plan.changes:
        return diff.changes(plan.changes, cells)
    sign, tone, says = _WITHOUT_CHANGES.get(plan.kind, ("~ ", "muted", plan.kind))
    return [cut(line((sign, tone), says), cells)]


def _history(request: ChangeRequest, cells: int) -> list[Line]:
    """Decisions and comments in the order in which they came."""
    told: list[tuple[datetime, list[Span]]] = [(decision.at, _decision(decision)) for decision in request.decisions]
    told += [(said.at, [Span(f"{said.by}: ", "accent"), Span(said.text)]) for said in request.comments]
    if request.status is RequestStatus.WITHDRAWN and request.closed_at:
        told.append((request.closed_at, [Span("withdrawn", "muted"), Span(f" by {request.closed_by}")]))
    if request.status is RequestStatus.EXPIRED:
        told.append((request.expires_at, [Span("expired without a decision", "muted")]))
    if request.status is RequestStatus.CLOSED and request.closed_at:
        told.append((request.closed_at, [Span("closed", "muted"), Span(f" by {request.closed_by}")]))
    for execution in request.executions:
        told += _execution(execution)
    lines: list[Line] = []
    for at, spans in sorted(told, key=lambda item: item[0]):
        lines += flow([Span(f"{_at(at)}  ", "muted"), *spans], cells, indent=4)
    return lines


def _execution(execution: Execution) -> Iterator[tuple[datetime, list[Span]]]:
    """When it was begun, and how it ended."""
    begun = [Span("▸ begun", "accent"), Span(f" by {execution.by}")]
    yield (
        execution.started_at,
        [*begun, Span(f", passing over rules: {execution.broke}", "high")] if execution.broke else begun,
    )
    ended = execution.ended_at or execution.applied_at
    if ended is not None:
        left = f"; left: {'; '.join(execution.left)}" if execution.left else ""
        yield ended, [Span(execution.said), Span(left, "medium")]


def _decision(decision: Decision) -> list[Span]:
    word, tone = _PAST[decision.verdict]
    how = f" as {decision.role}" + (", holding all roles" if decision.alone else "")
    spans = [Span(word, tone), Span(f" by {decision.by}"), Span(how, "muted")]
    spans.append(Span(f", plan {decision.plan_hash[:SHORT_HASH]}", "muted"))
    return [*spans, Span(": "), Span(decision.comment)] if decision.comment else spans


def _titled(title: str, body: Sequence[Line], cells: int) -> list[Line]:
    shown = cut(line((title, "title")), cells)
    rule = "─" * max(0, cells - sum(span.width for span in shown) - 1)
    return [(*shown, Span(f" {rule}", "faint")) if rule else shown, *body]


def _at(at: datetime) -> str:
    return labels.moment(at)
