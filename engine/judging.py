"""The tables by which drifts are judged: the shipped ones, with a user's own laid over them.

In a user's folder of tables (`providers/` beside driftguard.toml), `severity.toml` may hold

    [[rules]]          severity rules, as in ml/rules/any.toml
    [[adjustments]]    what circumstances add, as in ml/rules/scale.toml
    [levels]           at which score a level begins
    [[environments]]   further tags, values, words and scopes by which environments are told, as in surroundings.toml
    [[data]]           the same for classes of data
    [exposed], [foundation]    the same for what the internet reaches, and for what much hangs on

and `policies.toml` recommendation policies and cautions (engine/recommend/policies.toml). A row with the id of a
shipped one changes the fields that it gives, and goes with `enabled = false`; any other is new.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct, field, structs

from engine.checking import check, suggest
from engine.errors import ConfigError
from engine.model import Freeze, Level
from engine.overlay import lay_over, read_table
from engine.recommend import PolicyTable, own_policies
from ml.predicates import TESTS
from ml.severity_rules import Adjustment, Rule, Rulebook, Scale, shipped_rows, shipped_rules
from ml.surroundings import Sort, SurroundingsTable, Traits, load_surroundings

FILE_NAME = "severity.toml"

T = TypeVar("T", bound=Traits)


class Judging(Struct, frozen=True):
    """What severity, risk and recommendations go by beside the drift itself; None stands for the shipped tables."""

    book: Rulebook | None = None
    surroundings: SurroundingsTable | None = None
    policies: PolicyTable | None = None
    freezes: tuple[Freeze, ...] = ()


class _Own(Struct, frozen=True, kw_only=True):
    rules: list[Any] = field(default_factory=list)
    adjustments: list[Any] = field(default_factory=list)
    levels: dict[Level, int] = field(default_factory=dict)
    environments: list[Any] = field(default_factory=list)
    data: list[Any] = field(default_factory=list)
    exposed: Traits = Traits()
    foundation: Traits = Traits()


def load_judging(own: Path | None, freezes: Iterable[Freeze] = ()) -> Judging:
    """The tables, with those in the user's folder over them.

    Raises ConfigError with one line per problem, each with file and key.
    """
    policies = own_policies(own)
    file = own / FILE_NAME if own is not None else None
    if file is None or not file.is_file():
        return Judging(policies=policies, freezes=tuple(freezes))
    problems: list[str] = []
    given = check(read_table(file), _Own, "", problems) or _Own()
    rows = shipped_rows()
    scale = Scale(
        levels=shipped_rules().scale.levels | given.levels,
        adjustments=lay_over(rows["adjustments"], given.adjustments, "adjustments", Adjustment, problems),
    )
    rules = lay_over(rows["rules"], given.rules, "rules", Rule, problems, _rule_mistakes)
    surroundings = _surroundings(given, problems)
    if problems:
        raise ConfigError("\n".join(f"{file.name}: {problem}" for problem in problems))
    return Judging(Rulebook(rules, scale), surroundings, policies, tuple(freezes))


def _rule_mistakes(rule: Rule, where: str) -> Iterator[str]:
    if rule.when not in TESTS:
        yield f'{where}.when: "{rule.when}" is not a test{suggest(rule.when, TESTS)}'
    for name in ("security", "compliance", "performance", "cost"):
        if not 0 <= getattr(rule, name) <= 100:
            yield f"{where}.{name}: is {getattr(rule, name)}; give a score from 0 to 100"
    if not 0 <= rule.disruption <= 1:
        yield f"{where}.disruption: is {rule.disruption}; give a probability from 0 to 1"


def _surroundings(given: _Own, problems: list[str]) -> SurroundingsTable:
    shipped = load_surroundings()
    return SurroundingsTable(
        environments=_sorts(shipped.environments, given.environments, "environments", problems),
        data=_sorts(shipped.data, given.data, "data", problems),
        exposed=_with(shipped.exposed, given.exposed),
        foundation=_with(shipped.foundation, given.foundation),
    )


def _sorts(shipped: list[Sort], given: list[Any], name: str, problems: list[str]) -> list[Sort]:
    """The shipped sorts with what is given added to them. A sort of one's own is not understood by any rule of ours."""
    found = {sort.name: sort for sort in shipped}
    for index, entry in enumerate(given):
        where = f"{name}[{index}]"
        sort = check(entry, Sort, where, problems)
        if sort is None:
            continue
        if sort.name in found:
            found[sort.name] = _with(found[sort.name], sort)
        elif name == "environments":
            problems.append(f'{where}.is: "{sort.name}" is not an environment{suggest(sort.name, found)}')
        else:
            found[sort.name] = sort
    return list(found.values())


def _with(shipped: T, given: Traits) -> T:
    """The shipped patterns and those that are given."""
    added = {name: [*getattr(given, name), *getattr(shipped, name)] for name in Traits.__struct_fields__}
    return structs.replace(shipped, **added)
