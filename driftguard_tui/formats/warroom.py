"""War rooms as text: which there are, and what was said in one."""

from collections.abc import Iterator, Sequence

from driftguard_tui.formats import Paper, incident, phrases
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import cut, harmless, plain
from engine.masking import Masker
from engine.warroom import Entry, Kind, Session, pins

_COLUMNS = ("ID", "BEGAN (UTC)", "LAST (UTC)", "ESTATE", "NAME", "WHO", "PINS", "NOTES", "DECISIONS")
_LINES = ("", "WHEN (UTC)", "WHO", "WHAT", "ABOUT")
_WHO, _WHAT = 24, 120


def render_list(sessions: Sequence[Session], paper: Paper) -> str:
    """A line for each, the newest first."""
    if not sessions:
        return "No war room has been opened here.\n"
    lines = aligned([_COLUMNS, *map(_cells, sessions)]).splitlines(keepends=True)
    return "".join([paper.paint(lines[0].rstrip("\n"), "strong") + "\n", *lines[1:]])


def render_session(session: Session, paper: Paper, *, everything: bool = False) -> str:
    """What was said and pinned, or with `everything` what was looked at too, oldest first."""
    shown = [entry for entry in session.entries if everything or entry.kind is not Kind.LOOKED]
    head = [paper.paint(plain(session.title), "strong"), f"{plain(session.start.estate)} · {incident.span(session)}"]
    lines = aligned([_LINES, *map(_line, shown)]).splitlines() if shown else ["Nothing was said in it."]
    lines[0] = paper.paint(lines[0], "strong") if shown else lines[0]
    return "\n".join([*head, incident.headline(session), "", *lines]) + "\n"


def mask_of(session: Session) -> Masker:
    """A mask that knows everybody who is named in the session, in the order in which they came."""
    mask = Masker(shown=harmless)
    mask.learn([session.start, *session.entries])
    return mask


def _cells(session: Session) -> tuple[str, ...]:
    start = session.start
    counts = (len(pins(session.entries)), len(session.of(Kind.NOTE)), len(session.of(Kind.DECISION)))
    names = (plain(start.estate), cut(plain(start.name), _WHO), cut(plain(", ".join(session.people)), _WHO))
    return (plain(start.id), phrases.when(start.started_at), phrases.when(session.last_at), *names, *map(str, counts))


def _line(entry: Entry) -> tuple[str, ...]:
    return (
        incident.SIGNS[entry.kind],
        phrases.when(entry.at),
        cut(plain(entry.by), _WHO),
        cut(" ".join(_what(entry)), _WHAT),
        cut(plain(entry.title), _WHAT),
    )


def _what(entry: Entry) -> Iterator[str]:
    yield incident.WORDS[entry.kind]
    if entry.text:
        yield plain(entry.text)
    elif entry.moment is not None:
        yield phrases.when(entry.moment)
    elif entry.kind is Kind.LOOKED:
        yield plain(entry.workspace)
