"""A war room's session as a Markdown report: what happened, what was decided, and what it rests on."""

from collections.abc import Iterator

from driftguard_tui import labels
from driftguard_tui.formats import incident, phrases
from driftguard_tui.formats.diff import diff_lines
from driftguard_tui.formats.incident import Subject
from driftguard_tui.formats.markdown import code, fenced, prose, recommendation_lines
from engine.warroom import Entry, Kind, Session

_DIFF_LINES = 60


def render(session: Session) -> str:
    """The report. Everything in it is text, whatever the infrastructure or people wrote."""
    parts = [f"# {prose(session.title)}", *_head(session)]
    for title, lines in (
        ("Decisions", [_said(entry) for entry in session.of(Kind.DECISION)]),
        ("Timeline", list(_timeline(session))),
        ("Drifts", [part for subject in incident.subjects(session) for part in _subject(subject)]),
        ("Notes", [_said(entry) for entry in session.of(Kind.NOTE)]),
        (
            "What was looked at",
            [f"- {_clock(entry)} {prose(incident.place(entry))}" for entry in incident.looked_at(session)],
        ),
    ):
        if lines:
            parts += [f"## {title}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _head(session: Session) -> Iterator[str]:
    people = ", ".join(session.people)
    yield f"{prose(session.start.estate)} · {incident.span(session)} · {prose(people)}"
    yield prose(incident.headline(session))


def _timeline(session: Session) -> Iterator[str]:
    rows = incident.moments(session)
    if rows:
        yield "| when (UTC) | what | who | |"
        yield "|---|---|---|---|"
    for row in rows:
        told = labels.join((prose(row.text), code(row.about) if row.about else "")).replace("|", "\\|")
        who = prose(row.who).replace("|", "\\|")
        yield f"| {phrases.when(row.at)} | {row.sign} {row.lane} | {who} | {told} |"


def _subject(subject: Subject) -> Iterator[str]:
    drift = subject.drift
    yield f"### {phrases.severity(drift)} · {code(phrases.resource(drift))}"
    yield ""
    who = code(phrases.who(drift.actor)) if drift.actor.principal else "nobody known"
    yield f"{drift.kind.value}, by {who}, {phrases.when(drift.changed_at)} UTC; {phrases.why(drift.cause)}."
    yield ""
    for change in drift.changes:
        shown = [f"{sign} {text}" for sign, text in diff_lines(change)[:_DIFF_LINES]]
        yield from (code(change.path), "", fenced("\n".join(shown), "diff"), "")
    for item in drift.evidence:
        kind, weight = item.kind.value.replace("_", " "), labels.percent(item.weight)
        yield f"- {phrases.when(item.at)} {kind}, {prose(item.source)}: {prose(item.summary)} ({weight})"
    for ruled in drift.ruled_out:
        yield f"- ruled out: {labels.CAUSES[ruled.category]}, since {prose(ruled.because)}"
    for entry in subject.said:
        yield _said(entry)
    for advice in drift.recommendations:
        yield ""
        yield from recommendation_lines(advice)
    yield ""


def _said(entry: Entry) -> str:
    about = f" (about {code(entry.title)})" if entry.title else ""
    word = "**decided**" if entry.kind is Kind.DECISION else "noted"
    return f"- {_clock(entry)} {prose(entry.by)} {word}: {prose(entry.text)}{about}"


def _clock(entry: Entry) -> str:
    return phrases.when(entry.at)
