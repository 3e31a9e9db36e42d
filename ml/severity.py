"""How serious a drift is, by the tables in `rules/`."""

from fnmatch import fnmatchcase
from operator import ge

from msgspec import structs

from engine.model import Against, Attribution, Cause, Difference, Dimensions, Level, Severity
from ml.severity_rules import Adjustment, Match, Rule, Scale, load_scale, matches

_DIMENSIONS = Dimensions.__struct_fields__


def assess_severity(difference: Difference, cause: Cause, attribution: Attribution) -> Severity:
    """Scores each dimension by the strongest rule, moved by who did it and why; the level is that of the highest.

    `reasons` hold a sentence per rule and circumstance that counted, the most serious rule first.
    """
    scale = load_scale()
    found = matches(difference)
    nothing = structs.astuple(Dimensions())
    dimensions = Dimensions(*map(max, zip(nothing, *(_scores(match.rule) for match in found), strict=True)))
    circumstances = [item for item in scale.adjustments if _holds(item, difference, cause, attribution)]
    for circumstance in circumstances:
        dimensions = _adjusted(dimensions, circumstance)
    score = max(structs.astuple(dimensions))
    return Severity(
        level=_level(score, scale),
        score=score,
        dimensions=dimensions,
        reasons=(*_reasons(found), *(f"{item.reason} ({item.id})" for item in circumstances)),
    )


def _holds(item: Adjustment, difference: Difference, cause: Cause, attribution: Attribution) -> bool:
    if item.cause is not None and (item.cause is not cause.category or cause.confidence < item.confidence):
        return False
    principal = attribution.actor.principal or ""
    if item.principals and not any(fnmatchcase(principal, pattern) for pattern in item.principals):
        return False
    if item.denied_before and not _denied_before(attribution):
        return False
    return not item.tags or any(
        fnmatchcase(difference.tags.get(key, "").lower(), pattern)
        for key, patterns in item.tags.items()
        for pattern in patterns
    )


def _denied_before(attribution: Attribution) -> bool:
    change = attribution.change
    return (
        change is not None
        and change.actor.principal is not None
        and any(
            event.error is not None and event.at <= change.at and event.actor.principal == change.actor.principal
            for event in attribution.related
        )
    )


def _adjusted(dimensions: Dimensions, item: Adjustment) -> Dimensions:
    columns = zip(*map(structs.astuple, (dimensions, item.add, item.at_least)), strict=True)
    return Dimensions(*(min(max(score + added, least, 0), 100) for score, added, least in columns))


def _level(score: int, scale: Scale) -> Level:
    return max((level for level, start in scale.levels.items() if score >= start), key=lambda level: level.rank)


def _reasons(found: list[Match]) -> list[str]:
    """One sentence per rule, with the paths it applies to, the rule's name and what it goes back to."""
    groups: dict[tuple[str, Against], list[Match]] = {}
    for match in found:
        if not any(_outdoes(other, match) for other in found):
            groups.setdefault((match.rule.id, match.against), []).append(match)
    ordered = sorted(groups.values(), key=lambda group: -max(_scores(group[0].rule)))
    return [_reason(group[0], [match.path for match in group]) for group in ordered]


def _reason(match: Match, paths: list[str]) -> str:
    rule = match.rule
    # Of what nobody declared, it is the baseline that says otherwise.
    text = rule.reason if match.against is Against.DECLARED else rule.reason.replace("the code", "the baseline")
    return f"{text}{_where(paths)} ({rule.id}{'; ' + rule.reference if rule.reference else ''})"


def _outdoes(other: Match, match: Match) -> bool:
    """Whether another rule finds the same change more serious in every dimension, and so says all there is to say."""
    ours, theirs = _scores(match.rule), _scores(other.rule)
    return other.path == match.path and theirs != ours and all(map(ge, theirs, ours))


def _scores(rule: Rule) -> tuple[int, ...]:
    return tuple(getattr(rule, name) for name in _DIMENSIONS)


def _where(paths: list[str]) -> str:
    if not paths[0]:
        return ""
    rest = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f": {paths[0]}{rest}"
