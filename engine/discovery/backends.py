"""Where Terraform's code keeps its states: what `terraform init` noted, else what the code's own blocks say.

The values in such a block are always literal, which makes them readable without evaluating anything.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.collectors.declared.state_backends import urls_of
from engine.discovery.machine import Machine, content
from engine.discovery.proposal import Ask, Proposal, Sureness
from engine.discovery.walk import Tree
from engine.errors import SourceError

_BLOCK = re.compile(r'(?:^|\{)\s*(?:backend\s+"(?P<kind>\w+)"|(?P<cloud>cloud))\s*\{', re.MULTILINE)
#: Comments and other texts are pieces too, so that nothing within them counts.
_PIECE = re.compile(
    r'#.*|//.*|/\*[\s\S]*?\*/|(?P<key>\w+)\s*=\s*"(?P<text>[^"\\$\n]*)"|(?P<block>\w+)\s*=?\s*\{|(?P<end>\})'
    r'|"(?:[^"\\\n]|\\.)*"'
)
#: No such block is longer.
_LENGTH = 8_192


class _Needs(Struct, frozen=True):
    settings: dict[str, str] = field(default_factory=dict)
    ask: Ask | None = None
    when: str = ""
    environ: tuple[str, ...] = ()


class Backend(Struct, frozen=True):
    """A folder of code, and where its states are kept; `urls` beside the first are of further workspaces."""

    folder: PurePosixPath
    kind: str
    settings: Mapping[str, Any]
    urls: tuple[str, ...]


def backends(tree: Tree, code: Iterable[PurePosixPath]) -> list[Backend]:
    """The backends of the folders of code in a tree. One that is not complete, or not known, is left out."""
    noted = {folder: found for folder in tree.initialised if (found := _noted(tree, folder)) is not None}
    written: dict[PurePosixPath, tuple[str, Mapping[str, Any]]] = {}
    for file in code:
        if file.parent not in noted and (found := _written(tree, file)) is not None:
            written.setdefault(file.parent, found)
    every = sorted({**written, **noted}.items())
    return [backend for folder, (kind, settings) in every if (backend := _backend(tree, folder, kind, settings))]


def proposals(found: Iterable[Backend], machine: Machine) -> Iterator[Proposal]:
    """A source for the states of all folders that reach their backend in the same way."""
    groups: dict[tuple[Any, ...], list[Backend]] = {}
    for backend in found:
        if backend.kind in _needs():
            groups.setdefault((backend.kind, *sorted(_settings(backend).items())), []).append(backend)
    for members in groups.values():
        kind, needs = members[0].kind, _needs()[members[0].kind]
        settings: dict[str, Any] = {"path": sorted({url for backend in members for url in backend.urls})}
        settings |= _settings(members[0])
        ask = needs.ask if not needs.when or members[0].settings.get(needs.when) else None
        variable = next((name for name in needs.environ if machine.environ.get(name)), None)
        if ask and variable:
            settings[ask.setting] = f"env:{variable}"
        places = sorted({backend.folder.as_posix() for backend in members})
        yield Proposal(
            name=f"state-{kind}",
            kind="terraform_state",
            settings=settings,
            comment="The states that Terraform keeps elsewhere",
            reason=f"the backend of {_listed(places)}",
            sure=Sureness.CERTAIN,
            asks=(ask,) if ask and not variable else (),
        )


def _backend(tree: Tree, folder: PurePosixPath, kind: str, settings: Mapping[str, Any]) -> Backend | None:
    try:
        urls = tuple(urls_of(kind, settings))
    except SourceError:
        return None
    if any("@" in url.partition("://")[2].partition("/")[0] for url in urls):
        return None  # a login stands in the address, which the configuration must not hold
    # Until a workspace is chosen there is but one, and looking for others takes a right of its own.
    several = (tree.root / folder / ".terraform" / "environment").is_file()
    return Backend(folder, kind, settings, urls if several else urls[:1]) if urls else None


def _noted(tree: Tree, folder: PurePosixPath) -> tuple[str, Mapping[str, Any]] | None:
    """What `terraform init` noted of the backend, the parts included that the code leaves out."""
    try:
        raw = content(tree.root / folder / ".terraform" / "terraform.tfstate") or b""
        noted = msgspec.json.decode(raw, type=dict[str, Any])["backend"]
        return str(noted["type"]), {key: value for key, value in noted["config"].items() if value is not None}
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
        return None


def _written(tree: Tree, file: PurePosixPath) -> tuple[str, Mapping[str, Any]] | None:
    """What a file of code says of the backend."""
    text = (content(tree.root / file) or b"").decode(errors="replace")
    block = _BLOCK.search(text)
    if block is None:
        return None
    return block["kind"] or "cloud", _literals(text[block.end() : block.end() + _LENGTH])


def _literals(text: str) -> dict[str, Any]:
    """The literal settings of a block, of which the opening brace has been read; those of a block in it are a table."""
    inner: list[dict[str, Any]] = [{}]
    for piece in _PIECE.finditer(text):
        if piece["key"]:
            inner[-1][piece["key"]] = piece["text"]
        elif piece["block"]:
            inner.append({})
            inner[-2][piece["block"]] = inner[-1]
        elif piece["end"]:
            if len(inner) == 1:
                break
            inner.pop()
    return inner[0]


def _settings(backend: Backend) -> dict[str, str]:
    """What the source has to be told beside the address."""
    given = {name: backend.settings.get(own) for name, own in _needs()[backend.kind].settings.items()}
    return {name: value for name, value in given.items() if isinstance(value, str) and value}


def _listed(names: list[str]) -> str:
    more = len(names) - 3
    return ", ".join(names[:3]) + (f" and {more} more" if more > 0 else "")


@cache
def _needs() -> dict[str, _Needs]:
    return msgspec.toml.decode((files(__package__) / "backends.toml").read_bytes(), type=dict[str, _Needs])
