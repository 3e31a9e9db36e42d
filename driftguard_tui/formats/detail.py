"""One drift in full, as text: who, when, what, why, what speaks for it, what to do."""

import textwrap
from collections.abc import Iterator

from driftguard_tui import labels
from driftguard_tui.formats import Paper, phrases
from driftguard_tui.formats.diff import diff_lines
from driftguard_tui.text import plain, plain_block
from engine.model import Category, Change, Drift, Evidence, Feedback, Recommendation

_BAR = 24
_TONES = {"-": "removed", "+": "added"}


def render_drift(drift: Drift, paper: Paper, word: Feedback | None = None) -> str:
    """The drift in sections, indented under their titles; `word` is what a person said of its cause."""
    sections = (
        ("", _head(drift)),
        ("What changed", _changes(drift, paper)),
        ("Cause", _cause(drift, word)),
        ("Ruled out", (f"{labels.CAUSES[item.category]}: {plain(item.because)}" for item in drift.ruled_out)),
        ("Evidence", map(_evidence, drift.evidence)),
        ("Severity", _severity(drift)),
        ("What to do", _recommendations(drift, paper)),
    )
    parts = []
    for title, section in sections:
        lines = list(section)
        if lines and title:
            parts.append("\n".join([paper.paint(title, "strong"), *(f"  {line}".rstrip() for line in lines)]))
        elif lines:
            parts.append("\n".join([paper.paint(lines[0], "strong"), *lines[1:]]))
    return "\n\n".join(parts) + "\n"


def _head(drift: Drift) -> Iterator[str]:
    ref = drift.resource
    yield phrases.resource(drift)
    yield f"{phrases.severity(drift)} · {drift.kind.value} · drift {plain(drift.id)}"
    yield f"{plain(ref.type)} {plain(ref.id)}" + (f" in {plain(ref.scope)}" if ref.scope else "")
    if around := phrases.surroundings(drift):
        yield around
    yield _story(drift)


def _story(drift: Drift) -> str:
    """Who, when, through what, in a sentence."""
    actor = drift.actor
    seen = f"; seen {labels.moment(drift.detected_at)}"
    at = f" on {labels.moment(drift.changed_at)}" if drift.changed_at else ""
    if not actor.principal:
        return f"Nothing tells who changed it{at or ', or when'}{seen}"
    remarks = labels.join(
        (
            labels.ACTOR_KINDS.get(actor.kind, ""),
            labels.VIAS.get(actor.via, ""),
            f"as {plain(actor.role)}" if actor.role else "",
            f"from {plain(actor.source_ip)}" if actor.source_ip else "",
        )
    )
    return f"Changed by {plain(actor.principal)}{f' ({remarks})' if remarks else ''}{at or ' at an unknown time'}{seen}"


def _changes(drift: Drift, paper: Paper) -> Iterator[str]:
    if not drift.changes:
        yield phrases.changed(drift)
    for change in drift.changes:
        yield from _change(change, paper)


def _change(change: Change, paper: Paper) -> Iterator[str]:
    against = "" if change.against.value == "declared" else " (against the accepted baseline)"
    yield f"{plain(change.path)}{against}"
    for sign, text in diff_lines(change):
        yield paper.paint(f"  {sign} {text}", _TONES.get(sign, ""))


def _cause(drift: Drift, word: Feedback | None) -> Iterator[str]:
    cause = drift.cause
    if word is not None:
        said = f"{plain(word.by)} said on {labels.moment(word.at)} that it was {labels.CAUSES[word.category]}"
        yield said + (f": {plain(word.comment)}" if word.comment else "")
    low, high = (labels.percent(bound) for bound in cause.interval)
    named = labels.CAUSES[cause.category] if labels.determined(cause) else "undetermined"
    yield f"{named} (most likely {labels.percent(cause.confidence)}, between {low} and {high}; {plain(cause.model)})"
    for category in sorted(Category, key=lambda each: -cause.distribution.get(each, 0.0)):
        share = cause.distribution.get(category, 0.0)
        filled = round(share * _BAR)
        yield f"{labels.CAUSES[category]:<24}{'█' * filled}{'░' * (_BAR - filled)} {labels.percent(share):>4}"
    if len(cause.possible) > 1:
        yield f"possible: {labels.join_words(labels.CAUSES[category] for category in cause.possible)}"
    if cause.learned_from:
        yield f"{plain(cause.model)} learned from {plain(cause.learned_from)}"


def _evidence(item: Evidence) -> str:
    weight = round(max(0.0, min(1.0, item.weight)) * 5)
    bar = "▪" * weight + "·" * (5 - weight)
    return f"{bar}  {phrases.when(item.at)}  {plain(item.source)} {item.kind.value}: {plain(item.summary)}"


def _severity(drift: Drift) -> Iterator[str]:
    rated = drift.severity
    scores = {
        "security": rated.dimensions.security,
        "compliance": rated.dimensions.compliance,
        "performance": rated.dimensions.performance,
        "cost": rated.dimensions.cost,
    }
    named = labels.join(f"{name} {score}" for name, score in scores.items() if score)
    yield f"{rated.level.value}, {rated.score} of 100" + (f" ({named})" if named else "")
    yield from map(plain, rated.reasons)
    risk = labels.percent(drift.risk.disruption_probability)
    yield f"probability that leaving or reverting it disturbs a service: {risk}"
    yield from (f"  {plain(reason)}" for reason in drift.risk.reasons)


def _recommendations(drift: Drift, paper: Paper) -> Iterator[str]:
    for number, item in enumerate(drift.recommendations, 1):
        if number > 1:
            yield ""
        yield from _recommendation(number, item, paper)


def _recommendation(number: int, item: Recommendation, paper: Paper) -> Iterator[str]:
    sure = labels.percent(item.confidence)
    terms = "; ".join(filter(None, (sure, f"needs {item.requires_role.value}", plain(item.policy))))
    yield f"{number}. {item.action.value}: {plain(item.title)} ({terms})"
    for line in textwrap.wrap(plain(item.rationale), max(40, (paper.width or 100) - 8), break_long_words=False):
        yield f"   {line}"
    for command in item.commands:
        yield from (f"   $ {line}" for line in plain_block(command).split("\n"))
    for line in plain_block(item.patch or "").rstrip("\n").split("\n") if item.patch else ():
        yield paper.paint(f"   │ {line}", _TONES.get(line[:1], ""))
