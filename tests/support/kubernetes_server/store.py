"""Objects by revision, as etcd keeps them: every list is of one moment, every change can be watched from any moment
since the last compaction."""

import base64
import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.kubernetes_server.status import StatusError, expired

Json = dict[str, Any]
#: group and plural name, then namespace and name.
Key = tuple[str, str, str, str]

_TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list."
)


@dataclass(frozen=True)
class Change:
    """One write. `before` is None when it created the object, `after` None when it deleted it."""

    revision: int
    key: Key
    before: Json | None
    after: Json | None


@dataclass(frozen=True)
class Page:
    objects: list[Json]
    revision: int
    continue_: str
    remaining: int


class Store:
    """`revision` counts the writes, `compacted` is the oldest moment that can still be seen."""

    def __init__(self) -> None:
        self.revision = 1
        self.compacted = 0
        self.changes: list[Change] = []
        self._now: dict[Key, Json] = {}

    def get(self, key: Key) -> Json | None:
        found = self._now.get(key)
        return copy.deepcopy(found) if found is not None else None

    def put(self, key: Key, obj: Json) -> Json:
        """Writes an object at a new revision and returns it as written."""
        self.revision += 1
        written = copy.deepcopy(obj)
        written["metadata"]["resourceVersion"] = str(self.revision)
        self.changes.append(Change(self.revision, key, self._now.get(key), written))
        self._now[key] = written
        return copy.deepcopy(written)

    def delete(self, key: Key) -> Json:
        """Deletes an object; what is returned bears the revision of its end."""
        self.revision += 1
        gone = self._now.pop(key)
        last = copy.deepcopy(gone)
        last["metadata"]["resourceVersion"] = str(self.revision)
        self.changes.append(Change(self.revision, key, last, None))
        return last

    def compact(self) -> None:
        """Forgets how things were before now."""
        self.compacted = self.revision

    def at(self, revision: int) -> dict[Key, Json]:
        """Everything as it was at a revision."""
        if revision == self.revision:
            return self._now
        then = dict(self._now)
        for change in reversed(self.changes):
            if change.revision <= revision:
                break
            if change.before is None:
                then.pop(change.key, None)
            else:
                then[change.key] = change.before
        return then

    def objects(self, group: str, plural: str, namespace: str, revision: int) -> Iterator[tuple[str, Json]]:
        """Objects of a kind at a revision, with their keys, in the order of the keys."""
        found = (
            (f"{key[2]}/{key[3]}" if key[2] and not namespace else key[3], obj)
            for key, obj in self.at(revision).items()
            if key[:2] == (group, plural) and namespace in ("", key[2])
        )
        return iter(sorted(found, key=lambda pair: pair[0]))

    def page(
        self, group: str, plural: str, namespace: str, *, limit: int, continue_: str, revision: int | None, keep: Any
    ) -> Page:
        """Up to `limit` objects that `keep` accepts (0: all), from where a token says, as of a revision or now."""
        start = ""
        at = self.revision if revision is None else revision
        if continue_:
            at, start = self._place(continue_)
        if at < self.compacted and continue_:
            raise expired(_TOO_OLD, _token(-1, start))
        if at < self.compacted:
            raise expired("The resourceVersion for the provided list is too old.")
        found = [pair for pair in self.objects(group, plural, namespace, at) if pair[0] >= start and keep(pair[1])]
        page = found[:limit] if limit else found
        remaining = len(found) - len(page)
        token = _token(at, page[-1][0] + "\0") if remaining else ""
        return Page([copy.deepcopy(obj) for _, obj in page], at, token, remaining)

    def _place(self, token: str) -> tuple[int, str]:
        try:
            place = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
            revision, start = int(place["rv"]), str(place["start"])
        except (ValueError, KeyError, TypeError) as error:
            raise StatusError(400, f"invalid continue token: continue key is not valid: {error}") from error
        return (self.revision if revision < 0 else revision), start


def _token(revision: int, start: str) -> str:
    text = json.dumps({"v": "meta.k8s.io/v1", "rv": revision, "start": start}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
