"""What labels say: which services and resources an alert or a metric is about, and whether it tells of trouble."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files

import msgspec
from msgspec import Struct

#: What is said of alerts that tell of no trouble.
NO_TROUBLE = "none"

_PORT = re.compile(r":\d{1,5}$")
#: What controllers put behind the name of a workload to name its pods: `-7d9c5f7b8-x2x9z`, `-x2x9z`, `-0`.
_OF_POD = re.compile(r"(-[0-9a-f]{6,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}$|-\d{1,3}$")

#: How ids begin whose last part is a name.
_IDS = ("arn:", "/", "projects/")
#: What load balancers and other things have behind their names.
_HASH = re.compile(r"[0-9a-f]{8,}")


class _Labels(Struct, frozen=True):
    names: frozenset[str]
    places: frozenset[str]
    prefixes: tuple[str, ...]
    copies: frozenset[str]
    common: frozenset[str]
    severity: tuple[str, ...]
    summaries: tuple[str, ...]
    texts: tuple[str, ...]


class _Always(Struct, frozen=True):
    alert: str
    text: str


class _Table(Struct, frozen=True):
    labels: _Labels
    always: _Always


def names_in(labels: Mapping[str, str]) -> tuple[str, ...]:
    """The names of services and resources among the values of labels, each once, and the workloads that pods are of."""
    return _named(labels, _table().labels.names) or _named(labels, _table().labels.places)


def identity_of(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels without those that tell copies of one monitoring system apart, in order."""
    return {name: value for name, value in sorted(labels.items()) if name not in _table().labels.copies}


def priority_of(alert: str, labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
    """How grave an alert is, in its own words; `none` for one that always fires."""
    always = _table().always
    if re.match(always.alert, alert, re.IGNORECASE) or any(
        re.search(always.text, text, re.IGNORECASE) for text in annotations.values()
    ):
        return NO_TROUBLE
    return next((labels[name] for name in _table().labels.severity if labels.get(name)), "")


def summary_of(annotations: Mapping[str, str]) -> str:
    """What an alert says in a line; empty when it says nothing."""
    return next((annotations[name] for name in _table().labels.summaries if annotations.get(name)), "")


def text_of(annotations: Mapping[str, str]) -> str:
    """All that an alert says for people to read."""
    return "\n\n".join(dict.fromkeys(annotations[name] for name in _table().labels.texts if annotations.get(name)))


def _named(labels: Mapping[str, str], wanted: frozenset[str]) -> tuple[str, ...]:
    found: list[str] = []
    for label, value in labels.items():
        name = _plain(label)
        if name in wanted:
            found += _spellings(value, is_pod=name.startswith("pod"))
    return tuple(dict.fromkeys(name for name in found if name.lower() not in _table().labels.common))


def _spellings(value: str, *, is_pod: bool) -> Iterable[str]:
    yield from filter(None, [value])
    bare = _PORT.sub("", value)
    if is_pod:
        bare = _OF_POD.sub("", value)
    if bare != value and bare:
        yield bare
    pieces = [piece.rpartition(":")[2] for piece in bare.split("/")]
    named = pieces[-1:] if value.startswith(_IDS) else pieces
    yield from (piece for piece in named if piece != bare and len(piece) > 2 and not _HASH.fullmatch(piece))


@lru_cache(maxsize=4096)
def _plain(label: str) -> str:
    name = re.sub(r"[^a-z0-9]", "_", label.lower()).strip("_")
    for prefix in _table().labels.prefixes:
        if name.startswith(prefix) and name not in _table().labels.names:
            name = name.removeprefix(prefix)
    return name


@cache
def _table() -> _Table:
    return msgspec.toml.decode(files(__package__).joinpath("about.toml").read_bytes(), type=_Table)
