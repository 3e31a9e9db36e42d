"""The report as GitHub-flavoured Markdown, for a comment on a pull request.

What infrastructure named is untrusted: it stands in code spans, where nothing is a link, a tag, a picture or a
mention of somebody.
"""

import re
from collections.abc import Sequence

from driftguard_tui import labels
from driftguard_tui.formats import Paper, phrases, unmanaged
from driftguard_tui.formats.diff import diff_lines
from driftguard_tui.text import cut, plain, plain_block
from engine.model import Drift, Recommendation, Report

#: GitHub refuses comments above 65,536 characters: drifts are told in full while they fit.
_LONGEST = 60_000
#: Rows of the table. The rest is counted.
_ROWS = 100
_DIFF_LINES = 40

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")


def render(report: Report, paper: Paper) -> str:
    """Headline, totals, a table of the drifts, and the worst of them in full, folded."""
    parts = [f"## DriftGuard: {phrases.headline(report)}", prose(phrases.totals(report.summary))]
    if hidden := phrases.hidden(report):
        parts.append("\n".join(f"- {prose(line)}" for line in hidden))
    trouble = [f"- {prose(phrases.health(source))}" for source in phrases.troubled(report)]
    if trouble:
        parts.append("**Not every source could be read.**\n\n" + "\n".join(trouble))
    told, groups = unmanaged.split(report.drifts)
    if told:
        parts.append(_table(told[:_ROWS]))
        if len(told) > _ROWS:
            parts.append(f"…and {len(told) - _ROWS:,} more.")
    if groups:
        lines = [f"- {prose(unmanaged.sentence(group))}" for group in groups[:_ROWS]]
        parts.append("**Nobody declares:**\n\n" + "\n".join(lines))
    if told:
        room = _LONGEST - sum(map(len, parts))
        for drift in told[:_ROWS]:
            details = _details(drift)
            room -= len(details)
            if room < 0:
                break
            parts.append(details)
    return "\n\n".join(parts) + "\n"


def code(text: str, longest: int = 200) -> str:
    """Text as a code span, on one line, whatever it holds."""
    shown = cut(plain(text), longest)
    fence = "`" * (max([0, *map(len, re.findall("`+", shown))]) + 1)
    space = " " if not shown.strip() or shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{space}{shown or ' '}{space}{fence}"


def prose(text: str) -> str:
    """Text in a sentence, with whatever Markdown would make of it taken away."""
    shown = _SPECIAL.sub(r"\\\1", plain(text))
    return shown.replace("@", "@<!-- -->").replace("://", ":<!-- -->//").replace("www.", "www<!-- -->.")


def _table(drifts: Sequence[Drift]) -> str:
    rows = ["| severity | resource | what changed | who | when (UTC) | cause |", "|---|---|---|---|---|---|"]
    for drift in drifts:
        changed = phrases.changed(drift)
        who = phrases.who(drift.actor)
        cells = (
            phrases.severity(drift),
            code(phrases.resource(drift)),
            f"{drift.kind.value}: {code(changed) if drift.changes else changed}",
            code(who) if drift.actor.principal else who,
            phrases.when(drift.changed_at),
            phrases.why(drift.cause),
        )
        rows.append(f"| {' | '.join(map(_cell, cells))} |")
    return "\n".join(rows)


def _cell(text: str) -> str:
    """A table's cells end at a bar even inside a code span."""
    return text.replace("|", "\\|")


def _details(drift: Drift) -> str:
    lines = [f"<details><summary>{phrases.severity(drift)} · {_html(phrases.resource(drift))}</summary>", ""]
    for change in drift.changes:
        shown = [f"{sign} {text}" for sign, text in diff_lines(change)[:_DIFF_LINES]]
        lines += [code(change.path), "", fenced("\n".join(shown), "diff"), ""]
    lines += [f"- ruled out: {labels.CAUSES[item.category]}, since {prose(item.because)}" for item in drift.ruled_out]
    lines += [f"- {phrases.when(item.at)} UTC, {item.kind.value}: {prose(item.summary)}" for item in drift.evidence]
    for recommendation in drift.recommendations:
        lines += ["", *recommendation_lines(recommendation)]
    return "\n".join([*lines, "", "</details>"])


def recommendation_lines(item: Recommendation) -> list[str]:
    """What to do, why, and with which commands."""
    by = f"; {prose(item.policy)}" if item.policy else ""
    lines = [
        f"**{item.action.value}**: {prose(item.title)} ({labels.percent(item.confidence)}{by}). {prose(item.rationale)}"
    ]
    if item.commands:
        lines += ["", fenced("\n".join(map(plain_block, item.commands)), "sh")]
    if item.patch:
        lines += ["", fenced(plain_block(item.patch).rstrip("\n"), "diff")]
    return lines


def fenced(text: str, language: str) -> str:
    """A code block whose fence is longer than any in the text."""
    fence = "`" * (max([2, *map(len, re.findall("`+", text))]) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _html(text: str) -> str:
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, entity)
    return f"<code>{text}</code>"
