"""Opening git repositories without the git program: nothing in them is run, neither hooks nor configuration."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from engine.errors import SourceError

if TYPE_CHECKING:
    from dulwich.object_store import BaseObjectStore

#: A bundle is kept in memory while it is read.
_MAX_BUNDLE_BYTES = 1024**3
_SIGNATURES = (b"# v2 git bundle\n", b"# v3 git bundle\n")
_MAIN_BRANCHES = ("main", "master", "trunk", "production", "develop")
_DEPTH = 3
_MARK = "driftguard-read"
_SHA = re.compile(rb"[0-9a-f]{40}")


class Repository(Struct, frozen=True):
    """Objects and branch tips of one repository.

    `head` is the tip of the default branch, None in an empty one; `read` is where that was when it was last read.
    """

    name: str
    store: "BaseObjectStore"
    tips: tuple[bytes, ...]
    head: bytes | None
    read: bytes | None = None


def find_repositories(path: Path, depth: int = _DEPTH) -> Iterator[Path]:
    """The repositories at a path: itself, or those in the folder; bundles are found by their content's first line."""
    if path.is_file():
        if is_bundle(path):
            yield path
    elif is_repository(path):
        yield path
    elif depth and path.is_dir():
        for entry in sorted(path.iterdir()):
            if not entry.name.startswith("."):
                yield from find_repositories(entry, depth - 1)


def is_repository(path: Path) -> bool:
    """Whether a folder is a checkout or a bare repository."""
    return (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir())


def is_bundle(path: Path) -> bool:
    """Whether a file is a `git bundle`."""
    try:
        with path.open("rb") as file:
            return file.read(16) in _SIGNATURES
    except OSError:
        return False


def references(path: Path) -> dict[bytes, bytes]:
    """Branches and tags with what they point at, without reading an object."""
    if path.is_file():
        return _bundle_header(path)[0]
    from dulwich.repo import Repo

    with Repo(str(path)) as repo:
        return _as_bytes(repo.refs.as_dict())


def is_shallow(path: Path) -> bool:
    """Whether a repository holds only the newest part of its history."""
    return any((folder / "shallow").is_file() for folder in (path, path / ".git"))


def last_fetch(path: Path) -> datetime | None:
    """When the repository was last brought up to date from where it was cloned; None when that is not noted."""
    for folder in (path, path / ".git"):
        noted = folder / "FETCH_HEAD"
        if noted.is_file():
            return datetime.fromtimestamp(noted.stat().st_mtime, UTC)
    return None


@contextmanager
def open_repository(path: Path) -> Iterator[Repository]:
    """Opens a checkout, a bare repository or a bundle, and closes it again.

    Raises SourceError when it is damaged, incomplete or no repository.
    """
    try:
        repository = _open_bundle(path) if path.is_file() else _open_folder(path)
    except SourceError:
        raise
    except Exception as error:
        raise SourceError(f"{path.name}: not a git repository that can be read ({type(error).__name__})") from error
    try:
        yield repository
    finally:
        repository.store.close()


def _open_folder(path: Path) -> Repository:
    from dulwich.repo import Repo

    repo = Repo(str(path))
    refs = _as_bytes(repo.refs.as_dict())
    try:
        head: bytes | None = repo.head()
    except KeyError:
        head = None
    found = _repository(path.name, repo.object_store, refs, head)
    mark = path / _MARK
    read = mark.read_bytes() if mark.is_file() else b""
    return structs.replace(found, read=read) if _SHA.fullmatch(read) else found


def mark_read(path: Path, repository: Repository) -> None:
    """Notes in a copy of our own how far its default branch was read."""
    if repository.head is not None:
        (path / _MARK).write_bytes(repository.head)


def _open_bundle(path: Path) -> Repository:
    from dulwich.object_store import MemoryObjectStore

    if path.stat().st_size > _MAX_BUNDLE_BYTES:
        raise SourceError(f"{path.name}: a bundle above 1 GiB is not read; clone it and give the clone's folder")
    refs, needs, offset = _bundle_header(path)
    if needs:
        raise SourceError(
            f"{path.name}: the bundle holds only part of the history; make it with `git bundle create --all`"
        )
    store = MemoryObjectStore()
    file, commit, abort = store.add_pack()
    try:
        with path.open("rb") as bundle:
            bundle.seek(offset)
            while chunk := bundle.read(1 << 20):
                file.write(chunk)
    except BaseException:
        abort()
        raise
    commit()
    return _repository(path.name.removesuffix(".bundle"), store, refs, refs.get(b"HEAD"))


def _bundle_header(path: Path) -> tuple[dict[bytes, bytes], list[bytes], int]:
    """References, the commits that must be there already, and where the pack begins."""
    refs: dict[bytes, bytes] = {}
    needs: list[bytes] = []
    with path.open("rb") as file:
        file.readline()
        while (line := file.readline(4096)) not in (b"\n", b""):
            if line.startswith(b"-"):
                needs.append(line[1:41])
            elif not line.startswith(b"@"):
                sha, _, name = line.rstrip(b"\n").partition(b" ")
                refs[name] = sha
        return refs, needs, file.tell()


def _as_bytes(refs: Mapping[Any, Any]) -> dict[bytes, bytes]:
    return {bytes(name): bytes(sha) for name, sha in refs.items()}


def _repository(name: str, store: Any, refs: dict[bytes, bytes], head: bytes | None) -> Repository:
    tips = {ref: commit for ref, sha in refs.items() if (commit := _commit_of(store, sha)) is not None}
    head = head if head in tips.values() else _default_tip(store, tips)
    return Repository(name, store, tuple(sorted(set(tips.values()))), head)


def _commit_of(store: Any, sha: bytes) -> bytes | None:
    """The commit a reference leads to, through annotated tags; None for anything else."""
    for _ in range(10):
        try:
            found = store[sha]
        except KeyError:
            return None
        if found.type_name == b"commit":
            return bytes(found.id)
        if found.type_name != b"tag":
            return None
        sha = found.object[1]
    return None


def _default_tip(store: Any, tips: dict[bytes, bytes]) -> bytes | None:
    """The tip of the branch with a usual name, else of the branch that was committed to last."""
    for name in _MAIN_BRANCHES:
        for prefix in (b"refs/heads/", b"refs/remotes/origin/"):
            tip = tips.get(prefix + name.encode())
            if tip is not None:
                return tip
    return max(tips.values(), key=lambda sha: (store[sha].commit_time, sha), default=None)
