"""Writing commits as a bare git repository."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from driftguard_tui.demo.company import Person
from driftguard_tui.demo.history.timeline import Commit, Files

if TYPE_CHECKING:
    from dulwich.objects import ShaFile

_FILE, _FOLDER = 0o100644, 0o040000


def write_repository(folder: Path, commits: Sequence[Commit]) -> None:
    """Writes a bare repository with one branch, `main`; the same bytes for the same commits."""
    from dulwich.objects import Commit as GitCommit
    from dulwich.objects import ObjectID
    from dulwich.refs import Ref
    from dulwich.repo import Repo

    folder.mkdir(parents=True)
    with Repo.init_bare(str(folder)) as repo:
        objects: dict[ObjectID, ShaFile] = {}
        ids: list[ObjectID] = []
        for commit in commits:
            made = GitCommit()
            made.tree = _write_tree(_nested(commit.files), objects)
            made.parents = [ids[parent] for parent in commit.parents]
            made.author = _identity(commit.author)
            made.committer = _identity(commit.committer)
            made.author_time = made.commit_time = int(commit.at.timestamp())
            made.author_timezone = made.commit_timezone = 0
            made.encoding = b"UTF-8"
            made.message = commit.message.encode()
            objects[made.id] = made
            ids.append(made.id)
        repo.object_store.add_objects([(made, None) for made in objects.values()])
        repo.refs[Ref(b"refs/heads/main")] = ids[-1]
        repo.refs.set_symbolic_ref(Ref(b"HEAD"), Ref(b"refs/heads/main"))


def _identity(who: Person) -> bytes:
    return f"{who.name} <{who.email}>".encode()


def _nested(files: Files) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for path, text in files.items():
        *folders, name = path.split("/")
        node = root
        for part in folders:
            node = node.setdefault(part, {})
        node[name] = text
    return root


def _write_tree(node: dict[str, Any], objects: "dict[Any, ShaFile]") -> Any:
    from dulwich.objects import Blob, Tree

    tree = Tree()
    for name, value in node.items():
        if isinstance(value, dict):
            tree.add(name.encode(), _FOLDER, _write_tree(value, objects))
        else:
            blob = Blob.from_string(value.encode())
            objects[blob.id] = blob
            tree.add(name.encode(), _FILE, blob.id)
    objects[tree.id] = tree
    return tree.id
