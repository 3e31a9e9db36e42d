"""Writing the demo estate as a bundle."""

import gzip
import hashlib
import json
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from driftguard_tui.demo.company import NAME
from driftguard_tui.demo.estate import Company, build_company
from driftguard_tui.demo.hcl import code_of_stack
from driftguard_tui.demo.history.ordinary import PROVIDER_VERSION, ordinary_changes
from driftguard_tui.demo.history.repository import write_repository
from driftguard_tui.demo.history.timeline import commits_of
from driftguard_tui.demo.live import build_live
from driftguard_tui.demo.snapshot import cloud_control_answers, config_snapshots, queue_answers
from driftguard_tui.demo.state import state_of
from driftguard_tui.demo.stories import Story, tell_stories
from driftguard_tui.demo.trail.files import log_files
from driftguard_tui.demo.trail.neighbours import neighbours
from driftguard_tui.demo.trail.noise import daily_noise


def build_demo(folder: Path) -> Path:
    """Writes the demo bundle into `folder` and returns where it is; one that is there already is used as it is.

    Its name tells the sources that wrote it, so that an older one is never taken for it. It is written beside its
    place and moved there when it is whole, so that a half one is never seen.
    """
    target = folder / f"larkspur-{_version()}"
    if target.is_dir():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=folder) as draft:
        bundle = Path(draft) / target.name
        _write_bundle(bundle)
        try:
            bundle.rename(target)
        except OSError:
            # Somebody else was faster; what they wrote is the same.
            if not target.is_dir():
                raise
    return target


def _version() -> str:
    """A digest of this package: its code and the code that it ships."""
    digest = hashlib.blake2b(digest_size=4)
    for path, text in _texts(files("driftguard_tui.demo"), ""):
        digest.update(f"{path}\0{text}\0".encode())
    return digest.hexdigest()


def _write_bundle(bundle: Path) -> None:
    company = build_company()
    stories = tell_stories(company)
    for path, body in chain(_states(company), _answers(company, stories), _trail(company, stories)):
        file = bundle / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    (bundle / "driftguard.toml").write_text(f'[estate]\nname = "{NAME}"\n', "utf-8")
    changes = [*ordinary_changes(), *(change for story in stories for change in story.pull_requests)]
    write_repository(bundle / "repos" / "infrastructure.git", commits_of(_code(company), changes))


def _states(company: Company) -> Iterator[tuple[str, bytes]]:
    for stack in company.estate.stacks:
        yield f"terraform/{stack.key}.tfstate", json.dumps(state_of(stack), indent=2).encode() + b"\n"


def _answers(company: Company, stories: tuple[Story, ...]) -> Iterator[tuple[str, bytes]]:
    live = build_live(company, stories)
    for path, snapshot in config_snapshots(live):
        yield f"aws/{path}", gzip.compress(msgspec.json.encode(snapshot), mtime=0)
    for path, answer in chain(cloud_control_answers(live), queue_answers(live)):
        yield f"aws/{path}", msgspec.json.format(msgspec.json.encode(answer), indent=4) + b"\n"


def _trail(company: Company, stories: tuple[Story, ...]) -> Iterator[tuple[str, bytes]]:
    calls = chain(neighbours(company), *(story.calls for story in stories))
    records: chain[dict[str, Any]] = chain(daily_noise(), (call.record() for call in calls))
    return ((f"cloudtrail/{path}", body) for path, body in log_files(records))


def _code(company: Company) -> dict[str, str]:
    """The code of the repository, as far as the state agrees with it."""
    code = dict(_texts(files("driftguard_tui.demo") / "code", ""))
    code[".gitignore"] = code.pop("gitignore")
    for stack in company.estate.stacks:
        code |= code_of_stack(stack, company.estate, PROVIDER_VERSION)
    return code


def _texts(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    """The files below a folder by path, without what the interpreter keeps there."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _texts(entry, f"{prefix}{entry.name}/")
        elif entry.is_file():
            yield prefix + entry.name, entry.read_text(encoding="utf-8")
