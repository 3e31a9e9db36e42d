"""Git: what changed in the code, when it landed on the default branch, and by whom."""

import hashlib
import posixpath
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import msgspec

from engine.collectors import base
from engine.collectors.base import Access, Context, Lack
from engine.collectors.events.actors import author_of
from engine.collectors.events.git_store import (
    Repository,
    find_repositories,
    is_shallow,
    last_fetch,
    open_repository,
    references,
)
from engine.collectors.events.hcl_blocks import Blocks, changed_attributes, module_calls, scan_blocks
from engine.errors import SourceError
from engine.model import SENSITIVE, Event, EventKind
from engine.redact import is_secret_name, redact_value

#: Files above this are generated; a commit that touches more files than this is a mass change of little meaning.
_MAX_FILE_BYTES = 1_000_000
_MAX_FILES = 500

Changes = dict[str, dict[str, list[str | None]]]


class Settings(base.Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`path` is a checkout, a bare repository, a `git bundle` file, or a folder of these.

    max_commits: how many of the newest commits are read per repository.
    """

    max_commits: int = 2000


class Source:
    """A git source."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        """A digest of what branches and tags point at."""
        digest = hashlib.blake2b(digest_size=16)
        for path in self._paths():
            try:
                refs = references(path)
            except Exception:  # noqa: BLE001 - what cannot be opened is for `collect` to report
                return None
            digest.update(f"{path}\0{sorted(refs.items())}\n".encode())
        return digest.hexdigest()

    def collect(self, context: Context) -> Iterator[Event]:
        """Yields the commits of every repository, newest first.

        Commits of branches come too, marked as not landed: their changes count from the merge on.
        """
        opened, failures = 0, []
        for path in self._paths():
            try:
                with open_repository(path) as repository:
                    opened += 1
                    yield from _History(repository, self._settings, context).events()
            except SourceError as error:
                failures.append(str(error))
                context.skip(path.name, str(error).removeprefix(f"{path.name}: "))
        if not opened:
            raise SourceError(
                failures[0] if failures else f"source {self._settings.name!r} names no git repository; check its `path`"
            )

    def access(self, context: Context) -> Access:
        """The repositories, when each was last fetched, and which of them hold only a part of their history."""
        found = [(path, last_fetch(path)) for path in self._paths()]
        return Access(
            may=tuple(f"{path.name}, fetched {at:%Y-%m-%d %H:%M} UTC" if at else path.name for path, at in found),
            lacks=tuple(
                Lack(f"the older history of {path.name}", "git fetch --unshallow")
                for path, _ in found
                if is_shallow(path)
            ),
        )

    def _paths(self) -> list[Path]:
        found: list[Path] = []
        for text in self._settings.paths:
            path = Path(text).expanduser()
            path = path if path.is_absolute() else self._settings.base / path
            if not path.exists():
                raise SourceError(
                    f"{text}: no such repository or folder; check `path` of source {self._settings.name!r}"
                )
            found.extend(find_repositories(path))
        return found


class _History:
    """The commits of one repository as events."""

    def __init__(self, repository: Repository, settings: Settings, context: Context) -> None:
        self._repository = repository
        self._store: Any = repository.store
        self._settings = settings
        self._context = context

    def events(self) -> Iterator[Event]:
        from dulwich.walk import Walker

        if not self._repository.tips:
            return
        landed = self._landed()
        modules = self._module_addresses()
        since = int(self._context.since.timestamp()) if self._context.since else None
        walker = Walker(
            self._store, cast("Any", list(self._repository.tips)), max_entries=self._settings.max_commits, since=since
        )
        try:
            for entry in walker:
                if self._context.cancelled:
                    return
                yield self._event(entry.commit, entry.commit.id in landed, modules)
        except KeyError as error:
            # A shallow clone ends where its history was cut off; what was read so far is good.
            self._context.skip(self._repository.name, f"the history is incomplete at {error.args[0]!r:.12}")

    def _landed(self) -> frozenset[bytes]:
        """The commits of the default branch itself: its tip, and from each the first parent."""
        found: set[bytes] = set()
        sha = self._repository.head
        while sha is not None and sha not in found and len(found) <= self._settings.max_commits:
            found.add(sha)
            try:
                parents = self._store[sha].parents
            except KeyError:
                break
            sha = parents[0] if parents else None
        return frozenset(found)

    def _event(self, commit: Any, landed: bool, modules: dict[str, list[str]]) -> Event:
        files, changes = self._changes(commit, modules)
        name, email = _name_and_email(commit.author)
        subject = _text(commit.message).strip().splitlines()[0][:200] if commit.message.strip() else "(no subject)"
        actor = author_of(name, email)
        sha = commit.id.decode()
        addresses = {address: {"attributes": _without_secrets(changed)} for address, changed in changes.items()}
        request = {"repository": self._repository.name, "landed": landed, "files": files, "addresses": addresses}
        original = {"sha": sha, "author": _text(commit.author), "message": _text(commit.message)[:4000]}
        return Event(
            id=f"git:{sha}",
            at=datetime.fromtimestamp(commit.commit_time, UTC),
            source=self._settings.name,
            kind=EventKind.COMMIT,
            operation=subject,
            actor=actor,
            service=self._repository.name,
            touches=(*changes, *files),
            summary=f"{subject} ({sha[:8]}) by {actor.principal}",
            request=msgspec.json.encode(request).decode(),
            original=msgspec.json.encode(redact_value(original)).decode(),
        )

    def _changes(self, commit: Any, modules: dict[str, list[str]]) -> tuple[list[str], Changes]:
        """The files a commit changed against its first parent, and the Terraform blocks in them."""
        from dulwich.diff_tree import tree_changes

        parent = self._store[commit.parents[0]].tree if commit.parents else None
        files: list[str] = []
        before: dict[str, Blocks] = {}
        after: dict[str, Blocks] = {}
        for change in tree_changes(self._store, parent, commit.tree):
            if len(files) >= _MAX_FILES:
                break
            entry = change.new if change.new is not None and change.new.path else change.old
            if entry is None or entry.path is None:
                continue
            path = _text(entry.path)
            files.append(path)
            if path.endswith(".tf"):
                # By folder, so that a block that moved to another file of its module has not changed.
                folder = posixpath.dirname(path)
                before.setdefault(folder, {}).update(self._blocks(change.old))
                after.setdefault(folder, {}).update(self._blocks(change.new))
        changes: Changes = {}
        for folder, blocks in after.items():
            for address, attributes in changed_attributes(before[folder], blocks).items():
                for outer in modules.get(folder) or [""]:
                    changes[f"{outer}.{address}" if outer else address] = attributes
        return files, changes

    def _blocks(self, entry: Any) -> Blocks:
        if entry is None or entry.sha is None:
            return {}
        return scan_blocks(self._content(entry.sha))

    def _content(self, sha: bytes) -> str:
        """A file's text, empty when it is too large, binary or missing."""
        try:
            data: bytes = self._store[sha].as_raw_string()
        except KeyError:
            return ""
        return "" if len(data) > _MAX_FILE_BYTES or b"\0" in data[:8000] else _text(data)

    def _module_addresses(self) -> dict[str, list[str]]:
        """Folders of local modules with the addresses they are called by: `modules/web` → `module.front`."""
        calls: dict[str, list[tuple[str, str]]] = {}
        for path, sha in self._code_files():
            folder = posixpath.dirname(path)
            for name, source in module_calls(self._content(sha)):
                calls.setdefault(posixpath.normpath(posixpath.join(folder, source)), []).append((folder, name))

        @cache
        def addresses(folder: str, depth: int = 0) -> tuple[str, ...]:
            if depth > 8:
                return ()
            found = (
                f"{outer}.module.{name}" if outer else f"module.{name}"
                for caller, name in calls.get(folder, ())
                for outer in addresses(caller, depth + 1) or ("",)
            )
            return tuple(dict.fromkeys(found))

        return {folder: list(addresses(folder)) for folder in calls}

    def _code_files(self) -> Iterator[tuple[str, bytes]]:
        if self._repository.head is None:
            return
        for entry in self._store.iter_tree_contents(self._store[self._repository.head].tree):
            path = _text(entry.path)
            if path.endswith(".tf"):
                yield path, entry.sha


def _without_secrets(attributes: dict[str, list[str | None]]) -> dict[str, list[str | None]]:
    """Old and new texts, each masked where its attribute is named like a secret or it looks like one."""
    return {
        name: [SENSITIVE if text and is_secret_name(name) else redact_value(text) for text in texts]
        for name, texts in attributes.items()
    }


def _name_and_email(author: bytes) -> tuple[str, str]:
    name, _, rest = _text(author).partition("<")
    return name.strip(), rest.rstrip("> ").strip()


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")
