"""The ledger: every drift and its life, what was proposed and decided, and the audit log."""

import getpass
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from engine.errors import StoreError
from engine.model import Accepted, Category, Drift, DriftKind, Feedback, Level, Report, ResourceRef, Role, Scan
from engine.redact import redact_value
from engine.store.audit import AuditEntry, AuditFilter, AuditVerdict, verify
from engine.store.ledger_audit import append_audit, names_of_people, newest_audit, read_audit, read_lines
from engine.store.ledger_baseline import digest, read_baseline, write_baseline
from engine.store.ledger_clock import moment, person
from engine.store.ledger_feedback import feedback_of, read_feedback, recent_features, write_feedback
from engine.store.ledger_models import add_model, demote, promote, read_champion, read_models, role_of
from engine.store.ledger_open import REFUSED, WRITES, name_of, open_engine, short_reason
from engine.store.ledger_outbox import Outbox
from engine.store.ledger_overview import came_about, last_read, lives, open_counts
from engine.store.ledger_record import Features, record_report
from engine.store.ledger_requests import RequestBook
from engine.store.ledger_scans import read_scans
from engine.store.ledger_tables import DriftRow, ScanRow
from engine.store.prefixes import the_one
from engine.store.records import DriftRecord, DriftStatus, Lives, ModelRecord

_RECORD_COLUMNS = (
    DriftRow.id, DriftRow.status, DriftRow.provider, DriftRow.type, DriftRow.resource_id, DriftRow.scope,
    DriftRow.address, DriftRow.name, DriftRow.kind, DriftRow.level, DriftRow.score, DriftRow.category,
    DriftRow.confidence, DriftRow.principal, DriftRow.changed_at, DriftRow.first_detected_at, DriftRow.last_seen_at,
    DriftRow.resolved_at,
)  # fmt: skip


class Ledger:
    """Several processes may have it open at once. Every method raises StoreError when the database fails."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, place: Path | str) -> "Ledger":
        """Opens `ledger.sqlite` in a folder, or the database of a URL, with its schema brought up to date.

        Raises StoreError when it cannot be reached, is damaged, or was written by a newer version.
        """
        return cls(open_engine(place))

    def record(self, report: Report, features: Features | None = None) -> None:
        """Takes a report in whole or not at all; one that is already recorded changes nothing.

        Drifts of the report are open. Drifts that the newest report does not hold are resolved, unless a source of
        resources could not be read. `features` are what the model saw of the drifts, by their ids.
        """
        with self._transaction(writes=True) as connection:
            record_report(connection, report, features or {})

    def drifts(
        self,
        status: DriftStatus | None = None,
        level: Level | None = None,
        *,
        category: Category | None = None,
        kind: DriftKind | None = None,
        provider: str | None = None,
    ) -> list[DriftRecord]:
        """The drifts with these properties, the gravest first."""
        wanted = {
            DriftRow.status: status, DriftRow.level: level, DriftRow.category: category, DriftRow.kind: kind,
            DriftRow.provider: provider,
        }  # fmt: skip
        query = (
            select(*_RECORD_COLUMNS)
            .where(*(column == value for column, value in wanted.items() if value is not None))
            .order_by(DriftRow.score.desc(), DriftRow.last_seen_at.desc(), DriftRow.id)
        )
        with self._transaction() as connection:
            return [_record(row) for row in connection.execute(query)]

    def drift(self, id_or_prefix: str) -> Drift:
        """The one drift whose id begins so, as the last report that held it told it.

        Raises StoreError when there is none or more than one.
        """
        begins_so = func.substr(DriftRow.id, 1, len(id_or_prefix)) == id_or_prefix
        query = select(DriftRow.id, DriftRow.body).where(begins_so).order_by(DriftRow.id).limit(6)
        with self._transaction() as connection:
            found: dict[str, Any] = dict(connection.execute(query).all()) if id_or_prefix else {}
        chosen = the_one(id_or_prefix, list(found), "drift", "driftguard drifts list")
        return msgspec.convert(found[chosen], Drift)

    def open_counts(self, estate: str, at: datetime) -> list[tuple[Level, Category | None, int]]:
        """How many drifts of each severity and cause (None: undetermined) were open at a moment.

        A drift that came back counts as if it had never been gone.
        """
        with self._transaction() as connection:
            return open_counts(connection, estate, at)

    def came_about(
        self, estate: str, at: datetime, *, since: datetime, length: timedelta
    ) -> list[tuple[int, Level, int]]:
        """How many of the drifts open at a moment came about in each stretch of this length since then, by severity.

        Stretches are told by their number, from 0 on. Drifts of which it is not known are left out.
        """
        with self._transaction() as connection:
            return came_about(connection, estate, at, since, length)

    def lives(
        self, estate: str, at: datetime, *, since: datetime | None = None, reach: timedelta = timedelta(days=30)
    ) -> Lives:
        """When the drifts of an estate appeared and went, up to a moment, and how long that took within `reach`."""
        with self._transaction() as connection:
            return lives(connection, estate, at, since, reach)

    def last_read(self, estate: str, at: datetime) -> dict[str, datetime]:
        """When, up to a moment, a scan last read each source of an estate whole; those never read are left out."""
        with self._transaction() as connection:
            return last_read(connection, estate, at)

    def scans(self, estate: str, most: int) -> list[Scan]:
        """The last scans of an estate, the newest first."""
        with self._transaction() as connection:
            return read_scans(connection, estate, most)

    def recorded_scans(self) -> set[str]:
        """The ids of all scans whose report the ledger holds."""
        with self._transaction() as connection:
            return set(connection.scalars(select(ScanRow.id)))

    def baseline(self, estate: str) -> list[Accepted]:
        """The accepted values of what nobody declared in an estate."""
        with self._transaction() as connection:
            return read_baseline(connection, estate)

    def accept_baseline(
        self, estate: str, accepted: Sequence[Accepted], *, by: str, reason: str = "", replace: bool = True
    ) -> None:
        """Records accepted values, and that they were accepted, in one step.

        They take the place of all that was accepted before, or with `replace=False` of the same resources only.
        """
        details = {
            "resources": len(accepted), "values": sum(len(item.values) for item in accepted), "reason": reason,
            "replace": replace, "digest": digest(accepted),
        }  # fmt: skip
        with self._transaction(writes=True) as connection:
            at = moment(connection)
            write_baseline(connection, estate, accepted, by=by, at=at, reason=reason, replace=replace)
            append_audit(connection, by, "baseline.accept", estate, details)

    def confirm(self, drift_id: str, *, by: str, category: Category | None = None, comment: str = "") -> Feedback:
        """Records that a person says a drift's cause is this one, the named one without a category, and audits it.

        A later word on the same drift counts in place of this one. Raises StoreError when there is no such drift.
        """
        drift_id = self.drift(drift_id).id
        comment = redact_value(comment)
        with self._transaction(writes=True) as connection:
            given = feedback_of(connection, drift_id, category, by=by, at=moment(connection), comment=comment)
            write_feedback(connection, given)
            details = {"category": given.category, "named": given.named, "model": given.model, "comment": comment}
            append_audit(connection, by, "drift.confirm", drift_id, details)
        return given

    def feedback(self, estate: str | None = None) -> list[Feedback]:
        """The last word that people had on each drift of an estate, or of all, oldest first."""
        with self._transaction() as connection:
            return read_feedback(connection, estate)

    def recent_features(self, model: str, limit: int) -> list[dict[str, float]]:
        """What a model (`name@version`) saw of the drifts that it last explained, by feature, the newest first."""
        with self._transaction() as connection:
            return recent_features(connection, model, limit)

    def models(self) -> list[ModelRecord]:
        """Every registered model, the newest first."""
        with self._transaction() as connection:
            return read_models(connection)

    def champion(self, name: str) -> ModelRecord | None:
        """The model of this name in use: the one that was promoted last. None when that is the shipped one."""
        with self._transaction() as connection:
            return read_champion(connection, name)

    def add_model(self, model: ModelRecord, *, by: str) -> None:
        """Registers a model that nobody uses yet, and audits it. Its name and version must be new."""
        with self._transaction(writes=True) as connection:
            add_model(connection, model)
            append_audit(connection, by, "model.register", model.label, {"sha256": model.sha256})

    def promote_model(self, model: ModelRecord, *, by: str, details: Mapping[str, Any]) -> None:
        """Puts a registered model into use, and audits it with what spoke for it."""
        with self._transaction(writes=True) as connection:
            promote(connection, model.name, model.version, moment(connection))
            append_audit(connection, by, "model.promote", model.label, {"sha256": model.sha256, **details})

    def demote_model(self, model: ModelRecord, *, by: str, reason: str = "") -> None:
        """Takes a model out of use, and audits it: the one that was promoted before is in use again."""
        with self._transaction(writes=True) as connection:
            demote(connection, model.name, model.version)
            append_audit(connection, by, "model.rollback", model.label, {"sha256": model.sha256, "reason": reason})

    @property
    def person(self) -> str:
        """Who acts: as a shared database knows whoever is connected, else by the login of this machine."""
        with self._transaction() as connection:
            return person(connection) or getpass.getuser()

    @property
    def takes_scans(self) -> bool:
        """Whether whoever is here may record what a scan finds: in a shared database that needs the role edit."""
        with self._transaction() as connection:
            connected = person(connection)
            return connected is None or role_of(connection, connected) is not Role.VIEW

    def now(self) -> datetime:
        """What time it is, in UTC: a shared database's own, which no client can set."""
        with self._transaction() as connection:
            return moment(connection)

    def role_of(self, user: str) -> Role:
        """What a person may do. Where no user is registered, everything."""
        with self._transaction() as connection:
            return role_of(connection, user)

    def append_audit(self, actor: str, action: str, subject: str, details: Mapping[str, Any]) -> AuditEntry:
        """Adds an entry to the audit log, chained to the last one. `details` must be JSON values without secrets."""
        with self._transaction(writes=True) as connection:
            return append_audit(connection, actor, action, subject, details)

    def audit_entries(self) -> list[AuditEntry]:
        """The audit log, oldest entry first."""
        with self._transaction() as connection:
            return list(read_audit(connection))

    def newest_audit(
        self, chosen: AuditFilter | None = None, *, before: int | None = None, limit: int = 500
    ) -> list[AuditEntry]:
        """So many entries of the audit log that are chosen, newest first; those before this number, if given."""
        with self._transaction() as connection:
            return newest_audit(connection, chosen or AuditFilter(), before, limit)

    def verify_audit(self, noted: str = "") -> AuditVerdict:
        """Whether every entry of the audit log is there, in its place and as it was written.

        `noted` is what its head once began with: see `engine.store.audit.verify`.
        """
        with self._transaction() as connection:
            return verify(read_lines(connection), noted)

    def names_of_people(self) -> set[str]:
        """Who the ledger knows by name beside those who acted: registered people, and who changed what drifted."""
        with self._transaction() as connection:
            return names_of_people(connection)

    @contextmanager
    def request_book(self, *, writes: bool = False) -> Iterator[RequestBook]:
        """The change requests for one transaction: it takes effect when the block ends, and not if it raises."""
        with self._transaction(writes=writes) as connection:
            yield RequestBook(connection)

    @contextmanager
    def outbox(self, *, writes: bool = False) -> Iterator[Outbox]:
        """The notifications for one transaction, as `request_book`."""
        with self._transaction(writes=writes) as connection:
            yield Outbox(connection, writes=writes)

    def close(self) -> None:
        """Lets the database go."""
        self._engine.dispose()

    def _note_refusal(self, error: SQLAlchemyError) -> None:
        """Writes down that the shared database refused a step by its rules; the step itself is undone."""
        if getattr(error.orig if isinstance(error, DBAPIError) else None, "sqlstate", None) != REFUSED:
            return
        with suppress(SQLAlchemyError), self._engine.begin() as connection:
            who = person(connection)
            append_audit(connection, str(who), "step.refused", "", {"reason": short_reason(error)})

    @contextmanager
    def _transaction(self, *, writes: bool = False) -> Iterator[Connection]:
        try:
            with self._engine.execution_options(**{WRITES: writes}).begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            self._note_refusal(error)
            raise StoreError(
                f"the ledger {name_of(self._engine.url)} "
                f"could not be {'written' if writes else 'read'} ({short_reason(error)})"
                f"{': nothing was changed' if writes else ''}"
            ) from error


def _record(row: Sequence[Any]) -> DriftRecord:
    id_, status, provider, type_, resource_id, scope, address, name, *rest = row
    resource = ResourceRef(provider, type_, resource_id, scope, address, name)
    return DriftRecord(id_, status, resource, *rest)
