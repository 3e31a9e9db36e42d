"""A commit on a new branch of the user's repository, next to their work: neither their files, nor the index, nor any
branch of theirs is touched, nothing is pushed, and no hook is run.
"""

import stat
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.errors import RemedyError

_FILE, _EXECUTABLE = 0o100644, 0o100755


class Branches:
    """The repository that a folder belongs to, as its current commit is.

    Raises RemedyError when the folder is in none, or it has no commit yet.
    """

    def __init__(self, folder: Path) -> None:
        from dulwich.errors import NotGitRepository
        from dulwich.repo import Repo

        try:
            repository: Any = Repo.discover(folder)
            self._head = repository.head()
            self._tree = repository[repository[self._head].tree]
            self._repo = repository
        except NotGitRepository as error:
            raise RemedyError(f"{folder}: is in no git repository, so nothing can be proposed on a branch") from error
        except KeyError as error:
            raise RemedyError(f"{folder}: its git repository has no commit yet; commit the code first") from error
        self.root = Path(self._repo.path).resolve()

    def path_of(self, file: Path) -> str:
        """How the repository names a file."""
        return file.resolve().relative_to(self.root).as_posix()

    def content(self, path: str) -> bytes | None:
        """What the current commit has in a file; None when it has no such file."""
        entry = self._entry(path)
        if entry is None or not stat.S_ISREG(entry[0]):
            return None
        blob: bytes = self._repo[entry[1]].data
        return blob

    def write_to(self, folder: Path, changed: Mapping[str, bytes]) -> None:
        """Writes the files of the current commit with some of them changed. Links and submodules are left out."""
        for name, mode, sha in self._repo.object_store.iter_tree_contents(self._tree.id):
            if stat.S_ISREG(mode):
                self._write(folder / name.decode(errors="surrogateescape"), self._repo[sha].data, mode)
        for path, content in changed.items():
            self._write(folder / path, content, _FILE)

    def is_taken(self, branch: str) -> bool:
        """Whether there is a branch of this name."""
        return _ref(branch) in self._repo.refs

    def commit(self, branch: str, changed: Mapping[str, bytes], message: str) -> str:
        """Commits changed files on a new branch; the commit's id. Raises RemedyError when there is such a branch."""
        from dulwich.object_store import commit_tree_changes
        from dulwich.objects import Blob, Commit
        from dulwich.repo import get_user_identity

        store = self._repo.object_store
        changes = []
        for path, content in changed.items():
            blob = Blob.from_string(content)
            store.add_object(blob)
            entry = self._entry(path)
            changes.append((path.encode(), entry[0] if entry else _FILE, blob.id))
        commit = Commit()
        commit.tree = commit_tree_changes(store, self._tree.id, changes)
        commit.parents = [self._head]
        commit.author = commit.committer = get_user_identity(self._repo.get_config_stack())
        commit.author_time = commit.commit_time = int(time.time())
        commit.author_timezone = commit.commit_timezone = 0
        commit.encoding = b"UTF-8"
        commit.message = message.encode()
        store.add_object(commit)
        if not self._repo.refs.add_if_new(_ref(branch), commit.id, message=b"commit: made by driftguard"):
            raise RemedyError(f"{self.root}: has a branch {branch} already; delete it, then prepare the change anew")
        return commit.id.decode()

    def _entry(self, path: str) -> tuple[int, Any] | None:
        from dulwich.object_store import tree_lookup_path

        try:
            return tree_lookup_path(self._repo.__getitem__, self._tree.id, path.encode())
        except (KeyError, NotADirectoryError):
            return None

    @staticmethod
    def _write(file: Path, content: bytes, mode: int) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(0o700 if mode == _EXECUTABLE else 0o600)


def _ref(branch: str) -> Any:
    return b"refs/heads/" + branch.encode()
