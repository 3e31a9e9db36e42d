"""Clusters that kubectl knows, by the names of its contexts. Addresses and credentials are passed over."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.discovery.accounts import Account
from engine.discovery.machine import Machine, content
from engine.discovery.proposal import Sureness


def find_clusters(machine: Machine) -> Iterator[Account]:
    """Every context, the one in use first; of several for one cluster, only the first."""
    named = machine.environ.get("KUBECONFIG", "")
    files = [Path(part).absolute() for part in named.split(os.pathsep) if part] or [machine.home / ".kube" / "config"]
    in_use = ""
    clusters: dict[str, str] = {}
    for read in map(_read, files):
        in_use = in_use or _text(read.get("current-context"))
        for name, cluster in _contexts(read.get("contexts")):
            clusters.setdefault(name, cluster)
    in_use = in_use or (next(iter(clusters)) if len(clusters) == 1 else "")
    seen: set[str] = set()
    for name in sorted(clusters, key=lambda name: (name != in_use, name)):
        if clusters[name] and clusters[name] in seen:
            continue
        seen.add(clusters[name])
        is_used = name == in_use
        yield Account(
            of="kubernetes",
            label="" if is_used else name,
            reason=f"context {name}{', the one in use' if is_used else ''}",
            sure=Sureness.LIKELY if is_used else Sureness.PERHAPS,
            values={"context": name, "kubeconfig": os.pathsep.join(map(str, files)) if named else ""},
        )


def _contexts(listed: Any) -> Iterator[tuple[str, str]]:
    """The contexts of a file and the cluster of each; what is none is passed over."""
    for context in listed if isinstance(listed, list) else ():
        if isinstance(context, dict) and (name := _text(context.get("name"))):
            inner = context.get("context")
            yield name, _text(inner.get("cluster")) if isinstance(inner, dict) else ""


def _read(file: Path) -> dict[str, Any]:
    import yaml

    raw = content(file)
    if raw is None:
        return {}
    try:
        read = yaml.load(raw, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
