"""How the steps, the proposals and one of them are drawn."""

from collections.abc import Sequence

from driftguard_tui import labels, text
from driftguard_tui.setup.choices import Choice, Choices, Step
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, flow, line, width
from driftguard_tui.widgets.rows import Column
from driftguard_tui.widgets.sections.source import VERDICTS, check_lines
from engine.discovery import Sureness

_STEPS = {
    Step.FIND: "find",
    Step.CHOOSE: "choose",
    Step.CHECK: "check",
    Step.WRITE: "write",
    Step.SCAN: "first scan",
}
_SURE = {Sureness.CERTAIN: "good", Sureness.LIKELY: "", Sureness.PERHAPS: "muted"}


def steps(now: Step, cells: int) -> Line:
    """All steps, those that are done with their sign."""
    spans: list[Span] = [Span("Set up  ", "strong")]
    for step, name in _STEPS.items():
        if step:
            spans.append(Span(" ─ ", "faint"))
        if step < now:
            spans += [Span("✓ ", "good"), Span(name, "muted")]
        else:
            spans.append(Span(f"{step + 1} {name}", "title" if step == now else "muted"))
    return cut(tuple(spans), cells)


def summary(choices: Choices, looking_at: str) -> Line:
    """How far it is, in a line."""
    taken = labels.count(len(choices.taken), "source")
    if choices.step is Step.FIND:
        return line(("⟳ ", "accent"), f"looking at {looking_at}", (f"  {taken} so far", "muted"))
    if choices.step is Step.CHOOSE:
        note = Span(f"   {choices.notes[0]}", "medium") if choices.notes else Span("")
        return (Span(f"{taken} of {len(choices.rows)} taken"), note)
    if choices.step is Step.CHECK:
        trying, broken = len(choices.being_tried), len(choices.broken)
        if trying:
            return line(("⟳ ", "accent"), f"trying {labels.count(trying, 'source')}")
        wrong = f"   {broken} cannot be read: space leaves it out"
        return line(f"{taken} tried", (wrong if broken else "", "bad"))
    return line(("enter", "key"), f" writes {taken}; the first scan follows")


def columns() -> Sequence[Column[Choice]]:
    """Of the list of proposals."""
    return (
        Column("take", 4, 0, lambda row, _: line(("●", "good") if row.taken else ("○", "muted"))),
        Column("source", 18, 0, _name),
        Column("kind", 20, 84, lambda row, _: line((row.proposal.kind, "muted"))),
        Column("reads", 0, 0, _reads),
        Column("sure", 8, 0, lambda row, _: line((row.proposal.sure, _SURE[row.proposal.sure]))),
        Column("found", 28, 120, lambda row, cells: cut(line((row.proposal.reason[: cells + 1], "muted")), cells)),
    )


def choice_lines(choice: Choice, cells: int) -> list[Line]:
    """One proposal: what it gives, where it was found, how it would be set up, what trying it gave."""
    proposal = choice.proposal
    lines = flow([Span(f"{proposal.comment}.", "strong")], cells, limit=4)
    if choice.check is not None:
        lines += check_lines(choice.check, cells)
    if proposal.reason:
        lines += flow([Span("found: ", "muted"), Span(proposal.reason)], cells, limit=4)
    for ask in proposal.asks:
        lines += flow([Span("asks for ", "medium"), Span(ask.question)], cells)
    lines.append(BLANK)
    settings = {"kind": proposal.kind, **proposal.settings}
    names = max(width((Span(name),)) for name in settings)
    for name, setting in settings.items():
        shown = ", ".join(map(str, setting)) if isinstance(setting, list | tuple) else str(setting)
        value = [Span(f"{text.fit(name, names)}  ", "muted"), Span(shown)]
        lines += flow(value, cells, indent=names + 2, limit=6)
    return lines


def preview(content: str, cells: int) -> list[Line]:
    """The configuration with its comments in the background."""
    lines: list[Line] = []
    for row in content.splitlines():
        tone = "muted" if row.startswith("#") else "title" if row.startswith("[") else ""
        lines += flow([Span(row, tone)], cells, indent=2) if row else [BLANK]
    return lines


def _name(row: Choice, cells: int) -> Line:
    name = Span(row.proposal.name[: cells + 1], "strong" if row.taken else "")
    return cut((*_verdict(row), name), cells)


def _verdict(row: Choice) -> Line:
    """What trying it gave, as a sign before its name."""
    if row.check is None:
        return ()
    if row.check.finding is None:
        return line(("⟳ ", "accent"))
    sign, tone = VERDICTS[row.check.finding.verdict.value]
    return line((f"{sign} ", tone))


def _reads(row: Choice, cells: int) -> Line:
    if row.check is not None and row.check.finding is not None and row.check.finding.verdict.value != "ok":
        _, tone = VERDICTS[row.check.finding.verdict.value]
        return cut(line((row.check.finding.detail[: cells + 1], tone)), cells)
    if row.proposal.asks:
        questions = labels.join_words(ask.question for ask in row.proposal.asks)
        return cut(line(("asks for ", "medium"), (questions, "muted")), cells)
    return cut(line(row.proposal.reads[: cells + 1]), cells)
