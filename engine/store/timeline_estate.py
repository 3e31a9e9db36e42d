"""What is declared in an estate as of a time, by the place it has there: scope, then module, namespace or stack."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb
import numpy as np

from engine.model import ResourceRef
from engine.store.records import Matching, Place, PlaceCount
from engine.store.timeline_columns import column

# The module of Terraform's address, whose keys may hold dots; the stack of CloudFormation's; the namespace of an object
# of Kubernetes that no address names.
_PART = r"""
CASE WHEN contains(type, '::') THEN regexp_extract(address, '^(.*)/[^/]*$', 1)
     WHEN address = '' AND provider = 'kubernetes' THEN split_part(id, '/', 3)
     WHEN undeclared THEN NULL
     ELSE regexp_extract(address, '^(?:module\.[^.\[]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.)+', 0).rtrim('.') END
"""

_THERE = """
SELECT provider, type, scope, id, address, arg_max(name, (valid_from, scan)) AS name
FROM resource_versions
WHERE estate = $estate AND side = '{side}' AND valid_from <= $at AND ($type IS NULL OR type = $type)
GROUP BY provider, type, scope, id, address HAVING arg_max(hash IS NOT NULL, (valid_from, scan))
"""

# Code often leaves open in which region or cluster a resource is: where it is live in one place only, it is there. Of
# a part of another resource only a drift tells where that is.
_PLACED = f"""
WITH live AS MATERIALIZED ({_THERE.format(side="actual")}), lives_in AS (
    SELECT provider, type, id, min(scope) AS live_scope
    FROM (FROM live UNION ALL BY NAME FROM incoming ANTI JOIN live USING (provider, type, id))
    GROUP BY ALL HAVING count(DISTINCT scope) = 1
), one_scope AS (
    SELECT provider, min(scope) AS the_scope FROM live WHERE scope <> '' GROUP BY ALL HAVING count(DISTINCT scope) = 1
), wanted AS ({{wanted}}), placed AS (
    SELECT * EXCLUDE (scope, live_scope, the_scope), {_PART} AS part,
           CASE WHEN live_scope <> '' AND (scope = '' OR starts_with(live_scope, scope || '/')) THEN live_scope
                WHEN scope <> '' THEN scope ELSE coalesce(the_scope, provider) END AS place
    FROM wanted LEFT JOIN lives_in USING (provider, type, id) LEFT JOIN one_scope USING (provider)
)
SELECT {{what}} FROM placed WHERE {{where}} {{then}}
"""  # noqa: S608

_DECLARED = f"SELECT *, false AS undeclared, NULL::BIGINT AS row FROM ({_THERE.format(side='declared')})"  # noqa: S608
_GIVEN = """
SELECT provider, type, scope, id, address, name, undeclared, row FROM incoming WHERE $type IS NULL OR type = $type
"""

_FIELDS = {
    "scope": "place", "type": "type", "module": "coalesce(part, '')",
    "": "concat_ws(' ', address, id, name, type, place, part)",
}  # fmt: skip


def places(
    cursor: duckdb.DuckDBPyConnection,
    estate: str,
    at: datetime,
    given: Sequence[tuple[ResourceRef, bool]],
    matching: Sequence[Matching],
) -> list[PlaceCount]:
    """How much is declared at each place, and which of the given resources are there; see `Timeline`."""
    where, values = _condition(matching)
    query = _PLACED.format(
        wanted=f"{_DECLARED} UNION ALL BY NAME {_GIVEN}",
        what="place, part, type, count(*) FILTER (row IS NULL), coalesce(list(row) FILTER (row IS NOT NULL), [])",
        where=where,
        then="GROUP BY place, part, type ORDER BY place, part, type",
    )
    rows = _ask(cursor, given, query, {"estate": estate, "at": at, "type": None, **values})
    return [PlaceCount(Place(place, part, type_), number, tuple(rows)) for place, part, type_, number, rows in rows]


def declared_at(
    cursor: duckdb.DuckDBPyConnection,
    estate: str,
    at: datetime,
    place: Place,
    given: Sequence[tuple[ResourceRef, bool]],
    matching: Sequence[Matching],
) -> list[ResourceRef]:
    """What is declared at one place, by address and id; see `Timeline`."""
    where, values = _condition(matching)
    query = _PLACED.format(
        wanted=_DECLARED,
        what="provider, type, id, place, address, name",
        where=f"place = $place AND part IS NOT DISTINCT FROM $part AND {where}",
        then="ORDER BY address, id",
    )
    asked = {"estate": estate, "at": at, "type": place.type, "place": place.scope, "part": place.part, **values}
    return [ResourceRef(*row) for row in _ask(cursor, given, query, asked)]


def twin(cursor: duckdb.DuckDBPyConnection, ref: ResourceRef, estate: str, at: datetime) -> ResourceRef | None:
    """The live resource that has the id of a declared one, or else its name; None when none or several have."""
    query = (
        f"SELECT provider, type, id, scope, address, name FROM ({_THERE.format(side='actual')}) "  # noqa: S608
        "WHERE provider = $provider AND {same} AND ($scope = '' OR scope = $scope OR starts_with(scope, $account))"
    )
    asked = {"estate": estate, "at": at, "type": ref.type, "provider": ref.provider, "scope": ref.scope}
    asked["account"] = f"{ref.scope.partition('/')[0]}/"
    for same, value in (("id = $value", ref.id), ("name = $value", ref.name)):
        found = cursor.execute(query.format(same=same), {**asked, "value": value}).fetchall() if value else []
        if len(found) == 1:
            return ResourceRef(*found[0])
    return None


def _condition(matching: Sequence[Matching]) -> tuple[str, dict[str, str]]:
    terms = [
        f"{'NOT ' if term.inverse else ''}regexp_matches({_FIELDS[term.field]}, $match{number}, 'i')"
        for number, term in enumerate(matching)
    ]
    return " AND ".join(["true", *terms]), {f"match{number}": term.pattern for number, term in enumerate(matching)}


def _ask(
    cursor: duckdb.DuckDBPyConnection, given: Sequence[tuple[ResourceRef, bool]], query: str, asked: dict[str, Any]
) -> list[Any]:
    """The rows of a query that reads the given resources as the table `incoming`."""
    count = len(given)
    names = ("provider", "type", "scope", "id", "address", "name")
    columns = {name: column((getattr(ref, name) for ref, _ in given), count) for name in names}
    if not given:  # a column of objects without a value has no type that DuckDB could tell
        columns = {name: values.astype("U1") for name, values in columns.items()}
    columns["undeclared"] = np.fromiter((undeclared for _, undeclared in given), np.bool_, count)
    columns["row"] = np.arange(count, dtype=np.int64)
    cursor.register("incoming", columns)
    rows = cursor.execute(query, asked).fetchall()
    cursor.unregister("incoming")
    return rows
