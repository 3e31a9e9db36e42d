"""Reading the configuration: which file, which sources, and what is wrong with it, by key."""

import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import platformdirs
from msgspec import Struct, field, structs

from engine import secrets
from engine.assistant.settings import AssistantSettings, read_settings
from engine.checking import check, suggest
from engine.collectors.base import Collector, Settings
from engine.collectors.registry import KINDS
from engine.driftignore import driftignore
from engine.encrypting import Encryption, read_encryption
from engine.errors import ConfigError, DriftGuardError
from engine.model import WEEKDAYS, Environment, Freeze, IgnoreRule, SourceRole
from engine.notify.targets import Target, read_targets
from engine.preferences import Preferences, read_preferences

FILE_NAME = "driftguard.toml"

#: Settings of sources that refer to a secret.
_SECRET_SETTINGS = ("token", "password", "secret", "api_key")


class SourceConfig(Struct, frozen=True, kw_only=True):
    """One source as configured. `key` is where: `source[2]`, or the folder's name in a bundle."""

    name: str
    kind: str
    role: SourceRole
    key: str
    settings: Settings

    @property
    def asks_provider(self) -> bool:
        """Whether it reads a provider's actual state as it is now, rather than a recording of it."""
        return self.role is SourceRole.ACTUAL and not self.settings.paths

    def build(self) -> Collector:
        """The collector that reads this source."""
        return KINDS[self.kind].build(self.settings)

    def fingerprint(self) -> str | None:
        """Changes when reading the source could give something else; None when only reading tells."""
        try:
            return self.build().fingerprint()
        except (DriftGuardError, OSError):
            return None

    def missing_paths(self) -> list[str]:
        """The texts of `path` that name no file, folder or match at this moment. Addresses are not tried."""
        return [text for text in self.settings.paths if "://" not in text and not _names_something(text, self.settings)]


class Config(Struct, frozen=True, kw_only=True):
    """What to scan and where to keep it.

    `file` is the configuration file, None for a bundle without one and when there is no configuration at all.
    `knowledge` is a folder with tables of the user's own, laid over the shipped ones. `shared` is a reference. `mlflow`
    is where models are registered beside the ledger, an address or a reference to one.
    `ignore` are the rules of the file and of the `.driftignore` beside it, `freezes` the times in which nothing is
    changed that can wait. `console` is what the user wants of the console, `assistant` what answers questions,
    `notify` who is told of what. `encryption` is how a store begins; one that is there says so itself.
    """

    name: str
    base: Path
    store: Path
    sources: tuple[SourceConfig, ...] = ()
    shared: str | None = None
    mlflow: str | None = None
    file: Path | None = None
    knowledge: Path | None = None
    ignore: tuple[IgnoreRule, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    console: Preferences = Preferences()
    assistant: AssistantSettings = AssistantSettings()
    notify: tuple[Target, ...] = ()
    encryption: Encryption | None = None

    def resolve_secret(self, reference: str) -> str:
        """The secret that a reference names. Raises ConfigError when it cannot be had."""
        return secrets.resolve(reference)

    def shared_url(self) -> str | None:
        """Where the shared database is; None when there is none. Raises ConfigError when its secret cannot be had."""
        return None if self.shared is None else self.resolve_secret(self.shared)

    def missing_paths(self) -> list[str]:
        """One line for every path that names nothing: `driftguard.toml: source[0].path: …`."""
        where = f"{self.file.name}: " if self.file else ""
        return [
            f"{where}{source.key}.path: no such file, folder or match: {text}"
            for source in self.sources
            for text in source.missing_paths()
        ]


class _Estate(Struct, frozen=True, kw_only=True):
    name: str = ""


class _Store(Struct, frozen=True, kw_only=True):
    path: str | None = None
    shared: str | None = None
    encrypt: bool = False
    key: str | None = None
    builtin_crypto: bool = False


class _Mlflow(Struct, frozen=True, kw_only=True):
    tracking_uri: str | None = None


class _File(Struct, frozen=True, kw_only=True):
    estate: dict[str, Any] = field(default_factory=dict)
    store: dict[str, Any] = field(default_factory=dict)
    mlflow: dict[str, Any] = field(default_factory=dict)
    source: list[Any] = field(default_factory=list)
    ignore: list[Any] = field(default_factory=list)
    freeze: list[Any] = field(default_factory=list)
    console: dict[str, Any] = field(default_factory=dict)
    assistant: dict[str, Any] = field(default_factory=dict)
    notify: list[Any] = field(default_factory=list)


class _Ignore(Struct, frozen=True, kw_only=True):
    match: str
    reason: str = ""
    author: str = ""
    expires: date | None = None


class _Freeze(Struct, frozen=True, kw_only=True):
    reason: str
    start: datetime | None = field(name="from", default=None)
    end: datetime | None = field(name="until", default=None)
    days: list[str] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)


def load_config(
    file: Path | None = None, *, environ: Mapping[str, str] = os.environ, cwd: Path | None = None
) -> Config:
    """The configuration in `file`, or the first that is there of $DRIFTGUARD_CONFIG, ./driftguard.toml and the user's.

    Without any, a configuration without sources. A source whose files are not there is no error here: it fails
    when it is read, and the others do not.

    Raises ConfigError with one line per problem, each with file and key.
    """
    cwd = cwd or Path.cwd()
    found = find_config(file, environ=environ, cwd=cwd)
    if found is None:
        return Config(
            name=cwd.name, base=cwd, store=default_store(), knowledge=_knowledge(user_folder()), ignore=driftignore(cwd)
        )
    return _read(found)


def find_config(file: Path | None, *, environ: Mapping[str, str] = os.environ, cwd: Path) -> Path | None:
    """The file that `load_config` reads. Raises ConfigError when one that was named is not there."""
    named = [
        (file, "--config"),
        (Path(environ["DRIFTGUARD_CONFIG"]) if environ.get("DRIFTGUARD_CONFIG") else None, "$DRIFTGUARD_CONFIG"),
    ]
    for path, by in named:
        if path is not None:
            full = cwd / path.expanduser()
            if not full.is_file():
                raise ConfigError(f"{full}: no such configuration file; correct {by}")
            return full
    return next((path for path in (cwd / FILE_NAME, user_folder() / FILE_NAME) if path.is_file()), None)


def bundle_config(folder: Path) -> Config:
    """The configuration of a bundle: its own driftguard.toml; without sources in it, one for each known folder.

    A bundle may come from anywhere, so its file may only name recorded input inside the bundle; where the store lies
    and how the console looks stay the user's choice.

    Raises ConfigError when it is not a folder, or holds nothing that a bundle has.
    """
    if not folder.is_dir():
        what = "is not a folder; unpack it first" if folder.exists() else "no such folder"
        raise ConfigError(f"{folder}: {what} (a bundle is a folder of recorded inputs)")
    folder = folder.resolve()
    file = folder / FILE_NAME
    if file.is_file():
        config = _read(file)
        _stay_inside(config)
        own = config.sources or tuple(_folder_sources(folder))
        return structs.replace(
            config,
            sources=own,
            store=default_store(),
            shared=None,
            mlflow=None,
            console=Preferences(),
            assistant=AssistantSettings(),
            notify=(),
            encryption=None,
        )
    sources = tuple(_folder_sources(folder))
    if not sources:
        names = ", ".join(f"{name}/" for name in sorted({kind.folder for kind in KINDS.values()}))
        raise ConfigError(f"{folder}: holds none of the folders of a bundle ({names}, …) and no {FILE_NAME}")
    return Config(
        name=folder.name,
        base=folder,
        store=default_store(),
        sources=sources,
        knowledge=_knowledge(user_folder()),
        ignore=driftignore(folder),
    )


def read_source(table: dict[str, Any], base: Path) -> SourceConfig:
    """One source, as its table in a file of the folder `base` would be read. Raises ConfigError with every problem."""
    problems: list[str] = []
    source = _source(table, "source", base, problems)
    if source is None or problems:
        raise ConfigError("\n".join(problems))
    return source


def default_store() -> Path:
    """The store folder when nothing else is said: the user's data folder."""
    return platformdirs.user_data_path("driftguard")


def user_folder() -> Path:
    """The folder of the user's own configuration."""
    return platformdirs.user_config_path("driftguard")


def _read(file: Path) -> Config:
    problems: list[str] = []
    content = check(_decode(file), _File, "", problems) or _File()
    estate = check(content.estate, _Estate, "estate", problems) or _Estate()
    store = check(content.store, _Store, "store", problems) or _Store()
    if store.shared is not None and not secrets.is_reference(store.shared):
        problems.append(_literal("store.shared"))
    encryption = read_encryption(encrypt=store.encrypt, key=store.key, builtin=store.builtin_crypto, problems=problems)
    mlflow = check(content.mlflow, _Mlflow, "mlflow", problems) or _Mlflow()
    if mlflow.tracking_uri is not None and _holds_password(mlflow.tracking_uri):
        problems.append(_literal("mlflow.tracking_uri"))
    base = file.resolve().parent
    sources = [_source(table, f"source[{index}]", base, problems) for index, table in enumerate(content.source)]
    problems.extend(_duplicates(content.source))
    ignore = [_ignore(table, f"ignore[{index}]", problems) for index, table in enumerate(content.ignore)]
    freezes = [_freeze(table, f"freeze[{index}]", problems) for index, table in enumerate(content.freeze)]
    console = read_preferences(content.console, base, problems)
    assistant = read_settings(content.assistant, problems)
    notify = read_targets(content.notify, problems)
    if problems:
        raise ConfigError("\n".join(f"{file.name}: {problem}" for problem in problems))
    return Config(
        name=estate.name or base.name,
        base=base,
        store=base / Path(store.path).expanduser() if store.path else default_store(),
        sources=tuple(source for source in sources if source is not None),
        shared=store.shared,
        mlflow=mlflow.tracking_uri,
        file=file,
        knowledge=_knowledge(base) or _knowledge(user_folder()),
        ignore=(*driftignore(base), *(rule for rule in ignore if rule is not None)),
        freezes=tuple(freeze for freeze in freezes if freeze is not None),
        console=console,
        assistant=assistant,
        notify=notify,
        encryption=encryption,
    )


def _decode(file: Path) -> Any:
    try:
        return msgspec.toml.decode(file.read_bytes())
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file.name}: is not UTF-8 text (byte {error.start})") from error
    except msgspec.DecodeError as error:
        raise ConfigError(f"{file.name}: is not valid TOML: {error}") from error


def _source(table: Any, key: str, base: Path, problems: list[str]) -> SourceConfig | None:
    if not isinstance(table, dict) or not _has_text(table, ("name", "kind"), key, problems):
        if not isinstance(table, dict):
            problems.append(f"{key}: expected a table")
        return None
    name, kind = table["name"], table["kind"]
    if literals := [_literal(f"{key}.{setting}") for setting in _SECRET_SETTINGS if _is_literal(table.get(setting))]:
        problems.extend(literals)
        return None
    if kind in KINDS:
        found = check(table, KINDS[kind].settings(), key, problems, ours=("base",))
        if found is None:
            return None
        settings = structs.replace(found, base=base)
        if _says_nothing(settings):
            problems.append(f"{key}.path: is missing; say where the recorded input is{_live_settings(settings)}")
        return SourceConfig(name=name, kind=kind, role=KINDS[kind].role, key=key, settings=settings)
    problems.append(f'{key}.kind: "{kind}" is not a kind of source{suggest(kind, KINDS)}')
    return None


def _ignore(table: Any, key: str, problems: list[str]) -> IgnoreRule | None:
    rule = check(table, _Ignore, key, problems)
    if rule is not None and not rule.match.strip():
        problems.append(f"{key}.match: is empty; write it as TYPE.ID.ATTRIBUTE")
    return IgnoreRule(**structs.asdict(rule), origin=key) if rule else None


def _freeze(table: Any, key: str, problems: list[str]) -> Freeze | None:
    found = check(table, _Freeze, key, problems)
    if found is None:
        return None
    for name, moment in (("from", found.start), ("until", found.end)):
        if moment is not None and moment.tzinfo is None:
            problems.append(f"{key}.{name}: has no offset from UTC; write it like 2026-12-18T16:00:00+01:00")
    if found.start is None and found.end is None and not found.days:
        problems.append(f"{key}: says no time; give `from` and `until`, or `days`")
    problems += [
        f'{key}.days[{index}]: "{day}" is not a day{suggest(day, WEEKDAYS)}'
        for index, day in enumerate(found.days)
        if day not in WEEKDAYS
    ]
    return Freeze(
        reason=found.reason,
        start=found.start,
        end=found.end,
        days=tuple(found.days),
        environments=tuple(found.environments),
        scopes=tuple(found.scopes),
    )


def _has_text(table: dict[str, Any], names: tuple[str, ...], key: str, problems: list[str]) -> bool:
    wrong = [name for name in names if not (isinstance(table.get(name), str) and table[name].strip())]
    problems.extend(f"{key}.{name}: {'expected text' if name in table else 'is missing'}" for name in wrong)
    return not wrong


def _says_nothing(settings: Settings) -> bool:
    """Whether a source has neither recorded input nor live settings."""
    own = [field.name for field in structs.fields(settings) if field.name not in ("name", "kind", "base")]
    return not any(getattr(settings, name) for name in own)


def _live_settings(settings: Settings) -> str:
    own = [field.name for field in structs.fields(settings) if field.name not in ("name", "kind", "base", "path")]
    return f", or give live settings ({', '.join(own)})" if own else ""


def _is_literal(setting: Any) -> bool:
    return isinstance(setting, str) and not secrets.is_reference(setting)


def _holds_password(address: str) -> bool:
    """Whether an address names a user with a password, or cannot be read as one."""
    try:
        return urlsplit(address).password is not None
    except ValueError:
        return True


def _literal(key: str) -> str:
    return f"{key}: a secret is not written here; give a reference, {secrets.FORMS}"


def _duplicates(tables: list[Any]) -> list[str]:
    first: dict[str, int] = {}
    problems = []
    for index, table in enumerate(tables):
        name = table.get("name") if isinstance(table, dict) else None
        if isinstance(name, str) and first.setdefault(name, index) != index:
            problems.append(f'source[{index}].name: "{name}" is the name of source[{first[name]}] already')
    return problems


def _folder_sources(folder: Path) -> list[SourceConfig]:
    """A source for each folder of the bundle with a name that says its kind."""
    sources: list[SourceConfig] = []
    for kind, entry in KINDS.items():
        if _holds(folder / entry.folder, kind):
            name = _free(entry.folder, kind, sources)
            settings = entry.settings()(name=name, kind=kind, path=entry.folder, base=folder)
            sources.append(SourceConfig(name=name, kind=kind, role=entry.role, key=entry.folder, settings=settings))
    return sources


def _holds(folder: Path, kind: str) -> bool:
    """Whether a folder is there with input of this kind; states and code share one."""
    if kind == "terraform_code":
        return any(folder.rglob("*.tf")) or any(folder.rglob("*.tf.json"))
    return folder.is_dir()


def _free(name: str, kind: str, sources: list[SourceConfig]) -> str:
    """The folder's name, unless another kind in the same folder has it."""
    return kind if any(source.name == name for source in sources) else name


def _stay_inside(config: Config) -> None:
    """Raises ConfigError for a source of a bundle that would read something else than the bundle."""
    for source in config.sources:
        where = f"{FILE_NAME}: {source.key}.path"
        live = next((name for name in ("backend", "dir") if getattr(source.settings, name, None)), None)
        if live:
            raise ConfigError(f"{FILE_NAME}: {source.key}.{live}: a bundle is not read live; leave it out")
        if not source.settings.paths:
            raise ConfigError(f"{where}: is missing; a bundle is not read live (name this file with --config to do so)")
        for text in source.settings.paths:
            if "://" in text or not (config.base / Path(text).expanduser()).resolve().is_relative_to(config.base):
                raise ConfigError(f"{where}: {text} is outside of the bundle (name this file with --config to read it)")


def _names_something(text: str, settings: Settings) -> bool:
    path = settings.base / Path(text).expanduser()
    if path.exists():
        return True
    pattern = path.relative_to(path.anchor)
    return any(char in text for char in "*?[") and next(Path(path.anchor).glob(str(pattern)), None) is not None


def _knowledge(folder: Path) -> Path | None:
    tables = folder / "providers"
    return tables if tables.is_dir() else None
