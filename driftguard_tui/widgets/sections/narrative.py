"""The drift in two sentences: who, when, through what, how sure; and how bad it is."""

from driftguard_tui import labels, text
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, flow, line, packed
from driftguard_tui.widgets.sections import claims
from engine.model import Category, Drift, DriftKind, EventKind, Evidence

_PRINCIPAL_CELLS, _ROLE_CELLS, _SAID_CELLS = 120, 60, 160
#: So many other things that went on are told of.
_TOLD = 3


def identity(drift: Drift, cells: int) -> list[Line]:
    """What the resource is and where it lives."""
    ref = drift.resource
    where = labels.join((ref.type, ref.scope or ref.provider))
    identifier = "" if ref.id == ref.address else ref.id
    whole = labels.join((where, identifier))
    if text.width(text.plain(whole[: cells + 1])) <= cells:
        return [line((whole, "muted"))]
    return [cut(line((part, "muted")), cells) for part in (where, identifier) if part]


def narrative(drift: Drift, cells: int) -> list[Line]:
    """The sentences, each claim with the number of its evidence; then severity and risk."""
    number = claims.deed(drift)
    told = [*_deed(drift), Span(" "), *_moment(drift)]
    told += [Span(" "), claims.mark(number)] if number else []
    lines = flow([*told, Span(". "), *_meanwhile(drift, number), *_sureness(drift)], cells, limit=10)
    return [*lines, BLANK, *_severity(drift, cells)]


def _deed(drift: Drift) -> list[Span]:
    what = _what(drift)
    actor = drift.actor
    if actor.principal is None:
        return [Span("Someone unknown", "strong"), Span(f" {what}")]
    role = f"as {text.cut(text.plain(actor.role), _ROLE_CELLS)}" if actor.role else ""
    manner = labels.join_words((labels.ACTOR_KINDS.get(actor.kind, ""), labels.VIAS.get(actor.via, ""), role))
    spans = [Span(text.cut(text.plain(actor.principal), _PRINCIPAL_CELLS), "strong")]
    if manner:
        spans.append(Span(f" ({manner})", "muted"))
    return [*spans, Span(" "), Span(what)]


def _what(drift: Drift) -> str:
    if drift.cause.category is Category.INCOMPLETE_ROLLOUT and labels.determined(drift.cause):
        return "changed the declaration, which the live resource does not follow,"
    if drift.kind is DriftKind.MISSING:
        return "removed what the code declares"
    if drift.kind is DriftKind.UNMANAGED:
        return "made something that no code declares"
    return f"changed {labels.count(len(drift.changes), 'attribute')}"


def _moment(drift: Drift) -> list[Span]:
    if drift.changed_at is None:
        return [Span("at an unknown time, seen on "), Span(labels.moment(drift.detected_at), "strong")]
    before = labels.span(drift.detected_at - drift.changed_at)
    return [Span("on "), Span(labels.moment(drift.changed_at), "strong"), Span(f", {before} before the scan's time")]


def _meanwhile(drift: Drift, deed: int | None) -> list[Span]:
    """What else went on, the weightiest of each kind: what came before it, then what came after."""
    at = drift.changed_at
    if at is None:
        return []
    others: dict[EventKind, tuple[int, Evidence]] = {}
    for number, item in claims.numbered(drift):
        if number != deed:
            others.setdefault(item.kind, (number, item))
    chosen = sorted(list(others.values())[:_TOLD], key=lambda claim: claim[1].at)
    spans: list[Span] = []
    for when, wanted in (
        ("Before it", [claim for claim in chosen if claim[1].at <= at]),
        ("After it", [claim for claim in chosen if claim[1].at > at]),
    ):
        for index, (number, item) in enumerate(wanted):
            spans += [Span("; " if index else f"{when}: ", "muted"), *_said(number, item, drift)]
        if wanted:
            spans.append(Span(". "))
    return spans


def _said(number: int, item: Evidence, drift: Drift) -> list[Span]:
    apart = labels.span(item.at - (drift.changed_at or item.at))
    said = text.cut(text.plain(item.summary), _SAID_CELLS).rstrip(". ")
    return [Span(said), Span(f" ({apart}) ", "muted"), claims.mark(number)]


def _sureness(drift: Drift) -> list[Span]:
    cause = drift.cause
    name = labels.CAUSES[cause.category]
    if not labels.determined(cause):
        return [Span("The cause is "), Span("undetermined", "strong"), Span(f"; it leans to {name}.")]
    article = "an" if name[0] in "aeiou" else "a"
    if name.endswith("troubleshooting"):
        article = ""
    sure = "Almost certainly" if cause.confidence >= 0.9 else "Most likely" if cause.confidence >= 0.6 else "Perhaps"
    return [
        Span(f"{sure} {article} ".replace("  ", " ")),
        Span(name, "strong"),
        Span(f" ({labels.percent(cause.confidence)})."),
    ]


def _severity(drift: Drift, cells: int) -> list[Line]:
    severity = drift.severity
    level = severity.level
    scores = severity.dimensions
    pieces = [line((f"{labels.LEVEL_SIGNS[level]} {level} {severity.score}", level.value))]
    for name in ("security", "compliance", "performance", "cost"):
        score = getattr(scores, name)
        if score:
            pieces.append(line((name, "muted"), f" {score}"))
    risk = labels.percent(drift.risk.disruption_probability)
    pieces.append(line(("disruption", "muted"), f" {risk}"))
    lines = packed(pieces, cells)
    for reason in severity.reasons:
        lines += flow(line(("  ", ""), (reason, "muted")), cells, indent=2, limit=2)
    return lines
