"""How serious a drift is, by the tables in `rules/`."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from operator import ge

from msgspec import Struct, structs

from engine.model import Against, Attribution, Cause, Difference, Dimensions, Level, Severity, Surroundings
from ml.severity_rules import Adjustment, Match, Rule, Rulebook, Scale, shipped_rules
from ml.surroundings import surroundings_of

_DIMENSIONS = Dimensions.__struct_fields__


def assess_severity(
    difference: Difference,
    cause: Cause,
    attribution: Attribution,
    surroundings: Surroundings | None = None,
    book: Rulebook | None = None,
    found: Sequence[Match] | None = None,
) -> Severity:
    """Scores each dimension by the strongest rule, moved by who did it, why and in what surroundings.

    The level is that of the highest score. `reasons` hold a sentence per rule and circumstance that counted, with its
    id, the most serious rule first. Without `surroundings` they are worked out; without `book`, by the shipped rules;
    `found` are the book's matches, where they are known already.
    """
    book = book or shipped_rules()
    found = book.matches(difference) if found is None else found
    nothing = structs.astuple(Dimensions())
    dimensions = Dimensions(*map(max, zip(nothing, *(_scores(match.rule) for match in found), strict=True)))
    case = _Case(difference, cause, attribution, surroundings or surroundings_of(difference))
    circumstances = []
    for item in filter(case.fits, book.scale.adjustments):
        adjusted = _adjusted(dimensions, item)
        if adjusted != dimensions:
            dimensions = adjusted
            circumstances.append(f"{item.reason} ({item.id})")
    score = max(structs.astuple(dimensions))
    return Severity(
        level=_level(score, book.scale),
        score=score,
        dimensions=dimensions,
        reasons=(*_reasons(found), *circumstances),
    )


class _Case(Struct, frozen=True):
    """What circumstances are asked of."""

    difference: Difference
    cause: Cause
    attribution: Attribution
    surroundings: Surroundings

    def fits(self, item: Adjustment) -> bool:
        """Whether the circumstance is given; what it leaves out asks for nothing."""
        return self._fits_deed(item) and self._fits_place(item)

    def _fits_deed(self, item: Adjustment) -> bool:
        cause, principal = self.cause, self.attribution.actor.principal or ""
        return (
            (item.cause is None or (item.cause is cause.category and cause.confidence >= item.confidence))
            and (not item.principals or any(fnmatchcase(principal, pattern) for pattern in item.principals))
            and (not item.denied_before or _denied_before(self.attribution))
        )

    def _fits_place(self, item: Adjustment) -> bool:
        place = self.surroundings
        return (
            (not item.environments or place.environment in item.environments)
            and item.exposed in (None, place.exposed)
            and (not item.data or place.data in item.data)
            and item.foundation in (None, place.foundation)
            and place.dependents >= item.dependents_from
            and place.shared_by >= item.shared_from
            and (not item.tags or self._has_tag(item.tags))
        )

    def _has_tag(self, wanted: dict[str, list[str]]) -> bool:
        return any(
            fnmatchcase(self.difference.tags.get(key, "").lower(), pattern)
            for key, patterns in wanted.items()
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
    columns = zip(*map(structs.astuple, (dimensions, item.add, item.more, item.at_least)), strict=True)
    return Dimensions(
        *(min(max(score + added + (more if score else 0), least, 0), 100) for score, added, more, least in columns)
    )


def _level(score: int, scale: Scale) -> Level:
    return max((level for level, start in scale.levels.items() if score >= start), key=lambda level: level.rank)


def _reasons(found: Sequence[Match]) -> list[str]:
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
