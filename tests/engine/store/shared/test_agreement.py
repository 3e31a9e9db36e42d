"""What the database works out by itself agrees with what the application does: the audit chain and a plan's hash."""

import json
import math
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import msgspec
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from engine.model import Action, Change, DriftKind, Plan, Prepared, ResourceRef
from engine.store.ledger import Ledger
from tests.support.postgres import Server

deterministic = msgspec.json.Encoder(order="deterministic")

# Postgres keeps no NUL, and JSON no half of a character.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | texts
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.fixture(scope="module")
def connection(postgres_server: Server) -> Iterator[psycopg.Connection[Any]]:
    database = postgres_server.fresh()
    with closing(psycopg.connect(database.url(), autocommit=True)) as connection:
        connection.execute("SET search_path = driftguard")
        yield connection
    database.drop()


@given(value=values)
def test_a_value_reads_back_as_it_is_hashed(connection: psycopg.Connection[Any], value: Any) -> None:
    """However a client writes a value, the database keeps it in the one form that the application hashes."""
    row = connection.execute("SELECT canonical(%s::jsonb)", (json.dumps(value),)).fetchone()
    assert row is not None
    kept = row[0].encode()

    assert deterministic.encode(msgspec.json.decode(kept)) == kept
    assert close(msgspec.json.decode(kept), value)


def close(kept: Any, given: Any) -> bool:
    """The same, but for floats without a fraction, which JSON does not tell from integers."""
    if isinstance(given, dict):
        return kept.keys() == given.keys() and all(close(kept[key], given[key]) for key in given)
    if isinstance(given, list):
        return len(kept) == len(given) and all(map(close, kept, given))
    return bool(kept == given or (isinstance(given, float) and math.isclose(kept, given, rel_tol=1e-15)))


plans = st.builds(
    Plan,
    drift_id=texts,
    resource=st.builds(ResourceRef, texts, texts, texts, texts, texts, texts),
    kind=st.sampled_from(DriftKind),
    changes=st.lists(st.builds(Change, texts, values, values), max_size=3).map(tuple),
    recommendation_id=texts,
    action=st.sampled_from(Action),
    title=texts,
    rationale=texts,
    commands=st.lists(texts, max_size=3).map(tuple),
    patch=st.none() | texts,
    prepared=st.none() | st.builds(Prepared, tool=texts, summary=texts, shown=texts, artifact=texts,
                                   artifact_hash=texts, world=texts, commands=st.lists(texts, max_size=2).map(tuple)),
)  # fmt: skip


@given(plan=plans)
def test_a_plan_has_the_same_hash(connection: psycopg.Connection[Any], plan: Plan) -> None:
    sent = deterministic.encode(plan).decode()
    assert connection.execute("SELECT plan_hash(%s::json)", (sent,)).fetchone() == (plan.hash,)

    reworded = deterministic.encode(structs.replace(plan, rationale="said otherwise")).decode()
    assert connection.execute("SELECT plan_hash(%s::json)", (reworded,)).fetchone() == (plan.hash,)


@given(details=st.dictionaries(texts, values, max_size=4), subject=texts)
def test_the_chain_holds_whatever_is_written_down(
    connection: psycopg.Connection[Any], details: dict[str, Any], subject: str
) -> None:
    query = "SELECT number FROM append_audit('postgres', 'drift.ignore', %s, %s::jsonb)"
    assert connection.execute(query, (subject, json.dumps(details))).fetchone() is not None


def test_the_application_verifies_all_of_it(postgres_server: Server, connection: psycopg.Connection[Any]) -> None:
    for details in ({"b": [1.5e-7, 1e22, -0.0], "a": {"é": "\u2028"}}, {}, {"n": 2**63, "x": 0.00001, "y": 1e15 + 0.5}):
        connection.execute("SELECT append_audit('postgres', 'drift.ignore', 'd', %s::jsonb)", (json.dumps(details),))

    with closing(Ledger.open(postgres_server.url(connection.info.dbname))) as ledger:
        verdict = ledger.verify_audit()
    assert verdict.intact, verdict.reason
    assert verdict.entries >= 3
