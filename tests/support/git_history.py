"""Git repositories written with dulwich: commits at given times, branches, merges, bundles."""

from datetime import datetime
from pathlib import Path
from typing import Any

from dulwich.bundle import create_bundle_from_repo, write_bundle
from dulwich.objects import Blob, Commit, Tree
from dulwich.repo import Repo

JANA = "Jana Reyes <jana@shop.example>"
BEN = "Ben Diaz <ben@shop.example>"


class History:
    """A bare repository that grows commit by commit. Files of a commit replace those before; None removes one."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self._repo: Any = Repo.init_bare(str(folder))
        self._repo.refs.set_symbolic_ref(b"HEAD", b"refs/heads/main")
        self._files: dict[bytes, dict[str, str]] = {}

    def commit(
        self,
        at: datetime,
        message: str,
        files: dict[str, str | None],
        *,
        branch: str = "main",
        parents: tuple[bytes, ...] = (),
        author: str = JANA,
        committer: str | None = None,
        written_at: datetime | None = None,
    ) -> bytes:
        """Adds a commit on a branch and returns its id. Without `parents` it follows the branch's tip.

        Without `committer` and `written_at` the author committed it when it was written.
        """
        ref = b"refs/heads/" + branch.encode()
        refs = self._repo.refs.as_dict()
        parents = parents or ((refs[ref],) if ref in refs else ())
        content = dict(self._files[parents[0]]) if parents else {}
        for parent in parents[1:]:
            content |= self._files[parent]
        for path, text in files.items():
            content.pop(path, None)
            if text is not None:
                content[path] = text
        commit: Any = Commit()
        commit.tree = self._tree(content)
        commit.parents = list(parents)
        commit.author, commit.committer = author.encode(), (committer or author).encode()
        commit.author_time, commit.commit_time = int((written_at or at).timestamp()), int(at.timestamp())
        commit.author_timezone = commit.commit_timezone = 0
        commit.message = message.encode()
        self._repo.object_store.add_object(commit)
        self._repo.refs[ref] = commit.id
        self._files[commit.id] = content
        return bytes(commit.id)

    def tip(self, branch: str = "main") -> bytes:
        """The newest commit of a branch."""
        return bytes(self._repo.refs[b"refs/heads/" + branch.encode()])

    def delete(self, branch: str) -> None:
        """Removes a branch; its commits stay."""
        del self._repo.refs[b"refs/heads/" + branch.encode()]

    def bundle(self, path: Path) -> Path:
        """Writes everything into a `git bundle` file."""
        with create_bundle_from_repo(self._repo) as bundle, path.open("wb") as file:
            write_bundle(file, bundle)
        return path

    def close(self) -> None:
        self._repo.close()

    def _tree(self, content: dict[str, str]) -> bytes:
        tree: Any = Tree()
        folders: dict[str, dict[str, str]] = {}
        for path, text in content.items():
            head, _, rest = path.partition("/")
            if rest:
                folders.setdefault(head, {})[rest] = text
            else:
                blob = Blob.from_string(text.encode())
                self._repo.object_store.add_object(blob)
                tree.add(head.encode(), 0o100644, blob.id)
        for name, inner in folders.items():
            tree.add(name.encode(), 0o040000, self._tree(inner))
        self._repo.object_store.add_object(tree)
        return bytes(tree.id)
