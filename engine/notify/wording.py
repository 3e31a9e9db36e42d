"""From occurrences to messages: alike ones together, without secrets, and with nothing in them that acts."""

import re
from collections.abc import Callable, Sequence

from msgspec import Struct

from engine.model import Level, Report
from engine.notify.occurrences import Occurrence, of_scan
from engine.notify.rules import Rule, load_rules
from engine.recommend.naming import printable
from engine.redact import redact_prose

_LONGEST_TITLE, _LONGEST_TEXT, _LONGEST_WORD = 200, 4_000, 300
_LISTED = 10
#: What chat services take for a call to everybody, whoever writes it: `@here`, `<!channel>`, `<@U123>`.
_CALLS = re.compile(r"@(?=(?:everyone|here|channel|all|room)\b)|<(?=[!@#])", re.IGNORECASE)
_UNSEEN = "\u2060"

Mask = Callable[[str], str]


class Message(Struct, frozen=True, kw_only=True):
    """What is said of one occurrence, or of several at once: `keys` are theirs."""

    rule: Rule
    keys: tuple[str, ...]
    level: Level
    subject: str
    body: str
    drift_id: str | None = None


def messages(found: Sequence[Occurrence], mask: Mask | None = None) -> list[Message]:
    """What is said of these, rule by rule; `mask` is what identities pass through."""
    by_rule: dict[str, list[Occurrence]] = {}
    for occurrence in found:
        by_rule.setdefault(occurrence.rule.id, []).append(occurrence)
    said: list[Message] = []
    for alike in by_rule.values():
        rule = alike[0].rule
        if len(alike) > rule.together:
            said.append(_several(rule, alike, mask))
        else:
            said += [_one(occurrence, mask) for occurrence in alike]
    return said


def subject_of(occurrence: Occurrence, mask: Mask | None = None) -> str:
    """The title of what is said of one."""
    return _title(occurrence.rule.title.format_map(_words(occurrence)), mask)


def headlines(report: Report, before: Report) -> list[str]:
    """What whoever is at a console should look up for after another scan: what others are told of it, a line each."""
    rules = load_rules()
    known = {occurrence.key for occurrence in of_scan(rules, before, None)}
    new = [occurrence for occurrence in of_scan(rules, report, before) if occurrence.key not in known]
    return [message.subject for message in messages(new)]


def clean_text(text: str, mask: Mask | None = None) -> str:
    """A text of several lines as it may be sent."""
    lines = redact_prose(text.strip()).splitlines()
    shown = "\n".join(printable(line) for line in lines)
    return _harmless(mask(shown) if mask else shown)[:_LONGEST_TEXT]


def _title(text: str, mask: Mask | None) -> str:
    return clean_text(" ".join(text.split()), mask)[:_LONGEST_TITLE]


def _one(occurrence: Occurrence, mask: Mask | None) -> Message:
    rule = occurrence.rule
    return Message(
        rule=rule,
        keys=(occurrence.key,),
        level=occurrence.level,
        subject=subject_of(occurrence, mask),
        body=clean_text(rule.text.format_map(_words(occurrence)), mask),
        drift_id=occurrence.drift_id,
    )


def _several(rule: Rule, alike: Sequence[Occurrence], mask: Mask | None) -> Message:
    gravest = sorted(alike, key=lambda occurrence: -occurrence.level.rank)
    lines = [subject_of(occurrence, mask) for occurrence in gravest[:_LISTED]]
    if len(alike) > _LISTED:
        lines.append(f"and {len(alike) - _LISTED} more")
    words = {"many": str(len(alike)), "estate": gravest[0].words.get("estate", "")}
    return Message(
        rule=rule,
        keys=tuple(occurrence.key for occurrence in alike),
        level=gravest[0].level,
        subject=_title(rule.several.format_map(words), mask),
        body="\n".join(lines),
    )


def _words(occurrence: Occurrence) -> dict[str, str]:
    """Each on one line of its own text: a name with line breaks could pass for what we say ourselves."""
    return {name: _cut(" ".join(word.split())) for name, word in occurrence.words.items()}


def _cut(word: str) -> str:
    return word if len(word) <= _LONGEST_WORD else f"{word[: _LONGEST_WORD - 1]}…"


def _harmless(text: str) -> str:
    return _CALLS.sub(lambda match: match[0] + _UNSEEN, text)
