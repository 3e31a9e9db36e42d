"""The repository with the code: a bare git repository."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.scenarios.estate import WITH_CODE
from ml.scenarios.organisation import Person
from ml.scenarios.render.kubernetes import manifests
from ml.scenarios.render.terraform import code_of
from ml.scenarios.stage import DAYS
from ml.scenarios.story import Commit
from ml.scenarios.thing import Values

if TYPE_CHECKING:
    from ml.scenarios.scenario import Scenario

_FILE, _FOLDER = 0o100644, 0o040000
_Files = dict[str, str]
_Objects = dict[Any, Any]


def write_repository(scenario: "Scenario", folder: Path) -> None:
    """Writes the history of the code: what there was first, then every commit on top."""
    from dulwich.refs import Ref
    from dulwich.repo import Repo

    folder.mkdir(parents=True)
    objects: _Objects = {}
    tip: list[Any] = []
    for commit, files in _history(scenario):
        tree = _tree(files, objects)
        write = partial(_write_commit, objects, tree, scenario.organisation.offset)
        parents = tip
        if commit.merged_by is None:
            tip = [write(commit.at, commit.author, commit.message, parents)]
        else:
            branch = write(commit.at - timedelta(hours=3), commit.author, commit.message, parents)
            title = f"Merge branch '{commit.author.login}/{len(objects)}'\n\n{commit.message}"
            tip = [write(commit.at, commit.merged_by, title, [*parents, branch])]
    with Repo.init_bare(str(folder)) as repo:
        repo.object_store.add_objects([(made, None) for made in objects.values()])
        repo.refs[Ref(b"refs/heads/main")] = tip[0]
        repo.refs.set_symbolic_ref(Ref(b"HEAD"), Ref(b"refs/heads/main"))


def _write_commit(
    objects: _Objects, tree: Any, offset: int, at: datetime, author: Person, message: str, parents: list[Any]
) -> Any:
    from dulwich.objects import Commit as GitCommit

    made = GitCommit()
    made.tree = tree
    made.parents = parents
    made.author = made.committer = f"{author.name} <{author.email}>".encode()
    made.author_time = made.commit_time = int(at.timestamp())
    made.author_timezone = made.commit_timezone = offset * 3600
    made.encoding = b"UTF-8"
    made.message = f"{message}\n".encode()
    objects[made.id] = made
    return made.id


def _history(scenario: "Scenario") -> Iterator[tuple[Commit, _Files]]:
    """Every commit with all files as they are after it."""
    values = {place: deepcopy(thing.first) for place, thing in enumerate(scenario.things)}
    places = {id(thing): place for place, thing in enumerate(scenario.things)}
    notes = ["Infrastructure."]
    first = Commit(
        at=scenario.end - timedelta(days=DAYS + 20), author=scenario.organisation.people[0], message="First import"
    )
    yield first, _files(scenario, values, notes)
    for commit in scenario.commits:
        for thing, slot, value in commit.values:
            values[places[id(thing)]][slot] = value
        if not commit.values:
            notes.append(commit.message)
        yield commit, _files(scenario, values, notes)


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
