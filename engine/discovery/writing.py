"""The configuration as it is written: what was chosen as sources, the rest as comments to choose from later."""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from textwrap import wrap
from typing import Any

import msgspec
from msgspec import Struct

from engine.discovery.proposal import Proposal, Sureness
from engine.errors import ConfigError

_WIDTH = 76
_HEADER = """\
# What DriftGuard looks at. `driftguard config check` holds this file against
# what is there, `driftguard doctor` tries each source. Paths are relative to
# this file; secrets are never written here but named: keyring:SERVICE/NAME or
# env:NAME.

[estate]
name = {name}

# [store]
# path = "~/.local/share/driftguard"   # where scans are recorded
"""
_LEFT = """\
# Known as well, and not read. Take the signs away where a source should be, and
# fill in what is missing.
"""
_ROLES = {"declared": "what the code says", "actual": "what the providers say", "events": "what happened"}


class _Example(Struct, frozen=True):
    kind: str
    name: str
    comment: str
    settings: dict[str, Any]


class _Examples(Struct, frozen=True):
    source: tuple[_Example, ...]


def compose(estate: str, chosen: Sequence[Proposal], left: Sequence[Proposal] = ()) -> str:
    """The text of a configuration with these sources; the others stand in it as comments.

    Of the usual kinds that are neither here nor there, examples are added as comments. The same proposals give the
    same text.
    """
    blocks = [_HEADER.format(name=_value(estate or "estate"))]
    for role, title in _ROLES.items():
        sources = [proposal for proposal in chosen if proposal.role == role]
        if sources:
            blocks.append(f"# {role.capitalize()}: {title}.\n")
            blocks += [_block(proposal) for proposal in sources]
    others = [*left, *_examples({proposal.kind for proposal in (*chosen, *left)})]
    if others:
        blocks.append(_LEFT)
        blocks += [_commented(_block(proposal)) for proposal in others]
    return "\n".join(blocks)


def write(text: str, file: Path, *, force: bool = False) -> bool:
    """Writes a configuration that only its owner may read, and says whether it had to.

    A file with this content is left as it is. Raises ConfigError when another is there, unless `force` replaces it,
    and when the file cannot be written; what was there is then unharmed.
    """
    made = file.with_name(f".{file.name}.{secrets.token_hex(4)}") if force else file
    try:
        if file.is_file() and file.read_bytes() == text.encode():
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        _create(made, text.encode())
        if force:
            made.replace(file)
    except OSError as error:
        if os.path.lexists(file) and not force:
            raise ConfigError(
                f"{file} exists already and is left as it is; edit it, name another with --config, or replace it by "
                "--force"
            ) from error
        raise ConfigError(f"{file} cannot be written ({error.strerror}); name another place with --config") from error
    return True


def _create(file: Path, content: bytes) -> None:
    """A new file for its owner's eyes, whole or not at all. Raises OSError when it is there, or cannot be written."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        try:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        except OSError:
            file.unlink()
            raise


@cache
def _shipped() -> tuple[Proposal, ...]:
    examples = msgspec.toml.decode((files(__package__) / "examples.toml").read_bytes(), type=_Examples)
    return tuple(
        Proposal(
            name=row.name,
            kind=row.kind,
            settings=row.settings,
            comment=row.comment,
            reason="",
            sure=Sureness.PERHAPS,
        )
        for row in examples.source
    )


def _examples(known: set[str]) -> list[Proposal]:
    return [proposal for proposal in _shipped() if proposal.kind not in known]


def _block(proposal: Proposal) -> str:
    settings: Mapping[str, Any] = {"name": proposal.name, "kind": proposal.kind, **proposal.settings}
    return "\n".join([*_comment(_sentence(proposal)), "[[source]]", *_lines(settings), *_missing(proposal), ""])


def _sentence(proposal: Proposal) -> str:
    found = f" Found: {proposal.reason}." if proposal.reason else ""
    return f"{proposal.comment}.{found}"


def _missing(proposal: Proposal) -> Iterator[str]:
    """Settings that are asked for and have no answer, as what they would be."""
    for ask in proposal.asks:
        yield f'# {ask.setting} = "…"   # {ask.question}{", as a reference" if ask.secret else ""}'


def _lines(settings: Mapping[str, Any]) -> Iterator[str]:
    for name, setting in settings.items():
        whole = setting[0] if isinstance(setting, list | tuple) and name == "path" and len(setting) == 1 else setting
        yield f"{name} = {_value(whole)}"


def _value(setting: Any) -> str:
    """A TOML value; of text, JSON writes the same."""
    if isinstance(setting, list | tuple):
        return f"[{', '.join(map(_value, setting))}]"
    return msgspec.json.encode(setting).decode().replace("\x7f", "\\u007f")


def _comment(text: str) -> Iterable[str]:
    """Text as lines of a comment: names may hold anything, and none of it may begin a line of its own."""
    return (f"# {line}" for line in wrap("".join(char if char.isprintable() else " " for char in text), _WIDTH))


def _commented(block: str) -> str:
    return "".join(line if line.startswith("#") or not line.strip() else f"# {line}" for line in block.splitlines(True))
