"""Writing the demo estate as a bundle."""

import gzip
import json
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

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

#: Raised whenever the bytes change, so that an older copy is not taken for this one.
VERSION = 1
NAME = f"larkspur-{VERSION}"


def build_demo(folder: Path) -> Path:
    """Writes the demo bundle into `folder` and returns where it is; one that is there already is used as it is.

    The bundle is written beside its place and moved there when it is whole, so that a half one is never seen.
    """
    target = folder / NAME
    if target.is_dir():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{NAME}-", dir=folder) as draft:
        bundle = Path(draft) / NAME
        _write_bundle(bundle)
        try:
            bundle.rename(target)
        except OSError:
            # Somebody else was faster; what they wrote is the same.
            if not target.is_dir():
                raise
    return target


def _write_bundle(bundle: Path) -> None:
    company = build_company()
    stories = tell_stories(company)
    for path, body in chain(_states(company), _answers(company, stories), _trail(company, stories)):
        file = bundle / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
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
    code = dict(_shipped_code(files("driftguard_tui.demo") / "code", ""))
    code[".gitignore"] = code.pop("gitignore")
    for stack in company.estate.stacks:
        code |= code_of_stack(stack, company.estate, PROVIDER_VERSION)
    return code


def _shipped_code(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _shipped_code(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry.read_text(encoding="utf-8")
