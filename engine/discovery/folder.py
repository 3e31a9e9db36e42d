"""What lies in the folder: states, code, templates, manifests, recordings, and the repository it is in."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from engine.collectors.registry import KINDS
from engine.discovery import backends
from engine.discovery.files import FileKind, recognised, table, tops
from engine.discovery.machine import Machine
from engine.discovery.proposal import Looked, Proposal, Sureness
from engine.discovery.walk import Tree, walk
from engine.model import SourceRole

#: With more places than this, the folder that holds them all is named instead.
_PLACES = 12
#: What a recording is written in, compressed or not; what else lies in a bundle's folder is not looked at.
_RECORDED = frozenset({".json", ".jsonl", ".ndjson", ".log", ".csv", ".gz", ".zst", ".yaml", ".yml"})

_SAID = {SourceRole.ACTUAL: "What a provider said", SourceRole.EVENTS: "What happened"}

_Files = dict[str, list[PurePosixPath]]


def look_at_folder(machine: Machine) -> Looked:
    """What the folder that the configuration is for gives."""
    tree = walk(machine.folder, table().skip)
    files = recognised(tree)
    code = files.get("terraform_code", [])
    kept = backends.backends(tree, code)
    recorded = list(_recordings(tree, files))
    within = {PurePosixPath(path) for proposal in recorded for path in proposal.settings["path"]}
    elsewhere = {backend.folder for backend in kept}
    left = {
        kind: [file for file in found if within.isdisjoint(file.parents)]
        for kind, found in files.items()
        if kind != "terraform_state"
    }
    # A state beside code that keeps its states elsewhere is what was true before they moved there.
    left["terraform_state"] = [file for file in files.get("terraform_state", []) if file.parent not in elsewhere]
    found = [
        *(proposal for kind in table().kind if (proposal := _of_kind(kind, left.get(kind.kind, []), tree))),
        *backends.proposals(kept, machine),
        *recorded,
        *_repositories(tree, within),
    ]
    return Looked(f"files in {machine.folder}", tuple(found), tree.stopped)


def _of_kind(kind: FileKind, files: list[PurePosixPath], tree: Tree) -> Proposal | None:
    if not files:
        return None
    return Proposal(
        name=kind.name,
        kind=kind.kind,
        settings={"path": _paths(kind, files, tree)},
        comment=kind.comment,
        reason=f"{len(files):,} {'files' if len(files) > 1 else 'file'} here",
        sure=kind.sure,
    )


def _paths(kind: FileKind, files: list[PurePosixPath], tree: Tree) -> list[str]:
    if kind.given == "folders":
        shared = PurePosixPath(KINDS[kind.kind].folder)  # of a bundle: other answers lie beside the files
        places = tops(shared if shared in file.parents else file.parent for file in files)
    elif kind.given == "patterns":
        places = sorted({_pattern(file) for file in files})
    else:
        places = sorted(files)
    if len(places) > _PLACES:
        places = _common([file.parent for file in files], tree)
    return [place.as_posix() for place in places]


def _common(folders: list[PurePosixPath], tree: Tree) -> list[PurePosixPath]:
    return [PurePosixPath(os.path.relpath(os.path.commonpath([tree.root / folder for folder in folders]), tree.root))]


def _pattern(file: PurePosixPath) -> PurePosixPath:
    """All files of the folder that end alike: a state in a new file is found as well."""
    return file.with_name(
        f"*{''.join(PurePosixPath(file.name).suffixes[-2 if file.suffix in ('.gz', '.zst') else -1 :])}"
    )


def _recordings(tree: Tree, files: _Files) -> Iterator[Proposal]:
    """The folders that are named as those of a bundle, and hold what is nothing else."""
    declared = {file for kind, found in files.items() if KINDS[kind].role is SourceRole.DECLARED for file in found}
    shared = KINDS["terraform_state"].folder  # states and code are known by their files
    named: dict[PurePosixPath, str] = {
        PurePosixPath(entry.folder): kind
        for kind, entry in KINDS.items()
        if entry.folder != shared and entry.role is not SourceRole.DECLARED and kind != "git"
    }
    of_code = {PurePosixPath(file.parts[0]) for file in declared}
    recorded = {
        PurePosixPath(file.parts[0])
        for file in tree.files
        if len(file.parts) > 1 and file.suffix in _RECORDED and file not in declared
    }
    folders = (named.keys() & recorded) - of_code
    sure = Sureness.CERTAIN if len(folders) > 1 else Sureness.LIKELY
    for folder in sorted(folders):
        kind = named[folder]
        yield Proposal(
            name=folder.name,
            kind=kind,
            settings={"path": [folder.as_posix()]},
            comment=f"{_SAID[KINDS[kind].role]}, as it was written down",
            reason="by the name of its folder",
            sure=sure,
        )


def _repositories(tree: Tree, within: Iterable[PurePosixPath]) -> Iterator[Proposal]:
    """The repository that the folder is in, and those in it."""
    found = [folder for folder in tree.repositories if set(within).isdisjoint(folder.parents)]
    paths = [folder.as_posix() for folder in (_common(found, tree) if len(found) > _PLACES else found)]
    if PurePosixPath() not in found:
        above = next((parent for parent in tree.root.parents if (parent / ".git").exists()), None)
        paths = [Path(os.path.relpath(above, tree.root)).as_posix(), *paths] if above else paths
    if paths:
        yield Proposal(
            name="code",
            kind="git",
            settings={"path": paths},
            comment="The code's history: what was merged, by whom, when",
            reason="a repository of git" if len(paths) == 1 else f"{len(paths)} repositories of git",
            sure=Sureness.CERTAIN,
        )
