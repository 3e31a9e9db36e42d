"""The repository with the code: a bare git repository."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.scenarios.estate import WITH_CODE
from ml.scenarios.organisation import Person
from ml.scenarios.render.kubernetes import manifests
from ml.scenarios.render.terraform import code_of
from ml.scenarios.stage import DAYS
from ml.scenarios.thing import Values

if TYPE_CHECKING:
    from ml.scenarios.scenario import Scenario

_FILE, _FOLDER = 0o100644, 0o040000
_Files = dict[str, str]
_Objects = dict[Any, Any]


def write_repository(scenario: "Scenario", folder: Path) -> None:
    """Writes the history of the code: what there was first, then every commit on top."""
    from dulwich.objects import Commit, ObjectID
    from dulwich.refs import Ref
    from dulwich.repo import Repo

    folder.mkdir(parents=True)
    objects: _Objects = {}
    parents: list[ObjectID] = []
    for at, author, message, files in _history(scenario):
        commit = Commit()
        commit.tree = _tree(files, objects)
        commit.parents = list(parents)
        commit.author = commit.committer = f"{author.name} <{author.email}>".encode()
        commit.author_time = commit.commit_time = int(at.timestamp())
        commit.author_timezone = commit.commit_timezone = scenario.organisation.offset * 3600
        commit.encoding = b"UTF-8"
        commit.message = f"{message}\n".encode()
        objects[commit.id] = commit
        parents = [commit.id]
    with Repo.init_bare(str(folder)) as repo:
        repo.object_store.add_objects([(made, None) for made in objects.values()])
        repo.refs[Ref(b"refs/heads/main")] = parents[0]
        repo.refs.set_symbolic_ref(Ref(b"HEAD"), Ref(b"refs/heads/main"))


def _history(scenario: "Scenario") -> Iterator[tuple[datetime, Person, str, _Files]]:
    """Every commit with all files as they are after it."""
    values = {place: deepcopy(thing.first) for place, thing in enumerate(scenario.things)}
    places = {id(thing): place for place, thing in enumerate(scenario.things)}
    notes = ["Infrastructure."]
    start = scenario.end - timedelta(days=DAYS + 20)
    yield start, scenario.organisation.people[0], "First import", _files(scenario, values, notes)
    for commit in scenario.commits:
        for thing, slot, value in commit.values:
            values[places[id(thing)]][slot] = value
        if not commit.values:
            notes.append(commit.message)
        yield commit.at, commit.author, commit.message, _files(scenario, values, notes)


def _files(scenario: "Scenario", values: dict[int, Values], notes: list[str]) -> _Files:
    code = {f"stacks/{WITH_CODE}/{path}": text for path, text in code_of(scenario.things, values).items()}
    objects = {f"deploy/{path}": text for path, text in manifests(scenario.things, values).items()}
    return {"README.md": "\n".join(notes) + "\n", **code, **objects}


def _tree(files: _Files, objects: _Objects) -> Any:
    root: dict[str, Any] = {}
    for path, text in files.items():
        *folders, name = path.split("/")
        node = root
        for folder in folders:
            node = node.setdefault(folder, {})
        node[name] = text
    return _write(root, objects)


def _write(node: dict[str, Any], objects: _Objects) -> Any:
    from dulwich.objects import Blob, Tree

    tree = Tree()
    for name, value in node.items():
        if isinstance(value, dict):
            tree.add(name.encode(), _FOLDER, _write(value, objects))
        else:
            blob = Blob.from_string(value.encode())
            objects[blob.id] = blob
            tree.add(name.encode(), _FILE, blob.id)
    objects[tree.id] = tree
    return tree.id
