"""A war room's session as one HTML file that needs nothing else: no script, no font, no picture from anywhere."""

from collections.abc import Iterable, Iterator
from html import escape

from driftguard_tui import labels
from driftguard_tui.formats import incident, phrases
from driftguard_tui.formats.diff import diff_lines
from driftguard_tui.formats.incident import Moment, Subject
from driftguard_tui.formats.incident_drawing import draw
from driftguard_tui.text import plain, plain_block
from engine.model import Recommendation
from engine.warroom import Entry, Kind, Session
from themes.palette import shipped

_DIFF_LINES = 200
_STYLE = """
body { margin: 0 auto; max-width: 64rem; padding: 2rem 1.5rem 4rem; font: 16px/1.55 system-ui, sans-serif;
  background: var(--background); color: var(--foreground); }
h1, h2, h3 { color: var(--strong); line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--frame); padding-bottom: .25rem; }
h1 + p, .muted, td.muted, time { color: var(--muted); }
table { border-collapse: collapse; width: 100%; }
td { padding: .2rem .75rem .2rem 0; vertical-align: top; border-bottom: 1px solid var(--faint);
  overflow-wrap: anywhere; }
td:first-child { white-space: nowrap; }
pre, code { font: 14px/1.45 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { background: var(--surface); border: 1px solid var(--faint); padding: .6rem .8rem; white-space: pre-wrap; }
svg { width: 100%; height: auto; margin: 1rem 0; }
svg text { font: 12px ui-monospace, monospace; }
.added { color: var(--diff-added); } .removed { color: var(--diff-removed); }
.critical { color: var(--severity-critical); } .high { color: var(--severity-high); }
.medium { color: var(--severity-medium); } .low { color: var(--severity-low); }
.decision { font-weight: 600; } .accent { color: var(--accent); }
@media print { body { max-width: none; padding: 0; } h2, h3 { break-after: avoid; } tr, pre { break-inside: avoid; } }
"""
_TONES = {"-": "removed", "+": "added"}


def render(session: Session) -> str:
    """The page. All text is escaped; a policy in it forbids whatever else might get in."""
    body = "".join(_body(session))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(session.title)}</title>\n<style>{_colors()}{_STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _colors() -> str:
    """The colours of two of the console's themes, by what the reader's screen prefers."""
    light, dark = (
        "".join(f"--{name}:{color};" for name, color in shipped(theme).colors.items())
        for theme in ("calm-light", "calm")
    )
    return (
        f"\n:root {{ color-scheme: light dark; {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    )


def _body(session: Session) -> Iterator[str]:
    people = ", ".join(session.people)
    yield f"<h1>{_text(session.title)}</h1>\n"
    yield f"<p>{_text(labels.join((session.start.estate, incident.span(session), people)))}<br>\n"
    yield f"{_text(incident.headline(session))}</p>\n"
    decisions, notes = session.of(Kind.DECISION), session.of(Kind.NOTE)
    rows = incident.moments(session)
    if decisions:
        yield f"<h2>Decisions</h2>\n{_table(map(_said, decisions))}"
    if rows:
        yield f"<h2>Timeline</h2>\n{draw(rows)}{_table(map(_moment, rows))}"
    for number, subject in enumerate(incident.subjects(session)):
        yield "<h2>Drifts</h2>\n" if number == 0 else ""
        yield from _subject(subject)
    if notes:
        yield f"<h2>Notes</h2>\n{_table(map(_said, notes))}"
    looked = incident.looked_at(session)
    if looked:
        yield f"<h2>What was looked at</h2>\n{_table((_time(entry), _text(incident.place(entry))) for entry in looked)}"


def _subject(subject: Subject) -> Iterator[str]:
    drift = subject.drift
    level = drift.severity.level.value
    severity, resource = _text(phrases.severity(drift)), _text(phrases.resource(drift))
    yield f'<h3><span class="{level}">{severity}</span> <code>{resource}</code></h3>\n'
    who = phrases.who(drift.actor) if drift.actor.principal else "nobody known"
    told = f"{drift.kind.value}, by {who}, {phrases.when(drift.changed_at)} UTC; {phrases.why(drift.cause)}"
    yield f"<p>{_text(told)}.</p>\n"
    for change in drift.changes:
        yield f"<p><code>{_text(change.path)}</code></p>\n"
        yield _pre(_diff(sign, text) for sign, text in diff_lines(change)[:_DIFF_LINES])
    yield _table(
        (
            f"<time>{phrases.when(item.at)}</time>",
            _text(f"{labels.EVENT_SIGNS[item.kind]} {item.source}"),
            _text(item.summary),
            labels.percent(item.weight),
        )
        for item in drift.evidence
    )
    for ruled in drift.ruled_out:
        yield f'<p class="muted">Ruled out: {_text(labels.CAUSES[ruled.category])}, since {_text(ruled.because)}</p>\n'
    yield _table(map(_said, subject.said))
    for advice in drift.recommendations:
        yield from _advice(advice)


def _advice(advice: Recommendation) -> Iterator[str]:
    sure = labels.percent(advice.confidence)
    yield f"<p><b>{_text(advice.action.value)}</b>: {_text(advice.title)} ({sure}). {_text(advice.rationale)}</p>\n"
    if advice.commands:
        yield _pre(escape(plain_block(command)) for command in advice.commands)
    if advice.patch:
        lines = plain_block(advice.patch).rstrip("\n").split("\n")
        yield _pre(_diff(line[:1], line[1:], gap="") for line in lines)


def _diff(sign: str, text: str, gap: str = " ") -> str:
    shown = escape(f"{sign}{gap}{text}")
    return f'<span class="{_TONES[sign]}">{shown}</span>' if sign in _TONES else shown


def _moment(row: Moment) -> tuple[str, ...]:
    about = f"<br><code>{_text(row.about)}</code>" if row.about else ""
    what = f'<span class="{row.lane.removesuffix("s")}">{_text(row.text)}</span>{about}'
    return f"<time>{phrases.when(row.at)}</time>", _text(f"{row.sign} {row.lane}"), _text(row.who), what


def _said(entry: Entry) -> tuple[str, ...]:
    about = f"<br><code>{_text(entry.title)}</code>" if entry.title else ""
    return _time(entry), _text(f"{incident.SIGNS[entry.kind]} {entry.by}"), f"{_text(entry.text)}{about}"


def _time(entry: Entry) -> str:
    return f"<time>{phrases.when(entry.at)}</time>"


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    """Cells are HTML already."""
    lines = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    return "<table>\n" + "".join(f"<tr>{line}</tr>\n" for line in lines) + "</table>\n" if lines else ""


def _pre(lines: Iterable[str]) -> str:
    """Lines are HTML already."""
    shown = "\n".join(lines)
    return f"<pre>{shown}</pre>\n"


def _text(text: str) -> str:
    return escape(plain(text))
