"""Setting up the shared database, and saying who may do what there: for whoever administers it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import StoreError
from engine.model import Level, Role
from engine.store.ledger_open import HEAD, make_engine, migrate, name_of, revision_of, short_reason, url_of
from engine.store.shared import history
from engine.store.shared.address import SCHEMA, weakness

OWNER = "driftguard_owner"

#: In this order: later ones use functions of earlier ones.
_RULES = ("audit.sql", "requests.sql", "people.sql", "history.sql", "access.sql")
#: Before it, a grant could not leave out inheriting, nor a role its members.
_OLDEST_SERVER = 16
_MONTHS_AHEAD = 12


class Person(Struct, frozen=True):
    """Somebody who may act in the shared database."""

    name: str
    role: Role


class Policy(Struct, frozen=True):
    """What the database insists on for drifts of one severity, whatever a request or a client says.

    `approvals` is how many have to approve, `executes` the least role that carries it out, and `break_glass` whether an
    admin may do so without the approvals, giving a reason and raising an alarm.
    """

    level: Level
    approvals: int
    executes: Role
    break_glass: bool


class SharedStatus(Struct, frozen=True, kw_only=True):
    """How the shared database stands. `unbound` are the logins that no rule binds, since they administer the server."""

    place: str
    server: str
    revision: str | None
    expected: str
    you: str
    role: Role | None
    people: tuple[Person, ...]
    policies: tuple[Policy, ...]
    unbound: tuple[str, ...]
    months: tuple[str, ...]
    weakness: str

    @property
    def is_current(self) -> bool:
        return self.revision == self.expected


def initialise(url: str) -> None:
    """Makes the roles, the schema and everything in it, or brings what is there up to date.

    Whoever connects must be able to create roles, and schemas in this database. Raises StoreError when they cannot.
    """
    with _administering(url) as connection:
        _execute_file(connection, "roles.sql")
        with _as_owner(connection):
            bring_forward(connection)


def upgrade(url: str, *, keep: timedelta | None = None) -> None:
    """Brings the schema and its rules up to date; with `keep`, forgets the history of drifts that is older.

    Raises StoreError when the database is not set up, or whoever connects does not administer it.
    """
    with _administering(url) as connection:
        if revision_of(connection) is None:
            raise StoreError(
                f"{_name(url)} is not set up for DriftGuard: run `driftguard db init` as its administrator"
            )
        with _as_owner(connection):
            bring_forward(connection)
            if keep is not None:
                _forget(connection, datetime.now(UTC) - keep)


def grant(url: str, person: str, role: Role) -> bool:
    """Gives a person a role, in place of the one they had, and says whether their login had to be made first.

    A login that is made has no password: how a person proves who they are is the server's to say. Raises StoreError
    when whoever connects may not, or the person is themselves.
    """
    with _administering(url) as connection:
        known = connection.scalar(text("SELECT count(*) FROM pg_roles WHERE rolname = :name"), {"name": person})
        if not known:
            quoted = connection.dialect.identifier_preparer.quote_identifier(person)
            connection.exec_driver_sql(f"CREATE ROLE {quoted} LOGIN".replace("%", "%%"))
        connection.execute(text("SELECT grant_role(:person, :role)"), {"person": person, "role": role.value})
    return not known


def revoke(url: str, person: str) -> None:
    """Takes a person's role away; their login stays. Raises StoreError as `grant`, and when they have none."""
    with _administering(url) as connection:
        connection.execute(text("SELECT revoke_role(:person)"), {"person": person})


def set_policy(url: str, policy: Policy) -> None:
    """Says what the database insists on. Raises StoreError for whoever is no admin, or has an open request."""
    values = {
        "level": policy.level.value, "approvals": policy.approvals, "executes": policy.executes.value,
        "glass": policy.break_glass,
    }  # fmt: skip
    with _administering(url) as connection:
        connection.execute(text("SELECT set_policy(:level, :approvals, :executes, :glass)"), values)


def status(url: str) -> SharedStatus:
    """How the shared database stands, as anybody who can connect to it sees it."""
    with _administering(url) as connection:
        revision = revision_of(connection)
        return SharedStatus(
            place=_name(url),
            server=str(connection.scalar(text("SHOW server_version"))),
            revision=revision,
            expected=HEAD,
            you=str(connection.scalar(text("SELECT session_user"))),
            role=_role(connection) if revision else None,
            people=_people(connection) if revision else (),
            policies=_policies(connection) if revision == HEAD else (),
            unbound=_unbound(connection) if revision else (),
            months=tuple(name for name in _partitions(connection) if name != history.REST),
            weakness=weakness(url_of(url)),
        )


def bring_forward(connection: Connection) -> None:
    """Brings schema and rules up to date as the owner, within a transaction."""
    clear_rules(connection)
    migrate(connection, SCHEMA)
    for name in _RULES:
        _execute_file(connection, name)
    if not _has_timescale(connection):
        for month in history.months(datetime.now(UTC), _MONTHS_AHEAD):
            connection.exec_driver_sql(history.partition(month))


def clear_rules(connection: Connection) -> None:
    """Takes the rules away, as the owner, so that a migration can change what they hang on."""
    _execute_file(connection, "clear.sql")


@contextmanager
def _administering(url: str) -> Iterator[Connection]:
    """A transaction on the database; what it refuses is a StoreError with its reason."""
    engine: Engine = make_engine(url_of(url))
    try:
        with engine.begin() as connection:
            if connection.dialect.name != "postgresql":
                raise StoreError("the shared database is a Postgres: check store.shared")
            if int(connection.execute(text("SHOW server_version_num")).scalar_one()) < _OLDEST_SERVER * 10_000:
                raise StoreError(f"{_name(url)} is too old: its roles need Postgres {_OLDEST_SERVER} or newer")
            yield connection
    except SQLAlchemyError as error:
        raise StoreError(f"{_name(url)} refused ({short_reason(error)}): nothing was changed") from error
    finally:
        engine.dispose()


@contextmanager
def _as_owner(connection: Connection) -> Iterator[None]:
    """What is made in the block belongs to the owner, a role of which nobody stays a member."""
    superuser = connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    if not superuser:
        connection.exec_driver_sql(f"GRANT {OWNER} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE")
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA} AUTHORIZATION {OWNER}")
    connection.exec_driver_sql(f"SET LOCAL ROLE {OWNER}")
    yield
    connection.exec_driver_sql("RESET ROLE")
    if not superuser:
        connection.exec_driver_sql(f"REVOKE {OWNER} FROM CURRENT_USER GRANTED BY CURRENT_USER")


def _forget(connection: Connection, since: datetime) -> None:
    timescale = _has_timescale(connection)
    for statement in history.retention(_partitions(connection), since, timescale=timescale):
        connection.exec_driver_sql(statement)
    told = text(
        "SELECT write_audit(session_user::text, 'history.forget', :table, "
        "jsonb_build_object('before', CAST(:since AS text)))"
    )
    connection.execute(told, {"table": history.TABLE, "since": since.isoformat()})


def _execute_file(connection: Connection, name: str) -> None:
    statements = (Path(__file__).parent / name).read_text(encoding="utf-8")
    connection.execution_options(no_parameters=True).exec_driver_sql(statements)


def _has_timescale(connection: Connection) -> bool:
    return bool(connection.scalar(text("SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'")))


def _partitions(connection: Connection) -> tuple[str, ...]:
    query = text(
        "SELECT part.relname FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid "
        "WHERE inhparent = to_regclass(:table) ORDER BY part.relname"
    )
    return tuple(connection.scalars(query, {"table": f"{SCHEMA}.{history.TABLE}"}))


def _role(connection: Connection) -> Role | None:
    role = connection.scalar(text("SELECT role_of(session_user::name)"))
    return Role(role) if role else None


def _people(connection: Connection) -> tuple[Person, ...]:
    rows = connection.execute(text("SELECT name, role FROM users WHERE disabled_at IS NULL ORDER BY name"))
    unbound = _unbound(connection)
    return tuple(Person(name, Role(role)) for name, role in rows if name not in unbound)


def _policies(connection: Connection) -> tuple[Policy, ...]:
    rows = connection.execute(text("SELECT level, approvals, executes, break_glass FROM request_policy"))
    known = [Policy(Level(level), approvals, Role(executes), glass) for level, approvals, executes, glass in rows]
    return tuple(sorted(known, key=lambda policy: -policy.level.rank))


def _unbound(connection: Connection) -> tuple[str, ...]:
    query = text(
        "SELECT rolname FROM pg_roles WHERE rolcanlogin AND (rolsuper OR rolbypassrls OR rolreplication "
        "OR pg_has_role(oid, :owner, 'SET')) ORDER BY rolname"
    )
    return tuple(connection.scalars(query, {"owner": OWNER}))


def _name(url: str) -> str:
    return f"the shared database {name_of(url_of(url))}"
