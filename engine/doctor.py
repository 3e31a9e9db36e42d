"""What works and what does not: configuration, sources, stores, secrets, programs, one finding each."""

import platform
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from enum import StrEnum
from importlib import metadata
from pathlib import Path

from msgspec import Struct, structs

from engine import __version__, secrets
from engine.collectors.base import Access, Accessible, Context
from engine.collectors.files import find_files
from engine.collectors.gathering import gather
from engine.config import Config, SourceConfig, load_config
from engine.errors import ConfigError, DriftGuardError
from engine.model import SourceStatus
from engine.store.files import LEDGER

#: Programs that later steps call, and what for.
_PROGRAMS = {"terraform": "to plan and apply fixes", "kubectl": "to look into clusters by hand"}
_LIBRARIES = ("textual", "msgspec", "duckdb", "sqlalchemy", "boto3", "dulwich")
#: Kinds whose files on disk are not what is read.
_NOT_FILES = frozenset({"git"})


class Verdict(StrEnum):
    OK = "ok"
    NOTE = "note"  # works, with something to know
    BROKEN = "broken"


class Finding(Struct, frozen=True):
    """One thing that was looked at. `area` groups them; `detail` is a sentence; `access` what a source lets be read."""

    area: str
    name: str
    verdict: Verdict
    detail: str
    access: Access | None = None


def examine(file: Path | None = None, store: Path | None = None) -> Iterator[Finding]:
    """Looks at everything, each thing whatever became of the others, and yields what it finds as it goes.

    `file` and `store` are as for `load_config`. Recorded sources are read whole; live ones are asked who is calling
    and what that may read.
    """
    config = None
    try:
        config = load_config(file)
        yield _configuration(config)
    except DriftGuardError as error:
        yield from (Finding("configuration", "file", Verdict.BROKEN, line) for line in str(error).splitlines())
    if config is not None:
        for source in config.sources:
            yield examine_source(source, config)
        yield from _secrets(config)
        yield _store(store or config.store)
        if config.shared is not None and store is None:
            yield _shared(config)
        yield from _models(store or config.store)
    for name, purpose in _PROGRAMS.items():
        path = shutil.which(name)
        yield Finding("programs", name, Verdict.OK if path else Verdict.NOTE, path or f"not found; needed {purpose}")
    yield Finding("versions", "driftguard", Verdict.OK, f"{__version__} on Python {platform.python_version()}")
    yield from (Finding("versions", name, *_version(name)) for name in _LIBRARIES)


def _configuration(config: Config) -> Finding:
    if config.file is None:
        detail = "there is none; `driftguard config init` writes one"
        return Finding("configuration", "file", Verdict.NOTE, detail)
    verdict = Verdict.OK if config.sources else Verdict.NOTE
    return Finding("configuration", "file", verdict, f"{config.file}, {len(config.sources)} sources")


def examine_within(
    source: SourceConfig, config: Config, seconds: float, cancelled: threading.Event | None = None
) -> Finding:
    """As `examine_source`, for at most that many seconds: a source that does not answer by then is broken."""
    cancelled = cancelled or threading.Event()
    found: list[Finding] = []
    # A thread that nobody waits for: a provider that never answers must not keep the process.
    worker = threading.Thread(
        target=lambda: found.append(examine_source(source, config, cancelled)), name="check", daemon=True
    )
    worker.start()
    worker.join(seconds)
    cancelled.set()
    if found:
        return found[0]
    detail = f"{source.kind}: does not answer within {seconds:g} seconds; check its address and the network"
    return Finding("sources", source.name, Verdict.BROKEN, detail)


def examine_source(source: SourceConfig, config: Config, cancelled: threading.Event | None = None) -> Finding:
    """What works of one source and what does not. Recorded input is read, a provider asked; never raises."""
    cancelled = cancelled or threading.Event()
    access = None
    try:
        collector = source.build()
        if isinstance(collector, Accessible):
            access = collector.access(_context(config, cancelled))
        if source.settings.paths:
            verdict, detail = _read(source, config, cancelled)
        elif access is not None:
            verdict, detail = Verdict.OK, "reachable"
        else:
            verdict, detail = _ask(source, config)
        if access is not None:
            verdict, detail = _weigh(access, verdict, detail, is_live=not source.settings.paths)
    except DriftGuardError as error:
        verdict, detail = Verdict.BROKEN, str(error)
    except Exception as error:  # noqa: BLE001 - whatever breaks in one source must not hide the others
        verdict, detail = Verdict.BROKEN, f"unexpected {type(error).__name__} while reading; please report this"
    return Finding("sources", source.name, verdict, f"{source.kind}: {detail}", access)


def _weigh(access: Access, verdict: Verdict, detail: str, *, is_live: bool) -> tuple[Verdict, str]:
    """Adds as whom and how fresh; what may not be read is a note, nothing that may be read a breakage."""
    parts = [detail, f"as {access.identity}"] if access.identity else [detail]
    if access.newest is not None:
        parts.append(f"the newest of {access.newest:%Y-%m-%d %H:%M} UTC, {_age(access.newest)} ago")
    elif is_live:
        parts.append("read as it is at the moment")
    if access.lacks and verdict is Verdict.OK:
        verdict = Verdict.NOTE if access.may else Verdict.BROKEN
    return verdict, ", ".join(parts)


def _read(source: SourceConfig, config: Config, cancelled: threading.Event) -> tuple[Verdict, str]:
    """Reads a recorded source whole: only that tells whether it can be read."""
    gathered = gather(structs.replace(config, sources=(source,)), tell=_quietly, cancelled=cancelled)
    health = gathered.health[0]
    if health.status is SourceStatus.FAILED:
        return Verdict.BROKEN, health.error or "failed"
    parts = [f"{health.records:,} records{_files(source)}"]
    if gathered.newest is not None:
        parts.append(f"the newest of {gathered.newest:%Y-%m-%d %H:%M} UTC, {_age(gathered.newest)} ago")
    if health.error:
        parts.append(f"{health.skipped:,} skipped: {health.error}")
    fine = health.status is SourceStatus.OK and health.records > 0
    return Verdict.OK if fine else Verdict.NOTE, ", ".join(parts)


def _ask(source: SourceConfig, config: Config) -> tuple[Verdict, str]:
    """Reads a live source up to its first record."""
    cancelled = threading.Event()
    context = _context(config, cancelled)
    first = next(iter(source.build().collect(context)), None)
    cancelled.set()
    if context.problems:
        return Verdict.NOTE, f"reachable, {context.problems[0]}"
    return Verdict.OK, "reachable" if first is not None else "reachable, nothing in it yet"


def _files(source: SourceConfig) -> str:
    if source.kind in _NOT_FILES or any("://" in text for text in source.settings.paths):
        return ""
    count = len(find_files(source.settings))
    return f" in {count:,} file{'' if count == 1 else 's'}"


def _secrets(config: Config) -> Iterator[Finding]:
    backend = secrets.keyring_backend()
    detail = backend or f"this machine has none; name secrets as {secrets.INSTEAD}"
    yield Finding("secrets", "keyring", Verdict.OK if backend else Verdict.NOTE, detail)
    for target in config.notify:
        try:
            config.resolve_secret(target.url)
            yield Finding(
                "secrets", f"notify {target.name}", Verdict.OK, "is there; try it: driftguard notifications test"
            )
        except ConfigError as error:
            yield Finding("secrets", f"notify {target.name}", Verdict.BROKEN, str(error))


def _store(folder: Path) -> Finding:
    from engine.store import open_stores

    if not folder.exists():
        return Finding("store", "folder", Verdict.OK, f"{folder}: not there yet, the first scan makes it")
    try:
        with open_stores(folder) as stores:
            scans = len(stores.ledger.recorded_scans())
    except DriftGuardError as error:
        return Finding("store", "folder", Verdict.BROKEN, str(error))
    return Finding(
        "store", "folder", Verdict.OK, f"{folder}: opens, {scans:,} scan{'' if scans == 1 else 's'} recorded"
    )


def _shared(config: Config) -> Finding:
    """Whether the shared database can be worked in, as whom, and whether the way to it is safe."""
    from engine.store.shared.administer import status

    try:
        found = status(str(config.shared_url()))
    except DriftGuardError as error:
        return Finding("store", "shared", Verdict.BROKEN, str(error))
    role = f"the role {found.role}" if found.role else "no role"
    detail = f"{found.place}, as {found.you} with {role}"
    if found.role is None:
        return Finding("store", "shared", Verdict.BROKEN, f"{detail}: ask its administrator for `driftguard db grant`")
    if not found.is_current:
        detail = f"{detail}; it has schema {found.revision}, and {found.expected} is needed: `driftguard db upgrade`"
        return Finding("store", "shared", Verdict.BROKEN, detail)
    if found.weakness:
        return Finding("store", "shared", Verdict.NOTE, f"{detail}. {found.weakness}")
    return Finding("store", "shared", Verdict.OK, detail)


def _models(folder: Path) -> Iterator[Finding]:
    """The model in use, and what people's confirmations and the last drifts say of it."""
    from engine.learning.standing import State, overview
    from engine.store.ledger import Ledger

    if not (folder / LEDGER).is_file():
        return
    try:
        with closing(Ledger.open(folder)) as ledger:
            found = overview(folder, ledger)
    except DriftGuardError as error:
        yield Finding("models", "in use", Verdict.BROKEN, str(error))
        return
    in_use = next(model for model in found.models if model.state is State.IN_USE)
    detail = f"{in_use.label} ({in_use.trained_on})"
    if found.performance:
        last = found.performance[-1]
        detail += f"; of the last {last.count} confirmed causes {last.accuracy:.0%} had been named right"
    yield Finding("models", "in use", Verdict.OK, detail)
    if found.problem:
        yield Finding("models", "promoted", Verdict.BROKEN, found.problem)
    yield from (Finding("models", alert.name, Verdict.NOTE, alert.says) for alert in found.alerts)


def _context(config: Config, cancelled: threading.Event) -> Context:
    return Context(resolve_secret=config.resolve_secret, cancelled=cancelled, knowledge=config.knowledge)


def _version(library: str) -> tuple[Verdict, str]:
    try:
        return Verdict.OK, metadata.version(library)
    except metadata.PackageNotFoundError:
        return Verdict.BROKEN, "is not installed; install driftguard-tui again"


def _age(at: datetime) -> str:
    """How long ago, in the largest whole unit."""
    seconds = max(0.0, (datetime.now(UTC) - at).total_seconds())
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} seconds"


def _quietly(name: str, records: int, done: bool) -> None:
    """Progress that nobody watches."""
