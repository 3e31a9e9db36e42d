"""The commits of one repository as events."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from engine.collectors.base import Context
from engine.collectors.events.actors import author_of
from engine.collectors.events.git.code import Code, text_of
from engine.collectors.events.git.messages import Message, read_message
from engine.collectors.events.git.settings import Settings
from engine.collectors.events.git.store import Repository
from engine.model import Actor, Event, EventKind
from engine.redact import redact_prose, redact_value

#: Of the commits that a merge brought in, so many are named.
_MOST_NAMED = 50
#: A change that was written this long before it was committed is told with both times.
_LATE = 3600


class History:
    """Reads the commits of one repository."""

    def __init__(self, repository: Repository, settings: Settings, context: Context) -> None:
        self._repository = repository
        self._store: Any = repository.store
        self._settings = settings
        self._context = context
        self._is_cut = False

    def events(self) -> Iterator[Event]:
        """Yields the commits, newest first; those of branches too, marked as not landed.

        Of a history that is known up to `Context.since` only what was committed, or has landed, after it.
        """
        if not self._repository.tips:
            return
        code, landing = Code(self._repository), _Landing(self._repository, self._settings.max_commits)
        seen = set[bytes]()
        for commit in self._commits():
            if self._context.cancelled:
                return
            if commit.id not in seen:
                seen.add(commit.id)
                yield from self._read(commit, landing, code)
        if self._is_cut and self._context.since is None and len(seen) < self._settings.max_commits:
            self._context.skip(self._repository.name, "the older history is not there; fetch it to have it read", 0)

    def _commits(self) -> Iterator[Any]:
        """The commits of all branches, newest first; then the older ones that have landed since the last read."""
        since = int(self._context.since.timestamp()) if self._context.since else None
        yield from self._walk(self._repository.tips, (), since)
        head, read = self._repository.head, self._repository.read
        if since is not None and head and read and read in self._store:
            yield from self._walk((head,), (read,), None)

    def _walk(self, tips: tuple[bytes, ...], known: tuple[bytes, ...], since: int | None) -> Iterator[Any]:
        from dulwich.walk import Walker

        walker = Walker(
            self._store,
            cast("Any", list(tips)),
            exclude=cast("Any", list(known)),
            max_entries=self._settings.max_commits,
            since=since,
            get_parents=cast("Any", self._parents),
        )
        yield from (entry.commit for entry in walker)

    def _parents(self, commit: Any) -> list[bytes]:
        """The parents that are there: a shallow clone ends where its history was cut off."""
        there = [sha for sha in commit.parents if sha in self._store]
        self._is_cut = self._is_cut or len(there) < len(commit.parents)
        return there

    def _read(self, commit: Any, landing: "_Landing", code: Code) -> Iterator[Event]:
        """The commit's event; none, and a word about it, where objects that it needs are gone or damaged."""
        try:
            event = self._event(commit, landing, code)
        except Exception as error:  # noqa: BLE001 - what is damaged makes dulwich raise anything
            why = f"commit {commit.id.decode()[:8]} cannot be read ({type(error).__name__}); fetch or clone it again"
            self._context.skip(self._repository.name, why)
        else:
            yield event

    def _event(self, commit: Any, landing: "_Landing", code: Code) -> Event:
        text = redact_prose(text_of(commit.message))
        message = read_message(text)
        files, addresses = code.changes(commit)
        subject = text.strip().splitlines()[0][:200] if text.strip() else "(no subject)"
        actor, sha = _person(commit.author), commit.id.decode()
        request = {
            "repository": self._repository.name,
            "landed": commit.id in landing.trunk,
            "files": files,
            "addresses": addresses,
            **redact_value(msgspec.to_builtins(message)),
            **self._origin(commit, message, landing),
        }
        at, since = datetime.fromtimestamp(commit.commit_time, UTC), self._context.since
        original = {"sha": sha, "author": text_of(commit.author), "message": text[:4000]}
        return Event(
            id=f"git:{sha}",
            at=at,
            source=self._settings.name,
            kind=EventKind.COMMIT,
            operation=subject,
            actor=actor,
            service=self._repository.name,
            touches=(*addresses, *files, *message.tickets),
            summary=f"{subject} ({sha[:8]}) by {actor.principal}",
            request=msgspec.json.encode(request).decode(),
            original=msgspec.json.encode(redact_value(original)).decode(),
            recorded_at=datetime.now(UTC) if since is not None and at < since else None,  # pushed late
        )

    def _origin(self, commit: Any, message: Message, landing: "_Landing") -> dict[str, Any]:
        """Who wrote what a merge brought in, who committed for the author, and when it was written if long before."""
        merged = landing.merged(commit.id)
        authors = [_person(self._store[sha].author) for sha in merged]
        authors += [_person(author.encode()) for author in message.authors]
        committer, told = _person(commit.committer), dict[str, Any]()
        if committer.principal != _person(commit.author).principal and b"noreply" not in commit.committer:
            told["committed_by"] = committer.principal
        if commit.commit_time - commit.author_time >= _LATE:
            told["written_at"] = datetime.fromtimestamp(commit.author_time, UTC)
        if merged:
            told["merges"] = [sha.decode() for sha in merged[:_MOST_NAMED]]
        if landed_in := landing.merge_of(commit.id):
            told["landed_in"] = landed_in.decode()
        if names := dict.fromkeys(author.principal for author in authors if author.principal):
            told["authors"] = list(names)
        return told


class _Landing:
    """How commits came to the default branch: `trunk` are its own, its tip and from each the first parent."""

    def __init__(self, repository: Repository, most: int) -> None:
        self._store: Any = repository.store
        self._most = most
        self._merges: dict[bytes, bytes] = {}
        self._merged: dict[bytes, list[bytes]] = {}
        trunk = self._first_parents(repository.head)
        self.trunk = frozenset(trunk)
        for sha in reversed(trunk):
            self._note_merged(sha)

    def merged(self, merge: bytes) -> list[bytes]:
        """The commits that a merge on the default branch brought there, without merges among them."""
        return self._merged.get(merge, [])

    def merge_of(self, commit: bytes) -> bytes | None:
        """The merge by which a commit of a branch landed."""
        return self._merges.get(commit)

    def _first_parents(self, sha: bytes | None) -> list[bytes]:
        found: dict[bytes, None] = {}
        while sha is not None and sha not in found and len(found) <= self._most:
            found[sha] = None
            parents = self._parents(sha)
            sha = parents[0] if parents else None
        return list(found)

    def _note_merged(self, merge: bytes) -> None:
        """Follows a merge's other parents up to what had landed before."""
        waiting = self._parents(merge)[1:]
        while waiting and len(self._merges) < self._most:
            sha = waiting.pop()
            if sha in self.trunk or sha in self._merges or sha not in self._store:
                continue
            self._merges[sha] = merge
            parents = self._parents(sha)
            waiting += parents
            if len(parents) < 2:
                self._merged.setdefault(merge, []).append(sha)

    def _parents(self, sha: bytes) -> list[bytes]:
        try:
            parents: list[bytes] = self._store[sha].parents
        except KeyError:
            return []
        return parents


def _person(author: bytes) -> Actor:
    name, _, rest = text_of(author).partition("<")
    return author_of(name.strip(), rest.rstrip("> ").strip())
